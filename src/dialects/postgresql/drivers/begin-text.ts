import type { BeginOptions } from "../../../engine/driver.ts";

/** BEGIN, with what the execution options say: https://www.postgresql.org/docs/current/sql-begin.html */
export function beginText({ isolationLevel, options }: BeginOptions): string {
  let text = "BEGIN";
  if (isolationLevel !== null) text += ` ISOLATION LEVEL ${isolationLevel}`;
  if (options["postgresqlReadonly"] !== undefined) text += options["postgresqlReadonly"] ? " READ ONLY" : " READ WRITE";
  if (options["postgresqlDeferrable"] !== undefined) text += options["postgresqlDeferrable"] ? " DEFERRABLE" : " NOT DEFERRABLE";
  return text;
}
