// TS-05: what expressions stand for: functions, calculations, CASE, casts, JSON, subqueries. And what does not compile.
import {
  allOf,
  and,
  anyOf,
  asc,
  between,
  bindparam,
  case_,
  cast,
  collate,
  column,
  Column,
  type ColumnElement,
  desc,
  distinct,
  exists,
  type Expression,
  extract,
  foreignKey,
  func,
  literal,
  MetaData,
  not,
  null_,
  nullable,
  notNullable,
  or,
  over,
  type RowOf,
  select,
  t,
  Table,
  text,
  tryCast,
  tuple,
  typeCoerce,
  values,
} from "athanor";
import * as pg from "athanor/postgresql";
import { expectTypeOf, test } from "vitest";

const metadata = new MetaData();
const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(50), { nullable: false }),
  nick: new Column(t.string(50)),
  kind: new Column(t.enum(["a", "b"]), { nullable: false }),
  made: new Column(t.dateTime(), { nullable: false }),
  seen: new Column(t.dateTime()),
  price: new Column(t.numeric(10, 2), { nullable: false }),
  big: new Column(t.bigInteger(), { nullable: false }),
  ok: new Column(t.boolean(), { nullable: false }),
  maybe: new Column(t.boolean()),
  extra: new Column(t.json<{ a: number; list: string[]; deep: { x: boolean } }>(), { nullable: false }),
  loose: new Column(t.json(), { nullable: false }),
  tags: new Column(t.array(t.string()), { nullable: false }),
  bossId: new Column(foreignKey("users.id")),
});
const u = users.c;

function one<E extends Expression<unknown>>(expression: E) {
  return select(expression);
}

/** What a row of a SELECT of this expression holds. */
declare function value<E extends Expression<unknown>>(expression: E): RowOf<ReturnType<typeof one<E>>>[0];

test("aggregates: NULL where there are no rows, but for counts", () => {
  expectTypeOf(value(func.count())).toEqualTypeOf<number>();
  expectTypeOf(value(func.count(u.nick))).toEqualTypeOf<number>();
  expectTypeOf(value(func.sum(u.id))).toEqualTypeOf<number | null>();
  expectTypeOf(value(func.sum(u.price))).toEqualTypeOf<string | null>();
  expectTypeOf(value(func.avg(u.id))).toEqualTypeOf<number | null>();
  expectTypeOf(value(func.avg(u.price))).toEqualTypeOf<string | null>();
  expectTypeOf(value(func.avg(u.big))).toEqualTypeOf<string | null>();
  expectTypeOf(value(func.min(u.made))).toEqualTypeOf<Date | null>();
  expectTypeOf(value(func.max(u.kind))).toEqualTypeOf<"a" | "b" | null>();
  expectTypeOf(value(func.array_agg(u.id))).toEqualTypeOf<number[] | null>();
  expectTypeOf(value(func.aggregate_strings(u.name, ","))).toEqualTypeOf<string | null>();
  expectTypeOf(value(func.sum(u.id).filter(u.ok))).toEqualTypeOf<number | null>();
  expectTypeOf(value(func.sum(u.id).over({ partitionBy: u.kind }))).toEqualTypeOf<number | null>();
});

test("windows", () => {
  expectTypeOf(value(func.row_number().over({ orderBy: u.id }))).toEqualTypeOf<number>();
  expectTypeOf(value(func.lag(u.name).over({ orderBy: u.id }))).toEqualTypeOf<string | null>();
  expectTypeOf(value(func.lead(u.made, 2).over())).toEqualTypeOf<Date | null>();
  expectTypeOf(value(func.lag(u.name, 1, "x").over())).toEqualTypeOf<string>();
  expectTypeOf(value(func.lag(u.nick, 1, "x").over())).toEqualTypeOf<string | null>();
  expectTypeOf(value(func.lag(u.name, 1, u.nick).over())).toEqualTypeOf<string | null>();
  expectTypeOf(value(func.first_value(u.id).over())).toEqualTypeOf<number | null>();
  expectTypeOf(value(func.nth_value(u.id, 2).over())).toEqualTypeOf<number | null>();
  expectTypeOf(value(over(func.rank(), { orderBy: u.id }))).toEqualTypeOf<number>();
});

