import { connect as connectTcp } from "node:net";
import { Client } from "pg";
import { createConnection } from "mysql2/promise";

/** The servers that tests may use. What is not reachable is skipped, unless ATHANOR_TEST_REQUIRE names it. */
export const servers = {
  postgresql: process.env.ATHANOR_TEST_POSTGRESQL || "postgresql://postgres@127.0.0.1:5432/test",
  mariadb: process.env.ATHANOR_TEST_MARIADB || "mariadb://root@127.0.0.1:3306/test",
} as const;

export type ServerName = keyof typeof servers;

/** Per server: null when it answers, else why it cannot be used. */
export type Reachability = Record<ServerName, string | null>;

const PATIENCE = 2000;

function knock(url: string, defaultPort: number): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: hostname, port: Number(port) || defaultPort, timeout: PATIENCE });
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("timeout", () => {
      socket.destroy();
      reject(new Error(`no connection within ${PATIENCE} ms`));
    });
    socket.once("error", reject);
  });
}

async function askPostgresql(): Promise<void> {
  await knock(servers.postgresql, 5432);
  const client = new Client({ connectionString: servers.postgresql, connectionTimeoutMillis: PATIENCE });
  try {
    await client.connect();
    await client.query("SELECT 1");
  } finally {
    await client.end();
  }
}

async function askMariadb(): Promise<void> {
  await knock(servers.mariadb, 3306);
  const connection = await createConnection({ uri: mysqlUrl(servers.mariadb), connectTimeout: PATIENCE });
  try {
    await connection.query("SELECT 1");
  } finally {
    await connection.end();
  }
}

/** mysql2 knows no mariadb: URLs. */
export function mysqlUrl(url: string): string {
  return url.replace(/^(mariadb|mysql)(\+\w+)?:/, "mysql:");
}

async function reason(ask: () => Promise<void>): Promise<string | null> {
  try {
    await ask();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message || error.name : String(error);
  }
}

export async function probeServers(): Promise<Reachability> {
  const [postgresql, mariadb] = await Promise.all([reason(askPostgresql), reason(askMariadb)]);
  return { postgresql, mariadb };
}

function isServer(name: string): name is ServerName {
  return Object.hasOwn(servers, name);
}

/** Throws when a server that ATHANOR_TEST_REQUIRE names is not there. */
export function assertRequired(found: Reachability, required: string | undefined = process.env.ATHANOR_TEST_REQUIRE): void {
  const names = (required ?? "").split(",").map((name) => name.trim());
  for (const name of names.filter(Boolean)) {
    if (!isServer(name)) throw new Error(`ATHANOR_TEST_REQUIRE names "${name}"; known are: ${Object.keys(servers).join(", ")}`);
    if (found[name] !== null) {
      const variable = `ATHANOR_TEST_${name.toUpperCase()}`;
      throw new Error(
        `ATHANOR_TEST_REQUIRE names ${name}, but ${servers[name]} cannot be used: ${found[name]}. Start it, or set ${variable} to its URL.`,
      );
    }
  }
}
