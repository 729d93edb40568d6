import { AmbiguousForeignKeysError, ArgumentError, NoForeignKeysError } from "../../errors.ts";
import { clonedTraverse, iterate, replacementTraverse } from "../../sql/base/traversal.ts";
import { BinaryExpression } from "../../sql/elements/binary.ts";
import { BindParameter } from "../../sql/elements/bind-parameter.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { ColumnClause } from "../../sql/elements/column-clause.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import * as operators from "../../sql/operators/operator-table.ts";
import { Column } from "../../sql/schema/column.ts";
import type { ForeignKey } from "../../sql/schema/foreign-key.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { joinCondition } from "../../sql/selectable/join-condition.ts";
import { columnSet } from "../mapping/column-set.ts";
import type { ColumnPairs, Mapper } from "../mapping/mapper.ts";
import { MANYTOMANY, MANYTOONE, ONETOMANY, type RelationshipDirection } from "./direction.ts";
import type { LazyClause, RelationshipProperty } from "./relationship-property.ts";

type Condition = ColumnElement<boolean>;
type AnyColumn = ColumnElement<unknown>;

/** What a relationship says of its join. */
export interface JoinConditionInit {
  readonly primaryjoin: Condition | null;
  readonly secondaryjoin: Condition | null;
  readonly secondary: FromClause | null;
  readonly foreignKeys: ReadonlySet<AnyColumn>;
  readonly remoteSide: ReadonlySet<AnyColumn>;
  readonly parent: Mapper;
  readonly target: Mapper;
  /** what the target is read from: an alias, when the relationship leads to one */
  readonly targetFrom: FromClause;
  /** the target's own table, or the alias */
  readonly targetLocal: FromClause;
}

/**
 * How both sides of a relationship are joined. The columns of its conditions carry marks: `foreign` where a foreign key lies, `remote`
 * on the target's side (or that of the secondary table), `local` on the parent's.
 * @see https://docs.sqlalchemy.org/en/21/orm/join_conditions.html
 */
export class JoinCondition {
  readonly prop: RelationshipProperty;
  primaryjoin!: Condition;
  secondaryjoin: Condition | null;
  readonly secondary: FromClause | null;
  direction!: RelationshipDirection;
  localRemotePairs: ColumnPairs = [];
  synchronizePairs: ColumnPairs = [];
  secondarySynchronizePairs: ColumnPairs = [];
  readonly #init: JoinConditionInit;

  constructor(prop: RelationshipProperty, init: JoinConditionInit) {
    this.prop = prop;
    this.#init = init;
    this.secondary = init.secondary;
    this.secondaryjoin = init.secondaryjoin;
    this.determineJoins();
    this.annotateForeign();
    this.annotateRemote();
    this.annotateLocal();
    this.annotateParentMapper();
    this.setupPairs();
    this.checkForeignColumns(this.primaryjoin, true);
    if (this.secondaryjoin !== null) this.checkForeignColumns(this.secondaryjoin, false);
    this.determineDirection();
    this.checkRemoteSide();
  }

  // ------------------------------------------------------------ which conditions

