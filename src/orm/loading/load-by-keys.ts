import { ForUpdateArg, type ForUpdateOptions } from "../../sql/selectable/for-update.ts";
import { Select } from "../../sql/selectable/select.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { keyInList } from "../query/key-in-list.ts";
import { OrmCompileOptions } from "../query/compile-options.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { withToken } from "../state/identity-token.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { entityClause } from "./entity.ts";
import type { LoaderOption } from "./loader-option.ts";
import { loadAnnounced } from "./load-announced.ts";
import type { LoadPath } from "./option-paths.ts";
import { DEFAULT_LOAD_OPTIONS } from "./query-context.ts";
import { KEYS_PER_STATEMENT } from "./keys-per-statement.ts";

/** A SELECT of all objects of a class. */
export function entitySelect(mapper: Mapper): Select<unknown> {
  const statement = new Select<unknown>([]);
  statement._rawColumns = [entityClause(mapper)];
  statement._propagateAttrs = { compileStatePlugin: "orm", pluginSubject: mapper };
  return statement;
}

/** Whether `withForUpdate` asks for a lock. */
export function isLocking(withForUpdate: unknown): boolean {
  return withForUpdate !== undefined && withForUpdate !== null && withForUpdate !== false;
}

/** The statement with FOR UPDATE, where it is asked for. */
export function withLock(statement: Select<unknown>, withForUpdate: unknown): Select<unknown> {
  if (!isLocking(withForUpdate)) return statement;
  const copy = statement._generate();
  copy._forUpdateArg = new ForUpdateArg(withForUpdate === true ? {} : (withForUpdate as ForUpdateOptions));
  return copy;
}

/** What is loaded for objects whose keys are known. */
export interface LoadByKeys {
  /** the columns; null for all */
  readonly names: readonly string[] | null;
  /** what the objects have is overwritten */
  readonly refresh: boolean;
  readonly options: readonly LoaderOption[];
  readonly path: LoadPath;
  readonly withForUpdate?: unknown;
  readonly executionOptions?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Loads columns of objects by their primary keys, 500 to a statement.
 * @param states - objects with the same token
 * @returns the objects that have no row any more
 */
export async function loadByKeys(
  session: SessionInternals,
  mapper: Mapper,
  states: readonly InstanceState[],
  load: LoadByKeys,
): Promise<InstanceState[]> {
  const only = load.names === null ? null : [...new Set([...mapper._identityKeyProps, ...load.names])];
  const statement = withLock(
    selectByKeys(mapper, new OrmCompileOptions({ currentPath: load.path, onlyLoadProps: only, forRefreshState: true }), load.options),
    load.withForUpdate,
  );
  const token = states[0]?.identityToken ?? null;
  const executionOptions = withToken(token, load.executionOptions);
  const connection = await session.connectionFor(mapper, token);
  const missing: InstanceState[] = [];
  for (let i = 0; i < states.length; i += KEYS_PER_STATEMENT) {
    const chunk = states.slice(i, i + KEYS_PER_STATEMENT);
    const found = await loadAnnounced(
      {
        session,
        connection,
        statement,
        params: { primary_keys: chunk.map((state) => (state.key!.identity.length === 1 ? state.key!.identity[0] : state.key!.identity)) },
        executionOptions,
        loadOptions: load.refresh ? { ...DEFAULT_LOAD_OPTIONS, refreshStates: new Set(chunk) } : DEFAULT_LOAD_OPTIONS,
      },
      "columns",
      (plan, rows, run) => new Set(plan.objects(rows, run)),
    );
    for (const state of chunk) if (!found.has(state.obj)) missing.push(state);
  }
  return missing;
}

function selectByKeys(mapper: Mapper, compileOptions: OrmCompileOptions, options: readonly LoaderOption[]): Select<unknown> {
  const statement = entitySelect(mapper);
  statement._compileOptions = compileOptions;
  statement._withOptions = options;
  statement._whereCriteria = [keyInList(mapper.primaryKey, "primary_keys")];
  return statement;
}
