import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { describeValue } from "../attributes/class-manager.ts";
import { isMember, isValue } from "../attributes/symbols.ts";
import type { CollectionClass } from "../attributes/collection-class.ts";
import { WriteOnlyImpl } from "../attributes/write-only-impl.ts";
import type { ColumnPairs, Mapper } from "../mapping/mapper.ts";
import { type CascadeStep, type CascadeType, type HaltOn, MapperProperty } from "../mapping/mapper-property.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import { identityId } from "../state/identity-key.ts";
import { InstanceState, STATE, type Stateful } from "../state/instance-state.ts";
import { CascadeOptions } from "./cascade.ts";
import { MANYTOONE, type RelationshipDirection } from "./direction.ts";
import { instrumentRelationship } from "./instrument-relationship.ts";
import type { JoinCondition } from "./join-condition.ts";
import { createJoins, type CreatedJoins, type CreateJoinsOptions } from "./join-targets.ts";
import { warnOfOverlaps } from "./overlaps.ts";
import { addReverseProperty, checkWriteOnly, setupEntity, setupJoinCondition } from "./relationship-setup.ts";

/** How a relationship is loaded when no loader option says otherwise. */
export type LazyOption =
  | "select"
  | "joined"
  | "selectin"
  | "subquery"
  | "immediate"
  | "raise"
  | "raise_on_sql"
  | "noload"
  | "write_only"
  | "dynamic"
  | true
  | false
  | null;

/** One column or several; attributes of mapped classes stand for their columns. */
export type ColumnsArgument = unknown;

/** The options of {@link relationship}. */
export interface RelationshipOptions {
  /** left out of `toJSON()`, of `serialize()` and of what `console.log()` shows of objects */
  readonly hidden?: boolean;
  /** the table between both sides of a many-to-many relationship */
  readonly secondary?: FromClause | (() => FromClause) | null;
  /** the attribute on the other side that is kept in step */
  readonly backPopulates?: string;
  /** the condition of the join, where the foreign keys do not say it */
  readonly primaryjoin?: () => unknown;
  /** the condition between `secondary` and the target */
  readonly secondaryjoin?: () => unknown;
  /** which columns count as foreign keys here: a function that gives one or several */
  readonly foreignKeys?: () => ColumnsArgument;
  /** of a self-referential relationship, the columns of the other side: makes it many-to-one */
  readonly remoteSide?: () => ColumnsArgument;
  readonly orderBy?: () => unknown;
  /** which operations go on to the related objects: names with commas between; "save-update, merge" if not given */
  readonly cascade?: string;
  readonly uselist?: boolean;
  /** `Array` (the default), `Set`, `attributeKeyedDict("name")`, … */
  readonly collectionClass?: CollectionClass;
  readonly lazy?: LazyOption;
  /** read only: changes are not written */
  readonly viewonly?: boolean;
  readonly singleParent?: boolean;
  /** write the foreign key by an UPDATE of its own, where two rows refer to each other */
  readonly postUpdate?: boolean;
  /** the database deletes or nullifies by itself; "all" leaves loaded members alone too */
  readonly passiveDeletes?: boolean | "all";
  /** the database updates foreign keys by itself when a primary key changes; on */
  readonly passiveUpdates?: boolean;
  readonly activeHistory?: boolean;
  /** what an object without a row refers to by the keys that it has can be loaded, once it is in a session; off */
  readonly loadOnPending?: boolean;
  /** joined loading by INNER JOIN */
  readonly innerjoin?: boolean | "nested" | "unnested";
  readonly joinDepth?: number | null;
  readonly omitJoin?: boolean | null;
  readonly distinctTargetKey?: boolean | null;
  /** only objects of the target class (and its subclasses) may be set; on */
  readonly enableTypechecks?: boolean;
  /** relationships that write the same columns, on purpose */
  readonly overlaps?: string;
  readonly syncBackref?: boolean;
  /** for types only: the object may be missing */
  readonly nullable?: boolean;
  readonly info?: Record<string, unknown>;
  readonly doc?: string;
}

const NO_STEPS: readonly CascadeStep[] = Object.freeze([]);

/**
 * A relationship as its mapper knows it.
 * @see https://docs.sqlalchemy.org/en/21/orm/internals.html#sqlalchemy.orm.RelationshipProperty
 */
