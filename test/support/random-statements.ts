// Statements of all kinds, made of lists of numbers. The same numbers give the same structure; the values in it are counted up from a start.
import {
  and,
  bindparam,
  case_,
  cast,
  Column,
  column,
  delete_,
  exists,
  extract,
  type FromClause,
  foreignKey,
  func,
  insert,
  literal,
  literalColumn,
  MetaData,
  not,
  or,
  select,
  sql,
  t,
  Table,
  text,
  tuple,
  union,
  unionAll,
  update,
  values,
  type ClauseElement,
  type ColumnElement,
  type Select,
} from "athanor";
import { insert as mysqlInsert } from "athanor/mysql";
import { insert as pgInsert } from "athanor/postgresql";
import { insert as sqliteInsert } from "athanor/sqlite";

export const metadata = new MetaData();
export const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(50)),
  age: new Column(t.integer()),
});
export const addresses = new Table("addresses", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  userId: new Column("user_id", foreignKey("users.id")),
  city: new Column(t.string(50)),
  since: new Column(t.dateTime()),
});

/** Gives the values of a statement, one after the other. */
export class ValueSource {
  #next: number;

  constructor(start: number) {
    this.#next = start;
  }

  number(): number {
    this.#next += 1;
    return this.#next;
  }

  text(): string {
    return `n${this.number()}`;
  }

  /** Lists of any length have one structure; more than a few values, so that some are brought to an even length. */
  list(): number[] {
    return Array.from({ length: this.number() % 45 }, () => this.number());
  }

  rows(): { id: number; name: string; age: number | null }[] {
    return Array.from({ length: 1 + (this.number() % 3) }, () => ({
      id: this.number(),
      name: this.text(),
      age: this.number() % 3 === 0 ? null : 7,
    }));
  }
}

type Condition = ColumnElement<boolean>;
type AnyColumn = ColumnElement<unknown>;
type AnySelect = Select;

const u = users.c as unknown as Readonly<Record<"id" | "age", ColumnElement<number>>> & { readonly name: ColumnElement<string> };
const a = addresses.c as unknown as Readonly<Record<"id" | "userId", ColumnElement<number>>> & {
  readonly city: ColumnElement<string>;
  readonly since: ColumnElement<Date>;
};

const conditions: readonly ((v: ValueSource) => Condition)[] = [
  (v) => u.age.gt(v.number()),
  (v) => u.age.eq(v.number()),
  (v) => u.age.isDistinctFrom(v.number()),
  (v) => u.name.eq(v.text()),
  (v) => u.name.like(`%${v.number()}`, { escape: "/" }),
  (v) => u.name.ilike(`%${v.number()}`),
  (v) => u.name.contains(v.text(), { autoescape: true }),
  (v) => u.id.in(v.list()),
  (v) => u.id.notIn(v.list()),
  (v) => u.age.between(v.number(), v.number()),
  (v) => or(u.age.lt(v.number()), u.name.like(v.text())),
  (v) => and(u.age.ne(v.number()), u.age.add(v.number()).gt(3)),
  (v) => not(or(u.age.lt(v.number()), u.id.eq(v.number()))) as Condition,
  () => u.name.is(null),
  (v) => tuple(u.id, u.age).in([[v.number(), v.number()]]) as Condition,
  (v) => tuple(u.id, u.age).in(v.list().map((n) => [n, n])) as Condition,
  (v) => exists().where(a.userId.eq(u.id), a.city.eq(v.text())) as unknown as Condition,
  (v) => u.id.in(select(a.userId).where(a.id.gt(v.number()))),
  (v) => u.age.gt(func.coalesce(bindparam<number>("given", v.number()), literal(0)) as ColumnElement<number>),
  (v) => u.id.in(bindparam<number[]>("these", v.list(), { expanding: true }) as never),
  (v) => u.age.eq(bindparam<number>("written", 5 + (v.number() - v.number()), { literalExecute: true })),
  (v) => text("users.age > :low").bindparams({ low: v.number() }) as unknown as Condition,
  (v) => sql`${u.age} > ${v.number()} or ${u.name} = ${v.text()}` as unknown as Condition,
  (v) => case_([u.age.gt(v.number()), v.number()], { else: v.number() }).gt(u.id) as Condition,
  (v) => cast(u.age, t.numeric(10, 2)).gt(v.number() as never) as unknown as Condition,
  (v) => u.age.op("%")(v.number()).eq(0) as unknown as Condition,
  (v) => func.length(u.name).gt(v.number()) as unknown as Condition,
  (v) => select(func.max(a.id)).where(a.userId.eq(u.id), a.id.lt(v.number())).scalarSubquery().gt(v.number()) as unknown as Condition,
];

