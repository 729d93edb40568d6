import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createEngine, DBAPIError, type Engine, PoolClosedError, text } from "athanor";
import { describeEachDriver } from "../support/databases.ts";

describeEachDriver("transactions", (db) => {
  let engine: Engine;
  const add = (n: number) => text(`INSERT INTO points (n) VALUES (${n})`);
  const points = async (): Promise<unknown[]> => {
    await using conn = await engine.connect();
    return conn.scalars(text("SELECT n FROM points ORDER BY n")).all();
  };

  beforeAll(async () => {
    engine = createEngine(db.url);
    await engine.begin((conn) => conn.execute(text("CREATE TABLE points (n INTEGER PRIMARY KEY)")));
  });
  afterAll(() => engine.dispose());
  beforeEach(async () => {
    await engine.begin((conn) => conn.execute(text("DELETE FROM points")));
  });

  test("commit as you go", async () => {
    await using conn = await engine.connect();
    await conn.execute(add(1));
    expect(conn.inTransaction()).toBe(true);
    await conn.commit();
    expect(conn.inTransaction()).toBe(false);
    await conn.execute(add(2));
    await conn.rollback();
    await conn.execute(add(3));
    await conn.close();
    expect(await points()).toEqual([1]);
  });

  test("begin once", async () => {
    await engine.begin((conn) => conn.execute(add(1)));
    await expect(
      engine.begin(async (conn) => {
        await conn.execute(add(2));
        throw new Error("stop");
      }),
    ).rejects.toThrow("stop");
    expect(await points()).toEqual([1]);
  });

  test("savepoints, three deep", async () => {
    await engine.begin(async (conn) => {
      await conn.execute(add(1));
      await conn.beginNested(async () => {
        await conn.execute(add(2));
        await expect(
          conn.beginNested(async () => {
            await conn.execute(add(3));
            await conn.execute(add(1));
          }),
        ).rejects.toThrow(DBAPIError);
        await conn.execute(add(4));
        const last = await conn.beginNested();
        await conn.execute(add(5));
        await last.rollback();
      });
    });
    expect(await points()).toEqual([1, 2, 4]);
  });

  test("what is left open is not seen by the next one", async () => {
    const one = await engine.connect();
    await one.execute(add(1));
    await one.execute(add(1)).catch(() => undefined);
    await one.close();
    expect(await points()).toEqual([]);
  });

  test("dispose() refuses those who wait; a new connection works", async () => {
    const small = createEngine(db.url, { poolSize: 1, maxOverflow: 0 });
    const held = await small.connect();
    await held.execDriverSql("SELECT 1");
    const waiting = small.connect().then(
      () => null,
      (error: unknown) => error,
    );
    await small.dispose();
    expect(await waiting).toBeInstanceOf(PoolClosedError);
    await held.close();
    await using conn = await small.connect();
    expect(await conn.execDriverSql("SELECT 1").scalar()).toBe(1);
    await conn.close();
    await small.dispose();
  });

  test("AUTOCOMMIT", async () => {
    await using conn = await engine.connect();
    conn.executionOptions({ isolationLevel: "AUTOCOMMIT" });
    expect(await conn.getIsolationLevel()).toBe("AUTOCOMMIT");
    await conn.execute(add(1));
    await conn.rollback();
    await conn.close();
    expect(await points()).toEqual([1]);
  });

  test("TX-18 one connection at a time where there is only one, and none in the middle of another's transaction", async () => {
    let open = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) =>
        engine.begin(async (conn) => {
          open += 1;
          most = Math.max(most, open);
          const before = Number(await conn.scalar(text("SELECT count(*) FROM points")));
          await conn.execute(add(100 + i));
          const after = Number(await conn.scalar(text("SELECT count(*) FROM points")));
          if (db.name !== "postgresql" && db.name !== "postgresjs") expect(after).toBe(before + 1);
          open -= 1;
        }),
      ),
    );
    expect(await points()).toHaveLength(20);
    if (/sqlite$|better|pglite/.test(db.name) && db.name !== "sqlite-file") expect(most).toBe(1);
  });
});