export class RelationshipProperty extends MapperProperty {
  readonly options: RelationshipOptions;
  /** gives the class (or alias) on the other side */
  readonly argument: () => unknown;
  /** a list, as `() => [Cast]` says; with `uselist: false` still one object */
  uselist: boolean;
  /** whether `uselist` was said, in one way or the other */
  readonly usesListArgument: boolean;
  readonly lazy: LazyOption;
  readonly viewonly: boolean;
  readonly postUpdate: boolean;
  readonly singleParent: boolean;
  readonly passiveDeletes: boolean | "all";
  readonly passiveUpdates: boolean;
  readonly activeHistory: boolean;
  readonly loadOnPending: boolean;
  readonly innerjoin: boolean | "nested" | "unnested";
  readonly joinDepth: number | null;
  readonly omitJoin: boolean | null;
  readonly distinctTargetKey: boolean | null;
  readonly enableTypechecks: boolean;
  readonly collectionClass: CollectionClass | null;
  backPopulates: string | null;
  readonly overlaps: ReadonlySet<string>;
  syncBackref: boolean | null;
  override cascade: CascadeOptions;

  /** The relationships on the other side that are kept in step. */
  readonly _reverseProperty: Set<RelationshipProperty> = new Set();
  /** made by the unit of work @internal */
  _dependencyProcessor: unknown = null;

  // what configuration finds out
  /** the mapper or alias on the other side; {@link mapper} is its mapper @internal */
  _entity: InspectedEntity | null = null;
  joinCondition!: JoinCondition;
  primaryjoin!: ColumnElement<boolean>;
  secondaryjoin: ColumnElement<boolean> | null = null;
  secondary: FromClause | null = null;
  direction!: RelationshipDirection;
  /** pairs of a local column and the remote one */
  localRemotePairs: ColumnPairs = [];
  /** pairs of the column that is copied from (a key) and the one that is copied to (the foreign key) */
  synchronizePairs: ColumnPairs = [];
  /** the same from the target to `secondary` */
  secondarySynchronizePairs: ColumnPairs = [];
  remoteSide: ReadonlySet<ColumnElement<unknown>> = new Set();
  localColumns: ReadonlySet<ColumnElement<unknown>> = new Set();
  /** null when there is none */
  orderBy: readonly ColumnElement<unknown>[] | null = null;
  #initStarted = false;
  #lazyClause: LazyClauses | null = null;
  #localKeys: readonly string[] | null | undefined = undefined;

  constructor(argument: () => unknown, options: RelationshipOptions) {
    super();
    this.argument = argument;
    this.options = options;
    this.usesListArgument = options.uselist !== undefined;
    // until the target is resolved; a list target makes it true
    this.uselist = options.uselist ?? false;
    this.lazy = options.lazy === undefined ? "select" : options.lazy;
    this.viewonly = options.viewonly ?? false;
    this.postUpdate = options.postUpdate ?? false;
    this.singleParent = options.singleParent ?? false;
    this.passiveDeletes = options.passiveDeletes ?? false;
    this.passiveUpdates = options.passiveUpdates ?? true;
    this.activeHistory = options.activeHistory ?? false;
    this.loadOnPending = options.loadOnPending ?? false;
    this.innerjoin = options.innerjoin ?? false;
    this.joinDepth = options.joinDepth ?? null;
    this.omitJoin = options.omitJoin ?? null;
    this.distinctTargetKey = options.distinctTargetKey ?? null;
    this.enableTypechecks = options.enableTypechecks ?? true;
    this.collectionClass = options.collectionClass ?? null;
    this.backPopulates = options.backPopulates ?? null;
    this.overlaps = new Set((options.overlaps ?? "").split(",").map((name) => name.trim()));
    this.syncBackref = options.syncBackref ?? null;
    this.doc = options.doc ?? null;
    Object.assign(this.info, options.info);
    let cascade = CascadeOptions.fromString(options.cascade ?? (this.viewonly ? "merge" : "save-update, merge"));
    if (this.viewonly) {
      const left = (["merge", "refresh-expire", "expunge"] as const).filter((name) => cascade.has(name));
      if (options.cascade !== undefined && left.join() !== cascade.toString().split(", ").filter(Boolean).join()) {
        throw new ArgumentError(
          `Cascade settings ${JSON.stringify(options.cascade)} include persistence operations, which do not apply to a viewonly relationship`,
        );
      }
      cascade = new CascadeOptions(left);
    }
    this.cascade = cascade;
  }

  override get isRelationship(): boolean {
    return true;
  }

