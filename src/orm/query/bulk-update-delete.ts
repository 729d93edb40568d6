import type { Connection } from "../../engine/connection.ts";
import type { Dialect } from "../../engine/dialect.ts";
import { checkWhere } from "../../engine/guards.ts";
import { Result } from "../../engine/result/result.ts";
import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import type { ParameterRecord } from "../../sql/compiler/compiled.ts";
import { iterate } from "../../sql/base/traversal.ts";
import { select } from "../../sql/selectable/select.ts";
import { Update } from "../../sql/dml/update.ts";
import type { Delete } from "../../sql/dml/delete.ts";
import type { DmlPair } from "../../sql/dml/dml-base.ts";
import { hasCriteria } from "../../sql/dml/where-base.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { BindParameter } from "../../sql/elements/bind-parameter.ts";
import { bindparam } from "../../sql/elements/constructors.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { Column } from "../../sql/schema/column.ts";
import type { Table } from "../../sql/schema/table.ts";
import { mapperOf, mergedOptions, registerOrmExecutor } from "../loading/execute-orm.ts";
import type { OrmExecutionOptions } from "../late.ts";
import type { ColumnProperty } from "../mapping/column-property.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { identityId } from "../state/identity-key.ts";
import { type IdentityToken, tokenOf, tokensAreUsed } from "../state/identity-token.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { tablePlan } from "../unit-of-work/table-plan.ts";
import { staleRows } from "../unit-of-work/emit-update.ts";
import { criteriaOfDml } from "./criteria-places.ts";
import { columnIn, coreStatement, expandRows, resolveValues } from "./dml-columns.ts";
import { EXPIRED, type Evaluate, makeEvaluator, UnevaluatableError } from "./evaluator.ts";
import { readReturning } from "./returning.ts";

type Synchronize = "auto" | "evaluate" | "fetch" | false;
type Row = Record<string, unknown>;

function synchronizeOf(options: OrmExecutionOptions): Synchronize {
  const given = options["synchronizeSession"] ?? "auto";
  if (given === "auto" || given === "evaluate" || given === "fetch" || given === false) return given;
  throw new ArgumentError(`synchronizeSession is "auto", "evaluate", "fetch" or false, not ${String(given)}`);
}

/** Objects of the session that a statement with criteria changes, and how they are found. */
interface Matching {
  /** known before the statement runs; null: the database tells */
  readonly states: InstanceState[] | null;
  /** the statement gives the keys by RETURNING */
  readonly returning: boolean;
  /** keys that were read before the statement */
  readonly keys: readonly (readonly unknown[])[] | null;
  /** the statement may meet fewer than these: none of them is known to have changed */
  readonly isUncertain?: boolean;
}

/** The keys are for the session's own use: `maxRows` is about what the program gets. */
const ALL_KEYS: OrmExecutionOptions = { maxRows: null };

const NO_MATCHING: Matching = { states: [], returning: false, keys: null };

/** Whether something stands behind the criteria that may leave rows out, such as the LIMIT of MySQL. */
function mayLeaveOut(statement: Update<unknown> | Delete<unknown>, { name, nameAliases }: Dialect): boolean {
  return statement._extensions.length > 0 || [name, ...nameAliases].some((dialect) => statement._dialectOptions[`${dialect}Limit`] != null);
}

function refuseWhatIsUnknown(how: "evaluate" | "fetch"): never {
  throw new InvalidRequestError(
    `The statement may leave out rows that meet its criteria, as LIMIT does, so { synchronizeSession: "${how}" } cannot tell which objects it changes. ` +
      'Specify "auto", which expires all that it may have changed, or false',
  );
}

