// Tables of random types with random values, by every way in and out.
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  Column,
  declarativeBase,
  type Engine,
  insert,
  mappedColumn,
  MetaData,
  select,
  Session,
  t,
  Table,
  update,
  bindparam,
} from "../../../src/index.ts";
import * as mysql from "../../../src/dialects/mysql/index.ts";
import * as pg from "../../../src/dialects/postgresql/index.ts";
import { normalDecimal } from "../../../src/sql/types/decimal-text.ts";
import type { TypeEngine } from "../../../src/sql/types/type-engine.ts";
import { describeEachDatabase, type TestDatabase } from "../../support/databases.ts";
import { engineFor } from "./support/engine.ts";

/** A type, and values of it that come back as they are by the type's own comparison. */
interface Kind {
  readonly name: string;
  readonly type: TypeEngine<unknown>;
  readonly values: fc.Arbitrary<unknown>;
  /** what a value comes back as, where the comparison of the type is not for it (JSON knows no -0) */
  readonly read?: (value: unknown) => unknown;
  readonly notComparable?: boolean;
}

type Dialect = TestDatabase["dialect"];

const kind = <V>(name: string, type: TypeEngine<V>, values: fc.Arbitrary<V>, more: Partial<Kind> = {}): Kind => ({
  name,
  type: type as TypeEngine<unknown>,
  values,
  ...more,
});

const digits = (n: number): fc.Arbitrary<string> =>
  fc.bigInt({ min: 0n, max: 10n ** BigInt(n) - 1n }).map((whole) => String(whole).padStart(n, "0"));

/** Decimal numbers of a precision and scale; SQLite has 15 digits. */
function decimals(dialect: Dialect): fc.Arbitrary<Kind> {
  const most = dialect === "sqlite" ? 15 : 38;
  return fc
    .integer({ min: 1, max: most })
    .chain((precision) => fc.tuple(fc.constant(precision), fc.integer({ min: 0, max: Math.min(precision, 30) })))
    .map(([precision, scale]) =>
      kind(
        `numeric(${precision}, ${scale})`,
        t.numeric(precision, scale),
        fc.tuple(fc.boolean(), digits(precision)).map(([negative, all]) => {
          const text = scale === 0 ? all : `${all.slice(0, precision - scale) || "0"}.${all.slice(precision - scale)}`;
          return (negative ? "-" : "") + text;
        }),
        { read: (value) => normalDecimal(String(value)) },
      ),
    );
}

const pad = (n: number, width: number): string => String(n).padStart(width, "0");
const instants = fc.date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true });
const microseconds = fc.integer({ min: 0, max: 999_999 }).map((us) => (us === 0 ? "" : `.${pad(us, 6).replace(/0+$/, "")}`));
const days = instants.map((date) => date.toISOString().slice(0, 10));
const clocks = fc.tuple(instants, microseconds).map(([date, fraction]) => date.toISOString().slice(11, 19) + fraction);

/** Text without what a database has not: NUL on PostgreSQL. Half of a surrogate pair is refused everywhere. */
function texts(dialect: Dialect, maxLength: number): fc.Arbitrary<string> {
  const plain = fc.string({ unit: "binary", maxLength });
  return dialect === "postgresql" ? plain.map((text) => text.replaceAll("\0", "")) : plain;
}

function jsons(dialect: Dialect): fc.Arbitrary<unknown> {
  const values = fc.jsonValue({ maxDepth: 3, stringUnit: "grapheme" }).filter((value) => value !== null);
  return dialect === "postgresql" ? values.filter((value) => !JSON.stringify(value).includes("\\u0000")) : values;
}

