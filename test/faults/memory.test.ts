// Memory and resources: what is done with is let go of, and what is kept has a limit.
import { getEventListeners } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, test, vi } from "vitest";
import {
  asyncSessionScope,
  Column,
  createEngine,
  declarativeBase,
  type Engine,
  insert,
  literal,
  mappedColumn,
  MetaData,
  type QueuePool,
  select,
  Session,
  sessionmaker,
  t,
  Table,
  text,
} from "athanor";
import { collect, heapInUse, stillThere } from "../support/collect.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { FaultyDriver, faultyEngine } from "../support/faulty-driver.ts";
import { leakGuard } from "../support/leak-guard.ts";

/** Thousands of rounds by the environment, hundreds of them otherwise. */
const SCALE = Number(process.env["ATHANOR_TEST_MEMORY"] ?? 1);
const MB = 2 ** 20;

const failure = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => null,
    (error: unknown) => error,
  );

function library() {
  const Base = declarativeBase();
  class Book extends Base<typeof Book> {
    static table = this.mapTo("books");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static title = mappedColumn(t.string(100));
  }
  return { Base, Book };
}

describe("objects and sessions", () => {
  async function filled(count: number) {
    const { Base, Book } = library();
    const engine = createEngine("sqlite://");
    await Base.metadata.createAll(engine);
    await engine.begin((conn) =>
      conn.execute(
        insert(Base.metadata.tables.get("books")!),
        Array.from({ length: count }, (_, i) => ({ id: i + 1, title: `book ${i}` })),
      ),
    );
    return { engine, Book };
  }

  test("MEM-01 a session that was closed is let go of, with a thousand objects", async () => {
    const { engine, Book } = await filled(1000);
    const refs: WeakRef<object>[] = [];
    await (async () => {
      const session = new Session(engine);
      const books = await session.scalars(select(Book)).all();
      for (const book of books) refs.push(new WeakRef(book));
      books[0]!.title = "changed";
      await session.commit();
      await session.close();
      refs.push(new WeakRef(session));
    })();
    expect(refs).toHaveLength(1001);
    expect(await stillThere(refs)).toBe(0);
    await engine.dispose();
  });

  test("MEM-02 a session that stays open lets go of what nobody holds", async () => {
    const { engine, Book } = await filled(30_000 * SCALE);
    const session = new Session(engine);
    const before = await heapInUse();
    let count = 0;
    let kept: object | null = null;
    for await (const book of session.stream(select(Book), { executionOptions: { yieldPer: 500 } }).scalars()) {
      count += 1;
      if (count === 7) kept = book;
    }
    expect(count).toBe(30_000 * SCALE);
    expect((await heapInUse()) - before).toBeLessThan(8 * MB);
    // so many are held on to, that what is asked for again be there
    expect([...session].length).toBeLessThanOrEqual(10_001);
    expect(await session.get(Book, 7)).toBe(kept);
    await session.close();
    await engine.dispose();
  });

  test("MEM-01 ten thousand sessions, one after the other, leave nothing", async () => {
    const { engine, Book } = await filled(20);
    const maker = sessionmaker({ bind: engine });
    const scope = asyncSessionScope(maker);
    const refs: WeakRef<object>[] = [];
    const work = async (session: Session, i: number): Promise<void> => {
      const book = await session.getOne(Book, 1 + (i % 20));
      if (i % 3 === 0) book.title = `title ${i}`;
      if (i % 5 === 0) await session.rollback();
      else await session.commit();
      if (i % 1000 === 0) refs.push(new WeakRef(session), new WeakRef(book));
    };
    const round = async (from: number, count: number): Promise<void> => {
      for (let i = from; i < from + count; i++) {
        if (i % 2 === 0) await scope.run(() => work(scope(), i));
        else {
          await using session = maker();
          await work(session, i);
        }
      }
    };
    await round(0, 500);
    const before = await heapInUse();
    await round(500, 10_000);
    expect((await heapInUse()) - before).toBeLessThan(2 * MB);
    expect(await stillThere(refs)).toBe(0);
    await engine.dispose();
  }, 60_000);

  test("SES-02 what was changed is kept until it is written, however many objects come after it", async () => {
    const { engine, Book } = await filled(12_000);
    const session = new Session(engine, { autoflush: false });
    const changed: WeakRef<object>[] = [];
    const clean: WeakRef<object>[] = [];
    await (async () => {
      for (const book of await session.scalars(select(Book).where(Book.id.le(50))).all()) {
        if (book.id % 2 === 0) clean.push(new WeakRef(book));
        else {
          book.title = "changed";
          changed.push(new WeakRef(book));
        }
      }
    })();
    for await (const _book of session.streamScalars(select(Book).where(Book.id.gt(50)), null, { executionOptions: { yieldPer: 500 } }));
    expect(await stillThere(clean)).toBe(0);
    expect(await stillThere(changed)).toBe(25);
    await session.commit();
    expect((await session.scalars(select(Book.id).where(Book.title.eq("changed"))).all()).length).toBe(25);
    expect(await stillThere(changed)).toBe(0);
    await session.close();
    await engine.dispose();
  });

  test("MEM-08 an error that is kept keeps neither connection nor session nor rows", async () => {
    const { engine, Book } = await filled(100);
    const errors: unknown[] = [];
    const refs: WeakRef<object>[] = [];
    await (async () => {
      const conn = await engine.connect();
      const rows = await conn.execute(text("SELECT * FROM books")).all();
      errors.push(await failure(conn.execute(text("SELECT nothing FROM nowhere WHERE x = :x"), { x: "value" })));
      refs.push(new WeakRef(conn), new WeakRef(rows));
      await conn.close();
      const session = new Session(engine);
      const book = await session.get(Book, 1);
      session.add(new Book({ id: 2, title: "there already" }));
      errors.push(await failure(session.flush()));
      refs.push(new WeakRef(session), new WeakRef(book!));
      await session.close();
    })();
    expect(errors.every((error) => error instanceof Error)).toBe(true);
    expect(await stillThere(refs)).toBe(0);
    expect(errors).toHaveLength(2);
    await engine.dispose();
  });

  test("MEM-09 classes that are declared and dropped again are let go of", async () => {
    const refs: WeakRef<object>[] = [];
    const engine = createEngine("sqlite://");
    for (let i = 0; i < 50 * SCALE; i++) {
      const { Base, Book } = library();
      if (i < 5) {
        await Base.metadata.createAll(engine);
        await using session = new Session(engine);
        await session.scalars(select(Book)).all();
      } else Base.registry.configure();
      refs.push(new WeakRef(Book), new WeakRef(Base));
    }
    engine.clearCompiledCache();
    await engine.dispose();
    expect(await stillThere(refs)).toBeLessThanOrEqual(4);
  });
});