const columns: readonly ((v: ValueSource) => AnyColumn)[] = [
  (v) => u.age.add(v.number()).label("plus") as AnyColumn,
  (v) => literal(v.number()) as AnyColumn,
  () => u.age.neg().label() as AnyColumn,
  (v) => func.coalesce(u.name, v.text()) as AnyColumn,
  () => func.count() as AnyColumn,
  (v) => func.sum(u.age).over({ partitionBy: u.name, orderBy: [u.id.desc()], rows: [-1 - (v.number() % 1), 0] }) as AnyColumn,
  () => func.row_number().over({ orderBy: u.id }).label("place") as AnyColumn,
  (v) => func.sum(u.age).filter(u.id.gt(v.number())) as AnyColumn,
  () => extract("year", a.since) as AnyColumn,
  () => literalColumn("1 + 1").label("two") as AnyColumn,
  (v) => case_([u.id.eq(v.number()), v.text()], { else: v.text() }).label("word") as AnyColumn,
  (v) => select(literal(v.number())).scalarSubquery().label("inner") as AnyColumn,
  () => u.name.collate("NOCASE").label("c") as AnyColumn,
];

const steps: readonly ((s: AnySelect, v: ValueSource) => AnySelect)[] = [
  ...conditions.map((condition) => (s: AnySelect, v: ValueSource) => s.where(condition(v))),
  ...columns.map((make) => (s: AnySelect, v: ValueSource) => s.addColumns(make(v)) as AnySelect),
  (s, v) => s.limit(v.number()),
  (s, v) => s.offset(v.number()),
  (s, v) => s.limit(literal(v.number()).add(1) as never),
  (s, v) => s.slice(v.number(), 1_000_000),
  (s) => s.orderBy(u.age.desc()),
  (s) => s.orderBy(u.age.nullsLast(), u.id),
  (s) => s.orderBy(null),
  (s) => s.distinct(),
  (s) => s.join(addresses),
  (s) => s.outerjoin(addresses, a.userId.eq(u.id)) as AnySelect,
  (s) => s.join(addresses.alias("other"), literalColumn("1").eq(1)),
  (s) => s.groupBy(u.name),
  (s, v) => s.having(func.count().gt(v.number())),
  (s) => s.withForUpdate(),
  (s) => s.withForUpdate({ read: true, nowait: true }),
  (s) => s.selectFrom(users.alias()),
  (s) => s.prefixWith("/* here */"),
  (s) => s.suffixWith("/* there */"),
  (s, v) => select(s.where(u.id.gt(v.number())).subquery()) as AnySelect,
  (s, v) => select(s.subquery("named").alias()).where(literal(v.number()).gt(0)) as AnySelect,
  (s, v) => select(s.cte("c")).where(literal(v.number()).gt(0)) as AnySelect,
  (s, v) => select(s.cte("d", { nesting: true })).limit(v.number()) as AnySelect,
  (s, v) => select(s.limit(v.number()).lateral("l")) as AnySelect,
  (s, v) => {
    const rows = values(column("n", t.integer()), column("w", t.string(10)), { name: "v" }).data(
      v.rows().map(({ id, name }) => [id, name]),
    );
    return s.selectFrom(rows as unknown as FromClause).where(rows.c.n.gt(0) as Condition) as AnySelect;
  },
  (s, v) => {
    const rows = values(column("n", t.integer()), column("w", t.string(10)))
      .data(v.rows().map(({ id, age }) => [id, age === null ? null : "x"]))
      .cte("rows_of");
    return s.where(u.id.in(select(rows.c["n"]!))) as AnySelect;
  },
  (s) => s.join(addresses.alias("again") as never, literalColumn("1").eq(1)) as AnySelect,
];

