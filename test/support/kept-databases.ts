// Databases of the PostgreSQL server that suites use one after the other: making one takes a third of a second, emptying one a hundredth.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { clearPostgresql } from "./clear-postgresql.ts";
import { servers } from "./probe.ts";
import { named, type Scratch, scratchOn } from "./scratch.ts";
import { Shelf } from "./shelf.ts";

/** Makes the folder by which the processes of a run share them; `drop` drops the databases, too. */
export function keepDatabases(): { folder: string; drop: () => Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), "athanor_test_kept_"));
  const drop = async (): Promise<void> => {
    for (const database of new Shelf(folder).all) await scratchOn.postgresqlNamed(database).drop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, drop };
}

/** A database that is empty; `drop` gives it back. */
export async function keptPostgresql(folder: string, drivername: string | null = null): Promise<Scratch> {
  const shelf = new Shelf(folder);
  const database = shelf.take() ?? (await made(shelf));
  const drop = async (): Promise<void> => {
    if (await clear(database)) {
      shelf.giveBack(database);
      return;
    }
    await scratchOn.postgresqlNamed(database).drop();
    shelf.remove(database);
  };
  return { url: named(servers.postgresql, database, drivername), drop };
}

async function made(shelf: Shelf): Promise<string> {
  const { url } = await scratchOn.postgresql();
  const database = new URL(url).pathname.slice(1);
  shelf.add(database);
  return database;
}

/** Whether it is as new. */
async function clear(database: string): Promise<boolean> {
  const client = new Client({ connectionString: named(servers.postgresql, database, null) });
  await client.connect();
  try {
    // a test that failed may have left connections open, and transactions in two steps
    await client.query(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    const { rows: prepared } = await client.query(
      "SELECT quote_literal(gid) AS gid FROM pg_prepared_xacts WHERE database = current_database()",
    );
    for (const { gid } of prepared as { gid: string }[]) await client.query(`ROLLBACK PREPARED ${gid}`);
    return await clearPostgresql(async (sql) => (await client.query(sql)).rows as Record<string, unknown>[]);
  } finally {
    await client.end();
  }
}
