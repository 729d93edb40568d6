import { ArgumentError, AthanorError, InvalidRequestError } from "../../errors.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { ColumnCollection } from "../../sql/selectable/column-collection.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import type { MetaData } from "../../sql/schema/metadata.ts";
import type { Mapper } from "../../orm/mapping/mapper.ts";
import type { Registry } from "../../orm/mapping/registry.ts";
import { AliasedInsp } from "../../orm/query/aliased.ts";
import { ClauseElement as Clause } from "../../sql/elements/clause-element.ts";
import { classesWith, type SerializableClass } from "./classes.ts";
import type { SerializerClasses } from "./dumps.ts";
import { marks, operators, singles } from "./known.ts";

/** The options of {@link loads}. */
export interface LoadsOptions {
  /** where tables are found by their names */
  readonly metadata?: MetaData;
  /** where mapped classes are found by their names: `Base.registry` */
  readonly registry?: Registry;
  /** those that `dumps()` was given */
  readonly classes?: SerializerClasses;
}

type Node = Readonly<Record<string, unknown>>;

/**
 * Makes a statement or an expression of the text that `dumps()` gave. Only elements and types that are known, or named in `classes`, come
 * into being; nothing of the text is run as code. It is a statement all the same: whoever can change the text can change the SQL.
 *
 * @throws ArgumentError for a text that is none, or that names what is not there: classes, tables, columns, operators
 * @see https://docs.sqlalchemy.org/en/21/core/serializer.html
 */
export function loads<T extends ClauseElement = ClauseElement>(text: string, options: LoadsOptions = {}): T {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new ArgumentError("loads() takes a text that dumps() gave; this is no JSON", { cause });
  }
  options.registry?.configure();
  let made: unknown;
  try {
    made = new Reader(options).read(parsed);
  } catch (error) {
    if (error instanceof AthanorError) throw error;
    throw new ArgumentError("loads() takes a text that dumps() gave; this one is damaged", { cause: error });
  }
  if (!(made instanceof Clause)) throw new ArgumentError("loads() takes a text that dumps() gave; this one has no statement or expression");
  return made as T;
}

class Reader {
  readonly #options: LoadsOptions;
  readonly #classes: ReadonlyMap<string, SerializableClass>;
  readonly #made: Map<number, unknown> = new Map();

  constructor(options: LoadsOptions) {
    this.#options = options;
    this.#classes = classesWith(options.classes);
  }

  read(value: unknown): unknown {
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map((each) => this.read(each));
    const node = value as Node;
    switch (node["$"]) {
      case "undefined":
        return undefined;
      case "number":
        return Number(node["value"]);
      case "bigint":
        return BigInt(node["value"] as string);
      case "date":
        return new Date(node["value"] as string);
      case "bytes":
        return new Uint8Array(Buffer.from(node["value"] as string, "base64"));
      case "single":
        return named(singles, node["name"], "object");
      case "mark":
        return named(marks, node["name"], "mark");
      case "metadata":
        return this.#options.metadata ?? this.#options.registry?.metadata ?? null;
      case "operator":
        return named(operators, node["name"], "operator");
      case "seen":
        return this.#seen(node["id"]);
      case "map":
        return this.#note(node, new Map(this.read(node["entries"]) as [unknown, unknown][]));
      case "set":
        return this.#note(node, new Set(this.read(node["items"]) as unknown[]));
      case "object":
        return this.#fill(this.#note(node, {}), node["values"]);
      case "new":
        return this.#fill(this.#note(node, this.#empty(node["class"])), node["values"]);
      case "table":
        return this.#table(node);
      case "column":
        return this.#column(node);
      case "columns":
        return this.#columns(node);
      case "annotated":
        return (this.read(node["of"]) as ClauseElement)._annotate(this.#fill({}, node["annotations"]) as Record<string, unknown>);
      case "mapper":
        return this.#mapper(node["name"]);
      case "alias":
        return this.#alias(node);
      case "relationship":
        return this.#relationship(node);
      default:
        throw new ArgumentError(`loads(): the text has something of the unknown kind ${JSON.stringify(node["$"])}`);
    }
  }

  #note<T>(node: Node, made: T): T {
    this.#made.set(node["id"] as number, made);
    return made;
  }

