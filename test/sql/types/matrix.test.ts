// Every type, with the values at its edges, on every database, by every way in and out.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AthanorError, createEngine, type Connection, type Engine, insert, literal, Session, type Table } from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { CASES } from "./support/cases.ts";
import { Base, checkDefaults, COMPARED, CORE, mapType, ORM, type Path, tableOfDefaults } from "./support/paths.ts";
import { held, type MatrixCase, show, turnedAway } from "./support/sample.ts";

const MAPPED = CASES.map(({ type }, at) => mapType(at, type));

describeEachDatabase("types", (db) => {
  let engine: Engine;
  const defaults = new Map<MatrixCase, { ours: Table; servers: Table | null }>();

  beforeAll(async () => {
    engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
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
    const samples = held(one.samples, db.dialect);
    const ways: Record<string, Path> = { ...CORE, ...ORM, ...(one.notComparable?.includes(db.dialect) ? {} : COMPARED) };

    describe(`${one.id} ${one.name}`, () => {
      for (const [way, run] of Object.entries(ways)) test(way, () => within((conn) => run(conn, mapped, samples)));

      for (const { given, message } of turnedAway(one.samples, db.dialect)) {
        test(`refuses ${show(given)}`, async () => {
          const { table } = mapped.Item;
          const rows = (n: number) => Array.from({ length: n }, (_, id) => ({ id, value: (id === n - 1 ? given : null) as never }));
          const attempts: Record<string, (conn: Connection) => Promise<unknown>> = {
            bind: (conn) => conn.execute(insert(table).values({ id: 1, value: given as never })).all(),
            "few rows": (conn) => conn.execute(insert(table), rows(3)).all(),
            "many rows": (conn) => conn.execute(insert(table), rows(210)).all(),
            ORM: async (conn) => {
              const session = new Session({ bind: conn });
              session.add(new mapped.Item({ id: 1, value: given } as never));
              await session.flush();
            },
          };
          for (const [name, attempt] of Object.entries(attempts)) {
            await within(async (conn) => {
              const error: unknown = await attempt(conn).then(
                () => null,
                (thrown: unknown) => thrown,
              );
              expect(error, `${name}: nothing was thrown`).toBeInstanceOf(AthanorError);
              expect((error as Error).message, name).toMatch(message);
            });
          }
          await within(async (conn) => {
            const written = Promise.resolve().then(() =>
              conn.execute(insert(table).values({ id: 1, value: literal(given, mapped.type, { literalExecute: true }) as never })).all(),
            );
            await expect(written, "literal").rejects.toBeInstanceOf(AthanorError);
          });
        });
      }
    });
  }
  void defaults;
  void checkDefaults;
  void tableOfDefaults;
});
