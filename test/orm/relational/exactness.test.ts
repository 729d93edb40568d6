// Any value of any type comes out of nested rows as it comes out of a SELECT of its column: with every driver.
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  aliased,
  createEngine,
  declarativeBase,
  delete_,
  type Engine,
  foreignKey,
  insert,
  mappedColumn,
  relational,
  relationship,
  select,
  Session,
  t,
  TypeDecorator,
} from "../../../src/index.ts";
import * as mysql from "../../../src/dialects/mysql/index.ts";
import * as pg from "../../../src/dialects/postgresql/index.ts";
import { describeEachDatabase, type TestDatabase } from "../../support/databases.ts";

/** A decorator, to see that both of its sides are gone through. */
class Celsius extends TypeDecorator<string> {
  override readonly cacheOk = true;
  readonly impl = t.float();
  override processBindParam(value: string | null): unknown {
    return value === null ? null : Number(value.replace("°C", ""));
  }
  override processResultValue(value: unknown): string | null {
    return value === null ? null : `${String(value)}°C`;
  }
}

const Base = declarativeBase();

class Owner extends Base<typeof Owner> {
  static table = this.mapTo("exact_owner");
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static items = relationship(() => [Item], { orderBy: () => Item.id });
  static last = relationship(() => Item, { uselist: false, orderBy: () => Item.id, nullable: true, viewonly: true });
}

class Item extends Base<typeof Item> {
  static table = this.mapTo("exact_item");
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static ownerId = mappedColumn(foreignKey(() => Owner.id));
  static whole = mappedColumn(t.integer(), { nullable: true });
  static large = mappedColumn(t.bigInteger(), { nullable: true });
  static exact = mappedColumn(t.numeric(15, 6), { nullable: true });
  static single = mappedColumn(t.REAL().withVariant(mysql.t.FLOAT(), "mysql", "mariadb"), { nullable: true });
  static double = mappedColumn(t.double(), { nullable: true });
  static warmth = mappedColumn(new Celsius(), { nullable: true });
  static short = mappedColumn(t.string(60), { nullable: true });
  static long = mappedColumn(t.text(), { nullable: true });
  static fixed = mappedColumn(t.CHAR(8), { nullable: true });
  static yes = mappedColumn(t.boolean(), { nullable: true });
  static day = mappedColumn(t.date(), { nullable: true });
  static clock = mappedColumn(t.time().withVariant(mysql.t.TIME({ fsp: 6 }), "mysql", "mariadb"), { nullable: true });
  static moment = mappedColumn(t.dateTime({ timezone: true }), { nullable: true });
  static stamp = mappedColumn(t.dateTime({ mode: "string" }), { nullable: true });
  static span = mappedColumn(t.interval(), { nullable: true });
  static bytes = mappedColumn(t.largeBinary(), { nullable: true });
  static key = mappedColumn(t.uuid(), { nullable: true });
  static kind = mappedColumn(t.enum(["a", "it's", "ünï 😀"], { name: "exact_kind" }), { nullable: true });
  static json = mappedColumn(t.json().withVariant(pg.t.JSONB(), "postgresql"), { nullable: true });
}

type Dialect = TestDatabase["dialect"];