async function findMatching(
  session: SessionInternals,
  connection: Connection,
  statement: Update<unknown> | Delete<unknown>,
  mapper: Mapper,
  params: ParameterRecord | null,
  how: Synchronize,
  canReturn: boolean,
  options: OrmExecutionOptions,
): Promise<Matching> {
  if (how === false) return NO_MATCHING;
  const isUncertain = mayLeaveOut(statement, connection.dialect);
  if (isUncertain) {
    if (how === "evaluate") refuseWhatIsUnknown(how);
    if (canReturn) return { states: null, returning: true, keys: null };
    if (how === "fetch") refuseWhatIsUnknown(how);
  }
  if (how !== "fetch") {
    try {
      return { states: evaluateMatches(session, statement, mapper, params, tokenOf(options)), returning: false, keys: null, isUncertain };
    } catch (error) {
      if (!(error instanceof UnevaluatableError)) throw error;
      if (how === "evaluate") {
        throw new InvalidRequestError(
          `The criteria cannot be evaluated in memory (${error.message}). Specify { synchronizeSession: "fetch" } so that the database tells which objects it meets, or false`,
        );
      }
    }
  }
  if (canReturn) return { states: null, returning: true, keys: null };
  const query = select(...(keyColumns(mapper) as never[])).where(...(statement._whereCriteria as never[]));
  const result = await connection.execute(withoutPlugin(query as unknown as ClauseElement) as never, params as never, {
    ...options,
    ...ALL_KEYS,
  });
  return { states: null, returning: false, keys: result.all() as unknown[][], isUncertain };
}

function withoutPlugin(statement: ClauseElement): ClauseElement {
  const copy = (statement as ClauseElement & { _generate(): ClauseElement })._generate();
  copy._propagateAttrs = {};
  return copy;
}

function evaluateMatches(
  session: SessionInternals,
  statement: Update<unknown> | Delete<unknown>,
  mapper: Mapper,
  params: ParameterRecord | null,
  token: IdentityToken | null,
): InstanceState[] {
  const conditions = statement._whereCriteria.map((criterion) => makeEvaluator(criterion, mapper, params));
  const matches: InstanceState[] = [];
  const comparesTokens = tokensAreUsed();
  for (const state of session.identityMap.states()) {
    // rows of a concrete subclass are in another table
    if (!state.mapper.isa(mapper) || state.mapper.identityMapper !== mapper.identityMapper || state.expired) continue;
    // the statement has changed rows where its own token leads to, and none that others stand for
    if (comparesTokens && state.identityToken !== token) continue;
    let match: unknown = true;
    for (const condition of conditions) {
      const value = condition(state);
      if (value === EXPIRED) match = EXPIRED;
      else if (value !== true) {
        match = false;
        break;
      }
    }
    if (match !== false) matches.push(state);
  }
  return matches;
}

function statesOfKeys(
  session: SessionInternals,
  mapper: Mapper,
  keys: readonly (readonly unknown[])[],
  options: OrmExecutionOptions,
): InstanceState[] {
  const identities = session.identityMap._under(tokenOf(options));
  return keys.flatMap((key) => {
    const state = identities.find(mapper.identityMapper, identityId(key));
    return state !== undefined && state.mapper.isa(mapper) ? [state] : [];
  });
}

/** UPDATE and DELETE of joined classes change the class's own table; criteria of single-table classes meet only their own rows. */
function prepared<S extends Update<unknown> | Delete<unknown>>(statement: S, mapper: Mapper): S {
  const core = coreStatement<S>(statement, mapper);
  const single = mapper._singleTableCriterion;
  const criteria = criteriaOfDml(statement, mapper);
  if (single !== null) criteria.push(single);
  if (criteria.length > 0) core._whereCriteria = [...core._whereCriteria, ...criteria];
  return core;
}

/** A condition that the mapping adds is none of the program's, so it is looked before there is one; and before anything is asked of the database. */
function requireWhere(
  connection: Connection,
  statement: Update<unknown> | Delete<unknown>,
  mapper: Mapper,
  options: OrmExecutionOptions,
): void {
  if (hasCriteria(statement)) return;
  const verb = statement instanceof Update ? "UPDATE" : "DELETE";
  checkWhere(`${verb} of "${mapper.localTable.description}"`, connection._optionsFor(null, options));
}

/** The primary key as the class's own table has it: a statement about that table knows no other. */
function keyColumns(mapper: Mapper): ColumnElement<unknown>[] {
  return mapper._identityKeyProps.map((name) => columnIn(mapper, mapper.props.get(name) as ColumnProperty));
}

