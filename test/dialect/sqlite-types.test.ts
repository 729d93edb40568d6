import { Column, createEngine, CreateTable, DataError, insert, literal, MetaData, select, t, Table } from "athanor";
import * as sqlite from "athanor/sqlite";
import { describe, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";

const y = sqlite.t;

describe("types of SQLite in DDL", () => {
  test("digits alone are kept as text", () => {
    const digits = { storageFormat: "%(year)04d%(month)02d%(day)02d" };
    const table = new Table("x", new MetaData(), {
      a: new Column(y.DATETIME()),
      b: new Column(y.DATE(digits)),
      c: new Column(y.TIME({ storageFormat: "%(hour)02d%(minute)02d" })),
      d: new Column(y.DATETIME({ storageFormat: "%(year)04d%(hour)02d" })),
      e: new Column(y.JSONB()),
    });
    const { sql } = new CreateTable(table as never).compile({ dialect: "sqlite" });
    expect(sql.replaceAll(/\s+/g, " ").trim()).toBe("CREATE TABLE x ( a DATETIME, b DATE_CHAR, c TIME_CHAR, d DATETIME_CHAR, e JSONB )");
    expect(y.DATE(digits).formatIsTextAffinity).toBe(false);
    expect(y.DATE().formatIsTextAffinity).toBe(true);
    expect(y.TIME({ storageFormat: "%(hour)02d:%(minute)02d" }).formatIsTextAffinity).toBe(true);
  });

  test("formats that make no sense", () => {
    expect(() => y.DATE({ storageFormat: "%(hour)02d" })).toThrow(/place for "hour"/);
    expect(() => y.DATE({ storageFormat: "yyyy-mm-dd" })).toThrow(/has no places/);
    expect(() => y.DATETIME({ truncateMicroseconds: true, storageFormat: "%(year)04d" })).toThrow(/not both/);
    expect(() => y.DATETIME({ mode: "seconds" as never })).toThrow(/mode/);
  });
});

describeEachDatabase(
  "how dates are stored",
  (db) => {
    const metadata = new MetaData();
    const days = new Table("days", metadata, {
      id: new Column(t.integer(), { primaryKey: true }),
      day: new Column(t.date()),
      at: new Column(t.dateTime()),
      clock: new Column(t.time()),
      us: new Column(y.DATE({ storageFormat: "%(month)02d/%(day)02d/%(year)04d" })),
      digits: new Column(y.DATE({ storageFormat: "%(year)04d%(month)02d%(day)02d" })),
    });

    test("TYP-06 what is in the file", async () => {
      const engine = createEngine(db.url);
      await metadata.createAll(engine);
      await engine.begin(async (conn) => {
        const at = new Date("2024-02-29T12:30:00.5Z");
        await conn.execute(insert(days).values({ day: "2024-02-29", at, clock: "12:30", us: "2024-02-29", digits: "2024-02-29" }));
        const [stored] = await conn.execDriverSql("SELECT day, at, clock, us, digits, typeof(digits) FROM days").all();
        expect(stored).toEqual(["2024-02-29", "2024-02-29 12:30:00.500000", "12:30:00.000000", "02/29/2024", "20240229", "text"]);
        expect(await conn.scalar(select(days.c.us).where(days.c.us.eq("2024-02-29")))).toBe("2024-02-29");
        expect(
          await conn.scalar(select(days.c.us).where(days.c.us.eq(literal("2024-02-29", days.c.us.type, { literalExecute: true })))),
        ).toBe("2024-02-29");
      });
      await engine.dispose();
    });

    test("TYP-06 what another program stored in another way is no date", async () => {
      const engine = createEngine(db.url);
      await engine.begin(async (conn) => {
        await conn.execDriverSql("DROP TABLE IF EXISTS days");
        await metadata.createAll(conn as never);
        for (const [column, value] of [
          ["day", "1709164800"],
          ["day", "2460369.5"],
          ["day", "'2024-02-29 00:00:00'"],
          ["day", "'29.2.2024'"],
          ["at", "1709164800"],
          ["at", "2460369.5"],
          ["at", "'yesterday'"],
          ["clock", "43200"],
          ["us", "'2024-02-29'"],
          ["digits", "'2024-02-29'"],
        ] as const) {
          await conn.execDriverSql("DELETE FROM days");
          await conn.execDriverSql(`INSERT INTO days (${column}) VALUES (${value})`);
          const failure = (async () => await conn.scalar(select(days.c[column])))();
          await expect(failure, `${column} ${value}`).rejects.toThrow(DataError);
        }
      });
      await engine.dispose();
    });

    test("DIA-12 JSONB is binary", async () => {
      const engine = createEngine(db.url);
      const docs = new Table("docs", new MetaData(), {
        id: new Column(t.integer(), { primaryKey: true }),
        doc: new Column(y.JSONB<{ a: number[] }>()),
      });
      await docs.metadata.createAll(engine);
      await engine.begin(async (conn) => {
        await conn.execute(insert(docs).values({ doc: { a: [1, 2] } }));
        expect(await conn.execDriverSql("SELECT typeof(doc) FROM docs").scalar()).toBe("blob");
        expect(await conn.scalar(select(docs.c.doc))).toEqual({ a: [1, 2] });
        expect(
          await conn.scalar(
            select((docs.c.doc as never as { at(key: string): { at(i: number): { asInteger(): never } } }).at("a").at(1).asInteger()),
          ),
        ).toBe(2);
      });
      await engine.dispose();
    });
  },
  { only: ["sqlite", "better-sqlite3"] },
);

describeEachDatabase(
  "integers of every size",
  (db) => {
    test("a statement that gave small ones gives large ones exactly, and again", async () => {
      const engine = createEngine(db.url);
      const metadata = new MetaData();
      const sizes = new Table("sizes", metadata, {
        id: new Column(t.integer(), { primaryKey: true }),
        n: new Column(t.bigInteger()),
        f: new Column(t.float()),
        b: new Column(t.largeBinary()),
      });
      await metadata.createAll(engine);
      await engine.begin(async (connection) => {
        const statement = select(sizes.c.n, sizes.c.f, sizes.c.b).orderBy(sizes.c.id);
        const bytes = Uint8Array.of(1, 2);
        await connection.execute(insert(sizes), [{ id: 1, n: 1n, f: 0.5, b: bytes }]);
        expect(await connection.execute(statement).all()).toEqual([[1n, 0.5, bytes]]);
        const large = [2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), -(2n ** 53n) - 1n];
        await connection.execute(
          insert(sizes),
          large.map((n, i) => ({ id: i + 2, n, f: 1e300, b: bytes })),
        );
        for (let i = 0; i < 2; i++) {
          expect(await connection.execute(statement).all()).toEqual([[1n, 0.5, bytes], ...large.map((n) => [n, 1e300, bytes])]);
        }
      });
      await metadata.dropAll(engine);
      await engine.dispose();
    });
  },
  { only: ["sqlite"] },
);
