import { ArgumentError, CompileError, InvalidBindValueError, ObjectNotExecutableError, ValueOutOfRangeError } from "../errors.ts";
import type { CacheUse } from "../log.ts";
import { didYouMean } from "../util/text.ts";
import type { CompileArgs } from "../sql/base/sql-dialect.ts";
import type { BoundStatement, Compiled, InsertBatch, ParameterRecord } from "../sql/compiler/compiled.ts";
import type { SchemaMap } from "../sql/compiler/identifier-preparer.ts";
import type { UpdateBase } from "../sql/dml/dml-base.ts";
import { keptKeyOf, type ClauseElement } from "../sql/elements/clause-element.ts";
import { isPlainTable } from "../sql/schema/plain-table.ts";
import { type CacheEntry, CompiledCache } from "./compiled-cache.ts";
import type { Connection } from "./connection.ts";
import type { ExecuteOptions } from "./driver.ts";
import { ExecutionContext, type ExecutionOptions } from "./execution-context.ts";
import { checkCount } from "./dialect-settings.ts";
import { checkWhere, withMaxRows } from "./guards.ts";
import { kindOf } from "../sql/types/processors.ts";
import { wantsBigints } from "./result/metadata.ts";
import { SchemaTexts } from "./schema-texts.ts";

/** A statement that is ready to be sent. */
export interface Prepared {
  readonly context: ExecutionContext;
  /** null for text that is sent as it is */
  readonly entry: CacheEntry | null;
  readonly driverOptions: ExecuteOptions;
  /** many rows in a few statements, instead of one for each */
  readonly batches: Iterable<InsertBatch> | null;
}

const ONCE: ExecuteOptions = Object.freeze({ prepare: false, bigints: false, maxRows: undefined });
const PLAIN: ExecuteOptions = Object.freeze({ prepare: true, bigints: false, maxRows: undefined });
const BIGINTS: ExecuteOptions = Object.freeze({ prepare: true, bigints: true, maxRows: undefined });
const ONCE_BIGINTS: ExecuteOptions = Object.freeze({ prepare: false, bigints: true, maxRows: undefined });

/** An execution option: no two parameter sets of an UPDATE or DELETE meet the same row, and their order does not count. */
export const EACH_ROW_ONCE = "_eachRowOnce";

/** The execution option by which a flush asks for the generated key of each row of an INSERT of many. */
export const EACH_KEY = "_eachKey";

