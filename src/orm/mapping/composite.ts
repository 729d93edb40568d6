import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import type { VALUE } from "../../sql/base/expression.ts";
import { clauseSymbol } from "../../sql/base/coercions.ts";
import { type CacheKey, identityNumber } from "../../sql/base/cache-key.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { ClauseList } from "../../sql/elements/clause-list.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { and, not } from "../../sql/elements/constructors.ts";
import { describeValue } from "../attributes/class-manager.ts";
import { History } from "../attributes/history.ts";
import { type InstanceState, STATE, type Stateful } from "../state/instance-state.ts";
import { type CompositePlace, isPlaced, STANDS_IN } from "./composite-parent.ts";
import type { InspectedEntity } from "./inspected-entity.ts";
import type { Mapper } from "./mapper.ts";
import { MapperProperty } from "./mapper-property.ts";
import { locateAttribute } from "./pending-classes.ts";
import { type BoundAttribute, type ClassScan, type Declaration, nextCreationOrder, SCAN } from "./scan.ts";
import type { MAPPED } from "./types.ts";

/** A class whose objects stand for several columns. */
export interface CompositeValue {
  /** the values, in the order of the columns */
  compositeValues(): readonly unknown[];
}

/** Makes a composite of the values of its columns. */
export type CompositeClass<T> = new (...values: never[]) => T;

/** The options of {@link composite}. */
export interface CompositeOptions {
  /** null in place of an object when this gives true for the values */
  readonly returnNoneOn?: (...values: readonly unknown[]) => boolean;
  readonly doc?: string;
}

interface Made {
  readonly values: readonly unknown[];
  readonly composite: unknown;
}

/** Several columns that are one object, as the mapper knows it. */
export class CompositeProperty extends MapperProperty {
  readonly compositeClass: CompositeClass<unknown>;
  readonly attributeKeys: readonly string[];
  readonly options: CompositeOptions;
  /** the object that was made last: while its columns stay the same it is the same object */
  readonly #made: WeakMap<InstanceState, Made> = new WeakMap();
  readonly #places: WeakMap<InstanceState, CompositePlace> = new WeakMap();

  constructor(compositeClass: CompositeClass<unknown>, attributeKeys: readonly string[], options: CompositeOptions) {
    super();
    this.compositeClass = compositeClass;
    this.attributeKeys = attributeKeys;
    this.options = options;
    this.doc = options.doc ?? null;
  }

  override get isComposite(): boolean {
    return true;
  }

  override instrumentClass(): void {}

  protected override doInit(): void {
    for (const key of this.attributeKeys) {
      const prop = this.parent.props.get(key);
      if (prop === undefined || !prop.isColumn)
        throw new ArgumentError(`${this} is made of ${JSON.stringify(key)}, which is no column attribute of ${this.parent.name}`);
    }
  }

  override defineOn(prototype: object): void {
    const prop = this;
    Object.defineProperty(prototype, this.key, {
      configurable: true,
      enumerable: true,
      get(this: Stateful): unknown {
        return prop.read(this);
      },
      set(this: Stateful, value: unknown) {
        prop.write(this, value);
      },
    });
  }

  private read(obj: Stateful): unknown {
    const state = obj[STATE];
    const values = this.attributeKeys.map((key) => (obj as unknown as Record<string, unknown>)[key]);
    const made = this.#made.get(state);
    // null that was set stays until it is written: a row has an object, whatever its values are
    const isWritten = made?.composite === null && state.key !== null && !this.attributeKeys.some((key) => state.committed?.has(key));
    if (made !== undefined && !isWritten && made.values.every((value, i) => value === values[i])) return made.composite;
    const composite = this._compose(values);
    this.#note(obj, values, composite);
    return composite;
  }

  #note(obj: Stateful, values: readonly unknown[], composite: unknown): void {
    const state = obj[STATE];
    const before = this.#made.get(state)?.composite;
    this.#made.set(state, { values, composite });
    if (composite !== before && isPlaced(composite)) composite[STANDS_IN](this.#placeOf(obj));
  }

  /** The attribute of one object, always the same: a composite that comes back to it notes it once. */
  #placeOf(obj: Stateful): CompositePlace {
    const state = obj[STATE];
    let place = this.#places.get(state);
    if (place === undefined) {
      place = {
        rewrite: (changed) => {
          if (this.#made.get(state)?.composite !== changed) return false;
          this.write(obj, changed);
          return true;
        },
      };
      this.#places.set(state, place);
    }
    return place;
  }

  /** The composite of values that were read. @internal */
  _compose(values: readonly unknown[]): unknown {
    return this.options.returnNoneOn?.(...values) === true ? null : new this.compositeClass(...(values as never[]));
  }

