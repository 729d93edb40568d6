// Rows of statements, and what does not compile: TS-02, TS-04, TS-05.
import {
  bindparam,
  column,
  Column,
  computed,
  type Connection,
  createEngine,
  delete_,
  except,
  foreignKey,
  func,
  identity,
  insert,
  type InsertValues,
  literal,
  MetaData,
  type RowOf,
  select,
  type Select,
  Sequence,
  t,
  Table,
  table,
  type TableRow,
  text,
  union,
  unionAll,
  update,
  type UpdateValues,
} from "athanor";
import * as mysql from "athanor/mysql";
import * as pg from "athanor/postgresql";
import * as sqlite from "athanor/sqlite";
import { expectTypeOf, test } from "vitest";
import { Film } from "./declarative.test-d.ts";

const metadata = new MetaData();
const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(50), { nullable: false }),
  nick: new Column(t.string(50)),
  active: new Column(t.boolean(), { nullable: false, default: true }),
  made: new Column(t.dateTime(), { nullable: false, serverDefault: func.now() }),
  loud: new Column(t.string(50), computed("upper(name)")),
});
const orders = new Table("orders", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  userId: new Column(
    foreignKey(() => users.c.id),
    { nullable: false },
  ),
  total: new Column(t.numeric(10, 2), { nullable: false }),
});
const keyed = new Table("keyed", metadata, {
  code: new Column(t.string(10), { primaryKey: true }),
  serial: new Column(t.bigInteger(), identity({ always: true })),
  other: new Column(t.integer(), identity()),
  counted: new Column(t.integer(), new Sequence("s"), { nullable: false }),
  parent: new Column(foreignKey("keyed.code"), { primaryKey: true }),
});
const u = users.c;

test("rows: tuples, objects, whole tables", () => {
  const tuple = select(u.id, u.nick);
  expectTypeOf<RowOf<typeof tuple>>().toEqualTypeOf<[number, string | null]>();
  const shape = select({ id: u.id, n: func.count() });
  expectTypeOf<RowOf<typeof shape>>().toEqualTypeOf<{ id: number; n: number }>();
  const more = select(u.id).addColumns(u.nick, func.count());
  expectTypeOf<RowOf<typeof more>>().toEqualTypeOf<[number, string | null, number]>();
  const other = select(u.id).withOnlyColumns({ nick: u.nick });
  expectTypeOf<RowOf<typeof other>>().toEqualTypeOf<{ nick: string | null }>();
  expectTypeOf<TableRow<typeof orders>>().toEqualTypeOf<{ id: number; userId: number; total: string }>();
  select(users).filterBy({ name: "x" });
  // @ts-expect-error: the row has two columns
  (): unknown => ({}) as RowOf<typeof tuple>[2];
  // @ts-expect-error: there is no such column
  (): unknown => ({}) as RowOf<typeof shape>["other"];
  // @ts-expect-error: a name is a string
  select(users).filterBy({ name: 5 });
  // @ts-expect-error: there is no such column
  select(users).filterBy({ titel: "x" });
  // @ts-expect-error: undefined cannot be selected
  select(u.id, undefined);
});

test("conditions", () => {
  select(u.id).where(u.active, u.id.eq(1), text("1 = 1"));
  // @ts-expect-error: a name is no condition
  select(u.id).where(u.name);
  // @ts-expect-error: an attribute that is text is none either
  select(Film).where(Film.title);
  // @ts-expect-error: JavaScript has compared already
  select(u.id).where(u.id === literal(1));
  // @ts-expect-error: neither true nor false
  select(u.id).where(true);
  // @ts-expect-error: a string is no SQL
  select(u.id).where("id = 1");
  // @ts-expect-error: undefined is no condition
  select(u.id).where(undefined);
  // @ts-expect-error: null is none either
  select(u.id).where(null);
  // @ts-expect-error: nor is a number
  select(u.id).having(5);
  // @ts-expect-error: the ON clause is a condition too
  update(users).where(u.name);
  // @ts-expect-error: and so is that of a DELETE
  delete_(users).where("id = 1");
});

test("sort keys and limits", () => {
  select(u.id).orderBy(u.name.desc(), "id", null!).limit(5).offset(bindparam("o", 5));
  // @ts-expect-error: true is no sort key
  select(u.id).orderBy(true);
  // @ts-expect-error: a place is none
  select(u.id).orderBy(1);
  // @ts-expect-error: undefined is none
  select(u.id).orderBy(undefined);
  // @ts-expect-error: a string is no number
  select(u.id).limit("5");
  // @ts-expect-error: an object of keys is none
  select(u.id).groupBy({ id: "asc" });
});