  private determineJoins(): void {
    const { parent, targetFrom, targetLocal, primaryjoin, secondary, foreignKeys } = this.#init;
    if (this.secondaryjoin !== null && secondary === null) {
      throw new ArgumentError(`${this.prop} has a secondaryjoin and no secondary table`);
    }
    const considerAsForeignKeys = foreignKeys.size > 0 ? foreignKeys : null;
    const between = (from: FromClause, local: FromClause, other: FromClause): Condition =>
      joinCondition(from, other, { subset: local, considerAsForeignKeys }) as Condition;
    try {
      if (secondary !== null) this.secondaryjoin ??= between(targetFrom, targetLocal, secondary);
      this.primaryjoin = primaryjoin ?? between(parent.persistSelectable, parent.localTable, secondary ?? targetFrom);
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** Says what a missing or ambiguous foreign key means for the relationship. */
  private explain(error: unknown): unknown {
    const { secondary, parent, target } = this.#init;
    const tables = `${parent.localTable.description} and ${target.localTable.description}`;
    if (error instanceof NoForeignKeysError) {
      return new NoForeignKeysError(
        `${this.prop}: no foreign key connects the tables ${tables}${secondary === null ? "" : ` by way of ${secondary.description}`}. ` +
          (secondary === null
            ? `Give one of them a mappedColumn(foreignKey("…")), or the relationship a { primaryjoin: () => … }`
            : `Its columns need foreignKey("…"), or the relationship { primaryjoin, secondaryjoin }`),
        { cause: error },
      );
    }
    if (error instanceof AmbiguousForeignKeysError) {
      return new AmbiguousForeignKeysError(
        `${this.prop}: several foreign keys connect the tables ${tables}${secondary === null ? "" : ` by way of ${secondary.description}`}. ` +
          `Say which is meant: ${this.foreignKeyChoice()}`,
        { cause: error },
      );
    }
    return error;
  }

  /** The option that says which foreign key is meant, with the attributes that it could name. */
  private foreignKeyChoice(): string {
    const { parent, target, secondary } = this.#init;
    const sides = secondary === null ? [parent, target] : [];
    const found = sides.flatMap((mapper, i) => {
      const other = sides[1 - i]!.localTable._identity;
      return [...mapper.localTable._collection]
        .filter((column) => [...column.foreignKeys].some((fk) => (fk as ForeignKey)._referredTable() === (other as unknown)))
        .map((column) => `${mapper.name}.${mapper.columnToProperty.get(column._identity)?.key ?? column.key}`);
    });
    const names = [...new Set(found)];
    return names.length < 2
      ? "{ foreignKeys: () => … }, naming the column (or columns) with the foreign key"
      : `{ foreignKeys: () => ${names[0]} } (or ${names.slice(1).join(", ")})`;
  }

  // ------------------------------------------------------------ marks

  private has(name: string): boolean {
    for (const element of iterate(this.primaryjoin)) if (name in element._annotations) return true;
    return false;
  }

  private replaceAll(replace: (element: ClauseElement) => ClauseElement | null): void {
    this.primaryjoin = replacementTraverse(this.primaryjoin, replace);
    if (this.secondaryjoin !== null) this.secondaryjoin = replacementTraverse(this.secondaryjoin, replace);
  }

  private visitBinaries(condition: Condition, visit: (binary: MutableBinary) => void): Condition {
    return clonedTraverse(condition, (element) => {
      if (element instanceof BinaryExpression) visit(element as unknown as MutableBinary);
    });
  }

  private annotateForeign(): void {
    if (this.has("foreign")) return;
    const { foreignKeys, secondary } = this.#init;
    if (foreignKeys.size > 0) {
      this.replaceAll((element) => (foreignKeys.has(element._identity as AnyColumn) ? element._annotate({ foreign: true }) : null));
      return;
    }
    const secondaryColumns = secondary === null ? new Set<ClauseElement>() : columnSet(secondary);
    const visit = (binary: MutableBinary): void => {
      const { left, right } = binary;
      if (!left._isColumnElement || !right._isColumnElement) return;
      if ("foreign" in left._annotations || "foreign" in right._annotations) return;
      const foreign = whichIsForeign(left._identity, right._identity, secondaryColumns);
      if (foreign === null) return;
      if (foreign === left._identity) binary.left = left._annotate({ foreign: true });
      else binary.right = right._annotate({ foreign: true });
    };
    this.primaryjoin = this.visitBinaries(this.primaryjoin, visit);
    if (this.secondaryjoin !== null) this.secondaryjoin = this.visitBinaries(this.secondaryjoin, visit);
  }

  private annotateRemote(): void {
    if (this.has("remote")) return;
    const { secondary, remoteSide, parent, targetFrom, targetLocal } = this.#init;
    const parentColumns = columnSet(parent.persistSelectable);
    const targetColumns = columnSet(targetFrom);
    const mark = (element: ClauseElement): ClauseElement => element._annotate({ remote: true });

    if (secondary !== null) {
      const columns = columnSet(secondary);
      this.replaceAll((element) => (columns.has(element._identity) ? mark(element) : null));
      return;
    }
    const selfReferential = this.refersToParentTable(parentColumns, targetColumns);
    if (selfReferential) {
      // without remoteSide it is one-to-many: the foreign keys are on the other side
      const isRemote = (element: ClauseElement): boolean =>
        remoteSide.size > 0 ? remoteSide.has(element._identity as AnyColumn) : "foreign" in element._annotations;
      this.primaryjoin = this.visitBinaries(this.primaryjoin, (binary) => {
        const { left, right } = binary;
        if (!(left._identity instanceof ColumnClause) || !(right._identity instanceof ColumnClause)) return;
        const equated = left._identity === right._identity;
        if (isRemote(left)) binary.left = mark(left);
        if (isRemote(right) && !equated) binary.right = mark(right);
      });
      return;
    }
    if (remoteSide.size > 0) {
      this.primaryjoin = replacementTraverse(this.primaryjoin, (element) =>
        remoteSide.has(element._identity as AnyColumn) ? mark(element) : null,
      );
      return;
    }
    if ([...parentColumns].some((column) => targetColumns.has(column))) {
      this.annotateRemoteWithOverlap(parentColumns, targetColumns);
      return;
    }
    const parentLocal = columnSet(parent.localTable);
    const local = columnSet(targetLocal);
    this.primaryjoin = replacementTraverse(this.primaryjoin, (element) => {
      const column = element._identity;
      return targetColumns.has(column) && (!parentLocal.has(column) || local.has(column)) ? mark(element) : null;
    });
  }

  /** Whether a comparison has columns on both sides that belong to both tables. */
  private refersToParentTable(parentColumns: Set<ClauseElement>, targetColumns: Set<ClauseElement>): boolean {
    const both = (element: ClauseElement): boolean => parentColumns.has(element._identity) && targetColumns.has(element._identity);
    for (const element of iterate(this.primaryjoin)) {
      if (element instanceof BinaryExpression && both(element.left as ClauseElement) && both(element.right as ClauseElement)) return true;
    }
    return false;
  }

  /** The tables have some columns in common (classes of one hierarchy, for instance). */
  private annotateRemoteWithOverlap(parentColumns: Set<ClauseElement>, targetColumns: Set<ClauseElement>): void {
    const { parent, target } = this.#init;
    const isTarget = (element: ClauseElement): boolean => target !== parent && element._annotations["parentmapper"] === target;
    const oneWay = (left: ClauseElement, right: ClauseElement): [ClauseElement, ClauseElement] => {
      if (left._identity instanceof ColumnClause && right._identity instanceof ColumnClause) {
        if (targetColumns.has(right._identity) && parentColumns.has(left._identity)) return [left, right._annotate({ remote: true })];
      } else if (isTarget(right)) return [left, right._annotate({ remote: true })];
      else if (isTarget(left)) return [left._annotate({ remote: true }), right];
      return [left, right];
    };
    this.primaryjoin = this.visitBinaries(this.primaryjoin, (binary) => {
      [binary.left, binary.right] = oneWay(binary.left, binary.right);
      [binary.right, binary.left] = oneWay(binary.right, binary.left);
    });
  }

  private annotateLocal(): void {
    if (this.has("local")) return;
    const local = columnSet(this.#init.parent.persistSelectable);
    this.primaryjoin = replacementTraverse(this.primaryjoin, (element) =>
      !("remote" in element._annotations) && local.has(element._identity) ? element._annotate({ local: true }) : null,
    );
  }

  private annotateParentMapper(): void {
    const { parent, target } = this.#init;
    this.primaryjoin = replacementTraverse(this.primaryjoin, (element) => {
      if ("remote" in element._annotations) return element._annotate({ parentmapper: target });
      if ("local" in element._annotations) return element._annotate({ parentmapper: parent });
      return null;
    });
  }

  // ------------------------------------------------------------ pairs

  private canSync(...columns: ClauseElement[]): boolean {
    const { parent, targetFrom, secondary } = this.#init;
    const places = [parent.persistSelectable, targetFrom, ...(secondary === null ? [] : [secondary])].map(columnSet);
    return columns.every((column) => places.some((place) => place.has(column._identity)));
  }

  private setupPairs(): void {
    const localRemote = new PairSet();
    const sync: [AnyColumn, AnyColumn][] = [];
    const secondarySync: [AnyColumn, AnyColumn][] = [];
    const visit = (condition: Condition, into: [AnyColumn, AnyColumn][]): void => {
      for (const [left, right, operator] of columnPairs(condition)) {
        if ("remote" in right._annotations && !("remote" in left._annotations) && this.canSync(left)) localRemote.add(left, right);
        else if ("remote" in left._annotations && !("remote" in right._annotations) && this.canSync(right)) localRemote.add(right, left);
        if (operator === operators.eq && this.canSync(left, right)) {
          if ("foreign" in right._annotations) into.push([left, right]);
          else if ("foreign" in left._annotations) into.push([right, left]);
        }
      }
    };
    visit(this.primaryjoin, sync);
    if (this.secondaryjoin !== null) visit(this.secondaryjoin, secondarySync);
    this.localRemotePairs = plain(localRemote.pairs);
    this.synchronizePairs = plain(sync);
    this.secondarySynchronizePairs = plain(secondarySync);
  }

  private checkForeignColumns(condition: Condition, primary: boolean): void {
    const foreign = gather(condition, "foreign");
    const sync = primary ? this.synchronizePairs : this.secondarySynchronizePairs;
    if (this.prop.viewonly ? foreign.length > 0 : sync.length > 0) return;
    const which = primary ? "primaryjoin" : "secondaryjoin";
    const fix = `Say which columns are foreign keys: a foreignKey() on the column, or { foreignKeys: () => … } on the relationship`;
    if (foreign.length > 0) {
      throw new ArgumentError(
        `${this.prop}: the ${which} "${condition}" compares no mapped foreign key column by "=" alone. ${fix}. ` +
          "A condition with other operators is for reading only: { viewonly: true }",
      );
    }
    throw new ArgumentError(`${this.prop}: the ${which} "${condition}" has no foreign key column. ${fix}`);
  }

  private determineDirection(): void {
    if (this.secondaryjoin !== null) {
      this.direction = MANYTOMANY;
      return;
    }
    const { parent, targetFrom } = this.#init;
    const foreign = this.foreignKeyColumns;
    const inTarget = columnSet(targetFrom);
    const inParent = columnSet(parent.persistSelectable);
    const oneToMany = [...foreign].some((column) => inTarget.has(column));
    const manyToOne = [...foreign].some((column) => inParent.has(column));
    if (oneToMany && manyToOne) {
      const marked = gather(this.primaryjoin, "foreign");
      let remote = marked.filter((column) => "remote" in column._annotations);
      let local = marked.filter((column) => !("remote" in column._annotations));
      if (remote.length > 0 && local.length > 0) {
        const both = (column: ClauseElement): boolean =>
          this.remoteColumns.has(column._identity as AnyColumn) && this.localColumns.has(column._identity as AnyColumn);
        remote = remote.filter((column) => !both(column));
        local = local.filter((column) => !both(column));
      }
      if (remote.length > 0 && local.length === 0) this.direction = ONETOMANY;
      else if (local.length > 0 && remote.length === 0) this.direction = MANYTOONE;
      else {
        throw new ArgumentError(
          `${this.prop}: both tables have foreign keys in the join condition, so the direction cannot be told. ` +
            "Say which columns count: { foreignKeys: () => … }",
        );
      }
    } else if (oneToMany) this.direction = ONETOMANY;
    else if (manyToOne) this.direction = MANYTOONE;
    else {
      throw new ArgumentError(
        `${this.prop}: the foreign keys in its join condition are in neither table, so the direction cannot be told. Say which columns count: { foreignKeys: () => … }`,
      );
    }
  }

  private checkRemoteSide(): void {
    if (this.localRemotePairs.length > 0) return;
    throw new ArgumentError(
      `${this.prop}: the columns of both sides cannot be told apart in "${this.primaryjoin}". ` +
        "Mark those of the other side with remote(), or name them: { remoteSide: () => … }",
    );
  }

  // ------------------------------------------------------------ what others ask for

  #remote: Set<AnyColumn> | null = null;
  #local: Set<AnyColumn> | null = null;
  #foreign: Set<AnyColumn> | null = null;
  #reverse: Condition | null = null;

  get remoteColumns(): Set<AnyColumn> {
    return (this.#remote ??= this.gatherAll("remote"));
  }

  get localColumns(): Set<AnyColumn> {
    return (this.#local ??= this.gatherAll("local"));
  }

  get foreignKeyColumns(): Set<AnyColumn> {
    return (this.#foreign ??= this.gatherAll("foreign"));
  }

  private gatherAll(name: string): Set<AnyColumn> {
    const found = gather(this.primaryjoin, name);
    if (this.secondaryjoin !== null) found.push(...gather(this.secondaryjoin, name));
    return new Set(found.map((column) => column._identity as AnyColumn));
  }

  /** Whether the secondary table has the parent's whole primary key, so that loading need not go by the parent's table. */
  get secondaryCoversParentPrimaryKey(): boolean {
    if (this.secondary === null) return false;
    const synced = new Set(this.synchronizePairs.map(([from]) => from));
    return [...this.prop.parent._localPkCols].every((column) => synced.has(column as AnyColumn));
  }

  /** The primaryjoin with local and remote exchanged. */
  get primaryjoinReverseRemote(): Condition {
    return (this.#reverse ??= replacementTraverse(this.primaryjoin, (element) => {
      const { remote, local, ...rest } = element._annotations;
      if (remote !== undefined) return element._deannotate()._annotate({ ...rest, local: true });
      if (local !== undefined) return element._deannotate()._annotate({ ...rest, remote: true });
      return null;
    }));
  }

  /**
   * The condition that loads the members of one parent: its columns are replaced by binds.
   * @param reverse - the condition that finds the parents of one member
   */
  createLazyClause(reverse: boolean): LazyClause {
    const binds = new Map<ClauseElement, BindParameter<unknown>>();
    const bindToCol = new Map<string, AnyColumn>();
    const equatedColumns = new Map<AnyColumn, AnyColumn>();
    const hasSecondary = this.secondaryjoin !== null;
    const locals = new Set<ClauseElement>(this.localRemotePairs.map(([local]) => local));
    for (const [local, remote] of this.localRemotePairs) {
      if (hasSecondary || !reverse) equatedColumns.set(remote, local);
      else equatedColumns.set(local, remote);
    }
    const isBound = (element: ClauseElement): boolean => {
      if (!reverse) return "local" in element._annotations;
      return hasSecondary ? locals.has(element._identity) : "remote" in element._annotations;
    };
    const toBind = (element: ClauseElement): ClauseElement | null => {
      if (!isBound(element)) return null;
      const column = element._identity as AnyColumn;
      let bind = binds.get(column);
      if (bind === undefined) {
        bind = new BindParameter<unknown>(null, null, column.type, true);
        binds.set(column, bind);
        bindToCol.set(bind.key, column);
      }
      return bind;
    };
    let criterion: Condition = this.primaryjoin;
    if (!hasSecondary || !reverse) criterion = replacementTraverse(criterion, toBind);
    if (this.secondaryjoin !== null) {
      criterion = criterion.and(reverse ? replacementTraverse(this.secondaryjoin, toBind) : this.secondaryjoin);
    }
    return { criterion, bindToCol, equatedColumns };
  }

  /**
   * For a many-to-one whose condition is the target's primary key and nothing else: the local columns in the order of that key.
   * Null for every other relationship.
   */
  getColumns(): readonly AnyColumn[] | null {
    if (this.prop.uselist || this.direction !== MANYTOONE || this.secondary !== null || this.prop.entity.isAliasedClass) return null;
    const target = this.prop.mapper;
    const comparisons = conjunction(this.primaryjoin);
    if (comparisons === null || comparisons.length !== target.primaryKey.length) return null;
    const byRemote = new Map<ClauseElement, AnyColumn>(this.localRemotePairs.map(([local, remote]) => [remote, local]));
    const equivalents = target._equivalentColumns;
    const found: AnyColumn[] = [];
    for (const column of target.primaryKey) {
      let local = byRemote.get(column._identity);
      if (local === undefined) for (const same of equivalents.get(column._identity) ?? []) local ??= byRemote.get(same._identity);
      if (local === undefined) return null;
      found.push(local);
    }
    return found;
  }
}

interface MutableBinary {
  left: ClauseElement;
  right: ClauseElement;
}

function whichIsForeign(left: ClauseElement, right: ClauseElement, secondary: ReadonlySet<ClauseElement>): ClauseElement | null {
  if (left instanceof Column && right instanceof Column) {
    if (left.references(right)) return left;
    if (right.references(left)) return right;
  }
  if (secondary.has(left) && !secondary.has(right)) return left;
  if (secondary.has(right) && !secondary.has(left)) return right;
  return null;
}

/** The elements of a condition with a mark. */
function gather(condition: Condition, name: string): ClauseElement[] {
  const found: ClauseElement[] = [];
  for (const element of iterate(condition)) if (name in element._annotations) found.push(element);
  return found;
}

function plain(pairs: readonly (readonly [AnyColumn, AnyColumn])[]): ColumnPairs {
  return pairs.map(([a, b]) => [a._identity as AnyColumn, b._identity as AnyColumn] as const);
}

/** Pairs of columns, each once. */
class PairSet {
  readonly pairs: [AnyColumn, AnyColumn][] = [];
  add(local: AnyColumn, remote: AnyColumn): void {
    if (!this.pairs.some(([l, r]) => l._identity === local._identity && r._identity === remote._identity)) this.pairs.push([local, remote]);
  }
}

/** Each pair of columns that a comparison has on its two sides. */
function* columnPairs(condition: Condition): IterableIterator<readonly [AnyColumn, AnyColumn, unknown]> {
  for (const element of iterate(condition)) {
    if (!(element instanceof BinaryExpression) || !element.operator.isComparison) continue;
    for (const left of columnsIn(element.left as ClauseElement)) {
      for (const right of columnsIn(element.right as ClauseElement)) {
        const direct = left === (element.left as ClauseElement) && right === (element.right as ClauseElement);
        yield [left, right, direct ? element.operator : null];
      }
    }
  }
}

function columnsIn(element: ClauseElement): AnyColumn[] {
  return [...iterate(element)].filter((each) => each._identity instanceof ColumnClause) as AnyColumn[];
}

/** The comparisons of a condition of nothing but `a = b AND c = d`; null for any other. */
function conjunction(condition: ClauseElement): ClauseElement[] | null {
  if (condition instanceof BinaryExpression) return condition.operator === operators.eq ? [condition] : null;
  const { operator, clauses } = condition as { operator?: unknown; clauses?: readonly ClauseElement[] };
  if (operator !== operators.and || clauses === undefined) {
    const inner = (condition as { element?: ClauseElement }).element;
    return inner === undefined ? null : conjunction(inner);
  }
  const all: ClauseElement[] = [];
  for (const clause of clauses) {
    const parts = conjunction(clause);
    if (parts === null) return null;
    all.push(...parts);
  }
  return all;
}
