import { describe, expect, test } from "vitest";
import {
  and,
  ArgumentError,
  bindparam,
  case_,
  cast,
  column,
  CompileError,
  extract,
  func,
  literal,
  not,
  or,
  over,
  select,
  sql,
  t,
  table,
  text,
  tuple,
} from "athanor";

const users = table("users", column("id", t.integer()), column("name", t.string()), column("data", t.json()));
const id = column("id", t.integer());
const name = column("name", t.string());
const undef = undefined as never;

describe("undefined is not a value", () => {
  const places: readonly (readonly [string, () => unknown, RegExp])[] = [
    ["a comparison", () => id.eq(undef), /operator "=" of "id".*undefined/],
    ["an argument of a function", () => func.lower(undef), /func\.lower\(\): argument 1/],
    ["an IN list", () => id.in([1, undef]), /IN/],
    ["IN itself", () => id.in(undef), /IN/],
    ["BETWEEN", () => id.between(1, undef), /undefined/],
    ["LIKE", () => name.like(undef), /LIKE.*undefined/],
    ["and()", () => and(undef), /and\(\).*undefined/],
    ["or()", () => or(id.eq(1), undef), /or\(\).*undefined/],
    ["not()", () => not(undef), /not\(\).*undefined/],
    [".and()", () => id.eq(1).and(undef), /\.and\(\).*undefined/],
    ["where()", () => select(id).where(undef), /where\(\).*undefined/],
    ["literal()", () => literal(undef), /literal\(\).*undefined/],
    ["cast()", () => cast(undef, t.integer()), /cast\(\).*undefined/],
    ["a result of CASE", () => case_([id.eq(1), undef]), /case_\(\).*undefined/],
    ["a condition of CASE", () => case_([undef, 1]), /case_\(\).*undefined/],
    ["the options of CASE", () => case_([id.eq(1), 1], { else: undef }), /else: undefined/],
    ["tuple()", () => tuple(id, undef), /tuple\(\).*undefined/],
    ["extract()", () => extract("year", undef), /extract\(\).*undefined/],
    ["sql``", () => sql`a = ${undef}`, /value number 1.*undefined/],
    ["bindparams()", () => text(":a").bindparams({ a: undef }), /undefined.*a/],
    ["arithmetic", () => id.add(undef), /operator "\+".*undefined/],
  ];
  for (const [place, make, message] of places) {
    test(`in ${place}`, () => {
      expect(make).toThrow(ArgumentError);
      expect(make).toThrow(message);
    });
  }
});

