import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ArgumentError,
  Column,
  CreateTable,
  createEngine,
  declarativeBase,
  type Engine,
  insert,
  IntegrityError,
  literal,
  mappedColumn,
  MetaData,
  select,
  Session,
  t,
  Table,
} from "../../../src/index.ts";
import * as mysql from "../../../src/dialects/mysql/index.ts";
import * as pg from "../../../src/dialects/postgresql/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";

/** What TypeScript makes of `enum Level { Low, High = 10, Top = -1 }`. */
const Level = { 0: "Low", 10: "High", "-1": "Top", Low: 0, High: 10, Top: -1 } as const;
/** `enum Color { Red = "red", Green = "it's green" }` */
const Color = { Red: "red", Green: "it's green" } as const;
const Mixed = { One: 1, Two: "two" } as const;

describe("TYP-05 what an enum is made of", () => {
  test("texts, values of members, names of members that are numbers", () => {
    expect(t.enum(["a", "b"]).enums).toEqual(["a", "b"]);
    expect(t.enum(Color).enums).toEqual(["red", "it's green"]);
    expect(t.enum(Level).enums).toEqual(["Low", "High", "Top"]);
    expect(t.enum(Mixed).enums).toEqual(["One", "two"]);
    expect(t.enum(Color, { valuesCallable: Object.keys }).enums).toEqual(["Red", "Green"]);
    expect(t.enum(Level, { valuesCallable: (members) => ["l", "h", String(members["Top"])] }).enums).toEqual(["l", "h", "-1"]);
    expect(t.enum(Level).length).toBe(4);
    expect([t.enum(Color).enumClass, t.enum(["a"]).enumClass]).toEqual([Color, null]);
  });

  test("what makes no enum", () => {
    expect(() => t.enum(["a", "a"])).toThrow(ArgumentError);
    expect(() => t.enum([1] as never)).toThrow(/list of strings/);
    expect(() => t.enum({ A: true } as never)).toThrow(/"A" of an enum is a boolean/);
    expect(() => t.enum({ A: "x", B: "x" })).toThrow(/same value/);
    expect(() => t.enum(null as never)).toThrow(ArgumentError);
    expect(() => t.enum(Color, { valuesCallable: () => ["a"] })).toThrow(/one string for each of the 2 members/);
    expect(() => t.enum(["a"], { valuesCallable: Object.keys })).toThrow(/has its texts already/);
    expect(() => t.enum(["abc"], { length: 2 })).toThrow(/at least 3/);
  });

  test("in DDL: native, VARCHAR, CHECK", () => {
    const table = new Table("x", new MetaData(), {
      native: new Column(t.enum(Level, { name: "level" })),
      text: new Column(t.enum(Color, { nativeEnum: false, length: 20 })),
      checked: new Column(t.enum(Color, { nativeEnum: false, createConstraint: true, name: "ck_color" })),
    });
    const ddl = (dialect: string): string => new CreateTable(table as never).compile({ dialect }).sql.replaceAll(/\s+/g, " ").trim();
    const check = "CONSTRAINT ck_color CHECK (checked IN ('red', 'it''s green'))";
    expect(ddl("postgresql")).toBe(`CREATE TABLE x ( native level, text VARCHAR(20), checked VARCHAR(10), ${check} )`);
    expect(ddl("sqlite")).toBe(`CREATE TABLE x ( native VARCHAR(4), text VARCHAR(20), checked VARCHAR(10), ${check} )`);
    expect(ddl("mysql")).toBe(`CREATE TABLE x ( native ENUM('Low','High','Top'), text VARCHAR(20), checked VARCHAR(10), ${check} )`);
  });
});

