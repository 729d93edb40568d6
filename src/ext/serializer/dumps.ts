import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { clauseOf } from "../../sql/base/coercions.ts";
import { Operator } from "../../sql/operators/operator.ts";
import { ColumnClause } from "../../sql/elements/column-clause.ts";
import { Column } from "../../sql/schema/column.ts";
import { MetaData } from "../../sql/schema/metadata.ts";
import { Table } from "../../sql/schema/table.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { ColumnCollection } from "../../sql/selectable/column-collection.ts";
import { TypeEngine } from "../../sql/types/type-engine.ts";
import { TableClause } from "../../sql/selectable/table-clause.ts";
import { InstrumentedAttribute } from "../../orm/attributes/instrumented-attribute.ts";
import { Mapper } from "../../orm/mapping/mapper.ts";
import { AliasedInsp } from "../../orm/query/aliased.ts";
import { Relationship } from "../../orm/relationship/relationship.ts";
import { classesWith, otherName, type SerializableClass } from "./classes.ts";
import { markNames, operatorNames, singleNames } from "./known.ts";

/** What is written down of objects that are no plain values. */
export type Written = null | string | number | boolean | readonly Written[] | { readonly $: string; readonly [key: string]: Written };

/** Further classes whose objects may be a part of what is written, by names of the program's choice: elements and types of dialects and its own. */
export type SerializerClasses = Readonly<Record<string, SerializableClass>>;

/** The options of {@link dumps}. */
export interface DumpsOptions {
  readonly classes?: SerializerClasses;
}

/** What elements keep for themselves: it is worked out anew, or would mean something else elsewhere. */
const OWN_AFFAIR: ReadonlyMap<string, Written> = new Map<string, Written>([
  ["_anonymousId", 0],
  ["_memo", null],
  ["_lastDialect", null],
  ["_lastMemo", null],
  ["_key", null],
  ["_columns", null],
  ["_primaryKey", null],
  ["_foreignKeys", null],
  ["_selected", null],
  ["_excluded", null],
  ["_inserted", null],
]);

/** What is left out altogether. */
const LEFT_OUT: ReadonlySet<string> = new Set(["_keptKey", "_keyWriter", "_keyNumber", "_isCloneOf"]);

/**
 * Writes a statement or an expression down as text (JSON), from which `loads()` makes it anew, in another process as well. Tables and
 * mapped classes are written as their names; values, types and operators as they are.
 *
 * @throws InvalidRequestError for what cannot be written, with its class and its place: functions, loader options, custom operators,
 *   elements of the program's own that `classes` does not name
 * @see https://docs.sqlalchemy.org/en/21/core/serializer.html
 * @example
 * const text = dumps(select(User).where(User.name.like("A%")));
 * const statement = loads(text, { metadata: Base.metadata, registry: Base.registry }) as Select<[User]>;
 */
export function dumps(statement: object, options: DumpsOptions = {}): string {
  const clause = clauseOf(statement);
  if (clause === null) throw new ArgumentError("dumps() takes a statement or an expression");
  return JSON.stringify(new Writer(options.classes ?? {}).write(clause, "the statement"));
}

class Writer {
  readonly #names: Map<unknown, string>;
  readonly #seen: Map<object, number> = new Map();

  constructor(classes: SerializerClasses) {
    this.#names = new Map(Array.from(classesWith(classes), ([name, class_]) => [class_, name]));
  }

