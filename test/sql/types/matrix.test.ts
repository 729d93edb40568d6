// Every type, with the values at its edges, on every database, by every way in and out.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AthanorError, type Connection, type Engine, MetaData, type Table } from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { engineFor } from "./support/engine.ts";
import { CASES as GENERIC_CASES } from "./support/cases.ts";
import { MYSQL_CASES } from "./support/cases-mysql.ts";
import { SQLITE_CASES } from "./support/cases-sqlite.ts";
import { POSTGRESQL_CASES } from "./support/cases-postgresql.ts";
import { ATTEMPTS, Base, checkDefaults, COMPARED, CORE, mapType, ORM, type Path, tableOfDefaults, UNCHANGED } from "./support/paths.ts";
import { held, show, turnedAway } from "./support/sample.ts";

const CASES = [...GENERIC_CASES, ...POSTGRESQL_CASES, ...MYSQL_CASES, ...SQLITE_CASES];
const MAPPED = CASES.map(({ type }, at) => mapType(at, type));

describeEachDatabase(
  "types",
  (db) => {
    let engine: Engine;
    const defaults = new MetaData();
    const tables: Table[] = [];

    beforeAll(async () => {
      engine = await engineFor(db);
      await Base.metadata.createAll(engine, { tables: tables as never });
      await defaults.createAll(engine);
    });
    afterAll(() => engine.dispose());

    /** Runs something in a transaction that is rolled back. */
    async function within(run: (conn: Connection) => Promise<void>): Promise<void> {
      await using conn = await engine.connect();
      await run(conn);
    }

    for (const [at, one] of CASES.entries()) {
      if (one.only !== undefined && !one.only.includes(db.dialect)) continue;
      const mapped = MAPPED[at]!;
      tables.push(mapped.Owner.table as never, mapped.Item.table as never);
      const samples = held(one.samples, db.dialect);
      const ways: Record<string, Path> = {
        ...CORE,
        ...ORM,
        ...(one.notComparable?.includes(db.dialect) ? {} : { ...COMPARED, ...UNCHANGED }),
      };

      describe(`${one.id} ${one.name}`, () => {
        for (const way of one.without ?? []) delete ways[way];
        for (const [way, run] of Object.entries(ways)) test(way, () => within((conn) => run(conn, mapped, samples)));

        for (const by of ["default", "serverDefault"] as const) {
          if (by === "serverDefault" && one.noServerDefault?.includes(db.dialect)) continue;
          const table = tableOfDefaults(`${by}_${at}`, defaults, mapped.type, samples, by);
          test(by, () => within((conn) => checkDefaults(conn, table, samples)));
        }

        for (const [n, { given, message }] of turnedAway(one.samples, db.dialect).entries()) {
          test(`refuses ${show(given)}`, async () => {
            for (const [way, attempt] of Object.entries(ATTEMPTS)) {
              // the others go through the same check
              if (n > 0 && way !== "bind") continue;
              await within(async (conn) => {
                const error = await failureOf(() => attempt(conn, mapped, given));
                expect(error, `${way}: nothing was thrown`).toBeInstanceOf(AthanorError);
                if (way !== "literal") expect(error!.message, way).toMatch(message);
              });
            }
          });
        }
      });
    }
  },
  { only: ["sqlite", "better-sqlite3", "pglite", "postgresql", "mariadb"] },
);

async function failureOf(run: () => Promise<unknown>): Promise<Error | null> {
  try {
    await run();
    return null;
  } catch (error) {
    return error as Error;
  }
}