/** JSON as it is read: without -0, and a double as the database writes it. */
const jsonForm = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function kinds(dialect: Dialect): fc.Arbitrary<Kind> {
  const finite = fc.double({ noNaN: dialect !== "postgresql", noDefaultInfinity: dialect === "mysql" });
  const scalars: fc.Arbitrary<Kind>[] = [
    fc.constant(kind("integer", t.integer(), fc.integer())),
    fc.constant(kind("smallInteger", t.smallInteger(), fc.integer({ min: -32768, max: 32767 }))),
    fc.constant(kind("bigInteger", t.bigInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))),
    decimals(dialect),
    fc.constantFrom(t.float(), t.double()).map((type) => kind("double", type, finite, { read: (value) => (value === 0 ? 0 : value) })),
    fc.integer({ min: 1, max: 40 }).map((length) =>
      kind(
        `string(${length})`,
        t.string(length),
        texts(dialect, length).filter((text) => Array.from(text).length <= length),
      ),
    ),
    fc.constant(kind("text", t.text(), texts(dialect, 200))),
    fc.constant(kind("boolean", t.boolean(), fc.boolean())),
    fc.constant(kind("date", t.date(), days)),
    fc.constant(kind("time", t.time(), clocks)),
    fc.constantFrom(t.dateTime(), t.dateTime({ timezone: true })).map((type) => kind("dateTime", type, instants)),
    fc.constant(
      kind(
        "dateTime as text",
        t.dateTime({ mode: "string" }),
        fc.tuple(days, clocks).map(([day, clock]) => `${day} ${clock}`),
      ),
    ),
    fc.constant(
      kind(
        "interval",
        t.interval(),
        fc
          .tuple(fc.integer({ min: -20_000, max: 20_000 }), fc.integer({ min: 0, max: 86_399 }))
          .map(([day, seconds]) => `P${day}DT${day < 0 ? -seconds : seconds}S`),
        { read: (value) => value },
      ),
    ),
    fc.constant(kind("largeBinary", t.largeBinary(), fc.uint8Array({ maxLength: 300 }))),
    // MariaDB's type takes no UUID of version 8
    fc.constant(kind("uuid", t.uuid(), fc.uuid({ version: [1, 2, 3, 4, 5, 6, 7] }))),
    fc.constant(kind("uuid as text", t.uuid({ nativeUuid: false }), fc.uuid())),
    fc
      .uniqueArray(
        texts("postgresql", 12).filter((text) => !text.endsWith(" ") && text.length > 0),
        { minLength: 1, maxLength: 5, selector: (text) => text.normalize("NFKD").toLowerCase() },
      )
      .map((values) => kind("enum", t.enum(values, { nativeEnum: false }), fc.constantFrom(...values))),
    fc.constant(
      kind("json", t.json().withVariant(pg.t.JSONB(), "postgresql").withVariant(mysql.t.JSON(), "mysql") as never, jsons(dialect), {
        read: jsonForm,
        notComparable: true,
      }),
    ),
  ];
  const scalar = fc.oneof(...scalars);
  if (dialect !== "postgresql") return scalar;
  const items = scalar.filter(({ name }) => name !== "json");
  const arrays = items.map((item) =>
    kind(`${item.name}[]`, pg.t.ARRAY(item.type) as never, fc.array(fc.option(item.values, { freq: 6 }), { maxLength: 6 }) as never, {
      read: (value) => (value as unknown[]).map((one) => (one === null || item.read === undefined ? one : item.read(one))),
      // the zeros and the not-a-numbers of lists are compared one by one
      notComparable: item.name === "double",
    }),
  );
  return fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 1, arbitrary: arrays });
}

const schemas = (dialect: Dialect): fc.Arbitrary<{ kinds: Kind[]; rows: unknown[][] }> =>
  fc.array(kinds(dialect), { minLength: 1, maxLength: 7 }).chain((chosen) =>
    fc.record({
      kinds: fc.constant(chosen),
      rows: fc.array(fc.tuple(...chosen.map(({ values }) => fc.option(values, { freq: 8 }))) as fc.Arbitrary<unknown[]>, {
        minLength: 1,
        maxLength: 8,
      }),
    }),
  );