/** Puts the keys of the rows last among what is returned. */
function withKeys<S extends Update<unknown> | Delete<unknown>>(statement: S, mapper: Mapper): S {
  const copy = statement._generate() as S;
  copy._returning = [...statement._returning, ...keyColumns(mapper)];
  return copy;
}

/** Objects can be kept right for one set of parameters at a time; of several, none may be passed over. */
function onlySet(params: ParameterRecord | readonly ParameterRecord[] | null, verb: "UPDATE" | "DELETE"): ParameterRecord | null {
  if (!Array.isArray(params)) return params as ParameterRecord | null;
  const sets = params as readonly ParameterRecord[];
  if (sets.length === 1) return sets[0]!;
  const instead =
    verb === "UPDATE"
      ? "For many rows by primary key leave out values() and where(): execute(update(Class), rows)"
      : "For many rows use one condition, as in where(Class.id.in([…]))";
  throw new ArgumentError(
    `${verb} of a mapped class takes one set of parameters, and was given a list of ${sets.length}. ${instead}, or execute it once for each set.`,
  );
}

async function executeUpdate(
  session: SessionInternals,
  given: ClauseElement,
  params: ParameterRecord | readonly ParameterRecord[] | null,
  options: OrmExecutionOptions,
): Promise<Result> {
  const statement = given as Update<unknown>;
  const mapper = dmlMapper(statement);
  const merged = mergedOptions(session, statement, options);
  if (Array.isArray(params) && statement._values === null)
    return updateByPrimaryKey(session, statement, mapper, expandRows(mapper, params as readonly Row[]), merged);
  const record = onlySet(params, "UPDATE");
  const how = synchronizeOf(merged);
  const connection = await session.connectionFor(mapper, tokenOf(merged));
  requireWhere(connection, statement, mapper, merged);
  let core = prepared(statement, mapper);
  const values = resolveValues(mapper, statement._values ?? []);
  core._values = values.map(({ column, value }): DmlPair => [column, value]);
  const given_ = record === null ? [] : Object.entries(record).filter(([name]) => mapper.props.get(name)?.isColumn === true);
  const matching = await findMatching(
    session,
    connection,
    core,
    mapper,
    record,
    how,
    connection.dialect.updateReturning && statement._returning.length === 0,
    merged,
  );
  const evaluators = how === false ? [] : valueEvaluators(values, mapper, record);
  const states = matching.states ?? (matching.keys === null ? null : statesOfKeys(session, mapper, matching.keys, merged));
  const computed =
    states === null
      ? null
      : matching.isUncertain === true
        ? states.map(() => evaluators.map(() => EXPIRED))
        : computeValues(states, evaluators);
  if (matching.returning) core = withKeys(core, mapper);
  const { result, rows } = await runDml(
    session,
    connection,
    core,
    statement,
    mapper,
    rename(mapper, record, given_),
    merged,
    matching.returning,
  );
  if (how !== false) {
    const found = states ?? statesOfKeys(session, mapper, rows, merged);
    applyValues(session, found, evaluators, computed ?? computeValues(found, evaluators));
    applyUpdateDefaults(mapper, mapper.localTable as Table, new Set(values.map(({ key }) => key)), found);
  }
  const told = session.tellBulkUpdate(() => ({
    session: session.face,
    mapper,
    statement,
    values: new Map([...values.flatMap(({ key, value }) => (key === null ? [] : [[key, plainValue(value)] as const])), ...given_]),
    result,
  }));
  if (told !== null) await told;
  return result;
}

function rename(mapper: Mapper, record: ParameterRecord | null, names: readonly (readonly [string, unknown])[]): ParameterRecord | null {
  if (record === null || names.length === 0) return record;
  const renamed: Record<string, unknown> = { ...record };
  for (const [name, value] of names) {
    const { column } = resolveValues(mapper, [[name, value as ClauseElement]])[0]!;
    delete renamed[name];
    renamed[(column as Column<unknown>).key] = value;
  }
  return renamed;
}

