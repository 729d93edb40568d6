// Many transactions at once, while connections are cut: what they saw and left behind is looked through for what cannot be.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Column,
  CommitOutcomeUnknownError,
  createEngine,
  DisconnectError,
  type Engine,
  func,
  insert,
  MetaData,
  runInTransaction,
  select,
  SerializationError,
  t,
  Table,
  text,
  update,
} from "athanor";
import { ChaosProxy, type Fate } from "../support/chaos-proxy.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { sleep } from "../support/faulty-driver.ts";
import { leakGuard } from "../support/leak-guard.ts";
import { anomalies, type Attempt, randomOf } from "../support/list-append.ts";

/** Transactions of each of the eight workers; thousands of them by the environment. */
const ROUNDS = Number(process.env["ATHANOR_TEST_HISTORY"] ?? 25);
const WORKERS = 8;
const SEED = Number(process.env["ATHANOR_TEST_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

const metadata = new MetaData();
const lists = new Table("lists", metadata, {
  key: new Column("k", t.integer(), { primaryKey: true, autoincrement: false }),
  values: new Column("v", t.text(), { nullable: false }),
});
const accounts = new Table("accounts", metadata, {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  balance: new Column(t.integer(), { nullable: false }),
});
const KEYS = [1, 2, 3, 4, 5];

/** Thrown by a program that changes its mind. */
class SecondThoughts extends Error {}

describeEachDatabase(
  `many transactions at once, seed ${SEED}`,
  (db) => {
    const guard = leakGuard(() => db.url);
    let plain: Engine;
    beforeAll(async () => {
      plain = createEngine(db.url);
      await metadata.createAll(plain);
      await plain.begin(async (conn) => {
        await conn.execute(
          insert(lists),
          KEYS.map((key) => ({ key, values: "" })),
        );
        await conn.execute(
          insert(accounts),
          KEYS.map((id) => ({ id, balance: 100 })),
        );
      });
      await plain.dispose();
    });
    afterAll(() => plain.dispose());

    /** An engine whose connections are cut now and then, where there is a network. */
    async function unreliable(random: () => number): Promise<{ engine: Engine; calm: () => void }> {
      const options = { poolSize: WORKERS, maxOverflow: 0, logger: () => undefined, isolationLevel: "SERIALIZABLE" };
      if (db.dialect === "sqlite") return { engine: guard.open(db.url, options), calm: () => undefined };
      const proxy = await ChaosProxy.to(db.url);
      guard.onEnd(() => proxy.close());
      proxy.onStatement = (sql): Fate => {
        const dice = random();
        if (sql.includes("COMMIT")) return dice < 0.04 ? "lose" : dice < 0.1 ? "deliver" : "pass";
        return dice < 0.01 ? "lose" : "pass";
      };
      return {
        engine: guard.open(proxy.url, options),
        calm: () => {
          proxy.onStatement = () => "pass";
        },
      };
    }

    /** Runs a transaction until it is known what came of it. */
    async function settle(work: () => Promise<unknown>): Promise<"ok" | "failed" | "unknown"> {
      try {
        await work();
        return "ok";
      } catch (error) {
        if (error instanceof CommitOutcomeUnknownError) return "unknown";
        if (error instanceof DisconnectError || error instanceof SerializationError || error instanceof SecondThoughts) return "failed";
        // cut while it was connecting
        if (error instanceof Error && error.message.includes("could not connect")) return "failed";
        throw error;
      }
    }

    test("TX-15 each saw what it would have seen alone, nothing is lost, and nothing is there twice", { timeout: 600_000 }, async () => {
      const random = randomOf(SEED);
      const { engine, calm } = await unreliable(random);
      const history: Attempt[] = [];
      let values = 0;
      const transaction = async (): Promise<void> => {
        let last: Attempt | null = null;
        const outcome = await settle(() =>
          runInTransaction(
            engine,
            async (conn) => {
              const attempt: Attempt = { operations: [], outcome: "failed" };
              history.push(attempt);
              last = attempt;
              for (let left = 1 + Math.floor(random() * 3); left > 0; left--) {
                const key = KEYS[Math.floor(random() * KEYS.length)]!;
                if (random() < 0.5) {
                  const read = (await conn.scalar(select(lists.c.values).where(lists.c.key.eq(key))))!;
                  attempt.operations.push({ kind: "read", key, list: read.split(" ").filter(Boolean).map(Number) });
                } else {
                  const value = (values += 1);
                  attempt.operations.push({ kind: "append", key, value });
                  await conn.execute(
                    update(lists)
                      .where(lists.c.key.eq(key))
                      .values({ values: lists.c.values.concat(` ${value}`) }),
                  );
                }
                if (random() < 0.2) await sleep(1);
              }
              if (random() < 0.05) throw new SecondThoughts();
            },
            { maxAttempts: 20, delay: 3, maxDelay: 30 },
          ),
        );
        if (last !== null) (last as Attempt).outcome = outcome;
      };
      await Promise.all(
        Array.from({ length: WORKERS }, async () => {
          for (let i = 0; i < ROUNDS; i++) await transaction();
        }),
      );
      calm();
      // what was cut off on the way may still be at work on the server
      await sleep(20);
      const final = new Map<number, number[]>();
      await using conn = await engine.connect();
      for (const [key, list] of await conn.execute(select(lists.c.key, lists.c.values)).all())
        final.set(key, list.split(" ").filter(Boolean).map(Number));
      expect(anomalies(history, final)).toEqual([]);
      const count = (outcome: string): number => history.filter((attempt) => attempt.outcome === outcome).length;
      expect(count("ok")).toBeGreaterThan((WORKERS * ROUNDS) / 2);
      expect(count("failed")).toBeGreaterThan(0);
      if (db.dialect !== "sqlite") expect(count("unknown")).toBeGreaterThan(0);
    });

    test("TX-16 money that is moved about stays the same sum, at every moment", { timeout: 600_000 }, async () => {
      const random = randomOf(SEED + 1);
      const { engine, calm } = await unreliable(random);
      const total = select(func.sum(accounts.c.balance));
      let moved = 0;
      let looks = 0;
      const move = async (): Promise<void> => {
        const [from, to] = KEYS.toSorted(() => random() - 0.5);
        const amount = 1 + Math.floor(random() * 20);
        const outcome = await settle(() =>
          runInTransaction(
            engine,
            async (conn) => {
              const had = (await conn.scalar(select(accounts.c.balance).where(accounts.c.id.eq(from!))))!;
              if (had < amount) throw new SecondThoughts();
              await conn.execute(
                update(accounts)
                  .where(accounts.c.id.eq(from!))
                  .values({ balance: had - amount }),
              );
              if (random() < 0.1) throw new SecondThoughts();
              await conn.execute(
                update(accounts)
                  .where(accounts.c.id.eq(to!))
                  .values({ balance: accounts.c.balance.add(amount) }),
              );
            },
            { maxAttempts: 20, delay: 3, maxDelay: 30 },
          ),
        );
        if (outcome === "ok") moved += 1;
      };
      const look = async (): Promise<void> => {
        await settle(() =>
          runInTransaction(engine, async (conn) => {
            expect(Number(await conn.scalar(total))).toBe(500);
            looks += 1;
          }),
        );
      };
      await Promise.all(
        Array.from({ length: WORKERS }, async (_, worker) => {
          for (let i = 0; i < ROUNDS; i++) await (worker < 2 ? look() : move());
        }),
      );
      calm();
      await sleep(20);
      await using conn = await engine.connect();
      expect(Number(await conn.scalar(total))).toBe(500);
      expect(Number(await conn.scalar(text("SELECT count(*) FROM accounts WHERE balance < 0")))).toBe(0);
      expect(Math.min(moved, looks)).toBeGreaterThan(ROUNDS / 2);
    });
  },
  { only: ["postgresql", "mariadb", "sqlite-file"] },
);

describe("the one who looks for anomalies", () => {
  const append = (key: number, value: number) => ({ kind: "append", key, value }) as const;
  const read = (key: number, ...list: number[]) => ({ kind: "read", key, list }) as const;
  const ok = (...operations: Attempt["operations"]): Attempt => ({ operations, outcome: "ok" });
  const find = (history: Attempt[], ...final: number[][]): string[] => anomalies(history, new Map(final.map((list, i) => [i + 1, list])));

  test.each<[string, Attempt[], number[][], string | null]>([
    ["nothing", [ok(append(1, 1)), ok(read(1, 1), append(1, 2))], [[1, 2]], null],
    ["a write that is lost", [ok(read(1), append(1, 1)), ok(read(1), append(1, 2))], [[2]], "1 was committed to 1 and is lost"],
    ["a write that was undone and is there", [{ operations: [append(1, 1)], outcome: "failed" }], [[1]], "failed is in 1"],
    ["a write that is there twice", [ok(append(1, 1))], [[1, 1]], "twice"],
    ["one that nobody knows of, there", [{ operations: [append(1, 1)], outcome: "unknown" }], [[1]], null],
    ["one that nobody knows of, not there", [{ operations: [append(1, 1)], outcome: "unknown" }], [[]], null],
    ["one of which a part is there", [{ operations: [append(1, 1), append(2, 2)], outcome: "unknown" }], [[1], []], "a part"],
    ["a read of what came to nothing", [ok(read(1, 9)), ok(append(1, 1))], [[1]], "no beginning"],
    ["write skew", [ok(read(1), append(2, 1)), ok(read(2), append(1, 2))], [[2], [1]], "no order"],
    [
      "two reads that saw two orders",
      [ok(append(1, 1)), ok(append(2, 2)), ok(read(1, 1), read(2)), ok(read(2, 2), read(1))],
      [[1], [2]],
      "no order",
    ],
    ["a lost update that left both", [ok(read(1), append(1, 1)), ok(read(1), append(1, 2))], [[1, 2]], "no order"],
  ])("finds %s", (_name, history, final, expected) => {
    const found = find(history, ...final);
    if (expected === null) expect(found).toEqual([]);
    else expect(found.join()).toContain(expected);
  });
});