test("set operations", () => {
  const both = union(select(u.id, u.nick), select(orders.c.id, orders.c.total));
  expectTypeOf<RowOf<typeof both>>().toEqualTypeOf<[number, string | null]>();
  const wider = select(u.name).unionAll(select(u.nick), select(literal("x")));
  expectTypeOf<RowOf<typeof wider>>().toEqualTypeOf<[string | null]>();
  const less = except(select(u.name), select(u.nick));
  expectTypeOf<RowOf<typeof less>>().toEqualTypeOf<[string]>();
  const shapes = select({ a: u.id }).union(select({ a: orders.c.id }));
  expectTypeOf<RowOf<typeof shapes>>().toEqualTypeOf<{ a: number }>();
  // @ts-expect-error: a number and a text
  union(select(u.id), select(u.name));
  // @ts-expect-error: one column and two
  unionAll(select(u.id), select(u.id, u.id));
  // @ts-expect-error: the second of these does not fit
  union(select(u.id), select(orders.c.id), select(u.name));
  // @ts-expect-error: other names
  select({ a: u.id }).union(select({ b: u.id }));
  // @ts-expect-error: the methods look as well
  select(u.id).intersect(select(u.made));
});

test("subqueries and CTEs by name", () => {
  const shape = select({ id: u.id, nick: u.nick }).subquery("shape");
  expectTypeOf(shape.c.id.key).toEqualTypeOf<"id">();
  const columns = select(u.id, u.nick, func.count().label("n"), orders.c.total.label("sum")).cte("columns");
  const all = select(columns.c.id, columns.c.nick, columns.c.n, columns.c.sum);
  expectTypeOf<RowOf<typeof all>>().toEqualTypeOf<[number, string | null, number, string]>();
  // @ts-expect-error: there is no such column
  columns.c.other;
  // @ts-expect-error: nor here
  shape.c.other;
  // a name that is made up is not known
  select(func.max(u.id)).subquery().c["max_1"];
  const lateral = select(orders.c.total).where(orders.c.userId.eq(u.id)).lateral("l");
  const rows = select(u.id, lateral.c.total).join(lateral, literal(true));
  expectTypeOf<RowOf<typeof rows>>().toEqualTypeOf<[number, string]>();
  const returned = insert(users).values({ name: "x" }).returning(u.id, u.name).cte("added");
  const read = select(returned.c.id, returned.c.name);
  expectTypeOf<RowOf<typeof read>>().toEqualTypeOf<[number, string]>();
  const renamed = users.alias("x");
  expectTypeOf<typeof renamed.c.nick.key>().toEqualTypeOf<"nick">();
  // @ts-expect-error: an alias has the columns of its table
  renamed.c.other;
});

test("lightweight tables and text", () => {
  const light = table("light", column("a", t.integer()), column("b"));
  light.c.a.eq(5);
  light.c.b.eq("anything");
  // @ts-expect-error: a number
  light.c.a.eq("x");
  // @ts-expect-error: there is no such column
  light.c.c;
  insert(light).values({ a: 5, b: "x" });
  const typed = text("SELECT a, b FROM light").columns(column("a", t.integer()), column("b", t.string()));
  expectTypeOf<RowOf<typeof typed>>().toEqualTypeOf<[number, string]>();
  const named = text("SELECT a, b FROM light").columns({ a: t.integer(), b: t.string() }).subquery();
  const rows = select(named.c.a, named.c.b);
  expectTypeOf<RowOf<typeof rows>>().toEqualTypeOf<[number, string]>();
  // @ts-expect-error: there is no such column
  named.c.c;
});