describeEachDatabase("enums", (db) => {
  let engine: Engine;
  const Base = declarativeBase();

  class Thing extends Base<typeof Thing> {
    static table = this.mapTo("enum_things");
    static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
    static level = mappedColumn(t.enum(Level, { name: "enum_level" }));
    static color = mappedColumn(t.enum(Color, { nativeEnum: false, createConstraint: true, name: "ck_enum_color" }), {
      default: Color.Green,
    });
    static key = mappedColumn(t.enum(Color, { name: "enum_key", valuesCallable: Object.keys }), { nullable: true });
    static own = mappedColumn(
      t
        .enum(Level, { nativeEnum: false })
        .withVariant(pg.t.ENUM(Level, { name: "enum_own" }), "postgresql")
        .withVariant(mysql.t.ENUM(Level), "mysql"),
      { nullable: true },
    );
  }

  beforeAll(async () => {
    engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
  });
  afterAll(async () => {
    await Base.metadata.dropAll(engine);
    await engine.dispose();
  });

  test("TYP-05 members go in and come out, the database has their texts", async () => {
    await using conn = await engine.connect();
    const session = new Session({ bind: conn });
    session.add(new Thing({ id: 1, level: Level.High, key: Color.Red, own: Level.Top }));
    await session.flush();
    await conn.execute(
      insert(Thing.table),
      Array.from({ length: 210 }, (_, i) => ({ id: 100 + i, level: Level.Low, color: Color.Red })),
    );
    const thing = await new Session({ bind: conn }).getOne(Thing, 1);
    expect([thing.level, thing.color, thing.key, thing.own]).toEqual([10, "it's green", "red", -1]);
    const quote = db.dialect === "mysql" ? "`" : '"';
    expect(await conn.execDriverSql(`SELECT level, color, ${quote}key${quote}, own FROM enum_things WHERE id = 1`).one()).toEqual([
      "High",
      "it's green",
      "Red",
      "Top",
    ]);
    const found = (condition: unknown): Promise<number[]> =>
      session.scalars(select(Thing.id).where(condition as never, Thing.id.lt(100))).all();
    expect(await found(Thing.level.eq(Level.High))).toEqual([1]);
    expect(await found(Thing.level.in([Level.High, Level.Low]))).toEqual([1]);
    expect(await found(Thing.key.eq(Color.Red))).toEqual([1]);
    expect(await found(Thing.own.ne(Level.Low))).toEqual([1]);
    expect(await found(Thing.level.eq(literal(Level.High, Thing.level.type as never, { literalExecute: true }) as never))).toEqual([1]);
    thing.level = Level.Low;
    expect(new Session({ bind: conn }).isModified(thing)).toBe(true);
  });

  test("TYP-19 what is no member is refused", async () => {
    await using conn = await engine.connect();
    for (const [column, value] of [
      ["level", 5],
      ["level", "High"],
      ["color", "Green"],
      ["key", "Red"],
      ["own", 10n],
    ] as const) {
      const row = { id: 1, level: Level.Low, [column]: value };
      await expect((async () => conn.execute(insert(Thing.table).values(row as never)).all())(), column).rejects.toThrow(
        new RegExp(`"${column}"`),
      );
    }
  });

  test("TYP-05 the database checks as well", async () => {
    await using conn = await engine.connect();
    const wrong = (async () => conn.execDriverSql("INSERT INTO enum_things (id, level, color) VALUES (1, 'Low', 'blue')"))();
    await expect(wrong).rejects.toThrow(db.dialect === "mysql" ? /ck_enum_color/ : IntegrityError);
  });

  if (db.dialect === "postgresql") {
    test("TYP-19 the order of an enum is that of its declaration, whatever the order of its texts", async () => {
      await using conn = await engine.connect();
      await conn.execute(
        insert(Thing.table),
        [Level.Top, Level.Low, Level.High].map((level, id) => ({ id, level })),
      );
      expect(await conn.scalars(select(Thing.level).orderBy(Thing.level)).all()).toEqual([Level.Low, Level.High, Level.Top]);
      expect(await conn.scalars(select(Thing.level).where(Thing.level.gt(Level.Low)).orderBy(Thing.id)).all()).toEqual([
        Level.Top,
        Level.High,
      ]);
    });
  }
});
