import type { ColumnElement } from "../../sql/elements/column-element.ts";
import type { BindParameter } from "../../sql/elements/bind-parameter.ts";
import { cast, literal, null_, typeCoerce } from "../../sql/elements/constructors.ts";
import { func } from "../../sql/functions/func.ts";
import { insert } from "../../sql/dml/insert.ts";
import { Column } from "../../sql/schema/constructors.ts";
import { MetaData } from "../../sql/schema/metadata.ts";
import { Table } from "../../sql/schema/table.ts";
import type { SelectArgument } from "../../sql/selectable/select-types.ts";
import { select } from "../../sql/selectable/select.ts";
import { t } from "../../sql/types/factories.ts";
import { TypeDecorator } from "../../sql/types/type-decorator.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { UserDefinedType } from "../../sql/types/user-defined-type.ts";
import { documents, lists, typed, type typedColumns } from "./fixtures.ts";
import { group, type GroupApi, type SuiteGroup, type SuiteTools } from "./group.ts";
import { withTables } from "./with-tables.ts";

type TypedKey = keyof typeof typedColumns;

/** What is done with a value beside storing it. */
interface RoundTrip {
  /** the column is compared with the value; not where the database compares in another way */
  readonly compared?: boolean;
  /** the value is written into a SELECT as a literal too; not where it has no such form */
  readonly literal?: boolean;
}

const DAY = "2021-03-04";
const MOMENT = new Date("2021-03-04T05:06:07.089Z");

/** Values of each type: they come back as they went, alone and beside others. */
const values: readonly (readonly [key: TypedKey, values: readonly unknown[], options?: RoundTrip])[] = [
  ["integer", [0, 1, -1, 2147483647, -2147483648]],
  ["smallInteger", [0, 32767, -32768]],
  ["bigInteger", [0n, 9007199254740993n, -9223372036854775807n]],
  ["bigNumber", [0, 9007199254740991]],
  ["float", [0, 1.5, -0.25], { compared: false }],
  ["double", [0, 1.5, 0.1, -1e100, 1.7976931348623157e308], { compared: false }],
  ["numeric", ["0.00", "1.50", "-12345678.25"]],
  ["number", [1.5, -0.25]],
  ["string", ["", "x", "it's", 'a "b"', "ä€😀", "100%", "_", "\\", "line\nfeed\ttab", ":x", "?", "$1"]],
  ["text", ["", "long ".repeat(500), "ä€😀\\'\""], { compared: false }],
  ["unicode", ["ä€😀", "“”"]],
  ["unicodeText", ["ä€😀".repeat(200)], { compared: false }],
  ["boolean", [true, false]],
  ["date", [DAY, "1999-12-31", "9999-12-31"]],
  ["time", ["05:06:07", "00:00:00", "23:59:59"]],
  ["dateTime", [MOMENT, new Date("1999-12-31T23:59:59.999Z"), new Date("1970-01-01T00:00:00Z")]],
  ["zoned", [MOMENT, new Date("2000-02-29T12:00:00Z")], { literal: false }],
  ["interval", ["P1DT2H3M4S", "PT0.5S"], { compared: false, literal: false }],
  ["binary", [new Uint8Array([0, 255, 1, 39, 92]), new Uint8Array()], { compared: false }],
  ["uuid", ["12345678-1234-5678-9abc-def012345678"]],
  ["enum", ["one", "it's two"]],
];