test("coalesce takes NULL away, nullif brings it", () => {
  expectTypeOf(value(func.coalesce(u.nick, "x"))).toEqualTypeOf<string>();
  expectTypeOf(value(func.coalesce(u.nick, u.name))).toEqualTypeOf<string>();
  expectTypeOf(value(func.coalesce(u.nick, u.nick))).toEqualTypeOf<string | null>();
  expectTypeOf(value(func.coalesce(u.bossId, 0))).toEqualTypeOf<number>();
  expectTypeOf(value(func.coalesce(u.seen, u.made))).toEqualTypeOf<Date>();
  expectTypeOf(value(func.nullif(u.name, ""))).toEqualTypeOf<string | null>();
  expectTypeOf(value(func.ifnull(u.nick, "x"))).toEqualTypeOf<string>();
  // @ts-expect-error: a name is no number
  func.coalesce(u.name, 5);
  // @ts-expect-error: the values that are compared have one type
  func.nullif(u.id, "x");
});

test("NULL gives NULL", () => {
  expectTypeOf(value(func.lower(u.name))).toEqualTypeOf<string>();
  expectTypeOf(value(func.lower(u.nick))).toEqualTypeOf<string | null>();
  expectTypeOf(value(func.lower("X"))).toEqualTypeOf<string>();
  expectTypeOf(value(func.length(u.nick))).toEqualTypeOf<number | null>();
  expectTypeOf(value(func.abs(u.bossId))).toEqualTypeOf<number | null>();
  expectTypeOf(value(func.concat(u.name, "x"))).toEqualTypeOf<string>();
  expectTypeOf(value(func.concat(u.name, u.nick))).toEqualTypeOf<string | null>();
  expectTypeOf(value(func.greatest(u.id, 5))).toEqualTypeOf<number>();
  expectTypeOf(value(extract("year", u.made))).toEqualTypeOf<number>();
  expectTypeOf(value(extract("year", u.seen))).toEqualTypeOf<number | null>();
  expectTypeOf(value(cast(u.id, t.string()))).toEqualTypeOf<string>();
  expectTypeOf(value(cast(u.bossId, t.string()))).toEqualTypeOf<string | null>();
  expectTypeOf(value(u.bossId.cast(t.string()))).toEqualTypeOf<string | null>();
  expectTypeOf(value(tryCast(u.name, t.integer()))).toEqualTypeOf<number | null>();
  expectTypeOf(value(typeCoerce(u.nick, t.json<{ x: 1 }>()))).toEqualTypeOf<{ x: 1 } | null>();
  expectTypeOf(value(collate(u.nick, "C"))).toEqualTypeOf<string | null>();
  expectTypeOf(value(distinct(u.id))).toEqualTypeOf<number>();
  expectTypeOf(value(u.nick.label("x"))).toEqualTypeOf<string | null>();
});

test("the type of a function, said as its last argument", () => {
  expectTypeOf(value(func.soundex(u.name, { type: t.string() }))).toEqualTypeOf<string>();
  expectTypeOf(value(func.my_own!(u.name, { type: t.integer() }))).toEqualTypeOf<number>();
  expectTypeOf(value(func.my_package!.own!({ type: t.date() }))).toEqualTypeOf<string>();
  expectTypeOf(value(func.sum(u.id, { type: t.bigInteger() }))).toEqualTypeOf<bigint | null>();
  expectTypeOf(value(func.max(u.name, { type: t.json<{ a: 1 }>() }))).toEqualTypeOf<{ a: 1 } | null>();
  expectTypeOf(value(func.lower(u.nick, { type: t.enum(["x"]) }))).toEqualTypeOf<"x" | null>();
  expectTypeOf(value(func.coalesce(u.nick, "x", { type: t.enum(["x"]) }))).toEqualTypeOf<"x">();
  expectTypeOf(value(func.now({ type: t.dateTime({ mode: "string" }) }))).toEqualTypeOf<string>();
  expectTypeOf(value(func.my_own!(u.name))).toEqualTypeOf<unknown>();
  // what is expected does not make a function something that it is not
  // @ts-expect-error: a length is a number
  u.name.eq(func.length(u.name));
  // but a function of which nothing is known can be anything
  u.name.eq(func.my_own!(u.id));
  select(u.id).where(func.my_own!(u.id), and(func.my_own!(1), u.ok));
});