async function executeDelete(
  session: SessionInternals,
  given: ClauseElement,
  params: ParameterRecord | readonly ParameterRecord[] | null,
  options: OrmExecutionOptions,
): Promise<Result> {
  const statement = given as Delete<unknown>;
  const mapper = dmlMapper(statement);
  const merged = mergedOptions(session, statement, options);
  const record = onlySet(params, "DELETE");
  const how = synchronizeOf(merged);
  const connection = await session.connectionFor(mapper, tokenOf(merged));
  requireWhere(connection, statement, mapper, merged);
  let core = prepared(statement, mapper);
  const matching = await findMatching(
    session,
    connection,
    core,
    mapper,
    record,
    how,
    connection.dialect.deleteReturning && statement._returning.length === 0,
    merged,
  );
  const states = matching.states ?? (matching.keys === null ? null : statesOfKeys(session, mapper, matching.keys, merged));
  if (matching.returning) core = withKeys(core, mapper);
  const { result, rows } = await runDml(session, connection, core, statement, mapper, record, merged, matching.returning);
  if (how !== false) {
    const found = states ?? statesOfKeys(session, mapper, rows, merged);
    const gone: InstanceState[] = [];
    for (const state of found) {
      // an object of which it is not known whether it met the criteria is asked for again when it is used
      if (matching.isUncertain === true || (matching.states !== null && lacksValues(state, statement, mapper, record))) state._expire();
      else gone.push(state);
    }
    session.removeNewlyDeleted(gone);
  }
  const told = session.tellBulkDelete(() => ({ session: session.face, mapper, statement, result }));
  if (told !== null) await told;
  return result;
}

/** A value as the program gave it, where it is no expression. */
function plainValue(value: ClauseElement): unknown {
  return value instanceof BindParameter && !value.required ? value.value : value;
}

function lacksValues(state: InstanceState, statement: Delete<unknown>, mapper: Mapper, params: ParameterRecord | null): boolean {
  return statement._whereCriteria.some((criterion) => makeEvaluator(criterion, mapper, params)(state) === EXPIRED);
}

interface DmlRun {
  readonly result: Result;
  /** the keys of the rows, when they were asked for */
  readonly rows: readonly (readonly unknown[])[];
}

/** Sends the statement; what the program wants returned becomes objects. */
async function runDml(
  session: SessionInternals,
  connection: Connection,
  core: Update<unknown> | Delete<unknown>,
  statement: Update<unknown> | Delete<unknown>,
  mapper: Mapper,
  params: ParameterRecord | null,
  options: OrmExecutionOptions,
  keysReturned: boolean,
): Promise<DmlRun> {
  if (statement._returning.length > 0) {
    return { result: await readReturning(session, connection, core, statement as never, params, options), rows: [] };
  }
  const executed = await connection.execute(core as never, params as never, keysReturned ? { ...options, ...ALL_KEYS } : options);
  const rowcount = executed.rowcount;
  if (!keysReturned) return { result: executed as unknown as Result, rows: [] };
  const rows = executed.all() as unknown[][];
  return {
    result: Result.fromRows([], [], { rowcount: rowcount < 0 ? rows.length : rowcount, returnsRows: false }),
    rows: rows.map((row) => row.slice(-mapper.primaryKey.length)),
  };
}

interface ValueEvaluator {
  readonly key: string;
  /** null where only the database knows the new value */
  readonly evaluate: Evaluate | null;
}

function valueEvaluators(
  values: readonly { key: string | null; value: ClauseElement }[],
  mapper: Mapper,
  params: ParameterRecord | null,
): ValueEvaluator[] {
  return values.flatMap(({ key, value }): ValueEvaluator[] => {
    if (key === null) return [];
    try {
      return [{ key, evaluate: makeEvaluator(value, mapper, params) }];
    } catch (error) {
      if (error instanceof UnevaluatableError) return [{ key, evaluate: null }];
      throw error;
    }
  });
}

function computeValues(states: readonly InstanceState[], evaluators: readonly ValueEvaluator[]): unknown[][] {
  return states.map((state) =>
    evaluators.map(({ evaluate }) => {
      if (evaluate === null) return EXPIRED;
      try {
        return evaluate(state);
      } catch (error) {
        if (error instanceof UnevaluatableError) return EXPIRED;
        throw error;
      }
    }),
  );
}

