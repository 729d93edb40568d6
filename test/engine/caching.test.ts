// The cache of compiled statements on databases: what it gives is what there is without it, and nothing grows without end.
import fc from "fast-check";
import {
  bindparam,
  type ClauseElement,
  createEngine,
  type Engine,
  insert,
  listen,
  literal,
  type LogRecord,
  select,
  t,
  text,
  tuple,
} from "athanor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Connection } from "../../src/engine/connection.ts";
import { prepareStatement } from "../../src/engine/prepare.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { addresses, metadata, statementOf, users } from "../support/random-statements.ts";

// some, and those that lists of keys look for; few enough for products of three tables
const ids = Array.from({ length: 60 }, (_, n) => n + 1).filter((id) => id <= 14 || id >= 50);
const people = ids.map((id, n) => ({ id, name: n % 7 === 0 ? null : `n${id}`, age: n % 5 === 0 ? null : id - 1 }));
const places = ids.map((id, n) => ({ id, userId: ids[(n * 7) % ids.length]!, city: `n${id}`, since: new Date(2000 + (id % 9), 1, 2) }));

function textOf(statement: ClauseElement): string {
  try {
    return statement.compile({ dialect: "postgresql" }).sql;
  } catch {
    return "";
  }
}

const bindList = (list: readonly number[]): ReturnType<typeof bindparam> =>
  bindparam("list", list, { expanding: true, type: t.integer() as never }) as never;

async function fill(engine: Engine): Promise<void> {
  await metadata.dropAll(engine);
  await metadata.createAll(engine);
  await engine.begin(async (conn) => {
    await conn.execute(insert(users), people);
    await conn.execute(insert(addresses), places);
  });
}

