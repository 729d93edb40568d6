import type { Connection } from "../../engine/connection.ts";
import type { MetaData } from "../../sql/schema/metadata.ts";

/**
 * Makes tables for the time of a function, and drops them. They are dropped also where the database would take them back with the
 * transaction, since not all do.
 */
export async function withTables(conn: Connection, metadata: MetaData, body: () => Promise<void>): Promise<void> {
  await metadata.createAll(conn, { checkFirst: false });
  try {
    await body();
  } catch (error) {
    // after an error the transaction may be of no use
    await conn.rollback();
    await metadata.dropAll(conn);
    await conn.commit();
    throw error;
  }
  await metadata.dropAll(conn, { checkFirst: false });
}
