import { Result } from "../../engine/result/result.ts";
import { InvalidRequestError } from "../../errors.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { Select } from "../../sql/selectable/select.ts";
import { executeOrm, type OrmExecutionOptions } from "../late.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { identityId } from "../state/identity-key.ts";
import { KEYS_PER_STATEMENT } from "../loading/keys-per-statement.ts";
import { keyInList } from "./key-in-list.ts";

type Row = readonly unknown[];

/**
 * What rows that were inserted into several tables are to give back, in the order of the rows. RETURNING knows the columns of one table
 * only, so the rows are read by their keys.
 * @param returning - the entities and columns that are asked for
 * @param keys - the primary keys of the rows
 */
export async function readInserted(
  session: SessionInternals,
  mapper: Mapper,
  returning: readonly ClauseElement[],
  keys: readonly Row[],
  options: OrmExecutionOptions,
): Promise<Result> {
  const { primaryKey } = mapper;
  // one entity alone comes as objects, without a row around each
  const isEntity = returning.length === 1 && returning[0]!._isFromClause && returning[0]!._annotations["parententity"] !== undefined;
  const statement = new Select<unknown>([...returning, ...primaryKey]).where(keyInList(primaryKey, "keys") as never);
  const found = new Map<unknown, Row>();
  let names: readonly string[] = [];
  for (let start = 0; start < keys.length; start += KEYS_PER_STATEMENT) {
    const some = keys.slice(start, start + KEYS_PER_STATEMENT);
    const result = await executeOrm.call(session, statement, { keys: primaryKey.length === 1 ? some.map(([key]) => key) : some }, options);
    names = [...result.keys()].slice(0, returning.length);
    for (const row of result.all() as Row[]) found.set(identityId(row.slice(returning.length)), row.slice(0, returning.length));
  }
  const rows = keys.map((key) => {
    const row = found.get(identityId(key));
    if (row === undefined) {
      throw new InvalidRequestError(
        `insert(${mapper.name}).returning(): the row with the primary key (${key.map(String).join(", ")}) was not found after it had been inserted. ` +
          "Give the key in the form in which the database gives it back",
      );
    }
    return row;
  });
  if (isEntity) return Result.fromRows(names, rows.map(([object]) => object) as never, { source: "scalars" } as never);
  return Result.fromRows(names, rows as never);
}
