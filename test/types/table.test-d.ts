// The columns of Core tables, and what their types say of values.
import {
  Column,
  checkConstraint,
  foreignKey,
  index,
  insert,
  MetaData,
  select,
  t,
  Table,
  TypeDecorator,
  type TypeEngine,
  uniqueConstraint,
  UserDefinedType,
  type ValueOf,
} from "athanor";
import * as pg from "athanor/postgresql";
import { expectTypeOf, test } from "vitest";

const metadata = new MetaData({ namingConvention: { pk: "pk_%(table_name)s" } });

const users = new Table(
  "users",
  metadata,
  {
    id: new Column(t.integer(), { primaryKey: true }),
    name: new Column(t.string(50), { nullable: false }),
    nickname: new Column(t.string(50)),
    teamId: new Column("team_id", foreignKey("teams.id")),
    code: new Column(foreignKey<string>("countries.code"), { nullable: false }),
    kind: new Column(t.enum(["a", "b"]), { nullable: false }),
    extra: new Column(t.json<{ x: number }>(), checkConstraint("1 = 1"), { nullable: false }),
    boss: new Column("boss_id", t.integer(), foreignKey("users.id"), { index: true, nullable: true }),
  },
  [uniqueConstraint("name", { name: "uq" }), index("ix", "nickname")],
  { schema: "s", postgresqlTablespace: "fast" },
);

test("columns", () => {
  expectTypeOf<ValueOf<typeof users.c.id>>().toEqualTypeOf<number>();
  expectTypeOf<ValueOf<typeof users.c.name>>().toEqualTypeOf<string>();
  expectTypeOf<ValueOf<typeof users.c.nickname>>().toEqualTypeOf<string | null>();
  expectTypeOf<ValueOf<typeof users.c.teamId>>().toEqualTypeOf<number | null>();
  expectTypeOf<ValueOf<typeof users.c.code>>().toEqualTypeOf<string>();
  expectTypeOf<ValueOf<typeof users.c.kind>>().toEqualTypeOf<"a" | "b">();
  expectTypeOf<ValueOf<typeof users.c.extra>>().toEqualTypeOf<{ x: number }>();
  expectTypeOf<ValueOf<typeof users.c.boss>>().toEqualTypeOf<number | null>();
  // @ts-expect-error: there is no such column
  users.c.nope;
  // @ts-expect-error: a number is no text
  users.c.name.eq(5);
  users.c.name.eq("x");
  users.c.nickname.eq(null);
});

test("a foreign key has the type of its target", () => {
  const posts = new Table("posts", metadata, {
    author: new Column(
      foreignKey(() => users.c.id),
      { nullable: false },
    ),
    name: new Column(foreignKey(users.c.name)),
  });
  expectTypeOf<ValueOf<typeof posts.c.author>>().toEqualTypeOf<number>();
  expectTypeOf<ValueOf<typeof posts.c.name>>().toEqualTypeOf<string | null>();
});

test("options are checked", () => {
  // @ts-expect-error: no option of this name
  new Column(t.integer(), { primaryKeys: true });
  // @ts-expect-error: a type is needed before the options
  new Table("x", metadata, { id: t.integer() });
  // @ts-expect-error: columns that are NOT NULL and have no default are missing
  insert(users).values({ id: 1 });
});

test("types and their values", () => {
  const value = <V>(_type: TypeEngine<V>): V => undefined as V;
  expectTypeOf(value(t.bigInteger())).toEqualTypeOf<bigint>();
  expectTypeOf(value(t.bigInteger({ mode: "number" }))).toEqualTypeOf<number>();
  expectTypeOf(value(t.numeric(10, 2))).toEqualTypeOf<string>();
  expectTypeOf(value(t.numeric(10, 2, { asNumber: true }))).toEqualTypeOf<number>();
  expectTypeOf(value(t.numeric({ asNumber: true }))).toEqualTypeOf<number>();
  expectTypeOf(value(t.float())).toEqualTypeOf<number>();
  expectTypeOf(value(t.date())).toEqualTypeOf<string>();
  expectTypeOf(value(t.dateTime())).toEqualTypeOf<Date>();
  expectTypeOf(value(t.dateTime({ timezone: true }))).toEqualTypeOf<Date>();
  expectTypeOf(value(t.dateTime({ mode: "string" }))).toEqualTypeOf<string>();
  expectTypeOf(value(t.interval())).toEqualTypeOf<string>();
  expectTypeOf(value(t.boolean())).toEqualTypeOf<boolean>();
  expectTypeOf(value(t.largeBinary())).toEqualTypeOf<Uint8Array>();
  expectTypeOf(value(t.json())).toEqualTypeOf<unknown>();
  expectTypeOf(value(t.array(t.integer()))).toEqualTypeOf<number[]>();
  expectTypeOf(value(pg.t.ARRAY(t.string()))).toEqualTypeOf<string[]>();
  expectTypeOf(value(pg.t.JSONB<{ a: 1 }>())).toEqualTypeOf<{ a: 1 }>();
  expectTypeOf(value(pg.t.INT4RANGE())).toEqualTypeOf<pg.Range<number>>();
  expectTypeOf(value(t.VARCHAR(5))).toEqualTypeOf<string>();
  expectTypeOf(value(t.string(5).withVariant(t.text(), "postgresql"))).toEqualTypeOf<string>();
  class Money extends TypeDecorator<{ cents: number }> {
    readonly impl = t.integer();
  }
  class Point extends UserDefinedType<[number, number]> {
    override getColSpec(): string {
      return "POINT";
    }
  }
  expectTypeOf(value(new Money())).toEqualTypeOf<{ cents: number }>();
  expectTypeOf(value(new Point())).toEqualTypeOf<[number, number]>();
});

test("rows", () => {
  const row = select(users.c.id, users.c.nickname);
  expectTypeOf(row).not.toBeAny();
});