test("INSERT: what must be given, may, and must not", () => {
  expectTypeOf<Required<InsertValues<typeof users>>["nick"]>().toExtend<unknown>();
  insert(users).values({ name: "x" });
  insert(users).values({ name: "x", nick: null, active: false, made: new Date(), id: 5 });
  insert(users).values({ name: func.lower("X"), nick: u.name, active: text("TRUE"), made: bindparam("made") });
  insert(users).values([{ name: "x" }, { name: "y", nick: "z" }]);
  insert(users).values({ name: "x" }).values({ nick: "z" });
  insert(users).values(new Map([[u.name, "x"]]));
  insert(users).values(["x", 5, null]);
  insert(keyed).values({ code: "a", parent: "b" } as never);
  const row: InsertValues<typeof users> = { name: "x" };
  insert(users).values(row);
  // @ts-expect-error: there is no such column
  insert(users).values({ name: "x", titel: "y" });
  // @ts-expect-error: the name is missing
  insert(users).values({ nick: "x" });
  // @ts-expect-error: a name is a string
  insert(users).values({ name: 5 });
  // @ts-expect-error: the column is NOT NULL
  insert(users).values({ name: null });
  // @ts-expect-error: undefined is no value
  insert(users).values({ name: "x", nick: undefined });
  // @ts-expect-error: the database computes it
  insert(users).values({ name: "x", loud: "X" });
  // @ts-expect-error: an expression of another type
  insert(users).values({ name: u.id });
  // @ts-expect-error: in one of many rows
  insert(users).values([{ name: "x" }, { nam: "y" }]);
  // @ts-expect-error: the key is text, so nothing makes it
  insert(keyed).values({ parent: 5 });
  // @ts-expect-error: GENERATED ALWAYS
  insert(keyed).values({ code: "a", parent: 5, serial: 5n });
  insert(keyed).values({ code: "a", parent: 5, other: 5, counted: 5 });
  // @ts-expect-error: the table's own method looks as well
  users.insert().values({ titel: "x" });
});

test("INSERT for each dialect, with what it adds", () => {
  const row = pg.insert(users).values({ name: "x" });
  row.onConflictDoUpdate({ indexElements: ["id"], set: { name: row.excluded.name } }).returning(u.id);
  // @ts-expect-error: the excluded row has the columns of the table
  row.excluded.titel;
  // @ts-expect-error: the name is missing
  sqlite.insert(users).values({ nick: "x" });
  const mine = mysql.insert(users).values({ name: "x" });
  mine.onDuplicateKeyUpdate({ name: mine.inserted.name });
  const returned = sqlite.insert(users).values({ name: "x" }).onConflictDoNothing().returning(u.id, u.nick);
  expectTypeOf<RowOf<typeof returned>>().toEqualTypeOf<[number, string | null]>();
});

test("INSERT from a SELECT", () => {
  insert(users).fromSelect(["name", "nick"], select(u.name, u.nick));
  insert(users).fromSelect([u.name], select(literal("x")));
  // @ts-expect-error: there is no such column
  insert(users).fromSelect(["titel"], select(u.name));
  // @ts-expect-error: a number for the name
  insert(users).fromSelect(["name"], select(u.id));
  // @ts-expect-error: two columns for one
  insert(users).fromSelect(["name"], select(u.name, u.nick));
});

test("UPDATE and DELETE", () => {
  update(users).values({ nick: null, name: func.upper(u.name) });
  update(users).values({ name: select(u.nick).scalarSubquery() });
  const changes: UpdateValues<typeof users> = { nick: "x" };
  const changed = update(users).values(changes).returning(u.id, u.nick);
  expectTypeOf<RowOf<typeof changed>>().toEqualTypeOf<[number, string | null]>();
  const gone = delete_(users).returning({ id: u.id });
  expectTypeOf<RowOf<typeof gone>>().toEqualTypeOf<{ id: number }>();
  // @ts-expect-error: there is no such column
  update(users).values({ titel: "x" });
  // @ts-expect-error: the column is NOT NULL
  update(users).values({ name: null });
  // @ts-expect-error: the database computes it
  update(users).values({ loud: "X" });
  // @ts-expect-error: GENERATED ALWAYS
  update(keyed).values({ serial: 5n });
});

test("entities", () => {
  insert(Film).values({ title: "x", releaseDate: "2020-01-01" });
  update(Film).values({ title: "x" });
  // @ts-expect-error: there is no such attribute
  insert(Film).values({ title: "x", releaseDate: "2020-01-01", titel: "x" });
  // @ts-expect-error: the title is missing
  insert(Film).values({ releaseDate: "2020-01-01" });
  // @ts-expect-error: a title is a string
  update(Film).values({ title: 5 });
  // @ts-expect-error: relationships are no columns
  update(Film).values({ characters: [] });
});

test("rows given to execute()", async () => {
  const conn: Connection = await createEngine("sqlite://").connect();
  await conn.execute(insert(users), { name: "x" });
  await conn.execute(insert(users), [{ name: "x" }, { name: "y", nick: null }]);
  await conn.execute(insert(users).values({ name: bindparam("other") }), { other: "x" });
  await conn.execute(select(u.id).where(u.name.eq(bindparam("x"))), { x: 5 });
  await conn.execute(text("SELECT :x"), { x: 5 });
  // @ts-expect-error: there is no such column
  await conn.execute(insert(users), { name: "x", titel: "y" });
  // @ts-expect-error: the name is missing
  await conn.execute(insert(users), [{ name: "x" }, { nick: "y" }]);
  // @ts-expect-error: a name is a string
  await conn.execute(insert(users), { name: 5 });
});