describeEachDatabase(
  "random types",
  (db) => {
    let engine: Engine;
    let tables = 0;
    beforeAll(async () => {
      engine = await engineFor(db);
    });
    afterAll(() => engine.dispose());

    async function check({ kinds: chosen, rows }: { kinds: Kind[]; rows: unknown[][] }): Promise<void> {
      const name = `random_${(tables += 1)}`;
      const metadata = new MetaData();
      const columns = Object.fromEntries(chosen.map(({ type }, i) => [`c${i}`, new Column(type)]));
      const table: Table = new Table(name, metadata, {
        id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
        ...columns,
      }) as unknown as Table;
      const names = chosen.map((_, i) => `c${i}`);
      const rowOf = (row: readonly unknown[], id: number): never =>
        ({ id, ...Object.fromEntries(names.map((key, i) => [key, row[i]])) }) as never;
      const same = (found: readonly unknown[], row: readonly unknown[], way: string): void => {
        for (const [i, { type, read, name: what }] of chosen.entries()) {
          const [given, got] = [row[i], found[i]];
          const equal =
            type.compareValues(given, got) || (given !== null && got !== null && read !== undefined && isSame(read(given), read(got)));
          expect(
            equal,
            `${way}, ${what}: ${String(JSON.stringify(given, bigintText))} came back as ${String(JSON.stringify(got, bigintText))}`,
          ).toBe(true);
        }
      };
      await metadata.createAll(engine);
      try {
        await using conn = await engine.connect();
        const all = async (): Promise<unknown[][]> =>
          (await conn.execute(select(...(names.map((key) => table.c[key]!) as [never])).orderBy(table.c["id"]!)).all()).map((row) => [
            ...(row as unknown as unknown[]),
          ]);

        for (const [id, row] of rows.entries()) await conn.execute(insert(table).values(rowOf(row, id)));
        (await all()).forEach((found, i) => same(found, rows[i]!, "row by row"));

        for (const [i, { notComparable }] of chosen.entries()) {
          if (notComparable === true) continue;
          for (const [id, row] of rows.entries()) {
            if (row[i] === null || Object.is(row[i], -0)) continue;
            const ids = await conn.scalars(select(table.c["id"]!).where(table.c[`c${i}`]!.eq(row[i] as never))).all();
            expect(ids, `${chosen[i]!.name} = ${String(row[i])}`).toContain(id);
          }
        }

        const Base = declarativeBase();
        class Thing extends Base<typeof Thing> {
          static table = this.mapTo(name);
          static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
          static values = mappedColumn("c0", chosen[0]!.type, { nullable: true });
        }
        const things = await new Session({ bind: conn }).scalars(select(Thing).orderBy(Thing.id)).all();
        for (const [i, thing] of things.entries()) {
          const { type, read } = chosen[0]!;
          const given = rows[i]![0];
          const got = (thing as unknown as { values: unknown }).values;
          expect(
            type.compareValues(given, got) || (given !== null && read !== undefined && isSame(read(given), read(got))),
            `ORM, ${chosen[0]!.name}`,
          ).toBe(true);
        }
        await conn.rollback();

        const many = Array.from({ length: Math.ceil(205 / rows.length) }).flatMap(() => rows);
        await conn.execute(
          insert(table),
          many.map((row, id) => rowOf(row, id)),
        );
        (await all()).forEach((found, i) => same(found, many[i]!, "many rows"));
        await conn.execute(
          update(table)
            .where(table.c["id"]!.eq(bindparam("key") as never))
            .values(Object.fromEntries(names.map((key) => [key, bindparam(`new_${key}`)])) as never),
          many.map((_, id) => ({ key: id, ...Object.fromEntries(names.map((key, i) => [`new_${key}`, many.at(-1 - id)![i]])) })),
        );
        (await all()).forEach((found, i) => same(found, many.at(-1 - i)!, "UPDATE of many rows"));
        await conn.rollback();

        if (!engine.dialect.insertReturning) return;
        const returned = await conn
          .execute(
            insert(table).returning(...(names.map((key) => table.c[key]!) as [never])),
            many.map((row, id) => rowOf(row, id)),
          )
          .all();
        returned.forEach((found, i) => same([...(found as unknown as unknown[])], many[i]!, "RETURNING"));
      } finally {
        await metadata.dropAll(engine);
      }
    }

    test("TYP-26 what goes in comes out", async () => {
      await fc.assert(fc.asyncProperty(schemas(db.dialect), check), { numRuns: 12, endOnFailure: false, interruptAfterTimeLimit: 40_000 });
    }, 90_000);
  },
  { only: ["sqlite", "better-sqlite3", "pglite", "postgresql", "mariadb"] },
);

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

function isSame(a: unknown, b: unknown): boolean {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
}