describe("engines, connections and signals", () => {
  const guard = leakGuard();

  test("MEM-05 engines that were made, used and disposed of leave nothing", async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): void => void warnings.push(warning);
    process.on("warning", hear);
    const refs: WeakRef<object>[] = [];
    const use = async (i: number): Promise<void> => {
      const engine = createEngine("sqlite://");
      await using conn = await engine.connect();
      await conn.execute(text("SELECT 1"));
      await conn.close();
      await engine.dispose();
      if (i % 10 === 0) refs.push(new WeakRef(engine), new WeakRef(engine.pool));
    };
    for (let i = 0; i < 50; i++) await use(i);
    const before = await heapInUse();
    for (let i = 0; i < 300 * SCALE; i++) await use(i);
    expect((await heapInUse()) - before).toBeLessThan(2 * MB);
    expect(await stillThere(refs)).toBeLessThanOrEqual(2);
    process.off("warning", hear);
    expect(warnings).toEqual([]);
  });

  test("MEM-05 a signal that lives for long has no listeners of what has ended", async () => {
    const engine = guard.watch(faultyEngine(new FaultyDriver(), { poolSize: 1, maxOverflow: 0, poolTimeout: 0.001 }));
    const controller = new AbortController();
    const { signal } = controller;
    const listeners = (): number => getEventListeners(signal, "abort").length;
    for (let i = 0; i < 200 * SCALE; i++) {
      const conn = await engine.connect({ signal });
      await conn.execDriverSql("x", [], { signal });
      // one that waits in vain
      if (i % 20 === 0) await failure(engine.connect({ signal }));
      for await (const _row of conn.stream(text("SELECT 1"), null, { signal }));
      await conn.close();
    }
    expect(listeners()).toBe(0);
    const warned = vi.fn();
    process.on("warning", warned);
    for (let i = 0; i < 200 * SCALE; i++) await failure(engine.connect({ signal: AbortSignal.abort("no") }));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", warned);
    expect(warned).not.toHaveBeenCalled();
  });

  test("MEM-06 connecting that fails leaves no sockets", async () => {
    // takes the connection, and ends it at once
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    guard.onEnd(() => server.close());
    for (const drivername of ["postgresql", "postgresql+postgresjs", "mysql", "mariadb+mariadb"]) {
      const engine = createEngine(`${drivername}://ann@127.0.0.1:${port}/x`, { poolSize: 2, connectArgs: { connect_timeout: 2 } });
      for (let i = 0; i < 20 * SCALE; i++) expect(await failure(engine.connect())).toBeInstanceOf(Error);
      expect(engine.pool.checkedout()).toBe(0);
      await engine.dispose();
    }
    await vi.waitFor(() => expect(process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length).toBeLessThan(3));
  });

  test("POOL-28 a connection that was forgotten is told of and thrown away, and its place is free", async () => {
    const warnings: { readonly code?: string; readonly message: string }[] = [];
    const hear = (warning: Error): void => void warnings.push(warning as never);
    process.on("warning", hear);
    const driver = new FaultyDriver();
    const engine = guard.watch(faultyEngine(driver, { poolSize: 1, maxOverflow: 0, poolTimeout: 1, poolTraceLeases: true }));
    await (async () => {
      const conn = await engine.connect();
      await conn.execDriverSql("x");
    })();
    await vi.waitFor(async () => {
      await collect();
      expect(engine.pool.checkedout()).toBe(0);
    });
    expect(driver.open).toBe(0);
    await using conn = await engine.connect();
    expect(await conn.execDriverSql("x").scalar()).toBe(1);
    process.off("warning", hear);
    const [warning] = warnings.filter(({ code }) => code === "ATHANOR_LEAK");
    expect(warning!.message).toContain("memory.test.ts");
  });

  test("POOL-28 the data of a database in memory outlives a connection that was forgotten", async () => {
    const engine = createEngine("sqlite://");
    await engine.begin((conn) => conn.execute(text("CREATE TABLE kept (n INTEGER)")));
    await (async () => {
      const conn = await engine.connect();
      await conn.execute(text("INSERT INTO kept VALUES (1)"));
    })();
    await vi.waitFor(async () => {
      await collect();
      expect((engine.pool as QueuePool).checkedin()).toBe(1);
    });
    await using conn = await engine.connect();
    expect(await conn.scalar(text("SELECT count(*) FROM kept"))).toBe(0);
    await conn.close();
    await engine.dispose();
  });
});

