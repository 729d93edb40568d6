import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  ArgumentError,
  createEngine,
  declarativeBase,
  delete_,
  type Engine,
  insert,
  IntegrityError,
  listen,
  mappedColumn,
  remove,
  select,
  Session,
  StaleDataError,
  t,
} from "athanor";
import { describeEachDatabase } from "../../support/databases.ts";

const Base = declarativeBase();

class Thing extends Base<typeof Thing> {
  static table = this.mapTo("things");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(80));
  static size = mappedColumn(t.integer(), { nullable: true });
  static big = mappedColumn(t.bigInteger(), { nullable: true });
  static price = mappedColumn(t.numeric(20, 2, { asNumber: true }), { nullable: true });
  static made = mappedColumn(t.dateTime({ timezone: true }), { nullable: true });
  static active = mappedColumn(t.boolean(), { default: true });
  static photo = mappedColumn(t.largeBinary(), { nullable: true });
  static extra = mappedColumn(t.json<{ n: number }>(), { nullable: true });
}

class Place extends Base<typeof Place> {
  static table = this.mapTo("places");
  static code = mappedColumn(t.string(10), { primaryKey: true });
  static position = mappedColumn(t.integer(), { unique: true });
}

const AWKWARD = ["", "plain", 'with "quotes"', "back\\slash", "{a,b}", "NULL", "null", "  spaces ", "line\nbreak", "ü€😀", "'"];

function thing(i: number): {
  name: string;
  size: number | null;
  big: bigint | null;
  price: number;
  made: Date | null;
  active: boolean;
  photo: Uint8Array | null;
  extra: { n: number } | null;
} {
  return {
    name: `${AWKWARD[i % AWKWARD.length]!}${i}`,
    size: i % 5 === 0 ? null : i - 100,
    big: i % 7 === 0 ? null : 2n ** 60n + BigInt(i),
    price: i + 0.25,
    made: i % 3 === 0 ? null : new Date(1.6e12 + i * 1001),
    active: i % 2 === 0,
    photo: i % 4 === 0 ? null : new Uint8Array([i % 256, 0, 92, 34]),
    extra: i % 6 === 0 ? null : { n: i },
  };
}

describeEachDatabase("very many rows", (db) => {
  const N = 450;
  let engine: Engine;
  const statements: string[] = [];
  const note = (_conn: unknown, _cursor: unknown, statement: string): void => {
    statements.push(statement);
  };

  beforeAll(async () => {
    engine = createEngine(db.url);
    await Base.metadata.dropAll(engine);
    await Base.metadata.createAll(engine);
    listen(engine, "beforeCursorExecute", note as never);
  });
  afterAll(async () => {
    remove(engine, "beforeCursorExecute", note as never);
    await Base.metadata.dropAll(engine);
    await engine.dispose();
  });
  beforeEach(async () => {
    await engine.begin(async (conn) => {
      await conn.execute(delete_(Thing));
      await conn.execute(delete_(Place));
    });
    statements.length = 0;
  });

  async function stored(): Promise<object[]> {
    await using session = new Session(engine);
    const found = await session.scalars(select(Thing).orderBy(Thing.id)).all();
    return found.map(({ name, size, big, price, made, active, photo, extra }) => ({ name, size, big, price, made, active, photo, extra }));
  }

  test("objects are inserted with every kind of value, and get their keys in order", async () => {
    const rows = Array.from({ length: N }, (_, i) => thing(i));
    await using session = new Session(engine);
    const things = rows.map((row) => new Thing(row));
    session.addAll(things);
    await session.commit();
    expect(things.every(({ id }, i) => i === 0 || id > things[i - 1]!.id)).toBe(true);
    expect(await stored()).toEqual(rows);
    if (engine.dialect.name === "postgresql") expect(statements.filter((one) => one.startsWith("INSERT"))).toHaveLength(1);
  });

  test("rows are inserted with and without RETURNING", async () => {
    const rows = Array.from({ length: N }, (_, i) => thing(i));
    await using session = new Session(engine);
    await session.execute(insert(Thing), rows);
    await session.commit();
    expect(await stored()).toEqual(rows);
    if (!engine.dialect.insertReturning) return;
    const back = await session
      .execute(insert(Thing).returning(Thing.name, { sortByParameterOrder: true }), rows)
      .scalars()
      .all();
    expect(back).toEqual(rows.map(({ name }) => name));
  });

  test("keys that are given are found again, whatever their order", async () => {
    await using session = new Session(engine);
    const places = Array.from({ length: N }, (_, i) => new Place({ code: `c${(i * 7919) % N}`, position: i }));
    session.addAll(places);
    await session.commit();
    expect(await session.scalars(select(Place.position).where(Place.code.eq("c7"))).one()).toBe(
      places.find(({ code }) => code === "c7")!.position,
    );
  });

  test("objects are updated and deleted, each with its own values", async () => {
    await using session = new Session(engine);
    session.addAll(Array.from({ length: N }, (_, i) => new Thing(thing(i))));
    await session.commit();
    const things = await session.scalars(select(Thing).orderBy(Thing.id)).all();
    statements.length = 0;
    things.forEach((one, i) => {
      one.name = `${AWKWARD[(i + 3) % AWKWARD.length]!}!`;
      one.size = 1000 + i;
    });
    await session.commit();
    if (engine.dialect.name === "postgresql") expect(statements).toHaveLength(1);
    expect(await stored()).toEqual(
      Array.from({ length: N }, (_, i) => ({ ...thing(i), name: `${AWKWARD[(i + 3) % AWKWARD.length]!}!`, size: 1000 + i })),
    );
    for (const one of things.slice(0, 400)) await session.delete(one);
    statements.length = 0;
    await session.commit();
    if (engine.dialect.name === "postgresql") expect(statements).toHaveLength(1);
    expect(await stored()).toHaveLength(N - 400);
  });

  test("a row that is gone is noticed", async () => {
    await using session = new Session(engine);
    const things = Array.from({ length: N }, (_, i) => new Thing(thing(i)));
    session.addAll(things);
    await session.commit();
    await session.execute(delete_(Thing).where(Thing.id.eq(things[3]!.id)), { executionOptions: { synchronizeSession: false } });
    for (const one of things) one.name = "x";
    await expect(session.commit()).rejects.toThrow(StaleDataError);
  });

  test("unique columns are updated row by row, in the order of the keys", async () => {
    await using session = new Session(engine);
    const places = Array.from({ length: N }, (_, i) => new Place({ code: `c${String(i).padStart(4, "0")}`, position: i }));
    session.addAll(places);
    await session.commit();
    // each takes the number that the one before it has just left
    for (const place of places) place.position -= 1;
    await session.commit();
    expect(await session.scalars(select(Place.position).orderBy(Place.code)).all()).toEqual(places.map((_, i) => i - 1));
  });

  test("errors are the same as for one row", async () => {
    await using session = new Session(engine);
    const rows = Array.from({ length: N }, (_, i) => ({ code: `c${i}`, position: Math.min(i, 300) }));
    await expect(session.execute(insert(Place), rows)).rejects.toThrow(IntegrityError);
    await session.rollback();
    const wrong = rows.map((row, i) => ({ ...row, position: i === 320 ? "many" : i }));
    await expect(session.execute(insert(Place), wrong as never)).rejects.toThrow(ArgumentError);
  });
});
