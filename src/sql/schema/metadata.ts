import { INSPECT } from "../../util/inspect.ts";
import { ArgumentError } from "../../errors.ts";
import type { Dispatcher } from "../../event/dispatcher.ts";
import type { EVENTS } from "../../event/registry.ts";
import { Slot } from "../base/late.ts";
import type { DdlBind } from "../base/statement-runner.ts";
import { type NameArgument, nameParts } from "../elements/quoted-name.ts";
import type { CheckFirst } from "./check-first.ts";
import { allMetaData, type MetaDataEvents } from "./events.ts";
import { DEFAULT_NAMING_CONVENTION, type NamingConvention } from "./naming-convention.ts";
import type { Routine } from "./routine.ts";
import type { Info } from "./schema-item.ts";
import type { SchemaType } from "./schema-types.ts";
import type { Sequence } from "./sequence.ts";
import { sortTables } from "./sort-tables.ts";
import type { Table } from "./table.ts";
import type { Trigger } from "./trigger.ts";

/** Options of {@link MetaData}. */
export interface MetaDataOptions {
  /** the schema of tables that name none */
  readonly schema?: NameArgument | null;
  /** whether that schema's name is always quoted, or never */
  readonly quoteSchema?: boolean | null;
  /** how constraints and indexes without a name are called */
  readonly namingConvention?: NamingConvention;
  readonly info?: Info;
}

/** Options of {@link MetaData.createAll} and {@link MetaData.dropAll}. */
export interface CreateAllOptions {
  /** only these tables */
  readonly tables?: readonly Table[];
  /** looks first what is there already: all (true), nothing (false), or some kinds by flags of `CheckFirst`; true unless told */
  readonly checkFirst?: CheckFirst;
}

/** Options of {@link MetaData.reflect}. */
export interface ReflectOptions {
  /** the schema to read; that of the MetaData unless told */
  readonly schema?: string | null;
  /** views as well */
  readonly views?: boolean;
  /** only these tables, by name or by what a function says */
  readonly only?: readonly string[] | ((name: string, metadata: MetaData) => boolean);
  /** tables that are in the collection already are read too, and get what they lack */
  readonly extendExisting?: boolean;
  /** reads the tables that foreign keys lead to as well, in other schemas too; true unless told */
  readonly resolveFks?: boolean;
}

/** Filled by the schema generator. */
export const createAllSlot: Slot<(metadata: MetaData, bind: DdlBind, options: CreateAllOptions) => Promise<void>> = new Slot("createAll");
/** Filled by the schema dropper. */
export const dropAllSlot: Slot<(metadata: MetaData, bind: DdlBind, options: CreateAllOptions) => Promise<void>> = new Slot("dropAll");
/** Filled by the engine's reflection. */
export const reflectSlot: Slot<(metadata: MetaData, bind: DdlBind, options: ReflectOptions) => Promise<void>> = new Slot("reflect");

/**
 * A collection of tables that belong together.
 * @example const metadata = new MetaData(); const users = new Table("users", metadata, { id: new Column(t.integer(), { primaryKey: true }) });
 * See https://docs.sqlalchemy.org/en/21/core/metadata.html#sqlalchemy.schema.MetaData
 */
export class MetaData {
  declare readonly [EVENTS]?: MetaDataEvents;
  readonly schema: string | null;
  readonly quoteSchema: boolean | null;
  readonly namingConvention: NamingConvention;
  /** The tables by key, whether their columns are known yet or not. @internal */
  readonly _tables: Map<string, Table> = new Map();
  /** Tables whose columns are not known yet. @internal */
  readonly _deferred: Set<Table> = new Set();
  /** @internal */
  readonly _sequences: Map<string, Sequence> = new Map();
  /** Enums and domains: those that were given the collection, and those of its columns. @internal */
  readonly _types: Set<SchemaType> = new Set();
  /** @internal */
  readonly _routines: Map<string, Routine> = new Map();
  /** @internal */
  _info: Info | null = null;
  /** @internal */
  _dispatch: Dispatcher<MetaDataEvents> | null = null;

  constructor(options: MetaDataOptions = {}) {
    [this.schema, this.quoteSchema] = options.schema == null ? [null, null] : nameParts(options.schema, options.quoteSchema);
    this.namingConvention =
      options.namingConvention === undefined ? DEFAULT_NAMING_CONVENTION : { ...DEFAULT_NAMING_CONVENTION, ...options.namingConvention };
    if (options.info !== undefined) this._info = options.info;
  }

  /** The tables by name, with the schema before it where there is one ("schema.table"). */
  get tables(): ReadonlyMap<string, Table> {
    this._fill();
    return this._tables;
  }

  /** The tables, those that others refer to first. */
  get sortedTables(): readonly Table[] {
    this._fill();
    return sortTables([...this._tables.values()].sort((a, b) => (a.key < b.key ? -1 : 1)));
  }