describeEachDatabase("compiled statements that are used again", (db) => {
  let cached: Engine;
  let uncached: Engine;

  beforeAll(async () => {
    cached = createEngine(db.url, { enableFromLinting: false, queryCacheSize: 500 });
    // a database in memory is another one for each engine
    uncached = createEngine(db.url, { enableFromLinting: false, queryCacheSize: 0 });
    await fill(cached);
    if (db.url.startsWith("sqlite") && !db.url.includes("///")) await fill(uncached);
  });
  afterAll(async () => {
    await metadata.dropAll(cached);
    await Promise.all([cached.dispose(), uncached.dispose()]);
  });

  /** What a statement gives, in a transaction that is undone: its rows in an order of their own, or its error. */
  async function outcome(engine: Engine, statement: ClauseElement): Promise<unknown> {
    await using conn = await engine.connect();
    try {
      const result = await conn.execute(statement);
      if (!result.returnsRows) return [result.rowcount];
      const keys = [...result.keys()];
      const rows = result.all().map((row) => JSON.stringify(row, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)));
      return [keys, rows.toSorted()];
    } catch (error) {
      return (error as Error).constructor.name;
    } finally {
      await conn.rollback();
    }
  }

  test("give what they give without the cache", async () => {
    const slow = db.name === "pglite";
    // an order by something that is the same in several rows is none: rows are compared without regard to it, and limits left out
    const recipe = fc.array(fc.nat(2000), { maxLength: 5 });
    const sample = fc.sample(fc.tuple(recipe, fc.nat(50), fc.nat(50)), { numRuns: slow ? 12 : 60, seed: 4711 });
    cached.clearCompiledCache();
    let compared = 0;
    for (const [numbers, first, second] of sample) {
      for (const start of [first, second]) {
        const statement = statementOf(numbers, start);
        if (/LIMIT|FETCH/.test(textOf(statement))) continue;
        const without = await outcome(uncached, statementOf(numbers, start));
        expect(await outcome(cached, statement), `${numbers.join()} from ${start}`).toEqual(without);
        if (typeof without !== "string") compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(slow ? 8 : 30);
    expect(cached.compiledCache.stats.hits).toBeGreaterThan(slow ? 5 : 25);
    expect(uncached.compiledCache.stats).toEqual({ hits: 0, misses: 0, evictions: 0, size: 0, capacity: 0 });
  });

  test("MEM-04 lists of any length have one entry, and a small number of texts", async () => {
    const texts = new Set<string>();
    listen(cached, "beforeCursorExecute", (_conn, _cursor, sql) => void texts.add(sql));
    cached.clearCompiledCache();
    await using conn = await cached.connect();
    const lengths = [...Array.from({ length: 140 }, (_, n) => n), 200, 255, 256, 257, 500, 777, 1000, 1024, 1025];
    for (const length of lengths) {
      const ids = Array.from({ length }, (_, n) => n + 50);
      const wanted = people.map(({ id }) => id).filter((id) => id >= 50 && id < length + 50);
      expect(await conn.scalars(select(users.c.id).where(users.c.id.in(ids)).orderBy(users.c.id)).all()).toEqual(wanted);
    }
    expect(cached.compiledCache.stats).toMatchObject({ misses: 1, size: 1 });
    expect(texts.size).toBeLessThan(65);
    texts.clear();
    for (const length of [3, 40, 41, 42, 43, 44]) {
      const rest = await conn
        .scalars(
          select(users.c.id)
            .where(users.c.id.notIn(Array.from({ length }, (_, n) => n + 1)), tuple(users.c.id, users.c.age).in([[59, 58]]))
            .orderBy(users.c.id),
        )
        .all();
      expect(rest).toEqual([59]);
    }
    expect(texts.size).toBe(3);
  });

  test("of other values than those of IN are not made longer", async () => {
    await using conn = await cached.connect();
    const list = Array.from({ length: 37 }, (_, n) => n);
    const params: number[] = [];
    listen(conn, "beforeCursorExecute", (_conn, _cursor, _sql, given) => void params.push((given as unknown[]).length));
    await conn.scalars(select(users.c.id).where(users.c.id.in(list))).all();
    // of a text it is not known what the list is for
    await conn.scalar(text("SELECT 5 IN :list").bindparams(bindList(list)));
    expect(params).toEqual([40, 37]);
  });

  test("MEM-03 many texts leave neither the cache nor the server with more than there is room for", async () => {
    const records: LogRecord[] = [];
    const engine = createEngine(db.url, {
      queryCacheSize: 30,
      ...(db.dialect === "sqlite" || db.name === "pglite" ? {} : { connectArgs: { preparedStatementCacheSize: 20 } }),
      logger: (record) => void records.push(record),
    });
    const count = db.name === "pglite" ? 150 : 600;
    await using conn = await engine.connect();
    for (let n = 0; n < count; n++) expect(Number(await conn.scalar(select(literal(n).label(`n${n}`))))).toBe(n);
    expect(engine.compiledCache.stats).toEqual({ hits: 0, misses: count, evictions: count - 30, size: 30, capacity: 30 });
    if (db.dialect === "postgresql" && db.name !== "pglite") {
      const prepared = Number(await conn.scalar(text("SELECT count(*) FROM pg_prepared_statements")));
      expect(prepared).toBeGreaterThan(10);
      expect(prepared).toBeLessThanOrEqual(21);
    }
    if (db.dialect === "mysql") {
      // the server's own count is that of all connections
      const rows = await conn.execDriverSql("SHOW SESSION STATUS WHERE Variable_name IN ('Com_stmt_prepare', 'Com_stmt_close')").all();
      const counted = new Map(rows.map((row) => [(row as unknown[])[0], Number((row as unknown[])[1])]));
      expect(counted.get("Com_stmt_prepare")).toBeGreaterThan(count - 1);
      expect(counted.get("Com_stmt_prepare")! - counted.get("Com_stmt_close")!).toBeLessThanOrEqual(21);
    }
    await conn.close();
    await engine.dispose();
  });
});

test("MEM-03 a hundred thousand statements leave 500 in the cache", () => {
  const engine = createEngine("sqlite://", { queryCacheSize: 500 });
  const connection = new Connection(engine);
  for (let n = 0; n < 100_000; n++) prepareStatement(connection, text(`SELECT ${n}`), null, {});
  expect(engine.compiledCache.stats).toEqual({ hits: 0, misses: 100_000, evictions: 99_500, size: 500, capacity: 500 });
});

test("MEM-04 lists of 1 to 10 000 values have less than a hundred texts", () => {
  const engine = createEngine("sqlite://", { queryCacheSize: 500 });
  const connection = new Connection(engine);
  const texts = new Set<string>();
  const all = Array.from({ length: 10_000 }, (_, n) => n);
  for (let length = 1; length <= 10_000; length += length < 500 ? 1 : 13) {
    const { context } = prepareStatement(connection, select(users.c.id).where(users.c.id.in(all.slice(0, length))), null, {});
    texts.add(context.statement);
    expect(context.parameters.length).toBeLessThanOrEqual(Math.max(length * 1.125, length));
    expect(context.parameters.at(-1)).toBe(length - 1);
  }
  expect(texts.size).toBeLessThan(100);
  expect(engine.compiledCache.stats.size).toBe(1);
  // near the limit of the database, lists are sent as they are
  const many = Array.from({ length: 32_600 }, (_, n) => n);
  expect(prepareStatement(connection, select(users.c.id).where(users.c.id.in(many)), null, {}).context.parameters.length).toBe(32_600);
});

test("a list that can be read once only is read once", () => {
  const engine = createEngine("sqlite://", { queryCacheSize: 500 });
  const statement = select(users.c.id).where(users.c.id.in(bindList([]) as never));
  const once = (function* () {
    for (let n = 0; n < 40; n++) yield n;
  })();
  const { context } = prepareStatement(new Connection(engine), statement, { list: once }, {});
  expect(context.parameters).toEqual(Array.from({ length: 40 }, (_, n) => n));
});