test("results", async () => {
  const conn = await createEngine("sqlite://").connect();
  const statement = select(u.id, u.nick, u.made);
  expectTypeOf(await conn.execute(statement).all()).toEqualTypeOf<[number, string | null, Date][]>();
  expectTypeOf(await conn.execute(statement).first()).toEqualTypeOf<[number, string | null, Date] | null>();
  expectTypeOf(await conn.execute(statement).one()).toEqualTypeOf<[number, string | null, Date]>();
  expectTypeOf(await conn.scalar(statement)).toEqualTypeOf<number | null>();
  expectTypeOf(await conn.execute(statement).scalarOne()).toEqualTypeOf<number>();
  expectTypeOf(await conn.scalars(statement).all()).toEqualTypeOf<number[]>();
  expectTypeOf(await conn.execute(statement).scalars(1).all()).toEqualTypeOf<(string | null)[]>();
  expectTypeOf(await conn.execute(statement).columns(2, 0).all()).toEqualTypeOf<[Date, number][]>();
  expectTypeOf(await conn.execute(statement).mappings().all()).toEqualTypeOf<Record<string, unknown>[]>();
  const shape = select({ id: u.id, nick: u.nick });
  expectTypeOf(await conn.execute(shape).mappings().one()).toEqualTypeOf<{ id: number; nick: string | null }>();
  expectTypeOf(await conn.execute(shape).scalars("nick").all()).toEqualTypeOf<(string | null)[]>();
  expectTypeOf(await conn.execute(select(orders)).mappings().all()).toEqualTypeOf<{ id: number; userId: number; total: string }[]>();
  for await (const part of conn.execute(statement).partitions(5)) expectTypeOf(part).toEqualTypeOf<[number, string | null, Date][]>();
  for await (const row of conn.stream(shape)) expectTypeOf(row).toEqualTypeOf<{ id: number; nick: string | null }>();
  const result = await conn.execute(insert(users).values({ name: "x" }).returning(u.id, u.made));
  expectTypeOf(result.all()).toEqualTypeOf<[number, Date][]>();
  expectTypeOf(await conn.execute(text("SELECT 1")).all()).toEqualTypeOf<unknown[][]>();
});

/* TS-06: helpers that know nothing of a statement but its row. */

interface Page<R> {
  readonly rows: readonly R[];
  readonly next: number | null;
}

async function paginate<R>(conn: Connection, statement: Select<R>, page: number, size = 10): Promise<Page<R>> {
  const rows = await conn.execute(statement.limit(size + 1).offset(page * size)).all();
  return { rows: rows.slice(0, size), next: rows.length > size ? page + 1 : null };
}

function only<S extends Select<unknown>>(statement: S, flag: boolean): S {
  return flag ? statement.limit(1) : statement;
}

abstract class Repository<T extends Table> {
  readonly table: T;
  readonly conn: Connection;
  constructor(table: T, conn: Connection) {
    this.table = table;
    this.conn = conn;
  }

  async add(row: InsertValues<T>): Promise<void> {
    await this.conn.execute(insert(this.table as Table).values(row as InsertValues<Table>));
  }

  async all(): Promise<TableRow<T>[]> {
    return (await this.conn
      .execute(select(this.table as Table))
      .mappings()
      .all()) as TableRow<T>[];
  }
}

class Users extends Repository<typeof users> {
  byName(name: string): Promise<Page<[number, string]>> {
    return paginate(this.conn, select(u.id, u.name).where(u.name.eq(name)), 0);
  }
}

test("generic helpers and repositories", async () => {
  const conn = await createEngine("sqlite://").connect();
  expectTypeOf(await paginate(conn, select(u.id, u.nick), 0)).toEqualTypeOf<Page<[number, string | null]>>();
  expectTypeOf(await paginate(conn, select({ id: u.id }), 0)).toEqualTypeOf<Page<{ id: number }>>();
  expectTypeOf(await paginate(conn, select(Film), 0)).toEqualTypeOf<Page<[Film]>>();
  expectTypeOf(await paginate(conn, select(u.id, orders.c.id).outerjoin(orders), 0)).toEqualTypeOf<Page<[number, number | null]>>();
  const narrowed = only(select(u.id).where(u.active), true);
  expectTypeOf<RowOf<typeof narrowed>>().toEqualTypeOf<[number]>();
  const repository = new Users(users, conn);
  await repository.add({ name: "x" });
  // @ts-expect-error: the name is missing
  await repository.add({ nick: "x" });
  expectTypeOf((await repository.all())[0]!.nick).toEqualTypeOf<string | null>();
});