const pad = (n: number, width: number): string => String(n).padStart(width, "0");
const instants = fc.date({ min: new Date("1000-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true });
const days = instants.map((date) => date.toISOString().slice(0, 10));
const fraction = fc.integer({ min: 0, max: 999_999 }).map((us) => (us === 0 ? "" : `.${pad(us, 6).replace(/0+$/, "")}`));
const clocks = fc.tuple(instants, fraction).map(([date, rest]) => date.toISOString().slice(11, 19) + rest);

/** @param hasNul - text may have the character NUL; libsql's driver ends what it reads at one, but not within JSON */
function valuesOn(dialect: Dialect, hasNul: boolean): fc.Arbitrary<object> {
  const text = (maxLength: number): fc.Arbitrary<string> => {
    const any = fc.oneof(
      fc.string({ unit: "binary", maxLength }),
      fc.string({ unit: fc.constantFrom('"', "'", "\\", "\n", "\u2028", "😀", "é", "\u0001", "t", ",", "["), maxLength }),
    );
    const fitting = any.filter((value) => Array.from(value).length <= maxLength);
    return !hasNul ? fitting.map((value) => value.replaceAll("\0", "")) : fitting;
  };
  const double = fc.double({ noNaN: dialect !== "postgresql", noDefaultInfinity: dialect === "mysql" });
  const json = fc
    .oneof(fc.constant(t.json.NULL), fc.jsonValue({ maxDepth: 3, stringUnit: "grapheme" }))
    .filter((value) => value !== null && (hasNul || !JSON.stringify(value).includes("\\u0000")));
  const values: Record<string, fc.Arbitrary<unknown>> = {
    whole: fc.integer(),
    large: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    exact: fc.integer({ min: 1 - 10 ** 9, max: 10 ** 9 - 1 }).map((whole) => `${whole}.${pad(Math.abs(whole) % 1_000_000, 6)}`),
    single: fc.float({ noNaN: true, noDefaultInfinity: true }),
    double,
    warmth: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }).map((value) => `${Math.fround(value)}°C`),
    short: text(60),
    long: text(300),
    fixed: fc.constantFrom("", "a", "a b", "abcdefgh"),
    yes: fc.boolean(),
    day: days,
    clock: clocks,
    moment: instants,
    stamp: fc.tuple(days, clocks).map(([day, clock]) => `${day} ${clock}`),
    span: fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 86_399 })).map(([day, s]) => `P${day}DT${s}S`),
    bytes: fc.uint8Array({ maxLength: 300 }),
    key: fc.uuid({ version: [1, 4, 7] }),
    kind: fc.constantFrom("a", "it's", "ünï 😀"),
    json,
  };
  return fc.record(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fc.option(value, { freq: 6 })])));
}

describeEachDatabase(
  "values in nested rows",
  (db) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = createEngine(db.url);
      await Base.metadata.createAll(engine);
    });
    afterAll(() => engine.dispose());

    test("are those of a SELECT, whatever they are", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(valuesOn(db.dialect, db.dialect !== "postgresql" && db.name !== "libsql"), { minLength: 1, maxLength: 8 }),
          async (items) => {
            await using session = new Session(engine);
            await session.execute(delete_(Item));
            await session.execute(delete_(Owner));
            await session.execute(insert(Owner), [{ id: 1 }]);
            await session.execute(
              insert(Item),
              items.map((item, id) => ({ id, ownerId: 1, ...item }) as never),
            );
            const names = Object.keys(items[0]!) as string[];
            const plain = await session
              .execute(select(Object.fromEntries(names.map((name) => [name, Item[name as "whole"]]))).orderBy(Item.id))
              .all();
            const nested = { columns: names as ["whole"] };
            const row = await session.execute(relational(Owner, { columns: [], with: { items: nested, last: nested } })).one();
            expect(row.items).toStrictEqual(plain);
            expect(row.last).toStrictEqual(plain[0]);
            // and once more inside, by a subquery with a limit
            const Other = aliased(Owner);
            const other = await session
              .execute(relational(Other, { columns: ["id"], with: { items: { ...nested, limit: 3, offset: 1 } } }))
              .one();
            expect(other.items).toStrictEqual(plain.slice(1, 4));
            await session.rollback();
          },
        ),
        { numRuns: 25 },
      );
    }, 60_000);

    // MariaDB's columns cannot hold them
    test.runIf(db.dialect !== "mysql")("infinite numbers", async () => {
      await using session = new Session(engine);
      await session.execute(insert(Owner), [{ id: 2 }]);
      const doubles = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      await session.execute(
        insert(Item),
        doubles.map((double, id) => ({ id: id + 100, ownerId: 2, double })),
      );
      const owner = relational(Owner, { columns: [], with: { items: { columns: ["double"] } }, where: Owner.id.eq(2) });
      expect((await session.execute(owner).one()).items).toStrictEqual(doubles.map((double) => ({ double })));
      await session.rollback();
    });
  },
  { only: ["sqlite", "better-sqlite3", "libsql", "pglite", "postgresql", "postgresjs", "mariadb", "mariadb-connector"] },
);
