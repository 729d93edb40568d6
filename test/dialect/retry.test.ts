// Transactions that the database could not fit in among others are run again as a whole.
import {
  Column,
  createEngine,
  type Engine,
  IntegrityError,
  insert,
  isRetryable,
  MetaData,
  runInTransaction,
  select,
  SerializationError,
  sessionmaker,
  t,
  Table,
  text,
  update,
} from "athanor";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";

const metadata = new MetaData();
const doctors = new Table("doctors", metadata, {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  onCall: new Column("on_call", t.boolean(), { nullable: false }),
});

/** Lets several go on at once, when all of them have come. */
function barrier(count: number): () => Promise<void> {
  let waiting = 0;
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return async () => {
    waiting += 1;
    if (waiting === count) open();
    await opened;
  };
}

describeEachDatabase(
  "transactions that are run again",
  (db) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = createEngine(db.url);
      await metadata.createAll(engine);
    });
    afterAll(async () => {
      await engine.dispose();
    });
    beforeEach(async () => {
      await engine.begin(async (conn) => {
        await conn.execute(text("DELETE FROM doctors"));
        await conn.execute(insert(doctors), [
          { id: 1, onCall: true },
          { id: 2, onCall: true },
        ]);
      });
    });

    const onCall = async (): Promise<number> => {
      await using conn = await engine.connect();
      return (await conn.execute(select(doctors.c.id).where(doctors.c.onCall.is(true))).all()).length;
    };

    test("TX-09 write skew: one of two has to do it again, and sees what the other one did", async () => {
      const serializable = engine.executionOptions({ isolationLevel: "SERIALIZABLE" });
      const both = barrier(2);
      const attempts = new Map<number, number>();
      const retried: unknown[] = [];
      const leave = (id: number): Promise<boolean> =>
        runInTransaction(
          serializable,
          async (conn, attempt) => {
            attempts.set(id, attempt);
            const others = await conn.execute(select(doctors.c.id).where(doctors.c.onCall.is(true), doctors.c.id.ne(id))).all();
            if (attempt === 1) await both();
            if (others.length === 0) return false;
            await conn.execute(update(doctors).where(doctors.c.id.eq(id)).values({ onCall: false }));
            return true;
          },
          { delay: 5, onRetry: (error, attempt) => void retried.push([error instanceof SerializationError, attempt]) },
        );
      const left = await Promise.all([leave(1), leave(2)]);
      expect(left.filter(Boolean)).toHaveLength(1);
      expect(await onCall()).toBe(1);
      // how often the second one gets in the way of the first one's end is the server's affair
      expect(Math.min(...attempts.values())).toBe(1);
      expect(Math.max(...attempts.values())).toBe(retried.length + 1);
      expect(retried[0]).toEqual([true, 1]);
    });

    test("TX-10 a deadlock: both get through", async () => {
      const both = barrier(2);
      let attempts = 0;
      const inOrder = (first: number, second: number): Promise<void> =>
        runInTransaction(
          engine,
          async (conn, attempt) => {
            attempts += 1;
            await conn.execute(update(doctors).where(doctors.c.id.eq(first)).values({ onCall: false }));
            if (attempt === 1) await both();
            await conn.execute(update(doctors).where(doctors.c.id.eq(second)).values({ onCall: false }));
          },
          { delay: 5 },
        );
      await Promise.all([inOrder(1, 2), inOrder(2, 1)]);
      expect(attempts).toBeGreaterThan(2);
      expect(await onCall()).toBe(0);
    });

    test("TX-12 other errors are thrown at once", async () => {
      let calls = 0;
      const error = await runInTransaction(engine, async (conn) => {
        calls += 1;
        await conn.execute(insert(doctors).values({ id: 1, onCall: true }));
      }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(IntegrityError);
      expect(isRetryable(error)).toBe(false);
      expect(calls).toBe(1);
    });

    test("TX-13 there is an end to it, and the listener may end it sooner", async () => {
      const fail = async (): Promise<never> => {
        throw new SerializationError("again");
      };
      const told: number[] = [];
      await expect(
        runInTransaction(engine, fail, { maxAttempts: 3, delay: 1, onRetry: (_, attempt) => void told.push(attempt) }),
      ).rejects.toThrow("again");
      expect(told).toEqual([1, 2]);
      const stop = new Error("enough");
      await expect(
        runInTransaction(engine, fail, {
          onRetry: () => {
            throw stop;
          },
        }),
      ).rejects.toBe(stop);
      const signal = AbortSignal.abort(stop);
      await expect(runInTransaction(engine, fail, { signal })).rejects.toBe(stop);
    });

    test("each attempt has a session of its own", async () => {
      const Session = sessionmaker({ bind: engine });
      const seen = new Set<unknown>();
      const result = await runInTransaction(
        Session,
        async (session, attempt) => {
          seen.add(session);
          if (attempt < 3) throw new SerializationError("again");
          return session.scalar(select(doctors.c.id).orderBy(doctors.c.id));
        },
        { delay: 1 },
      );
      expect(result).toBe(1);
      expect(seen.size).toBe(3);
    });

    test.runIf(db.dialect === "mysql")("TX-11 a lock that was waited for in vain takes the whole transaction back", async () => {
      const holder = await engine.connect();
      await holder.execute(update(doctors).where(doctors.c.id.eq(1)).values({ onCall: false }));
      let calls = 0;
      await runInTransaction(
        engine,
        async (conn, attempt) => {
          calls = attempt;
          await conn.execute(text("SET innodb_lock_wait_timeout = 1"));
          await conn.execute(update(doctors).where(doctors.c.id.eq(2)).values({ onCall: false }));
          await conn.execute(update(doctors).where(doctors.c.id.eq(1)).values({ onCall: true }));
        },
        { delay: 1, onRetry: () => holder.rollback() },
      );
      await holder.close();
      expect(calls).toBe(2);
      expect(await onCall()).toBe(1);
    });
  },
  { only: ["postgresql", "mariadb"] },
);

describe("runInTransaction() and what it is given", () => {
  test("is refused when it makes no sense", async () => {
    const engine = createEngine("sqlite://");
    await expect(runInTransaction(engine, null as never)).rejects.toThrow("takes a function");
    await expect(runInTransaction(engine, () => 1, { maxAttempts: 0 })).rejects.toThrow("maxAttempts is a whole number from 1");
    expect(await runInTransaction(engine, () => 5)).toBe(5);
  });
});
