// What the database gives and a type cannot take, and what a type makes of NULL.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  Column,
  createEngine,
  DataError,
  declarativeBase,
  type Engine,
  foreignKey,
  joinedload,
  mappedColumn,
  MetaData,
  relationship,
  select,
  Session,
  t,
  Table,
  text,
  typeCoerce,
  TypeDecorator,
} from "../../../src/index.ts";
import * as mysql from "../../../src/dialects/mysql/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";

class OrNone extends TypeDecorator<string> {
  readonly impl = t.string(20);
  override processBindParam(value: string | null): unknown {
    return value === "none" ? null : value;
  }
  override processResultValue(value: unknown): string {
    return value === null ? "none" : `<${value as string}>`;
  }
}

describeEachDatabase("reading", (db) => {
  let engine: Engine;
  const Base = declarativeBase();

  class Shelf extends Base<typeof Shelf> {
    static table = this.mapTo("shelves");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static things = relationship(() => [Thing], { orderBy: () => Thing.id });
  }

  class Thing extends Base<typeof Thing> {
    static table = this.mapTo("things");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static shelfId = mappedColumn(foreignKey(() => Shelf.id));
    static color = mappedColumn(t.enum(["red", "green"], { nativeEnum: false, length: 20 }), { nullable: true });
    static tone = mappedColumn(t.enum(["red"], { nativeEnum: false, length: 20, validateResults: false }), { nullable: true });
    static count = mappedColumn(t.bigInteger({ mode: "number" }), { nullable: true });
    static remark = mappedColumn(new OrNone(), { nullable: true });
  }

  beforeAll(async () => {
    engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
  });
  afterAll(() => engine.dispose());

  const rows = "INSERT INTO things (id, shelf_id, color, tone, count, remark) VALUES ";

  for (const [name, column, values] of [
    ["TYP-19 an enum's value that the list has not", "color", "(1, 1, 'red', null, 1, null), (2, 1, 'blue', null, 1, null)"],
    ["TYP-08 an integer beyond 2^53 as number", "count", "(1, 1, 'red', null, 1, null), (2, 1, 'red', null, 9007199254740993, null)"],
  ] as const) {
    test(name, async () => {
      await using conn = await engine.connect();
      await conn.execDriverSql("INSERT INTO shelves (id) VALUES (1)");
      await conn.execDriverSql(rows + values);
      const table = Thing.table as never as Table;
      const ways: Record<string, () => Promise<unknown>> = {
        "Core, once": async () => conn.execute(select(table.c["id"]!, table.c[column]!)).all(),
        "Core, generated": async () => conn.execute(select(table.c["id"]!, table.c[column]!)).all(),
        stream: async () => {
          for await (const row of conn.stream(select(table.c[column]!))) void row;
        },
        ORM: async () => new Session({ bind: conn }).scalars(select(Thing)).all(),
        "ORM, generated": async () => new Session({ bind: conn }).scalars(select(Thing)).all(),
        "ORM, attribute": async () => new Session({ bind: conn }).execute(select(Thing.id, Thing[column])).all(),
        "joined load": async () => new Session({ bind: conn }).scalars(select(Shelf).options(joinedload(Shelf.things))).all(),
        get: async () => new Session({ bind: conn }).get(Thing, 2),
      };
      for (const [way, run] of Object.entries(ways)) {
        const error = await run().then(
          () => null,
          (thrown: unknown) => thrown,
        );
        expect(error, way).toBeInstanceOf(DataError);
        expect((error as DataError).message, way).toMatch(new RegExp(`^The column "${column}" cannot be read\\. `));
        expect((error as DataError).column, way).toBe(column);
      }
    });
  }

  test("TYP-19 an enum's value that the list has not passes, when it may", async () => {
    await using conn = await engine.connect();
    await conn.execDriverSql("INSERT INTO shelves (id) VALUES (1)");
    await conn.execDriverSql(`${rows}(1, 1, null, 'blue', null, null)`);
    expect(await new Session({ bind: conn }).scalar(select(Thing.tone))).toBe("blue");
    const thing = await new Session({ bind: conn }).getOne(Thing, 1);
    expect(thing.tone).toBe("blue");
  });

  test("TYP-09 a decorator is asked what NULL is", async () => {
    await using conn = await engine.connect();
    const session = new Session({ bind: conn });
    const shelf = new Shelf({ id: 1 });
    shelf.things.push(new Thing({ id: 1, remark: "none" }), new Thing({ id: 2, remark: "a" }));
    session.add(shelf);
    await session.flush();
    expect(Number(await conn.execDriverSql("SELECT count(*) FROM things WHERE remark IS NULL").scalar())).toBe(1);
    expect(await conn.scalars(select((Thing.table as never as Table).c["remark"]!).orderBy(text("id"))).all()).toEqual(["none", "<a>"]);
    for (let times = 0; times < 2; times += 1) {
      const fresh = new Session({ bind: conn });
      expect((await fresh.scalars(select(Thing).orderBy(Thing.id)).all()).map((thing) => thing.remark)).toEqual(["none", "<a>"]);
      expect(await fresh.scalars(select(Thing.remark).orderBy(Thing.id)).all()).toEqual(["none", "<a>"]);
      const [loaded] = await new Session({ bind: conn })
        .scalars(select(Shelf).options(joinedload(Shelf.things)))
        .unique()
        .all();
      expect(loaded!.things.map((thing) => thing.remark)).toEqual(["none", "<a>"]);
      await fresh.refresh(await fresh.getOne(Thing, 1));
    }
  });

  if (db.dialect === "sqlite") {
    test("TYP-08 an integer beyond 2^53 that another program stored", async () => {
      const table = new Table("large", new MetaData(), { n: new Column(t.integer()) });
      await using conn = await engine.connect();
      await table.metadata.createAll(conn as never);
      for (const n of ["9007199254740993", "-9223372036854775808"]) {
        await conn.execDriverSql("DELETE FROM large");
        await conn.execDriverSql(`INSERT INTO large VALUES (${n})`);
        await expect((async () => conn.scalar(select(table.c.n)))(), n).rejects.toThrow(DataError);
        expect(await conn.scalar(select(typeCoerce(table.c.n, t.bigInteger())))).toBe(BigInt(n));
      }
    });

    test("what is no JSON", async () => {
      const table = new Table("no_json", new MetaData(), { doc: new Column(t.json()) });
      await using conn = await engine.connect();
      await table.metadata.createAll(conn as never);
      await conn.execDriverSql("INSERT INTO no_json VALUES ('{')");
      await expect((async () => conn.scalar(select(table.c.doc)))()).rejects.toThrow(/"doc" cannot be read[^]*not JSON/);
    });
  }

  if (db.dialect === "mysql") {
    test("TYP-05 dates that are none", async () => {
      const metadata = new MetaData();
      const strict = new Table("zeros", metadata, {
        id: new Column(t.integer(), { primaryKey: true }),
        day: new Column(t.date()),
        at: new Column(t.dateTime()),
        stamp: new Column(t.TIMESTAMP()),
      });
      await metadata.createAll(engine);
      await using conn = await engine.connect();
      await conn.execDriverSql("INSERT INTO zeros VALUES (1, '0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00')");
      await conn.execDriverSql("INSERT INTO zeros VALUES (2, '2024-00-15', '2024-02-00 01:00:00', NULL)");
      for (const id of [1, 2]) {
        for (const column of [strict.c.day, strict.c.at]) {
          const read = (async () => conn.scalar(select(column).where(strict.c.id.eq(id))))();
          await expect(read, `${column.key} of ${id}`).rejects.toThrow(/which is no date[^]*zeroDates/);
        }
      }
      await expect((async () => conn.scalar(select(strict.c.stamp).where(strict.c.id.eq(1))))()).rejects.toThrow(DataError);
      const lax = new Table("zeros", new MetaData(), {
        id: new Column(t.integer(), { primaryKey: true }),
        day: new Column(mysql.t.DATE({ zeroDates: "null" })),
        at: new Column(mysql.t.DATETIME({ zeroDates: "null" })),
        stamp: new Column(mysql.t.TIMESTAMP({ zeroDates: "null" })),
      });
      expect((await conn.execute(select(lax)).all()).map((row) => [...(row as never as unknown[])])).toEqual([
        [1, null, null, null],
        [2, null, null, null],
      ]);
      expect(() => mysql.t.DATE({ zeroDates: "none" as never })).toThrow(/zeroDates/);
    });
  }

  if (db.dialect === "postgresql") {
    test("TYP-02 what a Date cannot hold", async () => {
      const table = new Table("ages", new MetaData(), {
        id: new Column(t.integer(), { primaryKey: true }),
        at: new Column(t.dateTime({ timezone: true })),
      });
      await using conn = await engine.connect();
      await table.metadata.createAll(conn as never);
      for (const when of ["infinity", "-infinity", "294276-12-31"]) {
        await conn.execDriverSql("DELETE FROM ages");
        await conn.execDriverSql(`INSERT INTO ages VALUES (1, '${when}')`);
        await expect((async () => conn.scalar(select(table.c.at)))(), when).rejects.toThrow(/"at" cannot be read[^]*mode: "string"/);
      }
      await conn.execDriverSql("UPDATE ages SET at = '4713-01-01 00:00:00+00 BC'");
      expect(((await conn.scalar(select(table.c.at))) as Date).toISOString()).toBe("-004712-01-01T00:00:00.000Z");
    });
  }
});
