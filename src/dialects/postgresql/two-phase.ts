import type { TwoPhaseSql } from "../../engine/two-phase.ts";

/**
 * Transactions in two steps; the server has to be set up for them (`max_prepared_transactions`).
 * @see https://www.postgresql.org/docs/current/sql-prepare-transaction.html
 */
export const postgresqlTwoPhase: TwoPhaseSql = {
  begin: () => null,
  prepare: (xid) => [`PREPARE TRANSACTION '${xid}'`],
  rollback: () => null,
  commitPrepared: (xid) => `COMMIT PREPARED '${xid}'`,
  rollbackPrepared: (xid) => `ROLLBACK PREPARED '${xid}'`,
  recover: "SELECT gid FROM pg_catalog.pg_prepared_xacts WHERE database = current_database() ORDER BY prepared",
  xidOf: ([gid]) => gid as string,
};
