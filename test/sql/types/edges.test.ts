// What is not about a single type: casts, variants, wrong values of any kind, names of columns, lists.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  AthanorError,
  cast,
  Column,
  CompileError,
  type Connection,
  type Engine,
  func,
  insert,
  InvalidBindValueError,
  literal,
  MetaData,
  select,
  Session,
  declarativeBase,
  mappedColumn,
  t,
  Table,
  text,
  tryCast,
  typeCoerce,
  update,
  ValueOutOfRangeError,
} from "../../../src/index.ts";
import * as mysql from "../../../src/dialects/mysql/index.ts";
import * as pg from "../../../src/dialects/postgresql/index.ts";
import * as sqlite from "../../../src/dialects/sqlite/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { engineFor } from "./support/engine.ts";

describeEachDatabase(
  "types at work",
  (db) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await engineFor(db);
    });
    afterAll(() => engine.dispose());

    async function on<T>(run: (conn: Connection) => Promise<T>): Promise<T> {
      await using conn = await engine.connect();
      return await run(conn);
    }

    test("TYP-12 cast() converts on the database", async () => {
      await on(async (conn) => {
        const given = async (expression: unknown): Promise<unknown> => conn.scalar(select(expression as never));
        expect(await given(cast("42", t.integer()))).toBe(42);
        expect(await given(cast(literal(42), t.string(10)))).toBe("42");
        expect(await given(cast("1.50", t.numeric(10, 2)))).toBe("1.50");
        expect(await given(cast(literal("1.25", t.string()), t.numeric(10, 2)))).toBe("1.25");
        // DATE is a number for CAST of SQLite, and a number is no date
        if (db.dialect === "sqlite") await expect(given(cast("2024-02-29", t.date()))).rejects.toThrow(/cannot be read/);
        else expect(await given(cast("2024-02-29", t.date()))).toBe("2024-02-29");
        expect(await given(cast(literal(null, t.integer()), t.string(5)))).toBeNull();
        expect(await given(cast(9007199254740993n, t.bigInteger()))).toBe(9007199254740993n);
        expect(await given(literal("7").cast(t.integer()).add(1))).toBe(8);
        expect(await given(cast(literal("é🎬"), t.text()))).toBe("é🎬");
      });
    });

    test("TYP-12 typeCoerce() is a matter of this side alone", async () => {
      await on(async (conn) => {
        const written = func.concat(literal('{"a": [1]}', t.string()), literal("", t.string()));
        expect(await conn.scalar(select(typeCoerce(written, t.json<{ a: number[] }>())))).toEqual({ a: [1] });
        expect(select(typeCoerce(text("x") as never, t.json())).compile({ dialect: engine.dialect }).sql).toBe("SELECT x AS anon_1");
        // a plain value goes through the type
        const { params } = select(typeCoerce({ a: 1 }, t.json())).compile({ dialect: engine.dialect });
        expect(params).toEqual(['{"a":1}']);
      });
    });

    test("TYP-12 tryCast() is refused where there is none", () => {
      expect(() => select(tryCast("x", t.integer())).compile({ dialect: engine.dialect })).toThrow(CompileError);
      expect(String(select(tryCast("x", t.integer())))).toContain("TRY_CAST(");
    });

    test("TYP-03 one column is of several types", async () => {
      const metadata = new MetaData();
      const type = t
        .string(5)
        .withVariant(pg.t.ARRAY(t.integer()) as never, "postgresql")
        .withVariant(mysql.t.SET(["1", "2", "3"]) as never, "mysql")
        .withVariant(sqlite.t.JSONB() as never, "sqlite");
      const table = new Table("variants", metadata, { id: new Column(t.integer(), { primaryKey: true }), value: new Column(type) });
      await metadata.createAll(engine);
      const value = { sqlite: { a: [1, 2, 3, 4, 5, 6] }, postgresql: [1, 2], mysql: new Set(["1", "3"]) }[db.dialect];
      const wrong = { sqlite: Number.NaN, postgresql: "x", mysql: ["9"] }[db.dialect];
      await on(async (conn) => {
        await conn.execute(insert(table).values({ id: 1, value: value as never }));
        await conn.execute(insert(table), [
          { id: 2, value: value as never },
          { id: 3, value: null },
        ]);
        await conn.execute(
          update(table)
            .where(table.c.id.eq(3))
            .values({ value: value as never }),
        );
        expect(await conn.scalars(select(table.c.value)).all()).toEqual([value, value, value]);
        await expect((async () => conn.execute(insert(table).values({ id: 4, value: wrong as never })).all())()).rejects.toThrow(/"value"/);

        const Base = declarativeBase();
        class Thing extends Base<typeof Thing> {
          static table = this.mapTo("variants");
          static id = mappedColumn(t.integer(), { primaryKey: true });
          static value = mappedColumn(type);
        }
        const thing = await new Session({ bind: conn }).getOne(Thing, 1);
        expect(thing.value).toEqual(value);
      });
      await metadata.dropAll(engine);
    });

    test("TYP-23 what is no value of any type", async () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      const strange: unknown[] = [
        Symbol("s"),
        () => 1,
        new Map(),
        new Set([1]),
        proxy,
        new (class Odd {})(),
        /x/,
        new Error("e"),
        new WeakMap(),
        Promise.resolve(1),
        globalThis,
      ];
      const types = [
        t.integer(),
        t.bigInteger(),
        t.numeric(),
        t.float(),
        t.string(),
        t.boolean(),
        t.date(),
        t.time(),
        t.dateTime(),
        t.interval(),
        t.largeBinary(),
        t.uuid(),
        t.enum(["a"]),
      ];
      const metadata = new MetaData();
      for (const [i, type] of types.entries()) {
        const table = new Table(`strange_${i}`, metadata, {
          id: new Column(t.integer(), { primaryKey: true }),
          value: new Column(type as never),
        });
        for (const value of strange) {
          const failed = await on(async (conn) => conn.execute(insert(table), { value: value as never }).all()).catch(
            (error: unknown) => error,
          );
          expect(failed, `${type.constructor.name}`).toBeInstanceOf(InvalidBindValueError);
          expect((failed as InvalidBindValueError).parameter).toBe("value");
          expect((failed as InvalidBindValueError).code).toBe("bind-value");
        }
        const nothing = await on(async (conn) => conn.execute(insert(table), { value: undefined as never }).all()).catch(
          (error: unknown) => error,
        );
        expect(nothing).toBeInstanceOf(AthanorError);
        expect((nothing as Error).message).toMatch(/undefined/);
      }
    });

    test("TYP-23 the value is shown, unless values are hidden", async () => {
      const table = new Table("shown", new MetaData(), {
        id: new Column(t.integer(), { primaryKey: true }),
        price: new Column(t.numeric(6, 2)),
      });
      const attempt = async (on: Engine, value: unknown): Promise<Error> => {
        await using conn = await on.connect();
        return (async () => conn.execute(insert(table).values({ id: 1, price: value as never })).all())().then(
          () => new Error("nothing was thrown"),
          (error: unknown) => error as Error,
        );
      };
      const refused = await attempt(engine, "12,50");
      expect(refused).toBeInstanceOf(InvalidBindValueError);
      expect(refused.message).toMatch(/^The parameter "price" cannot be sent\.[^]*\n\[value: '12,50'\]$/);
      const hiding = await engineFor(db, { hideParameters: true });
      expect((await attempt(hiding, "12,50")).message).not.toContain("12,50");
      if (db.dialect !== "sqlite") {
        const large = await attempt(engine, "1234567.5");
        expect(large).toBeInstanceOf(ValueOutOfRangeError);
        expect((large as ValueOutOfRangeError).column).toBe("price");
        expect(large.message).toMatch(/numeric\(6, 2\)[^]*\[value: '1234567.5'\]/);
        expect((await attempt(hiding, "1234567.5")).message).not.toContain("1234567");
      }
      await hiding.dispose();
    });

    test("TYP-24 columns with any name", async () => {
      const names = [
        "id",
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "with space",
        'q"uote',
        "ba`ck",
        "new\nline",
        "naïve 🎬",
        "then",
        "0",
        "length",
        "a".repeat(60),
        "%s",
        "?",
        ":x",
        "$1",
      ];
      const metadata = new MetaData();
      const usable = db.dialect === "mysql" ? names.filter((name) => !name.includes("🎬")) : names;
      const columns: Record<string, Column<unknown>> = Object.create(null) as never;
      for (const name of usable) columns[`k_${usable.indexOf(name)}`] = new Column(name, t.integer(), { nullable: true }) as never;
      const table = new Table("any names", metadata, { pk: new Column(t.integer(), { primaryKey: true }), ...columns });
      await metadata.createAll(engine);
      await on(async (conn) => {
        const row = Object.fromEntries(Object.keys(columns).map((key, i) => [key, i]));
        await conn.execute(insert(table).values({ pk: 1, ...row } as never));
        const values = (await conn.execute(select(table)).one()) as unknown as unknown[];
        expect([...values]).toEqual([1, ...Object.keys(columns).map((_, i) => i)]);
        const mapping = (await conn.execute(select(table)).mappings().one()) as Record<string, unknown>;
        expect(Object.values(mapping)).toEqual([...values]);
        // the same name twice, and none at all
        const twice = (await conn.execDriverSql("SELECT 1 AS id, 2 AS id, 3").one()) as unknown as unknown[];
        expect([...twice]).toEqual([1, 2, 3]);
        const labelled = (await conn
          .execute(select(literal(5).label("__proto__"), literal(6).label("constructor")))
          .mappings()
          .one()) as Record<string, unknown>;
        expect(Object.getOwnPropertyDescriptor(labelled, "__proto__")?.value).toBe(5);
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      });
      await metadata.dropAll(engine);
    });

    test("TYP-25 lists of any length", async () => {
      const metadata = new MetaData();
      const table = new Table("numbers", metadata, {
        id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
        x: new Column(t.double()),
      });
      await metadata.createAll(engine);
      await on(async (conn) => {
        await conn.execute(
          insert(table),
          Array.from({ length: 300 }, (_, i) => ({ id: i, x: i % 2 === 0 ? i : i + 0.5 })),
        );
        const ids = (condition: unknown): Promise<number[]> =>
          conn
            .scalars(
              select(table.c.id)
                .where(condition as never)
                .orderBy(table.c.id),
            )
            .all();
        expect(await ids(table.c.id.in([]))).toEqual([]);
        expect(await ids(table.c.id.notIn([]))).toHaveLength(300);
        expect(await ids(table.c.id.in([1, null as never, 3]))).toEqual([1, 3]);
        // SQL: nothing is known to be other than NULL
        expect(await ids(table.c.id.notIn([1, null as never]))).toEqual([]);
        // whole and fractional, in any order
        expect(await ids(table.c.x.in([2, 3.5]))).toEqual([2, 3]);
        expect(await ids(table.c.x.in([3.5, 2]))).toEqual([2, 3]);
        expect(await ids(table.c.id.in([1, 2.5, 3]))).toEqual([1, 3]);
        const many = Array.from({ length: db.dialect === "sqlite" ? 30_000 : 60_000 }, (_, i) => i);
        expect(await ids(table.c.id.in(many))).toHaveLength(300);
        await expect(ids(table.c.id.in([1, "x" as never]))).rejects.toThrow(InvalidBindValueError);
      });
      await metadata.dropAll(engine);
    });

    test("TYP-25 a list that is too long is refused before it is sent", async () => {
      await on(async (conn) => {
        const long = Array.from({ length: 100_000 }, (_, i) => i);
        const failed = await (async () => conn.scalar(select(func.count()).where(literal(5).in(long))))().then(
          (value) => value,
          (error: unknown) => error,
        );
        // it works, or it is an error of ours or of the database; the connection can be used on
        if (failed instanceof Error) expect(failed).toBeInstanceOf(AthanorError);
        else expect(Number(failed)).toBe(1);
        await conn.rollback();
        expect(await conn.scalar(select(literal(1)))).toBe(1);
      });
    });

    test("TYP-21 booleans, whatever the column is", async () => {
      const metadata = new MetaData();
      const table = new Table("flags", metadata, { id: new Column(t.integer(), { primaryKey: true }), flag: new Column(t.boolean()) });
      await metadata.createAll(engine);
      await on(async (conn) => {
        const read = async (sql: string): Promise<unknown> => conn.scalar(text(sql).columns({ x: t.boolean() } as never) as never);
        expect(await read(db.dialect === "postgresql" ? "SELECT true AS x" : "SELECT 1 AS x")).toBe(true);
        expect(await read(db.dialect === "postgresql" ? "SELECT false AS x" : "SELECT 0 AS x")).toBe(false);
        expect(await read("SELECT NULL AS x")).toBeNull();
        expect(await read("SELECT 't' AS x")).toBe(true);
        expect(await read("SELECT 'f' AS x")).toBe(false);
        // what is neither 0 nor 1 is true, as in C
        if (db.dialect !== "postgresql") expect(await read("SELECT 2 AS x")).toBe(true);
        if (db.dialect === "mysql") expect([await read("SELECT b'1' AS x"), await read("SELECT b'0' AS x")]).toEqual([true, false]);
        await conn.execute(insert(table), [
          { id: 1, flag: true },
          { id: 2, flag: false },
          { id: 3, flag: null },
        ]);
        const ids = (condition: unknown): Promise<number[]> => conn.scalars(select(table.c.id).where(condition as never)).all();
        expect(await ids(table.c.flag)).toEqual([1]);
        expect(await ids(table.c.flag.eq(false))).toEqual([2]);
        expect(await ids(table.c.flag.is(null as never))).toEqual([3]);
      });
      await metadata.dropAll(engine);
    });

    test("TYP-17 64 MB of bytes, and what is read is nobody else's", async () => {
      const metadata = new MetaData();
      const table = new Table("large", metadata, {
        id: new Column(t.integer(), { primaryKey: true }),
        data: new Column(t.largeBinary().withVariant(mysql.t.LONGBLOB(), "mysql")),
      });
      await metadata.createAll(engine);
      // the server takes packets of 16 MB unless it is told otherwise
      const size = db.dialect === "mysql" ? 15 * 2 ** 20 : 64 * 2 ** 20;
      const bytes = new Uint8Array(size);
      for (let i = 0; i < size; i += 4099) bytes[i] = i % 251;
      await on(async (conn) => {
        await conn.execute(insert(table).values({ id: 1, data: bytes }));
        const read = (await conn.scalar(select(table.c.data))) as Uint8Array;
        expect(Buffer.compare(read, bytes)).toBe(0);
        expect(Object.getPrototypeOf(read)).toBe(Uint8Array.prototype);
        const small = (await conn.scalar(select(literal(new Uint8Array([1, 2]), t.largeBinary())))) as Uint8Array;
        expect(small.buffer.byteLength).toBe(2);
        if (db.dialect === "mysql") {
          const failed = await (async () => conn.execute(insert(table).values({ id: 2, data: new Uint8Array(64 * 2 ** 20) })))().catch(
            (error: unknown) => error,
          );
          expect(failed).toBeInstanceOf(AthanorError);
        }
      });
      await metadata.dropAll(engine);
    }, 60_000);
  },
  { only: ["sqlite", "better-sqlite3", "pglite", "postgresql", "mariadb"] },
);
