// Databases that are made for one use on a server and dropped after it, with the plain drivers: what is tested takes no part.
import { randomBytes } from "node:crypto";
import { createConnection } from "mysql2/promise";
import { Client } from "pg";
import { mysqlUrl, servers } from "./probe.ts";

export interface Scratch {
  readonly url: string;
  drop(): Promise<void>;
}

const freshName = (): string => `athanor_test_${randomBytes(6).toString("hex")}`;

/** The URL of another database of the same server, for another driver if one is named. */
export function named(url: string, database: string, drivername: string | null): string {
  const parsed = new URL(url);
  parsed.pathname = `/${database}`;
  return drivername === null ? parsed.href : parsed.href.replace(/^[^:]*/, drivername);
}

async function onPostgresql(statement: string): Promise<void> {
  const client = new Client({ connectionString: servers.postgresql });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function onMariadb(statement: string): Promise<void> {
  const connection = await createConnection({ uri: mysqlUrl(servers.mariadb) });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}

/** As PostgreSQL does it with FORCE: the server notices only after seconds that a client is gone, and its transaction is in the way for so long. */
async function dropOnMariadb(database: string): Promise<void> {
  const connection = await createConnection({ uri: mysqlUrl(servers.mariadb) });
  try {
    const [left] = await connection.query("SELECT id FROM information_schema.processlist WHERE db = ?", [database]);
    for (const { id } of left as { id: number }[]) {
      // it may have ended by itself meanwhile
      await connection.query(`KILL ${id}`).catch(() => undefined);
    }
    await connection.query(`DROP DATABASE IF EXISTS ${database}`);
  } finally {
    await connection.end();
  }
}

export const scratchOn = {
  async postgresql(drivername: string | null = null): Promise<Scratch> {
    const database = freshName();
    // Not as the server happens to be set up: UTF-8, and the same order of strings everywhere.
    await onPostgresql(`CREATE DATABASE ${database} ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0`);
    return scratchOn.postgresqlNamed(database, drivername);
  },

  /** One that was made before. */
  postgresqlNamed(database: string, drivername: string | null = null): Scratch {
    // FORCE: a test that failed may have left connections open.
    return {
      url: named(servers.postgresql, database, drivername),
      drop: () => onPostgresql(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`),
    };
  },

  async mariadb(drivername: string | null = null): Promise<Scratch> {
    const database = freshName();
    await onMariadb(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
    return { url: named(servers.mariadb, database, drivername), drop: () => dropOnMariadb(database) };
  },
};
