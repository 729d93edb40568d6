import { describe, expect, test } from "vitest";
import {
  CommitOutcomeUnknownError,
  InvalidRequestError,
  OperationalError,
  PendingRollbackError,
  ResourceClosedError,
  TransactionEndedError,
} from "../../src/errors.ts";
import { listen } from "../../src/event/listen.ts";
import { FakeError, FaultyDriver, faultyEngine, sleep } from "../support/faulty-driver.ts";

describe("transactions", () => {
  test("the callback commits, or rolls back and throws the error as it is", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    expect(await engine.begin(async (conn) => conn.execDriverSql("x").scalar())).toBe(1);
    expect(driver.calls).toEqual(["connect", "begin", "execute", "commit"]);
    const boom = new Error("boom");
    await expect(
      engine.begin(async (conn) => {
        await conn.execDriverSql("x");
        throw boom;
      }),
    ).rejects.toBe(boom);
    expect(driver.calls.slice(4)).toEqual(["begin", "execute", "rollback"]);
  });

  test("a rollback that fails does not hide the first error, and the connection is thrown away", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { logger: () => undefined });
    driver.before = (call) => {
      if (call === "rollback") throw new FakeError("the rollback failed");
    };
    const boom = new Error("boom");
    const error = await engine
      .begin(() => {
        throw boom;
      })
      .catch((thrown: unknown) => thrown);
    expect(error).toBe(boom);
    expect((error as { rollbackError?: unknown }).rollbackError).toBeInstanceOf(OperationalError);
    expect(driver.open).toBe(0);
  });

  test("begin() is refused where a transaction is under way", async () => {
    await using conn = await faultyEngine(new FaultyDriver()).connect();
    await conn.execDriverSql("x");
    expect(() => conn.begin()).toThrow(InvalidRequestError);
    await expect(conn.begin(() => 1)).rejects.toThrow("in a transaction already");
    await conn.rollback();
    await using tx = await conn.begin();
    expect(conn.getTransaction()).toBe(tx);
  });

  test("what is disposed of without commit() is rolled back", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    {
      await using conn = engine.connect();
      await using _tx = conn.begin();
      await conn.execDriverSql("x");
    }
    expect(driver.calls).toEqual(["connect", "begin", "execute", "rollback"]);
  });

  test("an ended transaction can do nothing, and neither can its block", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    await using conn = await engine.connect();
    const tx = await conn.begin();
    await tx.commit();
    await expect(tx.commit()).rejects.toThrow(TransactionEndedError);
    await tx.rollback();
    await expect(
      conn.begin(async (inner) => {
        await inner.rollback();
        await conn.execDriverSql("late");
      }),
    ).rejects.toThrow(TransactionEndedError);
    expect(driver.sql).not.toContain("late");
    await conn.close();
    await expect(conn.execDriverSql("late")).rejects.toThrow(ResourceClosedError);
    await expect(conn.execute(null as never)).rejects.toThrow("cannot be executed");
  });

  test("a commit waits for statements that were not awaited", async () => {
    const driver = new FaultyDriver();
    driver.before = (call) => (call === "execute" ? sleep(5) : undefined);
    await faultyEngine(driver).begin((conn) => {
      void conn.execDriverSql("a");
      void conn.execDriverSql("b");
    });
    expect(driver.sql).toEqual(["a", "b"]);
    expect(driver.calls.at(-1)).toBe("commit");
  });

  test("a statement that failed and was not awaited stops the commit", async () => {
    const driver = new FaultyDriver();
    driver.before = (call) => {
      if (call === "execute") throw new FakeError("wrong", "programming");
    };
    const error = await faultyEngine(driver)
      .begin((conn) => {
        void conn.execDriverSql("a");
      })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(String((error as Error).cause)).toContain("wrong");
    expect(driver.calls).not.toContain("commit");
  });

  test("a connection lost in a transaction wants a rollback, and works again after it", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    await using conn = await engine.connect();
    await conn.execDriverSql("x");
    driver.before = (call) => {
      if (call === "execute") throw new FakeError("gone", "disconnect");
    };
    await expect(conn.execDriverSql("y")).rejects.toThrow("gone");
    driver.before = () => undefined;
    await expect(conn.execDriverSql("z")).rejects.toThrow(PendingRollbackError);
    await expect(conn.commit()).rejects.toThrow(InvalidRequestError);
    await conn.rollback();
    expect(await conn.execDriverSql("z").scalar()).toBe(1);
    expect(driver.connections).toHaveLength(2);
  });

  test("a connection lost during COMMIT leaves the outcome unknown", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    driver.before = (call) => {
      if (call === "commit") throw new FakeError("gone", "disconnect");
    };
    await expect(engine.begin((conn) => conn.execDriverSql("x").all())).rejects.toThrow(CommitOutcomeUnknownError);
  });

  test("savepoints nest; an outer one takes the inner ones with it", async () => {
    const driver = new FaultyDriver();
    await using conn = await faultyEngine(driver).connect();
    const one = await conn.beginNested();
    const two = await conn.beginNested();
    expect(conn.getNestedTransaction()).toBe(two);
    await one.rollback();
    expect(two.isActive).toBe(false);
    expect(conn.inNestedTransaction()).toBe(false);
    expect(conn.inTransaction()).toBe(true);
    await conn.commit();
    expect(driver.sql).toEqual(["SAVEPOINT sa_savepoint_1", "SAVEPOINT sa_savepoint_2", "ROLLBACK TO SAVEPOINT sa_savepoint_1"]);
  });

  test("AUTOCOMMIT begins nothing", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver, { isolationLevel: "AUTOCOMMIT" });
    await using conn = await engine.connect();
    await conn.execDriverSql("x");
    await conn.commit();
    expect(driver.calls).not.toContain("begin");
    expect(() => faultyEngine(driver, { isolationLevel: "CHAOS" })).toThrow('"CHAOS" is no isolation level');
  });

  test("the isolation level is set before the transaction", async () => {
    const engine = faultyEngine(new FaultyDriver());
    await using conn = await engine.connect();
    conn.executionOptions({ isolationLevel: "AUTOCOMMIT" });
    await conn.execDriverSql("x");
    expect(() => conn.executionOptions({ isolationLevel: "SERIALIZABLE" })).toThrow(InvalidRequestError);
  });

  test("events come in their order, and a listener may run statements", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    const seen: string[] = [];
    listen(engine, "begin", async (conn) => {
      seen.push("begin");
      await conn.execDriverSql("set up");
    });
    listen(engine, "beforeCursorExecute", (_conn, _cursor, statement) => void seen.push(statement));
    listen(engine, "commit", () => void seen.push("commit"));
    listen(engine, "savepoint", (_conn, name) => void seen.push(name));
    await engine.begin(async (conn) => {
      await conn.execDriverSql("x");
      await conn.beginNested(() => undefined);
    });
    expect(seen).toEqual([
      "begin",
      "set up",
      "x",
      "sa_savepoint_1",
      "SAVEPOINT sa_savepoint_1",
      "RELEASE SAVEPOINT sa_savepoint_1",
      "commit",
    ]);
  });

  test("beforeCursorExecute can replace the statement, with retval", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    listen(engine, "beforeCursorExecute", (_conn, _cursor, statement, parameters) => [`${statement} -- seen`, parameters], {
      retval: true,
    });
    listen(engine, "beforeCursorExecute", () => ["not", "used"]);
    await engine.begin((conn) => conn.execDriverSql("x").all());
    expect(driver.sql).toEqual(["x -- seen"]);
  });

  test("handleError can put another error in the place of the first", async () => {
    const driver = new FaultyDriver();
    const engine = faultyEngine(driver);
    driver.before = (call) => {
      if (call === "execute") throw new FakeError("wrong");
    };
    listen(engine, "handleError", (context) => new Error(`told: ${(context.originalException as Error).message}`));
    await expect(engine.begin((conn) => conn.execDriverSql("x").all())).rejects.toThrow("told: wrong");
  });
});