describe("what is no SQL", () => {
  const wrong: readonly (readonly [string, () => unknown, RegExp])[] = [
    ["a string in where()", () => select(id).where("id = 1" as never), /string is no SQL/i],
    ["a JavaScript comparison in where()", () => select(id).where((1 as number) === 2 ? id.eq(1) : (false as never)), /where\(\)/],
    ["a string in and()", () => and("id = 1" as never), /text\("id = 1"\)/],
    ["a number in and()", () => and(5 as never), /and\(\).*number 5/],
    ["a plain object beside a column", () => id.eq({ a: 1 } as never), /plain object/],
    ["a plain object in a function", () => func.lower(literal({} as never)), /plain object/],
    ["options that a function does not have", () => func.other!("x", { typ: t.string() }), /no option "typ"/],
    ["a plain object in sql``", () => sql`${{}}`, /plain object/],
    ["a string for IN", () => name.in("abc" as never), /array/],
    ["a number for IN", () => id.in(5 as never), /IN/],
    ["a string as a column of select()", () => select("id" as never), /column\("id"\)/],
    ["order with NULL", () => id.lt(null), /null, true or false/],
    ["two frames", () => over(func.count(), { rows: [0, 1], range: [0, 1] }), /only one/],
    ["a frame of fractions", () => over(func.count(), { rows: [0.5, 1] }), /whole numbers/],
    ["EXCLUDE without a frame", () => over(func.count(), { exclude: "TIES" }), /exclude/],
    ["an unknown name in bindparams()", () => text("a = :a").bindparams({ b: 1 }), /:a/],
    ["too many arguments of count()", () => (func.count as (...columns: unknown[]) => unknown)(id, name), /one expression/],
    ["autoescape of an expression", () => name.contains(name, { autoescape: true }), /autoescape/],
    ["a value for bindparam() that is an expression", () => bindparam("x", id), /takes a value/],
    ["an operator that the type does not have", () => id.at(1), /not supported/],
    ["a method that the type does not have", () => id.hasKey("a"), /has no "hasKey"/],
    ["a JSON type of a whole column", () => users.c["data"]!.asString(), /at\(/],
  ];
  for (const [what, make, message] of wrong) {
    test(what, () => {
      expect(make).toThrow(ArgumentError);
      expect(make).toThrow(message);
    });
  }

  test("a name in ORDER BY that is no label", () => {
    const statement = select(id.label("a")).orderBy("b; drop table users");
    expect(() => statement.compile()).toThrow(CompileError);
    expect(select(id.label("a")).orderBy("a").compile().sql).toBe("SELECT id AS a ORDER BY a");
  });

  test("the character NUL in text that becomes SQL", () => {
    for (const make of [
      () => text("a\0b"),
      () => column("a\u00000\u0000"),
      () => sql`a${1}\0`,
      () => id.op("\0")(1),
      () => func.other!(id).label("x\0"),
    ]) {
      expect(() => select(make() as never).compile()).toThrow();
    }
  });

  test("fields of EXTRACT and EXCLUDE that are no words", () => {
    expect(() => extract("year FROM now()) --", id).compile()).toThrow(CompileError);
    expect(() => over(func.count(), { rows: [0, 1], exclude: "TIES) --" }).compile()).toThrow(CompileError);
  });

  test("names of functions that are no names are quoted", () => {
    expect(func["pg_sleep(10); --"]!(1).compile({ dialect: "postgresql" }).sql).toContain('"pg_sleep(10); --"(');
    expect(func["a b"]!["c"]!(id).compile().sql).toBe('"a b".c(id)');
  });
});

describe("text()", () => {
  const rendered = (source: string): string => text(source).compile({ dialect: "postgresql" }).sql;

  test("takes :name for a parameter only where it is one", () => {
    expect(rendered("a = :a")).toBe("a = $1");
    expect(rendered("a::int = :a")).toBe("a::int = $1");
    expect(rendered("a = ':a' and b = \":b\"")).toBe("a = ':a' and b = \":b\"");
    expect(rendered("a = 'it''s :a' and b = :b")).toBe("a = 'it''s :a' and b = $1");
    expect(rendered("a -- :a\n = :b")).toBe("a -- :a\n = $1");
    expect(rendered("a /* :a */ = :b")).toBe("a /* :a */ = $1");
    expect(rendered("select $$:a$$, $x$ :b $x$, :c")).toBe("select $$:a$$, $x$ :b $x$, $1");
    expect(rendered("a = \\:a and b[1:2] = :b")).toBe("a = :a and b[1:2] = $1");
  });

  test("uses one name as often as it stands there", () => {
    expect(text("a = :a or b = :a").bindparams({ a: 5 }).compile({ dialect: "sqlite" })).toMatchObject({
      sql: "a = ? or b = ?",
      params: [5, 5],
    });
  });
});

describe("sql``", () => {
  test("binds values, renders expressions and brackets an OR", () => {
    const fragment = sql`${name} = ${"x'; --"} or ${id} > ${5}`;
    expect(fragment.compile({ dialect: "sqlite" })).toMatchObject({ sql: "name = ? or id > ?", params: ["x'; --", 5] });
    expect(and(fragment, id.eq(1)).compile({ dialect: "sqlite" }).sql).toBe("(name = ? or id > ?) AND id = ?");
    expect(and(sql`a and b`, id.eq(1)).compile({ dialect: "sqlite" }).sql).toBe("a and b AND id = ?");
    expect(select(id).where(fragment).compile({ dialect: "sqlite" }).sql).toBe("SELECT id WHERE name = ? or id > ?");
  });
});