/** Objects get the values that the statement gave their rows; what is not known expires. */
function applyValues(
  session: SessionInternals,
  states: readonly InstanceState[],
  evaluators: readonly ValueEvaluator[],
  computed: readonly (readonly unknown[])[],
): void {
  states.forEach((state, i) => {
    const expire: string[] = [];
    const set: string[] = [];
    evaluators.forEach(({ key }, n) => {
      const value = computed[i]![n];
      const changed = state.committed?.has(key) === true;
      if (state.values[key] === undefined) return;
      if (value === EXPIRED || changed) expire.push(key);
      else {
        state.values[key] = value;
        set.push(key);
      }
    });
    if (set.length > 0) state._commit(set);
    if (expire.length > 0) state._expireAttributes(expire);
    for (const fn of state.manager.dispatch.refresh ?? []) fn(state, null, set);
  });
  session.registerAltered(states);
}

/** Columns that an UPDATE sets by itself: objects get a value that is always the same; any other is asked for when it is needed. */
function applyUpdateDefaults(mapper: Mapper, table: Table, given: ReadonlySet<string | null>, states: readonly InstanceState[]): void {
  if (states.length === 0) return;
  const plan = tablePlan(mapper, table);
  if (plan?.hasUpdateDefaults !== true) return;
  const columns = plan.columns.filter(({ attr, updateDefault }) => updateDefault !== null && !given.has(attr));
  for (const state of states) {
    const expire: string[] = [];
    for (const { attr, updateDefault } of columns) {
      if (state.values[attr] === undefined) continue;
      if (updateDefault!.kind === "value" && state.committed?.has(attr) !== true) state.values[attr] = updateDefault!.value;
      else expire.push(attr);
    }
    if (expire.length > 0) state._expireAttributes(expire);
  }
}

/** The version column of a class, and what comes after a version. */
interface VersionOf {
  readonly column: Column<unknown>;
  readonly key: string;
  next(version: unknown): unknown;
}

function versionOf({ versionIdCol: column, versionIdGenerator: generator, columnToProperty }: Mapper): VersionOf | null {
  if (column === null) return null;
  return {
    column,
    key: columnToProperty.get(column)!.key,
    next: (version) => (generator === false ? version : generator(version as never)),
  };
}