test("comparisons are NULL where a side is", () => {
  expectTypeOf(value(u.id.eq(1))).toEqualTypeOf<boolean>();
  expectTypeOf(value(u.nick.eq("x"))).toEqualTypeOf<boolean | null>();
  expectTypeOf(value(u.id.eq(u.bossId))).toEqualTypeOf<boolean | null>();
  expectTypeOf(value(u.nick.is(null))).toEqualTypeOf<boolean>();
  expectTypeOf(value(u.nick.isDistinctFrom("x"))).toEqualTypeOf<boolean>();
  expectTypeOf(value(u.name.like("x%"))).toEqualTypeOf<boolean>();
  expectTypeOf(value(u.nick.contains("x"))).toEqualTypeOf<boolean | null>();
  expectTypeOf(value(u.id.in([1, 2]))).toEqualTypeOf<boolean>();
  expectTypeOf(value(u.id.in(select(u.bossId)))).toEqualTypeOf<boolean | null>();
  expectTypeOf(value(between(u.id, 1, 5))).toEqualTypeOf<boolean | null>();
  expectTypeOf(value(u.id.between(1, 5))).toEqualTypeOf<boolean>();
  expectTypeOf(value(and(u.id.eq(1), u.nick.eq("x")))).toEqualTypeOf<boolean | null>();
  expectTypeOf(value(and(u.id.eq(1), u.ok))).toEqualTypeOf<boolean>();
  expectTypeOf(value(or(u.ok, u.maybe))).toEqualTypeOf<boolean | null>();
  expectTypeOf(value(not(u.nick.eq("x")))).toEqualTypeOf<boolean | null>();
  expectTypeOf(value(exists(select(u.id)))).toEqualTypeOf<boolean>();
  // as conditions they are all the same
  const conditions: ColumnElement<boolean>[] = [u.id.eq(1), u.nick.eq("x"), exists(select(u.id)), and(u.ok)];
  select(u.id).where(...conditions);
});

test("operands have the type of the column", () => {
  // @ts-expect-error: an id is a number
  u.id.eq("1");
  // @ts-expect-error: another column's type
  u.id.eq(u.name);
  // @ts-expect-error: none of the values
  u.kind.eq("c");
  // @ts-expect-error: a string is no list
  u.name.in("abc");
  // @ts-expect-error: one of them is no number
  u.id.in([1, "2"]);
  // @ts-expect-error: undefined is no value
  u.id.eq(undefined);
  // @ts-expect-error: JSON of another form
  u.extra.eq({ a: "x", list: [], deep: { x: true } });
  // @ts-expect-error: LIKE takes text
  u.name.like(5);
  u.kind.in(["a", "b"]);
  u.kind.eq(bindparam("kind"));
  u.id.in(bindparam("ids", { expanding: true } as never));
});

test("arithmetic", () => {
  expectTypeOf(value(u.id.add(1))).toEqualTypeOf<number>();
  expectTypeOf(value(u.id.add(u.bossId))).toEqualTypeOf<number | null>();
  expectTypeOf(value(u.id.mul(u.price))).toEqualTypeOf<string>();
  expectTypeOf(value(u.price.mul(2))).toEqualTypeOf<string>();
  expectTypeOf(value(u.id.truediv(2))).toEqualTypeOf<number>();
  expectTypeOf(value(u.big.add(1n))).toEqualTypeOf<bigint>();
  expectTypeOf(value(u.big.add(1))).toEqualTypeOf<bigint>();
  expectTypeOf(value(u.big.add(1.5))).toEqualTypeOf<bigint | number>();
  expectTypeOf(value(u.big.truediv(2))).toEqualTypeOf<string>();
  expectTypeOf(value(u.made.sub(u.made))).toEqualTypeOf<string>();
  expectTypeOf(value(u.made.sub("P1D"))).toEqualTypeOf<Date>();
  expectTypeOf(value(u.made.add("P1D"))).toEqualTypeOf<Date>();
  expectTypeOf(value(u.name.concat("x"))).toEqualTypeOf<string>();
  expectTypeOf(value(u.nick.concat(u.name))).toEqualTypeOf<string | null>();
  expectTypeOf(value(u.id.neg())).toEqualTypeOf<number>();
  // @ts-expect-error: text cannot be added to a number
  u.id.add("x");
  // @ts-expect-error: nor a truth value
  u.id.mul(true);
});

test("CASE", () => {
  expectTypeOf(value(case_([u.id.eq(1), "a"]))).toEqualTypeOf<string | null>();
  expectTypeOf(value(case_([u.id.eq(1), "a"], { else: "b" }))).toEqualTypeOf<string>();
  expectTypeOf(value(case_([u.id.eq(1), "a"], { else: null }))).toEqualTypeOf<string | null>();
  expectTypeOf(value(case_([u.id.eq(1), u.nick], [u.id.eq(2), u.name], { else: "b" }))).toEqualTypeOf<string | null>();
  expectTypeOf(value(case_([u.id.eq(1), 1], [u.id.eq(2), u.id], { else: 0 }))).toEqualTypeOf<number>();
  expectTypeOf(value(case_({ a: 1, b: 2 }, { value: u.kind }))).toEqualTypeOf<number | null>();
  expectTypeOf(value(case_({ a: 1, b: 2 }, { value: u.kind, else: 3 }))).toEqualTypeOf<number>();
  expectTypeOf(value(case_(new Map([[u.name, 1]]), { value: u.kind, else: 3 }))).toEqualTypeOf<number>();
});