const row = (v: ValueSource): Record<string, unknown> => ({ id: v.number(), name: v.text(), age: v.number() });

const writes: readonly ((rest: readonly number[], v: ValueSource) => ClauseElement)[] = [
  (rest, v) => insert(users).values(rest.length % 2 === 0 ? { name: v.text(), age: v.number() } : { age: v.number() }),
  (_, v) => insert(users).values({ name: v.text(), age: null }).returning(users.c.id),
  (_, v) => insert(users).values(v.rows()),
  (_, v) => insert(users).values(v.rows()).returning(users.c.name),
  (_, v) => insert(users).values(v.rows().map(({ id, name }) => [id, name])),
  (rest, v) => insert(users).fromSelect(["name", "age"], build([0, ...rest], v) as never),
  (rest, v) =>
    update(users)
      .values({ age: v.number() })
      .where(...where(rest, v)),
  (rest, v) =>
    update(users)
      .values({ age: users.c.age.add(v.number()), name: v.text() })
      .where(...where(rest, v)),
  (rest, v) =>
    update(users)
      .values(new Map([[users.c.age, v.number()]]))
      .where(a.userId.eq(u.id), ...where(rest, v)),
  (rest, v) => delete_(users).where(...where(rest, v)),
  (rest, v) =>
    delete_(users)
      .where(...where(rest, v))
      .returning(users.c.id, literal(v.number())),
  (_, v) => {
    const statement = sqliteInsert(users).values(row(v));
    return statement.onConflictDoUpdate({
      indexElements: ["id"],
      set: { age: statement.excluded.age, name: v.text() },
      where: u.age.gt(v.number()),
    });
  },
  (_, v) => sqliteInsert(users).values(row(v)).onConflictDoNothing(),
  (_, v) => {
    const statement = pgInsert(users).values(v.rows());
    return statement
      .onConflictDoUpdate({ indexElements: ["id"], set: { age: statement.excluded.age, name: v.text() } })
      .returning(users.c.id);
  },
  (_, v) => mysqlInsert(users).values(row(v)).onDuplicateKeyUpdate({ age: v.number() }),
  (_, v) =>
    text("SELECT * FROM users WHERE age > :low AND id IN :ids").bindparams(
      { low: v.number() },
      bindparam("ids", v.list(), { expanding: true, type: t.integer() as never }),
    ),
  (_, v) =>
    text("SELECT id, name FROM users WHERE age > :low").bindparams({ low: v.number() }).columns(u.id, u.name) as unknown as ClauseElement,
];

function where(rest: readonly number[], v: ValueSource): Condition[] {
  return rest.map((n) => conditions[n % conditions.length]!(v));
}

/** The statement of a list of numbers: the first says of which kind it is, the others what there is in it. */
export function build(recipe: readonly number[], v: ValueSource): ClauseElement {
  const [kind = 0, ...rest] = recipe;
  if (kind % 3 === 1) return writes[(rest[0] ?? kind) % writes.length]!(rest.slice(1), v);
  let statement = select(users.c.id, users.c.name) as AnySelect;
  for (const n of rest) statement = steps[n % steps.length]!(statement, v);
  if (kind % 12 === 2) return union(statement, select(users.c.id, users.c.name).where(users.c.age.eq(v.number())));
  if (kind % 12 === 5) return unionAll(statement, select(u.id, u.name), statement).orderBy(literalColumn("1")).limit(v.number());
  return statement;
}

/** The same with values counted up from a start. */
export function statementOf(recipe: readonly number[], start: number): ClauseElement {
  return build(recipe, new ValueSource(start));
}