/** Compiles a statement, or finds it in the cache, and binds its values. */
export function prepareStatement(
  connection: Connection,
  statement: ClauseElement,
  params: ParameterRecord | readonly ParameterRecord[] | null,
  options: ExecutionOptions,
): Prepared {
  if (typeof (statement as Partial<ClauseElement> | null)?._cacheKey !== "function") throw notExecutable(statement);
  const list = Array.isArray(params) ? (params as readonly ParameterRecord[]) : null;
  const many = list !== null && list.length > 1;
  const first = list === null ? (params as ParameterRecord | null) : (list[0] ?? null);
  const columnKeys = first === null ? keysWithoutValues(statement) : Object.keys(first);
  const { dialect } = connection;
  const translate = schemaMapOf(options);

  const key = keptKeyOf(statement);
  const cache = cacheOf(connection, options);
  const cacheable = cache !== null && key.cacheable;
  let form = "";
  let entry: CacheEntry | undefined;
  if (cacheable) {
    // the columns of an INSERT or UPDATE may be those of the values that are given; other statements are the same with any values
    if (columnKeys !== null && !statement._isSelectBase) {
      form = many ? "*" : "1";
      for (const name of columnKeys) form += `${name.length}:${name}`;
    }
    // the text has marks for schemas, whatever they are translated to
    if (translate !== null) form += translate.has(null) ? ",null" : ",";
    entry = cache._get(key, form);
  }
  let use: CacheUse = "hit";
  let compileTime = 0;
  if (entry === undefined) {
    use = cacheable ? "miss" : cache === null ? "off" : "no key";
    const start = performance.now();
    const args: { -readonly [K in keyof CompileArgs]: CompileArgs[K] } = {
      dialect,
      cacheKey: key,
      forExecutemany: many,
      linting: connection.engine._lints,
    };
    if (columnKeys !== null) args.columnKeys = columnKeys;
    if (translate !== null) {
      args.schemaTranslateMap = translate;
      args.schemaMarks = translate.has(null) ? "null" : "named";
    }
    const compiled = statement.compile(args);
    if (columnKeys !== null) checkNames(compiled, columnKeys);
    const now = performance.now();
    entry = {
      compiled,
      metadata: null,
      bigints: !compiled.isDdl && wantsBigints(compiled.resultColumns, dialect),
      since: now,
      schemas: translate === null || compiled.isDdl ? null : new SchemaTexts(dialect.identifierPreparer),
      together:
        compiled.isInsert && dialect.postfetchLastrowids === true && isPlainTable((statement as unknown as Partial<UpdateBase>).table),
    };
    compileTime = now - start;
    if (compiled.isCacheable === false) use = cache === null ? "off" : "no key";
    else if (cacheable && !compiled.isDdl) cache._set(key, form, entry);
  }
  const { compiled } = entry;
  if (compiled.unfiltered != null) checkWhere(compiled.unfiltered, options);
  let driverOptions = compiled.isDdl ? ONCE : entry.bigints ? (cacheable ? BIGINTS : ONCE_BIGINTS) : PLAIN;

  if (many) {
    if (isDml(compiled)) checkSets(list, columnKeys!);
    let batches =
      compiled.isInsert && (compiled.returnsRows || dialect.useInsertManyValuesWoReturning || dialect.insertFromArrays)
        ? compiled.insertBatches(list, key.binds, pageSizeOf(options))
        : options[EACH_ROW_ONCE] === true && (compiled.isUpdate || compiled.isDelete)
          ? (compiled.rowBatches?.(list, key.binds) ?? null)
          : null;
    // in a transaction: whoever flushes rolls back when anything fails
    if (options[EACH_ROW_ONCE] === true) driverOptions = { ...driverOptions, allOrNone: true };
    if (entry.together || options[EACH_KEY] === true)
      driverOptions = { ...driverOptions, together: entry.together, eachKey: options[EACH_KEY] === true };
    if (batches !== null && entry.schemas !== null) batches = entry.schemas.translateBatches(batches, translate!);
    let bound: { readonly sql: string; readonly rows: unknown[][] } = NOT_BOUND;
    try {
      if (batches === null) bound = compiled.bindMany(list, key.binds);
    } catch (error) {
      throw bindFailure(connection, error);
    }
    const context = new ExecutionContext(
      connection,
      compiled,
      entry.schemas === null ? bound.sql : entry.schemas.translate(bound.sql, translate!),
      bound.rows,
      list,
      key.binds,
      true,
      options,
      use,
      entry.since,
      compileTime,
    );
    return { context, entry, driverOptions, batches };
  }
  // the rows that a list of parameters gives back are as many as the program has at hand
  if (Object.hasOwn(options, "maxRows")) driverOptions = withMaxRows(driverOptions, options);
  let bound: BoundStatement;
  try {
    bound = compiled.isDdl ? { sql: compiled.sql, params: [] } : compiled.bind(first, key.binds);
  } catch (error) {
    throw bindFailure(connection, error);
  }
  const context = new ExecutionContext(
    connection,
    compiled,
    entry.schemas === null ? bound.sql : entry.schemas.translate(bound.sql, translate!),
    bound.params,
    first,
    key.binds,
    false,
    options,
    use,
    entry.since,
    compileTime,
  );
  context._bound = bound;
  return { context, entry, driverOptions, batches: null };
}

function pageSizeOf(options: ExecutionOptions): number | undefined {
  const size = options["insertmanyvaluesPageSize"];
  if (size === undefined) return undefined;
  checkCount("insertmanyvaluesPageSize", size);
  return size;
}

const NOT_BOUND = { sql: "", rows: [] };

/** A value that could not be sent is shown, unless the engine hides values. */
export function bindFailure(connection: Connection, error: unknown): unknown {
  const isValue = error instanceof InvalidBindValueError || error instanceof ValueOutOfRangeError;
  return isValue && !connection.engine.hideParameters ? error._showValue() : error;
}