async function roundTrip(key: TypedKey, given: readonly unknown[], options: RoundTrip, { conn, gives, expect }: SuiteTools): Promise<void> {
  const column = typed.c[key] as ColumnElement<unknown>;
  const sorted = select(typed.c.id, column as SelectArgument).orderBy(typed.c.id);
  const written = options.literal === undefined ? {} : { literal: options.literal };
  await conn.execute(
    insert(typed),
    given.map((value, i) => ({ id: i + 1, [key]: value })),
  );
  await conn.execute(insert(typed).values({ id: 100, [key]: null }));
  await gives(sorted, [...given.map((value, i) => [i + 1, value]), [100, null]]);
  for (const [i, value] of given.entries()) {
    // as a value of its own, and compared with what was stored
    if (options.compared !== false) {
      await gives(sorted.where(column.eq(value as never)), [[i + 1, value]], written);
      await gives(sorted.where(column.in([value as never, value as never])), [[i + 1, value]], written);
    }
    await gives(select(literal(value, column.type)).where(typed.c.id.eq(100)), [[value]], written);
  }
  expect(await conn.execute(select(literal(null, column.type))).scalar()).toEqual(null);
}

/** Text in capitals in the database, in small letters here. */
class Shouted extends TypeDecorator<string> {
  override readonly impl: TypeEngine<unknown> = t.string(20) as TypeEngine<unknown>;
  override readonly cacheOk = true;
  override processBindParam(value: string | null): string | null {
    return value === null ? null : value.toUpperCase();
  }
  override processResultValue(value: unknown): string | null {
    return typeof value === "string" ? value.toLowerCase() : null;
  }
}

/** A type that the library does not know, of which values pass through functions of SQL. */
class Trimmed extends UserDefinedType<string> {
  override readonly cacheOk = true;
  override getColSpec(): string {
    return "VARCHAR(20)";
  }
  override bindExpression(bind: BindParameter<string>): ColumnElement<unknown> {
    return func["lower"](bind);
  }
  override columnExpression(column: ColumnElement<unknown>): ColumnElement<unknown> {
    return func.upper(column as ColumnElement<string>);
  }
}

