// SEC-04, SEC-06, SEC-11: texts from outside where a type, a column or an order is named, and values that hold what placeholders look like.
import {
  AthanorError,
  bindparam,
  cast,
  Column,
  collate,
  createEngine,
  desc,
  func,
  insert,
  literal,
  MetaData,
  nullsFirst,
  select,
  t,
  Table,
  text,
  tryCast,
  typeCoerce,
  update,
} from "athanor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TARGETS, type Target } from "./dialects.ts";
import { ALPHABET, hostileText, PAYLOADS } from "./payloads.ts";

const RUNS = Number(process.env["SECURITY_RUNS"] ?? 20);
const metadata = new MetaData();
const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  name: new Column(t.string(200)),
  data: new Column(t.json()),
});
const named = TARGETS.map((target) => [target.name, target] as const);

describe("SEC-04: the name of a type is no text", () => {
  const NAMES = [...PAYLOADS, "int", "INTEGER", "int) OR 1=1 --", "text::int", "varchar(5)"];
  const PLACES: Readonly<Record<string, (given: never) => unknown>> = {
    "cast()": (x) => cast(users.c.name, x),
    "column.cast()": (x) => users.c.name.cast(x),
    "tryCast()": (x) => tryCast(users.c.name, x),
    "typeCoerce()": (x) => typeCoerce(users.c.name, x),
    "literal()": (x) => literal("a", x),
    "bindparam()": (x) => bindparam("a", { type: x }),
    "Column()": (x) => new Table("made", new MetaData(), { a: new Column("a", x) }),
    "a function's type": (x) => func.coalesce(users.c.name, "a").cast(x),
    "an array's items": (x) => cast(users.c.name, t.array(x)),
  };

  test.for(Object.entries(PLACES))("%s", ([, place]) => {
    for (const given of NAMES) {
      expect(() => {
        const made = place(given as never) as { compile?: (args: object) => { readonly sql: string } };
        return made.compile?.({ dialect: "postgresql" }).sql;
      }, given).toThrow(AthanorError);
    }
  });

  test.for(named)("a collation is a name [%s]", ([, { dialect, lexers }]) => {
    for (const given of PAYLOADS) {
      const { sql } = select(collate(users.c.name, given)).compile({ dialect });
      for (const lex of lexers) expect(lex(sql).filter(({ kind }) => kind === "broken" || kind === "comment")).toEqual([]);
    }
  });
});

describe("SEC-06: orders and groups that are named by texts", () => {
  const GIVEN = [
    ...PAYLOADS,
    "id; DROP TABLE users",
    "id desc",
    "id DESC NULLS LAST",
    "(select 1)",
    "1",
    "-1",
    "random()",
    "users.id",
    "data->'a'",
    "id, name",
    "case when 1=1 then id else name end",
  ];
  const WAYS: Readonly<Record<string, (given: string) => ReturnType<typeof select>>> = {
    "orderBy()": (x) => select(users.c.id, users.c.name.label("n")).orderBy(x) as never,
    "orderBy(desc())": (x) => select(users.c.id, users.c.name.label("n")).orderBy(desc(x)) as never,
    "orderBy(nullsFirst())": (x) => select(users.c.id).orderBy(nullsFirst(x)) as never,
    "groupBy()": (x) => select(users.c.id).groupBy(x) as never,
    "orderBy() of a UNION": (x) => select(users.c.id).union(select(users.c.id)).orderBy(x) as never,
    "over({ orderBy })": (x) => select(func.rank().over({ orderBy: x })) as never,
    "distinct()": (x) => select(users.c.id).distinct((x === "*" ? "**" : x) as never) as never,
  };

  test.for(Object.entries(WAYS))("%s takes names that the statement has", ([, way]) => {
    for (const given of GIVEN) expect(() => way(given).compile({ dialect: "postgresql" }).sql, given).toThrow(AthanorError);
  });

  test("the names of columns and labels are names, and the direction is no text", () => {
    const sqlOf = (statement: { compile(args: object): { readonly sql: string } }): string =>
      statement.compile({ dialect: "postgresql" }).sql.replaceAll(/\s+/g, " ");
    expect(sqlOf(WAYS["orderBy()"]!("id"))).toMatch(/ORDER BY users\.id$/);
    expect(sqlOf(WAYS["orderBy()"]!("n"))).toMatch(/ORDER BY n$/);
    expect(sqlOf(WAYS["orderBy(desc())"]!("n"))).toMatch(/ORDER BY n DESC$/);
    for (const given of ["asc", "desc", "DESC; DROP TABLE users", true]) {
      expect(
        () =>
          (select(users.c.id).orderBy.bind(select(users.c.id)) as unknown as (...all: unknown[]) => ReturnType<typeof text>)(
            users.c.id,
            given,
          ).compile({ dialect: "postgresql" }).sql,
      ).toThrow(AthanorError);
    }
  });
});

describe("SEC-11: values do not change the SQL", () => {
  const placeholders = fc
    .array(fc.constantFrom(...ALPHABET, ":x", ":id", "::text", "\\:x", "$1", "$2", "?", "@x", "{0}", "%s", "%(x)s"), {
      maxLength: 12,
    })
    .map((parts) => parts.join(""));
  const value = fc.oneof(hostileText, placeholders);
  const WAYS: Readonly<
    Record<string, (x: string, y: string) => { compile(args: object): { readonly sql: string; readonly params: readonly unknown[] } }>
  > = {
    "a SELECT": (x, y) => select(users).where(users.c.name.eq(x), users.c.name.ne(y)),
    IN: (x, y) => select(users).where(users.c.name.in([x, y])),
    LIKE: (x, y) => select(users).where(users.c.name.contains(x), users.c.name.like(y)),
    "an INSERT": (x, y) => insert(users).values({ id: 1, name: x, data: { [y]: y } }),
    "an INSERT of rows": (x, y) =>
      insert(users).values([
        { id: 1, name: x },
        { id: 2, name: y },
      ]),
    "an UPDATE": (x, y) => update(users).where(users.c.name.eq(x)).values({ name: y }),
    "a text": (x, y) => text("SELECT :x, :y, ':x', $$:y$$ -- :x").bindparams({ x, y }),
    "a function": (x, y) => select(func.lower(x), func.concat(y, x)),
  };
  test.for(Object.entries(WAYS).flatMap(([way, make]) => named.map(([name, target]) => [way, name, make, target] as const)))(
    "%s [%s]",
    ([, , make, { dialect }]) => {
      const compiled = (x: string, y: string): { readonly sql: string; readonly params: readonly unknown[] } =>
        make(x, y).compile({ dialect: dialect as NonNullable<Target["dialect"]> });
      const plain = compiled("a", "b");
      fc.assert(
        fc.property(value, value, (x, y) => {
          const { sql, params } = compiled(x, y);
          expect(sql).toBe(plain.sql);
          expect(Object.values(params)).toHaveLength(Object.values(plain.params).length);
        }),
        { numRuns: RUNS },
      );
    },
  );

  test("values that are bound are the values that were given", async () => {
    const engine = createEngine("sqlite://");
    await engine.begin(async (conn) => {
      await fc.assert(
        fc.asyncProperty(value, value, async (x, y) => {
          const given = await conn.execute(text("SELECT :x, :y, ':x', :x || :y"), { x, y });
          expect([...(given.one() as unknown as unknown[])]).toEqual([x, y, ":x", x + y]);
        }),
        { numRuns: RUNS },
      );
    });
    await engine.dispose();
  });
});
