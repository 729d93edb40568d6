// The one source of databases for tests. A suite written with describeEachDatabase runs on all of them,
// each time on an empty database, which no other suite has at the same time.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, inject } from "vitest";
import { keptPostgresql } from "./kept-databases.ts";
import { giveBackPglite, keptPglite } from "./pglite.ts";
import type { ServerName } from "./probe.ts";
import { type Scratch, scratchOn } from "./scratch.ts";

/** What a suite gets. `url` may be read in hooks and tests only: the database is made just before them. */
export interface TestDatabase {
  readonly name: DatabaseName;
  readonly dialect: "sqlite" | "postgresql" | "mysql";
  readonly url: string;
}

interface Target {
  readonly dialect: TestDatabase["dialect"];
  /** The server it needs, if any. */
  readonly server?: ServerName;
  create(): Promise<Scratch>;
}

async function inMemory(url: string): Promise<Scratch> {
  return { url, drop: async () => {} };
}

async function inFolder(url: (folder: string) => string): Promise<Scratch> {
  const folder = mkdtempSync(join(tmpdir(), "athanor_test_"));
  return { url: url(folder), drop: async () => rmSync(folder, { recursive: true, force: true }) };
}

const targets = {
  sqlite: { dialect: "sqlite", create: () => inMemory("sqlite://") },
  "sqlite-file": { dialect: "sqlite", create: () => inFolder((folder) => `sqlite:///${join(folder, "test.db")}`) },
  "better-sqlite3": { dialect: "sqlite", create: () => inMemory("sqlite+better-sqlite3://") },
  pglite: { dialect: "postgresql", create: () => keptPglite(inject("pgliteFolder")) },
  postgresql: { dialect: "postgresql", server: "postgresql", create: () => keptPostgresql(inject("keptFolder")) },
  mariadb: { dialect: "mysql", server: "mariadb", create: () => scratchOn.mariadb() },
} as const satisfies Record<string, Target>;

/** Further drivers of the same databases: for the suites that are about drivers. */
const otherDrivers = {
  libsql: { dialect: "sqlite", create: () => inMemory("sqlite+libsql://") },
  postgresjs: {
    dialect: "postgresql",
    server: "postgresql",
    create: () => keptPostgresql(inject("keptFolder"), "postgresql+postgresjs"),
  },
  "mariadb-connector": { dialect: "mysql", server: "mariadb", create: () => scratchOn.mariadb("mariadb+mariadb") },
} as const satisfies Record<string, Target>;

const all = { ...targets, ...otherDrivers };

export type DatabaseName = keyof typeof all;

afterAll(giveBackPglite);

const names = Object.keys(targets) as (keyof typeof targets)[];

/**
 * Declares the suite once per database. One that is not available is reported as skipped, with its name and the reason.
 *
 * @example
 * describeEachDatabase("savepoints", (db) => {
 *   test("…", async () => {
 *     const engine = createEngine(db.url);
 *   });
 * });
 */
export function describeEachDatabase(
  name: string,
  body: (db: TestDatabase) => void,
  options: { only?: readonly DatabaseName[] } = {},
): void {
  for (const database of options.only ?? names) describeDatabase(name, database, body);
}

/** Declares the suite once per driver: those of {@link describeEachDatabase} and the others. */
export function describeEachDriver(name: string, body: (db: TestDatabase) => void): void {
  for (const database of Object.keys(all) as DatabaseName[]) describeDatabase(name, database, body);
}

function describeDatabase(name: string, database: DatabaseName, body: (db: TestDatabase) => void): void {
  const target: Target = all[database];
  const missing = target.server === undefined ? null : inject("servers")[target.server];
  let scratch: Scratch | undefined;
  const db: TestDatabase = {
    name: database,
    dialect: target.dialect,
    get url() {
      if (scratch === undefined) throw new Error("db.url is known in hooks and tests only: the database is made just before them");
      return scratch.url;
    },
  };
  describe.skipIf(missing !== null)(`${name} [${database}]${missing === null ? "" : ` (${database} is not reachable: ${missing})`}`, () => {
    beforeAll(async () => {
      scratch = await target.create();
    });
    afterAll(async () => {
      await scratch?.drop();
    });
    body(db);
  });
}