  override get strategyKey(): string {
    switch (this.lazy) {
      case true:
        return "select";
      case false:
        return "joined";
      case null:
        return "noload";
      default:
        return this.lazy;
    }
  }

  /** The members are never loaded with the object: `lazy: "write_only"` or `"dynamic"`. @internal */
  get _isWriteOnly(): boolean {
    return this.lazy === "write_only" || this.lazy === "dynamic";
  }

  /** The mapper or alias on the other side. */
  get entity(): InspectedEntity {
    return (this._entity ??= setupEntity(this));
  }

  /** The mapper of the other side. */
  get mapper(): Mapper {
    return this.entity.mapper;
  }

  /** The FROM element of the other side. */
  get target(): FromClause {
    return this.entity.isAliasedClass ? this.entity.selectable : this.mapper.persistSelectable;
  }

  /** The foreign key is on this side, and it refers to the whole primary key of the other one: the identity map can tell. */
  get useGet(): boolean {
    return this._lazyClauses.useGet;
  }

  get _isSelfReferential(): boolean {
    return this.mapper.commonParent(this.parent);
  }

  /** Whether changes on one side are made on the other one. @internal */
  get _effectiveSyncBackref(): boolean {
    return !this.viewonly && this.syncBackref !== false;
  }

  override instrumentClass(mapper: Mapper): void {
    instrumentRelationship(this, mapper);
  }

  protected override doInit(): void {
    this.#initStarted = true;
    setupEntity(this);
    setupJoinCondition(this);
    this.checkCascadeSettings();
    if (this._isWriteOnly) checkWriteOnly(this);
    if (this.backPopulates !== null) addReverseProperty(this, this.backPopulates);
    warnOfOverlaps(this);
  }

  get _configureStarted(): boolean {
    return this.#initStarted;
  }

  private checkCascadeSettings(): void {
    const { cascade } = this;
    if (cascade.deleteOrphan && !this.singleParent && this.direction !== "ONETOMANY") {
      const kind = this.direction === MANYTOONE ? "many-to-one" : "many-to-many";
      throw new ArgumentError(
        `${this}: delete-orphan cascade belongs on the "one" side of a one-to-many relationship, and this one is ${kind}. ` +
          `Set { singleParent: true } if each ${this.mapper.name} is to have one ${this.parent.name} at most, or leave delete-orphan out`,
      );
    }
    if (this.passiveDeletes === "all" && (cascade.delete || cascade.deleteOrphan)) {
      throw new ArgumentError(`${this}: { passiveDeletes: "all" } cannot be combined with the cascades delete and delete-orphan`);
    }
    const orphans = this.mapper._deleteOrphans;
    const noted = orphans.some(([key, parent]) => key === this.key && parent === this.parent);
    if (cascade.deleteOrphan && !noted) orphans.push([this.key, this.parent]);
  }

  /** Whether an object without a row has the keys by which this can be loaded, and wants it loaded by them. @internal */
  _loadsWithoutRow(state: InstanceState): boolean {
    if (state._session === null || (!this.loadOnPending && !state._loadPending)) return false;
    return this.localRemotePairs.every(([local]) => {
      const property = this.parent.columnToProperty.get(local);
      // of a many-to-many, the pairs of the other side are there as well
      if (property === undefined && this.secondary !== null) return true;
      const value = property === undefined ? null : state.values[property.key];
      return value !== undefined && value !== null;
    });
  }

  /** Whether this very relationship writes for objects of this mapper (and no subclass has replaced it). @internal */
  _persistsFor(mapper: Mapper): boolean {
    return mapper.props.get(this.key) === this;
  }

  /** For a many-to-one: the attributes of its foreign key, null when some column of it is not mapped. @internal */
  get _localKeys(): readonly string[] | null {
    if (this.#localKeys === undefined) {
      const keys = this.localRemotePairs.map(([local]) => this.parent.columnToProperty.get(local)?.key);
      this.#localKeys = keys.includes(undefined) ? null : (keys as string[]);
    }
    return this.#localKeys;
  }

  /** The object that the session has for the foreign key as it is in the database; null when it has none, or that is not known. @internal */
  _lookupCommitted(state: InstanceState): InstanceState | null {
    const session = state._session;
    if (session === null || !this._configured || !this.useGet) return null;
    const identity: unknown[] = [];
    for (const column of this._lazyClauses.getColumns) {
      const value = this.parent._getCommittedStateAttrByColumn(state, column);
      if (value === null || !isValue(value)) return null;
      identity.push(value);
    }
    const found = session.identityMap._under(state.identityToken).find(this.mapper.identityMapper, identityId(identity));
    return found === undefined || found.expired || !found.manager.mapper.isa(this.mapper) ? null : found;
  }