  write(value: unknown, place: string): Written {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) ? value : { $: "number", value: String(value) };
      case "undefined":
        return { $: "undefined" };
      case "bigint":
        return { $: "bigint", value: String(value) };
      case "object":
        return value === null ? null : this.#object(value, place);
      case "symbol": {
        const name = markNames.get(value);
        if (name === undefined) throw refused(place, "a symbol");
        return { $: "mark", name };
      }
      default:
        throw refused(place, `a ${typeof value}`);
    }
  }

  #object(value: object, place: string): Written {
    if (Array.isArray(value)) return value.map((item: unknown, i) => this.write(item, `${place}[${i}]`));
    const single = singleNames.get(value);
    if (single !== undefined) return { $: "single", name: single };
    if (value instanceof Operator) {
      const name = operatorNames.get(value);
      if (name === undefined) throw refused(place, `the operator ${value.symbol.trim()}, which is the program's own`);
      return { $: "operator", name };
    }
    const id = this.#seen.get(value);
    if (id !== undefined) return { $: "seen", id };
    const reference = this.#reference(value, place);
    if (reference !== null) return reference;
    if (value instanceof Date) return { $: "date", value: value.toISOString() };
    if (value instanceof Uint8Array) return { $: "bytes", value: Buffer.from(value).toString("base64") };
    const own = this.#seen.size;
    this.#seen.set(value, own);
    if (value instanceof ColumnCollection) return { $: "columns", id: own, entries: this.write([...value.entries], place) };
    if (value instanceof Map) return { $: "map", id: own, entries: this.write([...value], place) };
    if (value instanceof Set) return { $: "set", id: own, items: this.write([...value], place) };
    const proto = Object.getPrototypeOf(value) as { constructor: unknown } | null;
    if (proto === null || proto === Object.prototype) return { $: "object", id: own, values: this.#values(value, place) };
    const name = this.#names.get(proto.constructor);
    if (name === undefined) {
      const { name: called } = proto.constructor as { name: string };
      throw refused(
        place,
        `an object of the class ${called}, which is not known here; give { classes: { ${otherName(called) === called ? called : `${otherName(called)}: ${called}`} } } to dumps() and loads()`,
      );
    }
    return { $: "new", id: own, class: name, values: this.#values(value, `${place} (${name})`) };
  }

  #values(value: object, place: string): Written {
    const written: [string, Written][] = [];
    for (const [key, each] of Object.entries(value)) {
      if (LEFT_OUT.has(key)) continue;
      const keeps = (value instanceof TableClause && key === "_columns") || (key === "_key" && !(value instanceof TypeEngine));
      const instead = keeps ? undefined : OWN_AFFAIR.get(key);
      if (instead !== undefined) {
        written.push([key, instead]);
        continue;
      }
      if (key === "_withOptions" && (each as readonly unknown[]).length > 0)
        throw refused(place, "a statement with options() of its own; give them to what loads() returns");
      written.push([key, this.write(each, `${place}.${key}`)]);
    }
    return written;
  }

  /** What is known by its name where it is read. */
  #reference(value: object, place: string): Written | null {
    if (value instanceof MetaData) return { $: "metadata" };
    if (value instanceof Mapper) return { $: "mapper", name: value.name };
    if (value instanceof AliasedInsp) return this.#alias(value, place);
    if (value instanceof Relationship || value instanceof InstrumentedAttribute) return this.#attribute(value, place);
    if (!(value instanceof Table) && !(value instanceof ColumnClause)) return null;
    const original = value._identity;
    const found: Written | null =
      original instanceof Table ? { $: "table", name: original.fullname } : this.#column(original as ColumnClause<unknown>, place);
    if (found === null || original === value) return found;
    return { $: "annotated", of: found, annotations: this.#values(value._annotations, place) };
  }

  /** A column by its key in what it is a column of; one that stands for itself is an element as others are. */
  #column(column: ColumnClause<unknown>, place: string): Written | null {
    const from = column.table as unknown as FromClause | null;
    if (from === null || (from instanceof TableClause && !(from instanceof Table))) {
      if (column instanceof Column) throw refused(place, `the column ${column.key}, which belongs to no table`);
      return null;
    }
    const key = from._collection.entries.find(([, each]) => each._identity === column)?.[0];
    if (key === undefined) return null;
    return { $: "column", from: this.write(from, `${place}.table`), key };
  }

  #alias(value: AliasedInsp, place: string): Written {
    if (value.isWithPolymorphic || value.baseAlias !== value) throw refused(place, "an alias of withPolymorphic()");
    const id = this.#seen.size;
    this.#seen.set(value, id);
    return {
      $: "alias",
      id,
      mapper: value.mapper.name,
      name: value.name,
      adaptOnNames: value.adaptOnNames,
      selectable: this.write(value.selectable, `${place}.selectable`),
    };
  }

  #attribute(value: Relationship<unknown, unknown> | InstrumentedAttribute<unknown>, place: string): Written {
    if (!(value instanceof Relationship)) return this.write(value._clause, place);
    const ofType = value._ofType === null ? null : this.write(value._ofType, place);
    return {
      $: "relationship",
      entity: this.write(value._parententity, place),
      key: value.key,
      ofType,
      criteria: this.write(value._extraCriteria ?? [], place),
    };
  }
}

function refused(place: string, what: string): InvalidRequestError {
  return new InvalidRequestError(`dumps(): ${place} is ${what}: it cannot be written down`);
}