  private write(obj: Stateful, value: unknown): void {
    const pairs = this.pairsOf(value);
    for (const [key, each] of pairs) (obj as unknown as Record<string, unknown>)[key] = each;
    this.#note(
      obj,
      pairs.map(([, each]) => each),
      value,
    );
  }

  /** The values of the columns that an object stands for. */
  valuesOf(value: unknown): readonly unknown[] {
    if (!(value instanceof this.compositeClass))
      throw new ArgumentError(`${this} takes objects of ${this.compositeClass.name}, not ${describeValue(value)}`);
    const values = (value as Partial<CompositeValue>).compositeValues?.();
    if (!Array.isArray(values) || values.length !== this.attributeKeys.length) {
      throw new InvalidRequestError(
        `${this.compositeClass.name} needs a method compositeValues() that gives its ${this.attributeKeys.length} values in an array`,
      );
    }
    return values as unknown[];
  }

  /** What was set and what was there before, as objects. */
  historyOf(state: InstanceState): History {
    const histories = this.attributeKeys.map((key) => state.getHistory(key));
    const now = histories.map(({ added, unchanged }) => [...added, ...unchanged][0] ?? null);
    if (!histories.some((history) => history.hasChanges())) return new History([], [this._compose(now)], []);
    return new History([this._compose(now)], [], [this._compose(histories.map(({ deleted }) => deleted[0] ?? null))]);
  }

  /** The values of the columns by attribute. */
  pairsOf(value: unknown): [string, unknown][] {
    const values = value === null ? this.attributeKeys.map(() => null) : this.valuesOf(value);
    return this.attributeKeys.map((key, i) => [key, values[i]]);
  }

  /** @internal */
  _attributeFor(mapper: Mapper): object {
    const attribute = new CompositeAttribute<unknown>(this.compositeClass, this.attributeKeys, this.options);
    attribute._bindTo(mapper, this);
    return attribute;
  }
}

/** The attribute of a class that {@link composite} declares: compared with composite objects, it compares their columns. */
export class CompositeAttribute<V> implements Declaration {
  declare readonly [MAPPED]: true;
  declare readonly [VALUE]: V;
  /** @internal */
  readonly _creationOrder: number = nextCreationOrder();
  readonly #class: CompositeClass<unknown>;
  readonly #keys: readonly string[];
  readonly #options: CompositeOptions;
  /** @internal */
  _entity: InspectedEntity | null = null;
  /** @internal */
  _property: CompositeProperty | null = null;

  constructor(compositeClass: CompositeClass<unknown>, keys: readonly string[], options: CompositeOptions) {
    this.#class = compositeClass;
    this.#keys = keys;
    this.#options = options;
  }

  /** Says what the static declares, when its class is mapped. */
  [SCAN](scan: ClassScan, key: string): void {
    scan.addProperty(key, new CompositeProperty(this.#class, this.#keys, this.#options));
    scan.bind(key, this as BoundAttribute);
  }

  /** @internal */
  _copyDeclaration(): CompositeAttribute<V> {
    return new CompositeAttribute<V>(this.#class, this.#keys, this.#options);
  }

  /** @internal */
  _bindTo(entity: InspectedEntity, property: MapperProperty): void {
    this._entity = entity;
    this._property = property as CompositeProperty;
  }

  get property(): CompositeProperty {
    if (this._property === null) locateAttribute(this);
    return this._property!;
  }

  /** @internal */
  get _parententity(): InspectedEntity {
    if (this._entity === null) locateAttribute(this);
    return this._entity!;
  }

  get key(): string {
    return this.property.key;
  }

  /** The attributes of the columns. @internal */
  get _columns(): readonly ColumnElement<unknown>[] {
    const source = this._parententity.entity as Readonly<Record<string, ColumnElement<unknown>>>;
    return this.property.attributeKeys.map((key) => source[key]!);
  }

  /** @internal */
  adaptToEntity(entity: InspectedEntity): CompositeAttribute<V> {
    const copy = this._copyDeclaration();
    copy._bindTo(entity, this.property);
    return copy;
  }

  /** All columns are those of the composite object. */
  eq(other: V | null): ColumnElement<boolean> {
    const values = other === null ? this._columns.map(() => null) : this.property.valuesOf(other);
    return and(...this._columns.map((column, i) => column.eq(values[i] as never)));
  }

  /** Some column differs. */
  ne(other: V | null): ColumnElement<boolean> {
    return not(this.eq(other));
  }

  /** @internal */
  get _clause(): ClauseElement {
    const columns = this._columns.map((column) => column._clause);
    const { property } = this;
    // in a SELECT it is one thing, as a Bundle is
    const bundle = {
      name: property.key,
      _clauses: columns,
      // it is made anew each time
      _isKeyedByStructure: true,
      _cacheKey: (key: CacheKey): void => key.add(identityNumber(property)),
      createRowProcessor:
        <Row, Run>(procs: readonly ((row: Row, run: Run) => unknown)[]) =>
        (row: Row, run: Run): unknown =>
          property._compose(procs.map((proc) => proc(row, run))),
    };
    return ClauseList.grouped(columns)
      ._annotate({ bundle })
      ._setPropagateAttrs({ compileStatePlugin: "orm", pluginSubject: this._parententity });
  }

  /** @internal */
  get [clauseSymbol](): ClauseElement {
    return this._clause;
  }
}

/**
 * Declares several columns that are one object of the program.
 *
 * @param compositeClass - its constructor takes the values, its method `compositeValues()` gives them
 * @param attributes - the attributes of the columns, and options
 * @see https://docs.sqlalchemy.org/en/21/orm/composites.html
 * @throws ArgumentError without a class or names
 * @example static span = composite(Span, "start", "end");
 */
export function composite<T>(
  compositeClass: CompositeClass<T>,
  ...attributes: readonly [...names: string[]] | readonly [...names: string[], options: CompositeOptions]
): CompositeAttribute<T> {
  const rest = [...attributes] as unknown[];
  const options = typeof rest.at(-1) === "object" ? (rest.pop() as CompositeOptions) : {};
  if (typeof compositeClass !== "function" || rest.length === 0 || !rest.every((name) => typeof name === "string")) {
    throw new ArgumentError('composite() takes a class and names of attributes: composite(Span, "start", "end")');
  }
  return new CompositeAttribute<T>(compositeClass, rest as string[], options);
}