/** Text that is sent to the driver as it is, with values by place. */
export function prepareText(
  connection: Connection,
  sql: string,
  values: readonly unknown[],
  executemany: boolean,
  options: ExecutionOptions,
  prepare: boolean,
): Prepared {
  const context = new ExecutionContext(connection, null, sql, values, null, null, executemany, options, "raw", 0, 0);
  const driverOptions = prepare ? BIGINTS : ONCE_BIGINTS;
  const isBudgeted = Object.hasOwn(options, "maxRows") && !executemany;
  return { context, entry: null, driverOptions: isBudgeted ? withMaxRows(driverOptions, options) : driverOptions, batches: null };
}

function schemaMapOf(options: ExecutionOptions): SchemaMap | null {
  const map = options["schemaTranslateMap"];
  if (map === undefined || map === null) return null;
  if (!(map instanceof Map)) throw new ArgumentError("schemaTranslateMap is a Map from schema names (null for none) to others");
  for (const pair of map as Map<unknown, unknown>) {
    for (const name of pair) {
      if (name !== null && typeof name !== "string")
        throw new ArgumentError(`The schemas of schemaTranslateMap are strings, or null for none, not ${kindOf(name)}.`);
    }
  }
  return map as SchemaMap;
}

function cacheOf(connection: Connection, options: ExecutionOptions): CompiledCache | null {
  const given = options["compiledCache"];
  const cache = given === undefined ? connection.engine.compiledCache : given;
  if (cache === null) return null;
  if (!(cache instanceof CompiledCache))
    throw new ArgumentError("compiledCache is a CompiledCache, or null for none: new CompiledCache(100)");
  return cache.enabled ? cache : null;
}

function isDml({ isInsert, isUpdate, isDelete }: Compiled): boolean {
  return isInsert || isUpdate || isDelete;
}

const NO_KEYS: readonly string[] = Object.freeze([]);

/** An INSERT or UPDATE that is run without any values has those of its defaults; only its text, compiled by itself, has a parameter for each column. */
function keysWithoutValues(statement: ClauseElement): readonly string[] | null {
  return (statement as { readonly _values?: unknown })._values === null ? NO_KEYS : null;
}

/** A value that no column and no parameter takes would be lost without a word. */
function checkNames(compiled: Compiled, names: readonly string[]): void {
  if (!isDml(compiled)) return;
  const unknown = names.filter((name) => !compiled.parameterNames.has(name));
  if (unknown.length === 0) return;
  const quoted = unknown.map((name) => `"${name}"`).join(", ");
  const them = unknown.length === 1 ? "it" : "them";
  if (compiled.isDelete)
    throw new CompileError(
      `Unconsumed column names: ${quoted}. A DELETE takes no values, and this one has no parameter for ${them}: say in where() which rows are meant.`,
    );
  throw new CompileError(
    `Unconsumed column names: ${quoted}. The statement has neither a column nor a parameter for ${them}.` +
      didYouMean(unknown[0]!, Object.keys((compiled.statement as { readonly table?: { readonly c?: object } }).table?.c ?? {})),
  );
}

/** All sets have the names of the first one: what they lack is noticed when they are bound, what they have beyond is noticed here. */
function checkSets(sets: readonly ParameterRecord[], names: readonly string[]): void {
  for (let i = 1; i < sets.length; i++) {
    const keys = Object.keys(sets[i]!);
    if (keys.length <= names.length) continue;
    const extra = keys.filter((key) => !names.includes(key));
    throw new ArgumentError(
      `The parameter set ${i} has ${extra.map((key) => `"${key}"`).join(", ")}, which the first set has not. ` +
        "One statement is made for all sets, from the first: give them the same names.",
    );
  }
}

function notExecutable(statement: unknown): ObjectNotExecutableError {
  if (typeof statement === "string") {
    return new ObjectNotExecutableError(
      'a string cannot be executed: use text("…") for SQL text, or execDriverSql("…") for the driver\'s own',
    );
  }
  const what =
    statement === null || statement === undefined ? String(statement) : ((statement as object).constructor?.name ?? typeof statement);
  return new ObjectNotExecutableError(
    `${what} cannot be executed: a statement is made by select(), insert(), update(), delete_() or text()`,
  );
}