/** UPDATE of many rows, each named by its primary key; a row that gives its version is changed only if it still has that version. */
async function updateByPrimaryKey(
  session: SessionInternals,
  statement: Update<unknown>,
  mapper: Mapper,
  rows: readonly Row[],
  options: OrmExecutionOptions,
): Promise<Result> {
  if (statement._whereCriteria.length > 0) {
    throw new InvalidRequestError(
      "An UPDATE with a list of rows is one by primary key: it takes no where(). Give one set of parameters, or leave where() out",
    );
  }
  if (statement._returning.length > 0) {
    throw new InvalidRequestError(
      "An UPDATE with a list of rows is one by primary key, and gives no rows: leave returning() out, and read the objects by a select() afterwards",
    );
  }
  const how = synchronizeOf(options);
  const connection = await session.connectionFor(mapper, tokenOf(options));
  const keyNames = mapper._identityKeyProps;
  const version = versionOf(mapper);
  const criteria = criteriaOfDml(statement, mapper);
  let rowcount = 0;
  for (const table of mapper._sortedTables) {
    const columns = mapper._propkeyToCol.get(table)!;
    const keys = mapper._pksByTable.get(table)!;
    for (const group of byShape(rows, (row) => Object.keys(row).filter((name) => columns.has(name) && !keyNames.includes(name)))) {
      if (group.names.length === 0) continue;
      const by = keys.map((column, i) => column.eq(bindparam(`key_${i + 1}`, { type: column.type }) as never));
      const compared = version !== null && version.column.table === table && group.names.includes(version.key) ? version : null;
      if (compared !== null) by.push(compared.column.eq(bindparam("version_1", { type: compared.column.type }) as never));
      checkTable(criteria, table, mapper);
      const core = new Update<unknown>(table).where(...(by as never[]), ...(criteria as never[]));
      const sent = group.rows.map((row) => {
        const values: Row = {};
        for (const name of group.names) values[columns.get(name)!.key] = row[name];
        keyNames.forEach((name, i) => {
          if (row[name] === undefined)
            throw new InvalidRequestError(`update(${mapper.name}) with a list of rows: a row lacks ${name}, by which it would be found`);
          values[`key_${i + 1}`] = row[name];
        });
        if (compared !== null) {
          values["version_1"] = row[compared.key];
          values[compared.column.key] = compared.next(row[compared.key]);
        }
        return values;
      });
      const result = await connection.execute(core as never, sent as never, options);
      // further criteria may leave rows out
      const mustMatch = compared !== null || criteria.length === 0;
      if (mustMatch && result.rowcount >= 0 && result.rowcount !== sent.length)
        throw staleRows(table.name, sent.length, result.rowcount, compared !== null);
      rowcount += result.rowcount;
    }
  }
  if (how !== false) {
    const altered: InstanceState[] = [];
    const identities = session.identityMap._under(tokenOf(options));
    for (const row of rows) {
      const state = identities.find(mapper.identityMapper, identityId(keyNames.map((name) => row[name])));
      if (state === undefined) continue;
      const names = Object.keys(row).filter((name) => mapper.props.get(name)?.isColumn === true);
      const set = names.filter((name) => state.values[name] !== undefined && state.committed?.has(name) !== true);
      for (const name of set) state.values[name] = name === version?.key ? version.next(row[name]) : row[name];
      state._commit(set);
      // further criteria may have left the row as it was
      const expire = criteria.length > 0 ? names : names.filter((name) => state.committed?.has(name) === true);
      if (expire.length > 0) state._expireAttributes(expire);
      for (const table of mapper._sortedTables)
        if (names.some((name) => mapper._propkeyToCol.get(table)?.has(name) === true && !keyNames.includes(name)))
          applyUpdateDefaults(mapper, table, new Set(names), [state]);
      for (const fn of state.manager.dispatch.refresh ?? []) fn(state, null, set);
      altered.push(state);
    }
    session.registerAltered(altered);
  }
  return Result.fromRows([], [], { rowcount, returnsRows: false });
}

/** Each table of a class has an UPDATE of its own, which sees that table alone. */
function checkTable(criteria: readonly ClauseElement[], table: Table, mapper: Mapper): void {
  for (const each of criteria) {
    for (const column of iterate(each)) {
      const owner = (column as { readonly table?: ClauseElement | null }).table;
      if (column._isColumnElement && owner != null && owner._identity !== table) {
        throw new InvalidRequestError(
          `update(${mapper.name}) with a list of rows changes ${table.name}, and withLoaderCriteria() asks for a column of ${owner.description ?? "another table"}, which that UPDATE does not read. ` +
            "Use update() with where() instead",
        );
      }
    }
  }
}

/** Rows that follow each other and give the same attributes: each group is one statement, and rows stay in their order. */
export function byShape(rows: readonly Row[], names: (row: Row) => string[]): { names: string[]; rows: Row[] }[] {
  const groups: { names: string[]; rows: Row[]; text: string }[] = [];
  for (const row of rows) {
    const own = names(row);
    const text = [...own].sort().join("\0");
    const last = groups.at(-1);
    if (last?.text === text) last.rows.push(row);
    else groups.push({ names: own, rows: [row], text });
  }
  return groups;
}

/** The mapper whose table a statement changes. */
export function dmlMapper(statement: ClauseElement & { readonly table: ClauseElement }): Mapper {
  const mapper = statement.table._annotations["parentmapper"] as Mapper | undefined;
  const found = mapper ?? mapperOf(statement);
  if (found === null) throw new ArgumentError("The statement changes no mapped class");
  return found;
}

export type { ColumnElement };

registerOrmExecutor("update", executeUpdate);
registerOrmExecutor("delete", executeDelete);