export const typeGroup: SuiteGroup = group("types", (api: GroupApi) => {
  const { test } = api;
  for (const [key, given, options = {}] of values) {
    test(`TYP-01 ${key}`, (tools) => roundTrip(key, given, options, tools));
  }

  test("TYP-06 json", "json", async ({ conn, gives, expect }) => {
    const { json, id } = documents.c;
    const given = [{ a: 1, b: [true, null, "x"], "ä 'quoted' \"key\"": 1.5 }, [1, [2, [3]]], "text", 5, true, {}, []];
    await conn.execute(
      insert(documents),
      given.map((document, i) => ({ id: i + 1, json: document })),
    );
    await gives(
      select(json).orderBy(id),
      given.map((document) => [document]),
    );
    // NULL, and the JSON value null
    await conn.execute(insert(documents), [
      { id: 50, json: null },
      { id: 51, json: t.json.NULL },
    ]);
    await gives(select(id).where(json.is(null)), [[50]]);
    expect(await conn.execute(select(json).where(id.eq(51))).scalar()).toEqual(null);
    await gives(select(literal({ a: 1 }, t.json())), [[{ a: 1 }]]);
  });

  test("TYP-08 arrays", "arrays", async ({ conn, gives }) => {
    const { id, words, numbers, grid } = lists.c;
    await conn.execute(insert(lists), [
      {
        id: 1,
        words: ["a", "it's", null],
        numbers: [1, 2, 3],
        grid: [
          [1, 2],
          [3, 4],
        ],
      },
      { id: 2, words: [], numbers: [5], grid: null },
    ]);
    await gives(select(words, numbers, grid).orderBy(id), [
      [
        ["a", "it's", null],
        [1, 2, 3],
        [
          [1, 2],
          [3, 4],
        ],
      ],
      [[], [5], null],
    ]);
    await gives(select(numbers.at(2), words.at(1), numbers.slice(2, 3), grid.at(2).at(1)).where(id.eq(1)), [[2, "a", [2, 3], 3]]);
    await gives(select(id).where(numbers.any(2)), [[1]]);
    await gives(select(id).where(numbers.all(5)), [[2]]);
    await gives(select(id).where(literal(3).eq(numbers.anyOf())), [[1]]);
    await gives(select(id).where(literal(4).lt(numbers.allOf())), [[2]]);
    await gives(select(numbers.concat([9])).where(id.eq(2)), [[[5, 9]]]);
    await gives(select(literal([1, 2], t.array(t.integer()))), [[[1, 2]]]);
    await gives(select(id).where(numbers.eq([5])), [[2]]);
  });

  test("TYP-03 variants", async ({ dialect, gives, expect }) => {
    const here = t.string(20).withVariant(t.integer() as never, dialect.name);
    const elsewhere = t.integer().withVariant(t.string(20) as never, "no such dialect");
    await gives(select(literal(5, elsewhere)), [[5]]);
    const sql = (type: TypeEngine<unknown>): string => cast(null_(), type).compile({ dialect }).sql;
    expect(sql(here as TypeEngine<unknown>) === sql(t.integer() as TypeEngine<unknown>)).toEqual(true);
  });

  test("TYP-09 a type that changes values on their way", async ({ conn, gives }) => {
    const metadata = new MetaData();
    const shouted = new Table("shouted", metadata, {
      id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
      word: new Column(new Shouted()),
    });
    await withTables(conn, metadata, async () => {
      await conn.execute(insert(shouted), [
        { id: 1, word: "abc" },
        { id: 2, word: null },
      ]);
      await gives(select(shouted.c.word).orderBy(shouted.c.id), [["abc"], [null]]);
      await gives(select(typeCoerce(shouted.c.word, t.string())).where(shouted.c.word.eq("abc")), [["ABC"]]);
      await gives(select(shouted.c.id).where(shouted.c.word.in(["abc", "x"])), [[1]]);
      await gives(select(func.max(shouted.c.word), literal("x", new Shouted())), [["abc", "x"]]);
    });
  });

  test("TYP-10 a type whose values pass through functions of the database", async ({ conn, gives, expect }) => {
    const metadata = new MetaData();
    const trimmed = new Table("trimmed", metadata, {
      id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
      word: new Column(new Trimmed()),
    });
    await withTables(conn, metadata, async () => {
      await conn.execute(insert(trimmed).values({ id: 1, word: "AbC" }));
      expect(await conn.execDriverSql("SELECT word FROM trimmed").scalar()).toEqual("abc");
      await gives(select(trimmed.c.word), [["ABC"]], { literal: false });
      await gives(select(trimmed.c.id).where(trimmed.c.word.eq("ABC")), [[1]], { literal: false });
      await gives(select(trimmed.c.id).where(trimmed.c.word.in(["ABC", "D"])), [[1]], { literal: false });
    });
  });

  test("TYP-02 exact types in DDL", async ({ conn, gives }) => {
    const metadata = new MetaData();
    const exact = new Table("exact_types", metadata, {
      id: new Column(t.INTEGER(), { primaryKey: true, autoincrement: false }),
      varchar: new Column(t.VARCHAR(20)),
      char: new Column(t.CHAR(3)),
      text: new Column(t.TEXT()),
      small: new Column(t.SMALLINT()),
      int: new Column(t.INT()),
      big: new Column(t.BIGINT()),
      numeric: new Column(t.NUMERIC(6, 2)),
      decimal: new Column(t.DECIMAL(6, 2)),
      float: new Column(t.FLOAT()),
      real: new Column(t.REAL()),
      boolean: new Column(t.BOOLEAN()),
      date: new Column(t.DATE()),
      time: new Column(t.TIME()),
      timestamp: new Column(t.TIMESTAMP(), { nullable: true }),
    });
    const row = {
      id: 1,
      varchar: "x",
      char: "abc",
      text: "y",
      small: 1,
      int: 2,
      big: 3n,
      numeric: "1.25",
      decimal: "2.50",
      float: 0.5,
      real: 0.25,
      boolean: true,
      date: DAY,
      time: "05:06:07",
      timestamp: new Date("2021-03-04T05:06:07Z"),
    };
    await withTables(conn, metadata, async () => {
      await conn.execute(insert(exact).values(row));
      await gives(select(exact), [Object.values(row)]);
    });
  });
});
