// Transactions that are committed in two steps, on the servers that have them.
import { createEngine, type Engine, event, InvalidRequestError, NullPool, sessionmaker, text } from "athanor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";

describeEachDatabase(
  "two-phase transactions",
  (db) => {
    let engine: Engine;
    let isOn = true;
    beforeAll(async () => {
      // prepared transactions outlive connections, and connections to MariaDB that prepared one do nothing else until it has ended
      engine = createEngine(db.url, { poolclass: NullPool });
      await engine.begin(async (conn) => {
        await conn.execute(text("CREATE TABLE points (id INTEGER PRIMARY KEY)"));
        if (db.dialect === "postgresql") isOn = Number(await conn.scalar(text("SHOW max_prepared_transactions"))) > 0;
      });
    });
    afterAll(async () => {
      const conn = await engine.connect();
      if (isOn) for (const xid of await conn.recoverTwophase()) if (xid.startsWith("athanor_test")) await conn.rollbackPrepared(xid);
      await conn.close();
      await engine.dispose();
    });

    const points = async (): Promise<number[]> => {
      await using conn = await engine.connect();
      const rows = await conn.execute(text("SELECT id FROM points ORDER BY id")).scalars().all();
      return rows.map(Number);
    };
    const name = (): string => `athanor_test_${Math.random().toString(36).slice(2)}`;

    test("prepared, then committed", async ({ skip }) => {
      if (!isOn) skip("max_prepared_transactions of the server is 0");
      await using conn = await engine.connect();
      const transaction = await conn.beginTwophase();
      await conn.execute(text("INSERT INTO points (id) VALUES (1)"));
      expect(transaction.isPrepared).toBe(false);
      await transaction.prepare();
      expect(transaction.isPrepared).toBe(true);
      await expect(transaction.prepare()).rejects.toThrow("prepared already");
      expect(await points()).toEqual([]);
      await transaction.commit();
      expect(await points()).toEqual([1]);
      // the connection goes on
      await conn.execute(text("DELETE FROM points"));
      await conn.commit();
      expect(await points()).toEqual([]);
    });

    test("prepared, then rolled back; and ended without having been prepared", async ({ skip }) => {
      if (!isOn) skip("max_prepared_transactions of the server is 0");
      await using conn = await engine.connect();
      let transaction = await conn.beginTwophase();
      await conn.execute(text("INSERT INTO points (id) VALUES (2)"));
      await transaction.prepare();
      await transaction.rollback();
      expect(await points()).toEqual([]);
      transaction = await conn.beginTwophase();
      await conn.execute(text("INSERT INTO points (id) VALUES (3)"));
      await transaction.rollback();
      expect(await points()).toEqual([]);
      transaction = await conn.beginTwophase();
      await conn.execute(text("INSERT INTO points (id) VALUES (4)"));
      await transaction.commit();
      expect(await points()).toEqual([4]);
      await conn.execute(text("DELETE FROM points"));
      await conn.commit();
    });

    test("TX-24 what a connection prepared before it was lost is found and committed by another one", async ({ skip }) => {
      if (!isOn) skip("max_prepared_transactions of the server is 0");
      const [committed, dropped] = [name(), name()];
      for (const [i, xid] of [committed, dropped].entries()) {
        const conn = await engine.connect();
        const transaction = await conn.beginTwophase(xid);
        await conn.execute(text(`INSERT INTO points (id) VALUES (${10 + i})`));
        await transaction.prepare();
        const { dbapiConnection } = await conn.getRawConnection();
        await dbapiConnection!.close();
        await conn.invalidate();
        await conn.close();
      }
      await using conn = await engine.connect();
      const waiting = await conn.recoverTwophase();
      expect(waiting).toEqual(expect.arrayContaining([committed, dropped]));
      await conn.rollback();
      await conn.commitPrepared(committed);
      await conn.rollbackPrepared(dropped);
      expect(await points()).toEqual([10]);
      expect(await conn.recoverTwophase()).not.toContain(committed);
      await expect(conn.commitPrepared(committed)).rejects.toThrow(InvalidRequestError);
      await conn.rollback();
      await conn.execute(text("DELETE FROM points"));
      await conn.commit();
    });

    test("listeners are told", async ({ skip }) => {
      if (!isOn) skip("max_prepared_transactions of the server is 0");
      const told: unknown[] = [];
      await using conn = await engine.connect();
      event.listen(conn, "beginTwophase", (_, xid) => void told.push(["begin", xid]));
      event.listen(conn, "prepareTwophase", (_, xid) => void told.push(["prepare", xid]));
      event.listen(conn, "rollbackTwophase", (_, xid, isPrepared) => void told.push(["rollback", xid, isPrepared]));
      event.listen(conn, "commitTwophase", (_, xid, isPrepared) => void told.push(["commit", xid, isPrepared]));
      const first = await conn.beginTwophase(name());
      await first.prepare();
      await first.rollback();
      const second = await conn.beginTwophase(name());
      await second.commit();
      expect(told).toEqual([
        ["begin", first.xid],
        ["prepare", first.xid],
        ["rollback", first.xid, true],
        ["begin", second.xid],
        ["commit", second.xid, false],
      ]);
    });

    test("a session commits on all of its databases or on none", async ({ skip }) => {
      if (!isOn) skip("max_prepared_transactions of the server is 0");
      const other = createEngine(db.url, { poolclass: NullPool });
      const Session = sessionmaker({ twophase: true });
      const session = Session();
      const write = async (engineOf: Engine, id: number): Promise<void> => {
        const conn = await session.connection({ bindArguments: { bind: engineOf } });
        await conn.execute(text(`INSERT INTO points (id) VALUES (${id})`));
      };
      await write(engine, 20);
      await write(other, 21);
      await session.prepare();
      expect(await points()).toEqual([]);
      await session.commit();
      expect(await points()).toEqual([20, 21]);
      await write(engine, 22);
      await write(other, 23);
      await session.prepare();
      await session.rollback();
      await write(engine, 24);
      await session.rollback();
      expect(await points()).toEqual([20, 21]);
      await session.close();
      await expect(sessionmaker({ bind: engine })().prepare()).rejects.toThrow("nothing is under way");
      await other.dispose();
      await engine.begin(async (conn) => void (await conn.execute(text("DELETE FROM points"))));
    });

    test("names that could be SQL are refused", async () => {
      await using conn = await engine.connect();
      expect(() => conn.beginTwophase("x'; DROP TABLE points --")).toThrow("the name of a two-phase transaction");
      await expect(conn.commitPrepared("x' OR '")).rejects.toThrow("the name of a two-phase transaction");
    });
  },
  { only: ["postgresql", "mariadb", "mariadb-connector", "postgresjs"] },
);

describeEachDatabase(
  "two-phase transactions of databases without",
  (db) => {
    test("are refused", async () => {
      const engine = createEngine(db.url);
      await using conn = await engine.connect();
      expect(() => conn.beginTwophase()).toThrow("no transactions that are committed in two steps");
    });
  },
  { only: ["sqlite"] },
);
