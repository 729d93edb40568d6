import type { TwoPhaseSql } from "../../engine/two-phase.ts";

/**
 * Transactions in two steps: https://dev.mysql.com/doc/refman/8.4/en/xa-statements.html
 */
export const mysqlTwoPhase: TwoPhaseSql = {
  begin: (xid) => `XA BEGIN '${xid}'`,
  prepare: (xid) => [`XA END '${xid}'`, `XA PREPARE '${xid}'`],
  rollback: (xid) => [`XA END '${xid}'`, `XA ROLLBACK '${xid}'`],
  commitPrepared: (xid) => `XA COMMIT '${xid}'`,
  rollbackPrepared: (xid) => `XA ROLLBACK '${xid}'`,
  recover: "XA RECOVER",
  // names are bytes to the server, and those of others may have a second part
  xidOf: ([, length, , data]) => Buffer.from(data as Uint8Array | string).toString("utf8", 0, Number(length)),
};