  #seen(id: unknown): unknown {
    if (!this.#made.has(id as number)) throw new ArgumentError("loads(): the text refers to a part that it does not have");
    return this.#made.get(id as number);
  }

  /** An object as copies are made: without running a constructor. */
  #empty(name: unknown): object {
    const class_ = named(this.#classes, name, "class");
    return Object.create((class_ as unknown as { prototype: object }).prototype) as object;
  }

  #fill(target: object, values: unknown): object {
    for (const [key, value] of values as readonly (readonly [string, unknown])[]) {
      // what an object inherits is no business of a text
      if (typeof key !== "string" || key === "__proto__" || key === "constructor" || key === "prototype")
        throw new ArgumentError(`loads(): ${JSON.stringify(key)} is no part of an element`);
      const made = this.read(value);
      if (typeof (target as Record<string, unknown>)[key] === "function")
        throw new ArgumentError(`loads(): ${key} is a method, not a part`);
      Object.defineProperty(target, key, { value: made, configurable: true, enumerable: true, writable: true });
    }
    return target;
  }

  #table(node: Node): unknown {
    const { metadata, registry } = this.#options;
    const name = node["name"] as string;
    const table = metadata?.tables.get(name) ?? registry?.metadata.tables.get(name);
    if (table === undefined)
      throw new ArgumentError(
        `loads(): there is no table "${name}" ${metadata === undefined && registry === undefined ? "without { metadata }" : "in the metadata"}`,
      );
    return table;
  }

  #column(node: Node): unknown {
    const from = this.read(node["from"]) as FromClause;
    const column = from._collection.get(node["key"] as string);
    if (column === undefined)
      throw new ArgumentError(`loads(): ${from.description ?? "what is selected from"} has no column "${String(node["key"])}"`);
    return column;
  }

  #columns(node: Node): ColumnCollection {
    const made = this.#note(node, new ColumnCollection());
    for (const [key, column] of this.read(node["entries"]) as [string, never][]) made.add(column, key);
    return made;
  }

  #mapper(name: unknown): Mapper {
    const found = [...(this.#options.registry?.mappers ?? [])].filter((mapper) => mapper.name === name);
    if (found.length === 1) return found[0]!;
    throw new ArgumentError(
      this.#options.registry === undefined
        ? `loads(): the statement is about the class ${String(name)}; give { registry: Base.registry }`
        : `loads(): the registry has ${found.length === 0 ? "no class" : "several classes"} of the name ${String(name)}`,
    );
  }

  #alias(node: Node): AliasedInsp {
    const mapper = this.#mapper(node["mapper"]);
    const selectable = this.read(node["selectable"]) as FromClause;
    const options = { name: node["name"] as string, adaptOnNames: node["adaptOnNames"] === true };
    return this.#note(node, new AliasedInsp(mapper, selectable, options));
  }

  #relationship(node: Node): unknown {
    const entity = this.read(node["entity"]) as { readonly entity: object };
    const attribute = (entity.entity as Readonly<Record<string, unknown>>)[node["key"] as string] as RelationshipAttribute | undefined;
    if (attribute === undefined || typeof attribute.ofType !== "function")
      throw new InvalidRequestError(`loads(): there is no relationship ${String(node["key"])}`);
    const ofType = this.read(node["ofType"]) as { readonly entity: object } | null;
    const typed = ofType === null ? attribute : attribute.ofType(ofType.entity);
    const criteria = this.read(node["criteria"]) as readonly unknown[];
    return criteria.length === 0 ? typed : typed.and(...criteria);
  }
}

interface RelationshipAttribute {
  ofType(target: object): RelationshipAttribute;
  and(...criteria: readonly unknown[]): RelationshipAttribute;
}

function named<T>(map: ReadonlyMap<string, T>, name: unknown, what: string): T {
  const found = typeof name === "string" ? map.get(name) : undefined;
  if (found === undefined) throw new ArgumentError(`loads(): there is no ${what} ${JSON.stringify(name)}`);
  return found;
}
