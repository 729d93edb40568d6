// Run by Node with Temporal: everything that date and time types read and write as its objects. Prints what is wrong; nothing when all is well.
import assert from "node:assert/strict";
import {
  Column,
  createEngine,
  declarativeBase,
  func,
  insert,
  literal,
  mappedColumn,
  MetaData,
  select,
  Session,
  t,
  Table,
  update,
} from "../../../../src/index.ts";
import type { TypeEngine } from "../../../../src/sql/types/type-engine.ts";

interface TemporalClass {
  from(text: string): object;
}
type Name = "PlainDate" | "PlainTime" | "PlainDateTime" | "Instant" | "Duration";
const { Temporal } = globalThis as unknown as { Temporal: Record<Name, TemporalClass> };

const CASES: readonly (readonly [name: Name, type: () => TypeEngine<unknown>, texts: readonly string[], others: readonly string[]])[] = [
  ["PlainDate", () => t.date({ mode: "temporal" }), ["2024-02-29", "0001-01-01", "9999-12-31", "1582-10-10"], []],
  ["PlainTime", () => t.time({ mode: "temporal" }), ["00:00:00", "23:59:59.999999", "12:30:00.5"], ["12:00:00.123456789"]],
  [
    "PlainDateTime",
    () => t.dateTime({ mode: "temporal" }),
    ["2024-02-29T12:30:15.123456", "0001-01-01T00:00:00", "9999-12-31T23:59:59.999999", "2021-03-28T02:30:00"],
    ["2024-01-01T00:00:00.123456789"],
  ],
  [
    "Instant",
    () => t.dateTime({ mode: "temporal", timezone: true }),
    ["2024-02-29T12:30:15.123456Z", "1969-12-31T23:59:59.999999Z", "2021-10-31T01:30:00Z"],
    ["2024-01-01T00:00:00.000000001Z"],
  ],
  ["Duration", () => t.interval({ mode: "temporal" }), ["P1D", "PT0S", "P3DT4H5M6.789S", "-PT1H", "PT0.000001S"], ["PT0.0000001S"]],
];

async function check(url: string): Promise<void> {
  const engine = createEngine(url);
  const isPostgresql = url.startsWith("postgresql");
  const metadata = new MetaData();
  for (const [name, type, texts, others] of CASES) {
    const table = new Table(`temporal_${name.toLowerCase()}`, metadata, {
      id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
      value: new Column(type()),
    });
    await table.metadata.createAll(engine);
    const given = [...texts, ...(isPostgresql && name === "Duration" ? ["P1Y2M3D"] : [])].map((text) => Temporal[name].from(text));
    const same = (value: unknown, expected: object, where: string): void => {
      assert.equal((value as { [Symbol.toStringTag]?: string })?.[Symbol.toStringTag], `Temporal.${name}`, `${url} ${where}: the class`);
      assert.equal(String(value), String(expected), `${url} ${where}`);
    };
    await engine.begin(async (conn) => {
      await conn.execute(insert(table), [...given.map((value, id) => ({ id, value })), { id: 99, value: null }]);
      const read = await conn.scalars(select(table.c.value).where(table.c.id.lt(99)).orderBy(table.c.id)).all();
      for (const [i, value] of given.entries()) {
        same(read[i], value, `${name} few rows`);
        const found = await conn.scalars(select(table.c.id).where(table.c.value.eq(value as never))).all();
        assert.deepEqual(found, [i], `${url} ${name} WHERE = ${String(value)}`);
        const written = literal(value, table.c.value.type, { literalExecute: true });
        assert.deepEqual(await conn.scalars(select(table.c.id).where(table.c.value.eq(written as never))).all(), [i]);
        await conn.execute(update(table).where(table.c.id.eq(99)).values({ value }));
        same(await conn.scalar(select(table.c.value).where(table.c.id.eq(99))), value, `${name} UPDATE`);
      }
      await conn.execute(update(table).where(table.c.id.eq(99)).values({ value: null }));
      assert.equal(await conn.scalar(select(table.c.value).where(table.c.id.eq(99))), null);
      // a value on its own is of the type that it belongs to
      same(await conn.scalar(select(literal(given[0]))), given[0]!, `${name} literal`);
      await conn.execute(
        insert(table),
        Array.from({ length: 210 }, (_, id) => ({ id: 1000 + id, value: given[id % given.length]! })),
      );
      const count = await conn.scalar(select(func.count()).selectFrom(table));
      assert.equal(Number(count), 211 + given.length);
    });
    for (const text of others) {
      const wrong = engine.begin(async (conn) => conn.execute(insert(table).values({ id: 500, value: Temporal[name].from(text) })));
      await assert.rejects(wrong, /"value"[^]*digits/, `${url} ${name} ${text}`);
    }

    const Base = declarativeBase();
    class Thing extends Base<typeof Thing> {
      static table = this.mapTo(`temporal_thing_${name.toLowerCase()}`);
      static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
      static value = mappedColumn(type());
    }
    await Base.metadata.createAll(engine);
    await using conn = await engine.connect();
    const session = new Session({ bind: conn });
    session.addAll(given.map((value, id) => new Thing({ id, value })));
    await session.flush();
    const fresh = new Session({ bind: conn });
    const things = await fresh.scalars(select(Thing).orderBy(Thing.id)).all();
    for (const [i, thing] of things.entries()) {
      same(thing.value, given[i]!, `${name} ORM`);
      thing.value = Temporal[name].from(String(given[i]));
      assert.equal(fresh.isModified(thing), false, `${url} ${name}: an equal value is no change`);
    }
  }

  if (isPostgresql) {
    await using conn = await engine.connect();
    const infinite = async (): Promise<unknown> => conn.scalar(select(literal("infinity", t.text()).cast(t.date({ mode: "temporal" }))));
    await assert.rejects(infinite, /cannot be a Temporal.PlainDate/);
  }
  await engine.dispose();
}

for (const url of process.argv.slice(2)) await check(url);
