// The package of a user that declarations.mjs compiles: models, tables, statements and helpers, none of which says its types.

export const MODEL = `
import {
  aliased, and, case_, cast, columnProperty, Column, composite, computed, createEngine, cte, declarativeBase, delete_, exists, extend, foreignKey, func,
  identity, index, insert, joinedload, literal, mappedColumn, MetaData, not, notNullable, nullable, or, relationship, select, selectinload,
  sessionmaker, Sequence, synonym, t, Table, text, TypeDecorator, uniqueConstraint, union, update, values, column,
} from "athanor";
import type { InsertValues, RowOf, Select, TableRow, UpdateValues } from "athanor";
import * as pg from "athanor/postgresql";
import * as sqlite from "athanor/sqlite";
import * as mysql from "athanor/mysql";
import { associationProxy, hybridProperty } from "athanor/ext";

export const Base = declarativeBase();
export const metadata = new MetaData();
export const engine = createEngine("sqlite://");
export const Session = sessionmaker({ bind: engine });

export class Money extends TypeDecorator<{ cents: number }> {
  readonly impl = t.integer();
}

export class Author extends Base<typeof Author> {
  static table = this.mapTo("authors", {}, (a) => [uniqueConstraint(a.name), index("ix_authors", a.name)]);
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(100));
  static kind = mappedColumn(t.enum(["person", "company"]), { default: "person" });
  static settings = mappedColumn(t.json<{ theme: string; sizes: number[] }>(), { nullable: true });
  static worth = mappedColumn(new Money(), { nullable: true });
  static books = relationship(() => [Book], { backPopulates: "author" });
  static label = synonym("name");
  static loud = hybridProperty((self: { name: string }) => self.name.toUpperCase(), { expression: () => func.upper(Author.name) });
  titles() {
    return this.books.map((book) => book.title);
  }
}
export class Book extends Base<typeof Book> {
  static table = this.mapTo("books");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(100));
  static price = mappedColumn(t.numeric(10, 2));
  static written = mappedColumn(t.date(), { nullable: true });
  static authorId = mappedColumn(foreignKey(() => Author.id));
  static author = relationship(() => Author, { backPopulates: "books" });
  static pages = columnProperty(() => func.length(Book.title));
}
export class Novel extends extend(Book)<typeof Novel> {
  static table = this.mapTo("novels", { polymorphicIdentity: "novel" });
  static id = mappedColumn(foreignKey(() => Book.id), { primaryKey: true });
  static genre = mappedColumn(t.string(20));
}

export const users = new Table("users", metadata, {
  id: new Column(t.bigInteger(), identity({ always: true }), { primaryKey: true }),
  name: new Column(t.string(50), { nullable: false, unique: true }),
  nick: new Column(t.string(50)),
  made: new Column(t.dateTime({ timezone: true }), { serverDefault: func.now(), nullable: false }),
  loud: new Column(t.string(50), computed("upper(name)")),
  worth: new Column(new Money(), { nullable: false }),
  tags: new Column(t.array(t.string())),
}, [uniqueConstraint("name")]);
export const orders = new Table("orders", metadata, {
  id: new Column(t.integer(), new Sequence("order_ids"), { primaryKey: true }),
  userId: new Column(foreignKey(() => users.c.id), { nullable: false }),
  total: new Column(t.numeric(10, 2), { nullable: false }),
  data: new Column(pg.t.JSONB<{ a: number }>(), { nullable: false }),
});
export const { id, name } = users.c;
export const boss = users.alias("boss");

export const allAuthors = select(Author);
export const loaded = select(Author).options(selectinload(Author.books), joinedload(Author.books)).where(Author.name.like("x%"));
export const columns = select(Author.id, Book.title, func.count().label("n")).join(Author.books);
export const outer = select(Author, Book).outerjoin(Author.books);
export const tuples = select(users.c.id, users.c.nick, orders.c.total).outerjoinFrom(users, orders);
export const shape = select({ id: users.c.id, who: users.c.name, total: func.sum(orders.c.total), boss: boss.c.name }).outerjoinFrom(users, orders).join(boss, boss.c.id.eq(users.c.id));
export const whole = select(users).where(users.c.nick.isNot(null));
export const totals = select(orders.c.userId, func.sum(orders.c.total).label("sum")).groupBy(orders.c.userId).subquery("totals");
export const listed = select({ id: users.c.id }).cte("listed");
export const joined = select(users.c.name, totals.c.sum).outerjoin(totals, totals.c.userId.eq(users.c.id));
export const both = union(select(users.c.name), select(users.c.nick));
export const added = insert(users).values({ name: "x", worth: { cents: 1 } }).returning(users.c.id, users.c.made);
export const upsert = pg.insert(users).values({ name: "x", worth: { cents: 1 } }).onConflictDoNothing();
export const lite = sqlite.insert(users);
export const mine = mysql.insert(users);
export const changed = update(users).where(users.c.name.eq("x")).values({ nick: "y" }).returning({ id: users.c.id });
export const gone = delete_(users).where(users.c.id.eq(1n)).returning(users.c.id);
export const Parent = aliased(Author);
export const Named = aliased(Author, { name: "other" });
export const aliases = select(Author, Parent).outerjoin(Parent, Parent.id.eq(Author.id));
export const big = case_([orders.c.total.gt("100"), "big"], [orders.c.total.gt("10"), "middle"], { else: "small" });
export const missing = case_([orders.c.total.gt("100"), 5]);
export const upper = func.upper(users.c.nick);
export const summed = func.coalesce(func.sum(orders.c.total), "0");
export const own = func.my_own!(users.c.name, { type: t.integer() });
export const condition = and(users.c.name.eq("x"), or(users.c.nick.eq("y"), not(exists(select(orders.c.id)))));
export const sum = orders.c.id.add(5).mul(orders.c.total);
export const asText = cast(orders.c.id, t.string());
export const inner = orders.c.data.at("a");
export const rows = values(column("a", t.integer()), column("b", t.string()), { name: "v" });
export const typed = text("SELECT id, name FROM users").columns({ id: t.integer(), name: t.string() });
export const said = [nullable(users.c.name), notNullable(users.c.nick)] as const;
export const scalar = select(func.max(orders.c.id)).scalarSubquery();

export function byName(who: string) {
  return select(users.c.id, users.c.name).where(users.c.name.eq(who));
}
export function page<R>(statement: Select<R>, at: number) {
  return statement.limit(10).offset(at * 10);
}
export async function find(who: string) {
  await using session = Session();
  return session.scalars(select(Author).where(Author.name.eq(who))).all();
}
export async function report() {
  await using session = Session();
  return session.execute(shape).all();
}
export class Repository {
  readonly session = Session();
  readonly all = select(Book).orderBy(Book.title);
  books() {
    return this.session.scalars(this.all).all();
  }
  async add(row: InsertValues<typeof users>) {
    return (await this.session.execute(insert(users).values(row).returning(users.c.id))).scalarOne();
  }
}
export type User = TableRow<typeof users>;
export type NewUser = InsertValues<typeof users>;
export type UserChanges = UpdateValues<typeof users>;
export type Report = RowOf<typeof shape>;
`;