describe("statements", () => {
  test("MEM-04 lists of IN of all lengths make few texts", async () => {
    const engine = createEngine("sqlite://");
    const metadata = new MetaData();
    const users = new Table("users", metadata, { id: new Column(t.integer(), { primaryKey: true }) });
    await metadata.createAll(engine);
    const texts = new Set<string>();
    await using conn = await engine.connect();
    for (let length = 1; length <= 1000; length++) {
      const result = await conn.execute(select(users.c.id).where(users.c.id.in(Array.from({ length }, (_, i) => i))));
      texts.add(result.context.statement);
    }
    expect(texts.size).toBeLessThan(100);
    expect(engine.compiledCache.stats.misses).toBeLessThan(10);
    await conn.close();
    await engine.dispose();
  });
});

describeEachDatabase(
  "statements and rows",
  (db) => {
    const guard = leakGuard(() => db.url);
    const isMysql = db.dialect === "mysql";

    /** How many statements the server keeps prepared for this connection. */
    async function prepared(engine: Engine): Promise<number> {
      await using conn = await engine.connect();
      const sql = isMysql
        ? "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'PREPARED_STMT_COUNT'"
        : "SELECT count(*) FROM pg_prepared_statements";
      return Number(await conn.execDriverSql(sql).scalar());
    }

    test("MEM-03 statements of any number of texts: what is compiled, and what the server keeps, has a limit", async () => {
      const engine = guard.open(db.url, { poolSize: 1, maxOverflow: 0, queryCacheSize: 50 });
      const before = isMysql ? await prepared(engine) : 0;
      await using conn = await engine.connect();
      for (let i = 0; i < 400 * SCALE; i++) {
        await conn.execDriverSql(`SELECT ${i}`).all();
        await conn.execute(select(literal(1).label(`label_${i}`))).all();
      }
      await conn.close();
      expect(engine.compiledCache.stats.size).toBeLessThanOrEqual(50);
      expect((await prepared(engine)) - before).toBeLessThanOrEqual(isMysql ? 250 : 101);
    });

    test("MEM-07 rows that are read slowly wait on the server, and not in memory", async () => {
      const engine = guard.open(db.url, { poolSize: 1, maxOverflow: 0 });
      const series = isMysql
        ? "SELECT seq, repeat('x', 10000) FROM seq_1_to_8000"
        : "SELECT n, repeat('x', 10000) FROM generate_series(1, 8000) AS n";
      await using conn = await engine.connect();
      await conn.execute(text("SELECT 1"));
      await collect();
      const before = process.memoryUsage();
      let most = 0;
      let seen = 0;
      for await (const [, x] of conn.stream(text(series), null, { yieldPer: 100 })) {
        seen += (x as string).length;
        if (seen % 10_000_000 !== 0) continue;
        // the consumer has other things to do
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (seen % 20_000_000 !== 0) continue;
        await collect();
        const now = process.memoryUsage();
        most = Math.max(most, now.heapUsed + now.external - before.heapUsed - before.external);
      }
      // 80 MB have come by
      expect(seen).toBe(80_000_000);
      expect(most).toBeLessThan(25 * MB);
      // left early: the server has nothing open for it any more
      for await (const _row of conn.stream(text(series), null, { yieldPer: 10 })) break;
      expect(await conn.scalar(text("SELECT 1"))).toBe(1);
      if (!isMysql) expect(Number(await conn.scalar(text("SELECT count(*) FROM pg_cursors WHERE name <> ''")))).toBe(0);
    });
  },
  { only: ["postgresql", "postgresjs", "mariadb", "mariadb-connector"] },
);
