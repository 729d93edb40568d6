// EVT-01…05: what engines, connections and pools tell, on every database.
import { afterEach, describe, expect, test } from "vitest";
import {
  Column,
  contains,
  createEngine,
  DBAPIError,
  type DriverConnection,
  Engine,
  type EngineOptions,
  type ExceptionContext,
  insert,
  InvalidRequestError,
  listen,
  type LogRecord,
  makeUrl,
  MetaData,
  NullPool,
  OperationalError,
  QueuePool,
  remove,
  select,
  t,
  Table,
  text,
  type Url,
} from "athanor";
import { describeEachDatabase } from "../support/databases.ts";

const metadata = new MetaData();
const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(50), { nullable: false }),
});

const failureOf = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => null,
    (thrown: unknown) => thrown,
  );

describeEachDatabase("events", (db) => {
  const engines: Engine[] = [];
  const make = (options: EngineOptions = {}, url: string | Url = db.url): Engine => {
    const engine = createEngine(url, options);
    engines.push(engine);
    return engine;
  };
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.dispose();
  });
  /** A database that is not there. */
  const nowhere = (): Url => makeUrl(db.url).set({ database: "/nowhere/at/all" });

  describe("doConnect", () => {
    test("may change what a connection is made with, each time", async () => {
      const engine = make({ poolclass: NullPool }, nowhere());
      expect(await failureOf(engine.connect())).toBeInstanceOf(Error);
      let times = 0;
      listen(engine, "doConnect", async (dialect, request) => {
        expect(dialect).toBe(engine.dialect);
        expect(request.url).toBe(engine.url);
        await new Promise((resolve) => setTimeout(resolve, 1));
        times += 1;
        request.url = makeUrl(db.url);
      });
      for (let i = 0; i < 2; i++) expect(await engine.begin((conn) => conn.scalar(text("SELECT 1")))).toBe(1);
      expect(times).toBe(2);
    });

    test("may give a connection", async () => {
      const engine = make({ poolclass: NullPool }, nowhere());
      let given: DriverConnection | null = null;
      listen(engine, "doConnect", async (dialect) => {
        given = await dialect.driver.connect({ url: makeUrl(db.url), connectArgs: {} });
        return given;
      });
      await using conn = await engine.connect();
      expect((await conn.getRawConnection()).dbapiConnection).toBe(given);
      expect(await conn.scalar(text("SELECT 1"))).toBe(1);
    });

    test("is of the pool, whichever of its engines is listened to", async () => {
      const engine = make({ poolclass: NullPool });
      const derived = engine.executionOptions({ loggingToken: "x" });
      const told: string[] = [];
      const listener = (): void => void told.push("derived");
      listen(derived, "doConnect", listener);
      await engine.begin((conn) => conn.execute(text("SELECT 1")).all());
      expect(told).toEqual(["derived"]);
      expect(contains(engine, "doConnect", listener)).toBe(true);
      remove(engine, "doConnect", listener);
      const everywhere = (): void => void told.push("all");
      listen(Engine, "doConnect", everywhere);
      try {
        await engine.begin((conn) => conn.execute(text("SELECT 1")).all());
      } finally {
        remove(Engine, "doConnect", everywhere);
      }
      expect(told).toEqual(["derived", "all"]);
      await using conn = await engine.connect();
      expect(() => listen(conn, "doConnect" as never, listener as never)).toThrow(InvalidRequestError);
    });

    test("that throws leaves no place of the pool taken", async () => {
      const engine = make({ poolclass: QueuePool, poolSize: 1, maxOverflow: 0, poolTimeout: 2 });
      const fail = (): never => {
        throw new Error("no token");
      };
      listen(engine, "doConnect", fail);
      for (let i = 0; i < 3; i++) await expect(engine.connect()).rejects.toThrow("no token");
      remove(engine, "doConnect", fail);
      expect(await engine.begin((conn) => conn.scalar(text("SELECT 1")))).toBe(1);
    });
  });

  describe("doExecute", () => {
    test("may take the place of the database", async () => {
      const engine = make();
      const sent: unknown[] = [];
      listen(engine, "doExecute", (_cursor, statement, parameters, context) => {
        sent.push([statement.includes("users"), parameters.length, context.isinsert]);
        return context.isinsert ? undefined : { columns: ["id", "name"], rows: [[7, "nobody"]] };
      });
      await using conn = await engine.connect();
      expect(await conn.execute(select(users)).all()).toEqual([[7, "nobody"]]);
      const error = await failureOf(conn.execute(insert(users).values({ id: 1, name: "x" })));
      expect(error).toBeInstanceOf(DBAPIError);
      expect(sent).toEqual([
        [true, 0, false],
        [true, 2, true],
      ]);
    });

    test("is doExecutemany for many sets of values", async () => {
      const engine = make();
      const told: string[] = [];
      listen(engine, "doExecute", () => void told.push("one"));
      listen(engine, "doExecutemany", (_cursor, _statement, parameters) => void told.push(`many ${parameters.length}`));
      await engine.begin((conn) => conn.execDriverSql(db.dialect === "postgresql" ? "SELECT $1::integer" : "SELECT ?", [[1], [2]]));
      expect(told).toEqual(["many 2"]);
    });
  });

  describe("handleError", () => {
    test("is told of a connection that could not be made, and may put another error in its place", async () => {
      const engine = make({}, nowhere());
      const told: ExceptionContext[] = [];
      const keep = (context: ExceptionContext): void => void told.push(context);
      listen(engine, "handleError", keep);
      const error = await failureOf(engine.connect());
      expect(error).toBeInstanceOf(DBAPIError);
      expect(told).toHaveLength(1);
      expect(told[0]).toMatchObject({ connection: null, statement: null, executionContext: null, isPrePing: false });
      expect(told[0]!.engine).toBe(engine);
      expect(told[0]!.sqlalchemyException).toBe(error);
      expect(told[0]!.originalException).toBe((error as DBAPIError).cause);
      listen(engine, "handleError", () => new Error("the database is asleep"));
      await expect(engine.connect()).rejects.toThrow("the database is asleep");
    });

    test("is told of statements, in turn, and the last error counts", async () => {
      const engine = make();
      listen(engine, "handleError", (context) => {
        expect(context).toMatchObject({ statement: "SELECT * FROM nowhere", parameters: [], isDisconnect: false, chainedException: null });
        expect(context.sqlalchemyException).toBeInstanceOf(DBAPIError);
        return new Error("one");
      });
      listen(engine, "handleError", (context) => new Error(`two after ${(context.chainedException as Error).message}`));
      await using conn = await engine.connect();
      await expect(conn.execute(text("SELECT * FROM nowhere"))).rejects.toThrow("two after one");
    });

    test("is told of connections that give no sign of life, and may have the error thrown", async () => {
      const engine = make({ poolclass: QueuePool, poolSize: 1, maxOverflow: 0, poolPrePing: true, poolTimeout: 2 });
      const silence = new Error("silence");
      listen(engine, "doConnect", async (dialect, request) => {
        const connection = await dialect.driver.connect({ url: makeUrl(request.url), connectArgs: {} });
        // alive when it is made, and for the next who get it no more
        connection.ping = () => Promise.reject(silence);
        return connection;
      });
      const told: ExceptionContext[] = [];
      listen(engine, "handleError", (context) => void told.push(context));
      for (let i = 0; i < 2; i++) expect(await engine.begin((conn) => conn.scalar(text("SELECT 1")))).toBe(1);
      expect(told.length).toBeGreaterThan(0);
      expect(told[0]).toMatchObject({ isPrePing: true, isDisconnect: true, connection: null, originalException: silence });
      const refuse = (context: ExceptionContext): void => {
        context.isDisconnect = false;
      };
      listen(engine, "handleError", refuse);
      await expect(engine.connect()).rejects.toBe(silence);
      remove(engine, "handleError", refuse);
      // the place is free again
      expect(await engine.begin((conn) => conn.scalar(text("SELECT 1")))).toBe(1);
    });

    test("may say that a connection is lost", async () => {
      const engine = make();
      listen(engine, "handleError", (context) => {
        context.isDisconnect = true;
        context.invalidatePoolOnDisconnect = false;
      });
      const gone: unknown[] = [];
      listen(engine, "invalidate", (_connection, _record, exception) => void gone.push(exception));
      await using conn = await engine.connect();
      const error = await failureOf(conn.execute(text("SELECT * FROM nowhere")));
      expect(error).toBeInstanceOf(OperationalError);
      expect((error as DBAPIError).connectionInvalidated).toBe(true);
      expect(conn.invalidated).toBe(true);
      expect(gone).toHaveLength(1);
      await conn.rollback();
      expect(await conn.scalar(text("SELECT 1"))).toBe(1);
    });
  });

  test("the bounds of transactions and savepoints come in their order", async () => {
    const engine = make();
    const told: string[] = [];
    for (const name of ["begin", "commit", "rollback", "engineConnect"] as const) listen(engine, name, () => void told.push(name));
    for (const name of ["savepoint", "rollbackSavepoint", "releaseSavepoint"] as const)
      listen(engine, name, (_conn: unknown, savepoint: string) => void told.push(`${name} ${savepoint}`));
    await using conn = await engine.connect();
    await conn.execute(text("SELECT 1"));
    await conn.beginNested(() => conn.execute(text("SELECT 1")));
    const nested = await conn.beginNested();
    await nested.rollback();
    await conn.commit();
    await conn.begin(() => conn.execute(text("SELECT 1")));
    const transaction = await conn.begin();
    await transaction.rollback();
    expect(told).toEqual([
      "engineConnect",
      "begin",
      "savepoint sa_savepoint_1",
      "releaseSavepoint sa_savepoint_1",
      "savepoint sa_savepoint_2",
      "rollbackSavepoint sa_savepoint_2",
      "commit",
      "begin",
      "commit",
      "begin",
      "rollback",
    ]);
  });

  test("execution options pass by listeners, who may change them", async () => {
    const engine = make();
    listen(engine, "setEngineExecutionOptions", (_engine, options) => {
      options["tenant"] = String(options["tenant"]).toUpperCase();
    });
    const derived = engine.executionOptions({ tenant: "a" });
    expect(derived.getExecutionOptions()).toMatchObject({ tenant: "A" });
    listen(derived, "setConnectionExecutionOptions", (conn, options) => {
      options["seen"] = conn.engine === derived;
    });
    await using conn = await derived.connect();
    conn.executionOptions({ more: 1 });
    expect(conn.getExecutionOptions()).toMatchObject({ tenant: "A", more: 1, seen: true });
  });

  test("pools tell of each step in the life of a connection", async () => {
    const engine = make({ poolclass: QueuePool, poolSize: 1 });
    const told: string[] = [];
    const names = [
      "connect",
      "firstConnect",
      "checkout",
      "checkin",
      "reset",
      "invalidate",
      "softInvalidate",
      "detach",
      "close",
      "closeDetached",
    ] as const;
    for (const name of names) listen(engine, name, () => void told.push(name));
    const steps = (): string[] => told.splice(0);

    const first = await engine.connect();
    expect(steps()).toEqual(["firstConnect", "connect", "checkout"]);
    await first.close();
    expect(steps()).toEqual(["reset", "checkin"]);

    const second = await engine.connect();
    await (await second.getRawConnection()).invalidate(new Error("no good"), { soft: true });
    await second.close();
    expect(steps()).toEqual(["checkout", "softInvalidate", "reset", "checkin", "close"]);

    const third = await engine.connect();
    await third.invalidate(new Error("no good"));
    await third.close();
    expect(steps()).toEqual(["connect", "checkout", "invalidate", "close"]);

    const fourth = await engine.connect();
    await fourth.detach();
    await fourth.close();
    expect(steps()).toEqual(["connect", "checkout", "detach", "closeDetached"]);

    await (await engine.connect()).close();
    steps();
    const disposed: Engine[] = [];
    listen(engine, "engineDisposed", (one) => void disposed.push(one));
    await engine.dispose();
    expect(steps()).toEqual(["close"]);
    expect(disposed).toEqual([engine]);
  });

  test("cursor events see and may change what is sent", async () => {
    const engine = make();
    const seen: unknown[] = [];
    listen(engine, "beforeCursorExecute", (_conn, _cursor, statement, parameters) => [`${statement} /* by me */`, parameters], {
      retval: true,
    });
    listen(engine, "afterCursorExecute", (_conn, _cursor, statement, parameters, context, executemany) => {
      seen.push([statement, parameters, context.rowcount >= -1, executemany]);
    });
    await using conn = await engine.connect();
    expect(await conn.execute(text("SELECT 1")).scalar()).toBe(1);
    expect(seen).toEqual([["SELECT 1 /* by me */", [], true, false]]);
  });

  test("streams are told of, when they are sent and when their first rows are there, and are in the log", async () => {
    const records: LogRecord[] = [];
    const engine = make({ echo: true, logger: (record) => void records.push(record) });
    const told: string[] = [];
    listen(engine, "beforeCursorExecute", (_conn, _cursor, sql) => void told.push(`before ${sql}`));
    listen(engine, "afterCursorExecute", (_conn, _cursor, sql) => void told.push(`after ${sql}`));
    listen(engine, "handleError", ({ statement }) => void told.push(`failed ${String(statement)}`));
    await using conn = await engine.connect();
    const values: unknown[] = [];
    for await (const [value] of conn.stream(text("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3"), null, { yieldPer: 1 })) {
      values.push(Number(value));
      told.push("row");
    }
    expect(values).toEqual([1, 2, 3]);
    expect(told.map((one) => one.split(" ")[0])).toEqual(["before", "after", "row", "row", "row"]);
    told.length = 0;
    for await (const _row of conn.stream(text("SELECT 1 AS x WHERE 1 = 0"))) expect.fail("there is none");
    expect(told.map((one) => one.split(" ")[0])).toEqual(["before", "after"]);
    told.length = 0;
    expect(await failureOf(conn.stream(text("SELECT * FROM nowhere")).all())).toBeInstanceOf(DBAPIError);
    expect(told).toEqual(["before SELECT * FROM nowhere", "failed SELECT * FROM nowhere"]);
    const logged = records.filter(({ sql }) => sql?.startsWith("SELECT"));
    expect(logged.map(({ level }) => level)).toEqual(["info", "info", "error"]);
    for (const { duration } of logged) expect(duration).toBeGreaterThan(0);
    expect(logged[2]!.error).toBeInstanceOf(DBAPIError);
  });
});
