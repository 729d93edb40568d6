import fc from "fast-check";
import {
  Column,
  column,
  CompiledCache,
  createEngine,
  insert,
  literalColumn,
  type LogRecord,
  MetaData,
  select,
  sql,
  t,
  Table,
  table,
  text,
} from "athanor";
import { describe, expect, test } from "vitest";
import type { CacheEntry } from "../../src/engine/compiled-cache.ts";
import type { CacheKey } from "../../src/sql/base/cache-key.ts";

const numbers = new Table("numbers", new MetaData(), { n: new Column(t.integer(), { primaryKey: true }), name: new Column(t.string(50)) });

/** A key as the cache sees it. */
function key(...tokens: (number | string)[]): CacheKey {
  return {
    tokens,
    hash: 1 + (tokens.length > 0 && typeof tokens[0] === "number" ? tokens[0] % 3 : 0),
    _place: null,
  } as unknown as CacheKey;
}
const entry = (name: string): CacheEntry => ({ name }) as unknown as CacheEntry;

describe("the cache of compiled statements", () => {
  test("keeps the statements that were used last, whatever their hashes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.boolean()), { maxLength: 80 }),
        (capacity, steps) => {
          const cache = new CompiledCache(capacity);
          // the model: what is kept, the one used last at the end
          const kept: number[] = [];
          const keys = new Map<number, CacheKey>();
          const counted = { hits: 0, misses: 0, evictions: 0 };
          for (const [n, isSameObject] of steps) {
            // three hashes for all: most keys share theirs with others
            const asked = (isSameObject ? keys.get(n) : undefined) ?? key(n, "x");
            keys.set(n, asked);
            const found = cache._get(asked, "");
            const at = kept.indexOf(n);
            expect(found).toEqual(at === -1 ? undefined : entry(String(n)));
            if (at === -1) {
              counted.misses += 1;
              cache._set(asked, "", entry(String(n)));
              if (kept.length === capacity) {
                kept.shift();
                counted.evictions += 1;
              }
            } else {
              counted.hits += 1;
              kept.splice(at, 1);
            }
            kept.push(n);
            expect(cache.stats).toEqual({ ...counted, size: kept.length, capacity });
          }
          cache.clear();
          expect(cache.stats).toEqual({ hits: 0, misses: 0, evictions: 0, size: 0, capacity });
          for (const one of keys.values()) expect(cache._get(one, "")).toBe(undefined);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("tells forms of one structure apart, and takes a new one for an old one", () => {
    const cache = new CompiledCache(3);
    cache._set(key(1), "a", entry("a"));
    cache._set(key(1), "b", entry("b"));
    cache._set(key(1), "a", entry("again"));
    expect([cache._get(key(1), "a"), cache._get(key(1), "b"), cache._get(key(1), "c")]).toEqual([entry("again"), entry("b"), undefined]);
    expect(cache.stats).toMatchObject({ size: 2, evictions: 0 });
  });

  test("refuses sizes that are none", () => {
    for (const size of [-1, 1.5, NaN, Infinity]) {
      expect(() => new CompiledCache(size)).toThrow("whole number");
      expect(() => createEngine("sqlite://", { queryCacheSize: size })).toThrow("queryCacheSize is a whole number");
    }
  });
});

describe("an engine's cache", () => {
  test("is bounded, counted and cleared", async () => {
    const engine = createEngine("sqlite://", { queryCacheSize: 10 });
    await using conn = await engine.connect();
    for (let i = 0; i < 30; i++) await conn.scalar(text(`SELECT ${i}`));
    expect(engine.compiledCache.stats).toEqual({ hits: 0, misses: 30, evictions: 20, size: 10, capacity: 10 });
    for (let i = 20; i < 30; i++) expect(await conn.scalar(text(`SELECT ${i}`))).toBe(i);
    expect(engine.compiledCache.stats).toMatchObject({ hits: 10, misses: 30 });
    engine.clearCompiledCache();
    expect(engine.compiledCache.stats).toEqual({ hits: 0, misses: 0, evictions: 0, size: 0, capacity: 10 });
    expect(await conn.scalar(text("SELECT 29"))).toBe(29);
  });

  test("gives way to the one that an execution names", async () => {
    const engine = createEngine("sqlite://", { queryCacheSize: 500 });
    const own = new CompiledCache(5);
    await using conn = await engine.connect();
    const statement = select(sql`1`);
    for (let i = 0; i < 3; i++) await conn.scalar(statement, {}, { compiledCache: own });
    expect(own.stats).toMatchObject({ hits: 2, misses: 1, size: 1 });
    expect(engine.compiledCache.stats).toMatchObject({ hits: 0, misses: 0 });
    await conn.scalar(statement.executionOptions({ compiledCache: null }));
    expect([own.stats.misses, engine.compiledCache.stats.misses]).toEqual([1, 0]);
    await conn.scalar(statement);
    expect([own.stats.misses, engine.compiledCache.stats.misses]).toEqual([1, 1]);
    await expect(conn.scalar(statement, {}, { compiledCache: {} })).rejects.toThrow("compiledCache is a CompiledCache");
  });

  test("is told of in the log", async () => {
    const records: LogRecord[] = [];
    const cacheOf = async (
      options: object,
      run: (conn: Awaited<ReturnType<ReturnType<typeof createEngine>["connect"]>>) => PromiseLike<unknown>,
    ) => {
      const engine = createEngine("sqlite://", {
        queryCacheSize: 500,
        echo: true,
        logger: (record) => void records.push(record),
        ...options,
      });
      await using conn = await engine.connect();
      records.length = 0;
      await run(conn);
      return records.filter(({ sql: line }) => line !== undefined).map(({ cache }) => cache!.replaceAll(/[\d.]+/g, "#"));
    };
    const one = (): ReturnType<typeof select> => select(sql`1`) as never;
    expect(await cacheOf({}, async (conn) => [await conn.scalar(one()), await conn.scalar(one())])).toEqual([
      "generated in # ms",
      "cached since # s ago",
    ]);
    expect(await cacheOf({ queryCacheSize: 0 }, (conn) => conn.scalar(one()))).toEqual(["caching disabled, generated in # ms"]);
    expect(await cacheOf({}, (conn) => conn.execDriverSql("SELECT 1"))).toEqual(["raw sql"]);
    expect(await cacheOf({}, async (conn) => numbers.create(conn))).toContain("no key, generated in # ms");
  });

  test("has one entry for a statement with any lists, limits and values", async () => {
    const engine = createEngine("sqlite://", { queryCacheSize: 500 });
    await using conn = await engine.connect();
    await numbers.create(conn);
    await conn.execute(
      insert(numbers),
      Array.from({ length: 50 }, (_, n) => ({ n, name: `n${n}` })),
    );
    engine.clearCompiledCache();
    for (let i = 1; i <= 40; i++) {
      const found = await conn
        .scalars(
          select(numbers.c.n)
            .where(numbers.c.n.in(Array.from({ length: i }, (_, n) => n)), numbers.c.name.ne(`n${i - 1}`))
            .orderBy(numbers.c.n)
            .limit(i)
            .offset(i > 5 ? 2 : 0),
        )
        .all();
      expect(found.length).toBe(Math.max(i - 1 - (i > 5 ? 2 : 0), 0));
    }
    expect(engine.compiledCache.stats).toMatchObject({ misses: 1, hits: 39, size: 1 });
  });
});

test("what is rendered by the server's version is compiled when that is known", async () => {
  const engine = createEngine("sqlite://");
  // the connection is not awaited: the first statement has to connect
  await using conn = engine.connect();
  const known: boolean[] = [];
  const statement = select(literalColumn("1"));
  const compile = statement.compile.bind(statement);
  statement.compile = (args) => {
    known.push((engine.dialect as { serverVersionInfo?: unknown }).serverVersionInfo != null);
    return compile(args);
  };
  expect(await conn.scalar(statement)).toBe(1);
  expect(known).toEqual([true]);
});

describe("ENG-21 FROM elements that nothing connects", () => {
  const a = table("a", column("id", t.integer()));
  const b = table("b", column("id", t.integer()));
  const warningsOf = async (
    run: (engine: ReturnType<typeof createEngine>) => PromiseLike<unknown>,
    options: object = {},
  ): Promise<string[]> => {
    const warnings: string[] = [];
    const listener = (warning: Error): void => void warnings.push(warning.message);
    const engine = createEngine("sqlite://", { queryCacheSize: 500, ...options });
    await engine.begin(async (conn) => {
      await conn.execDriverSql("CREATE TABLE a (id)");
      await conn.execDriverSql("CREATE TABLE b (id)");
    });
    process.on("warning", listener);
    await run(engine);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listener);
    return warnings.filter((message) => message.includes("combines every row"));
  };
  const product = (): ReturnType<typeof select> => select(a.c["id"]!, b.c["id"]!) as never;

  test("are warned of when a statement is compiled, which is once", async () => {
    const warnings = await warningsOf((engine) =>
      engine.begin(async (conn) => {
        for (let i = 0; i < 5; i++) await conn.execute(product());
        await conn.execute(product().where(a.c["id"]!.eq(b.c["id"]!)));
      }),
    );
    expect(warnings).toEqual([expect.stringContaining('This SELECT combines every row of "a" with every row of "b"')]);
  });

  test("are not with enableFromLinting: false", async () => {
    expect(await warningsOf((engine) => engine.begin((conn) => conn.execute(product())), { enableFromLinting: false })).toEqual([]);
    expect(() => createEngine("sqlite://", { enableFromLinting: 1 as never })).toThrow("enableFromLinting is true or false");
  });
});
