// Tables for statements whose text is compared, and how it is compared.
import { Column, foreignKey, func, MetaData, t, Table, visitors } from "athanor";
import { expect, test } from "vitest";

/** What a statement must be rendered as; dialects that are not named are as the default. */
export interface Expected {
  readonly default: string;
  readonly sqlite?: string;
  readonly postgresql?: string;
}

export const m = new MetaData();
export const I = t.integer();
export const S = t.string();
export const u = new Table("users", m, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(50), { nullable: false }),
  age: new Column(t.integer()),
  data: new Column(t.json()),
});
export const a = new Table("addresses", m, {
  id: new Column(t.integer(), { primaryKey: true }),
  user_id: new Column(foreignKey("users.id")),
  city: new Column(t.string(50)),
});
export const o = new Table("orders", m, {
  id: new Column(t.integer(), { primaryKey: true }),
  user_id: new Column(foreignKey("users.id")),
  ship_id: new Column(foreignKey("addresses.id")),
  total: new Column(t.numeric(10, 2)),
});
export const nodes = new Table("nodes", m, {
  id: new Column(t.integer(), { primaryKey: true }),
  parent_id: new Column(foreignKey("nodes.id")),
  name: new Column(t.string()),
});
export const oth = new Table(
  "users",
  m,
  { id: new Column(t.integer(), { primaryKey: true }), x: new Column(t.integer()) },
  { schema: "other" },
);
export const ev = new Table("events", m, {
  id: new Column(t.bigInteger(), { primaryKey: true }),
  userId: new Column("user_id", t.integer(), foreignKey("users.id")),
  eventKind: new Column("kind", t.string(20)),
});
export const dflt = new Table("dflt", m, {
  id: new Column(t.integer(), { primaryKey: true }),
  a: new Column(t.integer(), { default: 5 }),
  b: new Column(t.string(), { default: () => "x" }),
  c: new Column(t.dateTime(), { default: func.now(), onupdate: func.now() }),
  d: new Column(t.string(), { serverDefault: "q" }),
  e: new Column(t.integer(), { onupdate: 7 }),
});
export const nopk = new Table("nopk", m, { a: new Column(t.integer()), b: new Column(t.integer()) });
export const strpk = new Table("strpk", m, { code: new Column(t.string(5), { primaryKey: true }), v: new Column(t.integer()) });
export const comp = new Table("comp", m, {
  a: new Column(t.integer(), { primaryKey: true }),
  b: new Column(t.integer(), { primaryKey: true }),
  v: new Column(t.integer()),
});

const CAST = /::(TIMESTAMP WITHOUT TIME ZONE|TIMESTAMP WITH TIME ZONE|DOUBLE PRECISION|[A-Z_]+(\(\d+\))?)(\[\])*/g;

/** The text without white space of its own, casts of parameters, and the numbers of placeholders. */
function plain(sql: string): string {
  return sql.replace(CAST, "").replace(/\$\d+/g, "?").replace(/\s+/g, " ").trim();
}

interface Renderable {
  compile(args: object): { readonly sql: string; readonly params: readonly unknown[] };
}

/** Checks that statements are rendered as they must be, for each dialect that can express them. */
export function renderAs(cases: readonly (readonly [build: () => unknown, expected: Expected])[]): void {
  test.each(cases.map(([build, expected]) => [expected.default, build, expected] as const))("%s", (_sql, build, expected) => {
    for (const dialect of ["default", "sqlite", "postgresql"] as const) {
      const statement = build() as Renderable;
      const { sql, params } = statement.compile({ dialect });
      expect(plain(sql)).toBe(plain(expected[dialect] ?? expected.default));
      // copies are the same, and leave the original as it is
      for (const copy of [visitors.clonedTraverse(statement, () => {}), visitors.replacementTraverse(statement, () => null)]) {
        const copied = copy.compile({ dialect });
        expect([copied.sql, copied.params]).toEqual([sql, params]);
      }
      expect(statement.compile({ dialect }).sql).toBe(sql);
    }
  });
}