test("JSON and arrays", () => {
  expectTypeOf(value(u.extra.at("a"))).toEqualTypeOf<number | null>();
  expectTypeOf(value(u.extra.at("list"))).toEqualTypeOf<string[] | null>();
  expectTypeOf(value(u.extra.at(["deep", "x"]))).toEqualTypeOf<boolean | null>();
  expectTypeOf(value(u.extra.at(["list", 0]))).toEqualTypeOf<string | null>();
  expectTypeOf(value(u.extra.at("other"))).toEqualTypeOf<unknown>();
  expectTypeOf(value(u.loose.at("a"))).toEqualTypeOf<unknown>();
  expectTypeOf(value(u.loose.at("a").asString())).toEqualTypeOf<string | null>();
  expectTypeOf(value(u.loose.at("a").asInteger())).toEqualTypeOf<number | null>();
  expectTypeOf(value(u.loose.at("a").asFloat())).toEqualTypeOf<number | null>();
  expectTypeOf(value(u.loose.at("a").asNumeric(10, 2))).toEqualTypeOf<string | null>();
  expectTypeOf(value(u.loose.at("a").asBoolean())).toEqualTypeOf<boolean | null>();
  expectTypeOf(value(u.tags.at(1))).toEqualTypeOf<string | null>();
  u.extra.at("a").eq(5);
  u.tags.any("x");
  u.name.eq(anyOf(u.tags));
  u.name.eq(anyOf(select(u.name)));
  u.id.lt(allOf(select(u.id)));
  // @ts-expect-error: the elements are text
  u.id.eq(anyOf(u.tags));
  // @ts-expect-error: the subquery gives text
  u.id.eq(anyOf(select(u.name)));
  expectTypeOf(value(typeCoerce(u.tags, pg.t.ARRAY(t.integer())))).toEqualTypeOf<number[]>();
});

test("subqueries as values", () => {
  const latest = select(func.max(u.id)).scalarSubquery();
  expectTypeOf(value(latest)).toEqualTypeOf<number | null>();
  expectTypeOf(value(select(u.name).scalarSubquery())).toEqualTypeOf<string | null>();
  expectTypeOf(value(select(u.name).label("n"))).toEqualTypeOf<string | null>();
  u.id.eq(latest);
  // @ts-expect-error: it gives text
  u.id.eq(select(u.name).scalarSubquery());
});

test("tuples", () => {
  tuple(u.id, u.name).in([[1, "x"]]);
  tuple(u.id, u.name).in(select(u.id, u.name));
  // @ts-expect-error: the second one is text
  tuple(u.id, u.name).in([[1, 2]]);
  // @ts-expect-error: three are too many
  tuple(u.id, u.name).in([[1, "x", 3]]);
});

test("constants, names and what is said of them", () => {
  expectTypeOf(value(literal("x"))).toEqualTypeOf<string>();
  expectTypeOf(value(literal({ a: 1 }, t.json<{ a: number }>()))).toEqualTypeOf<{ a: number }>();
  expectTypeOf(value(null_())).toEqualTypeOf<null>();
  expectTypeOf(value(column("x", t.integer()))).toEqualTypeOf<number>();
  expectTypeOf(value(nullable(u.id))).toEqualTypeOf<number | null>();
  expectTypeOf(value(notNullable(u.nick))).toEqualTypeOf<string>();
  expectTypeOf(u.id.key).toEqualTypeOf<"id">();
  expectTypeOf(u.id.label("other").key).toEqualTypeOf<"other">();
  select(u.id).orderBy(u.id.desc().nullsLast(), desc(u.name), asc("id"), text("1"));
});

test("VALUES", () => {
  const list = values(column("a", t.integer()), column("b", t.string()), { name: "v" });
  list.data([[1, "x"]]).data([[2, null]]);
  expectTypeOf(value(list.c.a)).toEqualTypeOf<number>();
  expectTypeOf(value(list.c.b)).toEqualTypeOf<string>();
  // @ts-expect-error: the first one is a number
  list.data([["x", "y"]]);
  // @ts-expect-error: there are two columns
  list.data([[1]]);
  // @ts-expect-error: there is no such column
  list.c.d;
});