  /** Takes an object out of the other side, where the history of this side was completed later. @internal */
  _removeFromReverse(member: InstanceState, state: InstanceState): void {
    if (this.backPopulates === null || !this._effectiveSyncBackref) return;
    const own = state.manager.getImpl(this.key);
    member.manager.getImpl(this.backPopulates).pop(member, state.obj, own.removeToken);
  }

  /** @throws ArgumentError when a value cannot be a member of this relationship */
  checkMember(value: unknown, where: string): void {
    const state = isMember(value) ? (value as Partial<Stateful>)[STATE] : undefined;
    if (state instanceof InstanceState && (!this.enableTypechecks || state.manager.mapper.isa(this.mapper))) return;
    if (value === undefined) {
      throw new ArgumentError(`${this}: undefined is not a value${where}; use null for no object`);
    }
    throw new ArgumentError(
      `${this} takes ${this.uselist ? "objects" : "an object"} of ${this.mapper.name}${where}, not ${describeValue(value)}`,
    );
  }

  override cascadeIterator(
    type: CascadeType,
    state: InstanceState,
    visited: Set<InstanceState>,
    haltOn: HaltOn | null,
  ): readonly CascadeStep[] {
    const impl = state.manager.getImpl(this.key);
    if (state.values[this.key] === undefined && state.pendingMutations === null && !impl.dynamic) return NO_STEPS;
    const members = type === "save-update" ? impl.getAllPending(state) : this.valueAsIterable(state);
    const steps: CascadeStep[] = [];
    const skipPending = type === "refresh-expire" && !this.cascade.deleteOrphan;
    for (const [member, obj] of members) {
      if (visited.has(member)) continue;
      if (haltOn?.(member)) continue;
      if (skipPending && member.key === null) continue;
      const mapper = member.manager.mapper;
      if (!mapper.isa(this.mapper)) {
        throw new InvalidRequestError(`${this} does not take objects of ${mapper.name}; it takes those of ${this.mapper.name}`);
      }
      visited.add(member);
      steps.push({ obj, mapper, state: member });
    }
    return steps;
  }

  /** The objects that are there now. @internal */
  valueAsIterable(state: InstanceState): (readonly [InstanceState, object])[] {
    const value = state.values[this.key];
    const impl = state.manager.getImpl(this.key);
    if (impl instanceof WriteOnlyImpl) {
      return (impl.pending(state)?.members() ?? []).map((member) => [(member as Stateful)[STATE], member] as const);
    }
    if (!isMember(value)) return [];
    const members = impl.collection ? impl.manager.adapterOf(value)!.members() : [value];
    return members.map((member) => [(member as Stateful)[STATE], member] as const);
  }

  /**
   * The conditions of a join along this relationship, with aliases put in where they are needed.
   * @internal
   */
  _createJoins(options: CreateJoinsOptions = {}): CreatedJoins {
    return createJoins(this, options);
  }

  /** The WHERE clauses that load this relationship for one parent (and find parents for one member); made once. @internal */
  get _lazyClauses(): LazyClauses {
    return (this.#lazyClause ??= makeLazyClauses(this));
  }
}

/** A condition with the columns of one side replaced by binds. */
export interface LazyClause {
  readonly criterion: ColumnElement<boolean>;
  /** by the bind's key, the column whose value it takes */
  readonly bindToCol: ReadonlyMap<string, ColumnElement<unknown>>;
  /** columns that are equal to a bound one */
  readonly equatedColumns: ReadonlyMap<ColumnElement<unknown>, ColumnElement<unknown>>;
}

export interface LazyClauses {
  /** for one parent, its members */
  readonly forward: LazyClause;
  /** for one member, its parents */
  readonly reverse: LazyClause;
  /** the condition is the target's primary key */
  readonly useGet: boolean;
  /** for `useGet`, the local columns in the order of the target's primary key */
  readonly getColumns: readonly ColumnElement<unknown>[];
}

function makeLazyClauses(prop: RelationshipProperty): LazyClauses {
  const forward = prop.joinCondition.createLazyClause(false);
  const reverse = prop.joinCondition.createLazyClause(true);
  const getColumns = prop.joinCondition.getColumns();
  return { forward, reverse, useGet: getColumns !== null, getColumns: getColumns ?? [] };
}