  /** The sequences of its columns and those that were made for it. */
  get sequences(): readonly Sequence[] {
    this._fill();
    return [...this._sequences.values()];
  }

  /** The functions and procedures that were made for it. */
  get routines(): readonly Routine[] {
    return [...this._routines.values()];
  }

  /** The triggers of its tables. */
  get triggers(): readonly Trigger[] {
    return [...this.tables.values()].flatMap((table) => table.triggers);
  }

  /** The schemas of its tables and its own, each once. */
  get schemas(): readonly string[] {
    const names = [this.schema, ...[...this._tables.values()].map((table) => table.schema)];
    return [...new Set(names.filter((name): name is string => name !== null && name !== ""))];
  }

  /**
   * The objects of a class that belong to the collection beside its tables: sequences, enums, domains, routines.
   * @param kind - the class
   * @param options - schema: only those of this schema; that of the collection unless told
   * @example metadata.getSchemaObjects(Sequence)
   */
  getSchemaObjects<T extends object>(
    kind: abstract new (...args: never[]) => T,
    options: { readonly schema?: string | null } = {},
  ): readonly T[] {
    this._fill();
    const schema = options.schema === undefined ? this.schema : options.schema;
    const all: readonly object[] = [...this._types, ...this._sequences.values(), ...this._routines.values()];
    return all.filter((item): item is T => item instanceof kind && (item as { readonly schema?: string | null }).schema === schema);
  }

  /**
   * The object of a class and a name; null when there is none.
   * @param kind - the class
   * @param name - the name of the sequence, type or routine
   * @param options - schema: the schema; that of the collection unless told
   */
  getSchemaObjectByName<T extends object>(
    kind: abstract new (...args: never[]) => T,
    name: string,
    options: { readonly schema?: string | null } = {},
  ): T | null {
    return this.getSchemaObjects(kind, options).find((item) => (item as { readonly name?: string | null }).name === name) ?? null;
  }

  /** Data of the user's own. */
  get info(): Info {
    return (this._info ??= {});
  }

  /** Whether there is a table of that key. */
  has(table: string | Table): boolean {
    return this._tables.has(typeof table === "string" ? table : table.key);
  }

  /** Takes a table out. */
  remove(table: Table): void {
    if (this._tables.get(table.key) === table) this._tables.delete(table.key);
    this._deferred.delete(table);
  }

  /** Takes all tables out. */
  clear(): void {
    this._tables.clear();
    this._deferred.clear();
    this._sequences.clear();
    this._types.clear();
    this._routines.clear();
  }

  /**
   * Creates all tables, with their indexes, sequences and types, in the order of their dependencies.
   * @param bind - an engine (everything happens in one transaction) or a connection
   */
  createAll(bind: DdlBind, options: CreateAllOptions = {}): Promise<void> {
    return createAllSlot.call(this, checkBind(bind, "createAll"), options);
  }

  /** Drops all tables, and what was created with them. */
  dropAll(bind: DdlBind, options: CreateAllOptions = {}): Promise<void> {
    return dropAllSlot.call(this, checkBind(bind, "dropAll"), options);
  }

  /**
   * Reads all tables of a schema that are not in this collection yet, those that they refer to included, with a fixed number of queries.
   * @throws InvalidRequestError when `only` names a table that the database does not have; then nothing is added
   * @see https://docs.sqlalchemy.org/en/21/core/reflection.html#reflecting-all-tables-at-once
   */
  reflect(bind: DdlBind, options: ReflectOptions = {}): Promise<void> {
    return reflectSlot.call(this, checkBind(bind, "reflect"), options);
  }

  /** @internal */
  get _reflects(): boolean {
    return true;
  }

  /** @internal */
  get _eventParent(): Dispatcher<MetaDataEvents> {
    return allMetaData;
  }

  toString(): string {
    return "MetaData()";
  }

  /** @internal */
  [INSPECT](): string {
    return `MetaData(${[...this._tables.keys()].join(", ")})`;
  }

  /** Asks for the columns of the tables that were declared without. @internal */
  _fill(): void {
    for (const table of this._deferred) table._ensureFilled();
  }

  /** @internal */
  _addType(type: SchemaType): void {
    this._types.add(type);
  }

  /** @internal */
  _addRoutine(routine: Routine): void {
    this._routines.set(routine.key, routine);
  }

  /** @internal */
  _addSequence(sequence: Sequence): void {
    this._sequences.set(sequence.fullname, sequence);
  }
}

function checkBind(bind: DdlBind, method: string): DdlBind {
  if (typeof bind !== "object" || bind === null) throw new ArgumentError(`metadata.${method}() needs an engine or a connection.`);
  return bind;
}
