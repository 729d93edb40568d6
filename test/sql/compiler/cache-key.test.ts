import fc from "fast-check";
import {
  and,
  bindparam,
  Column,
  delete_,
  exists,
  foreignKey,
  func,
  insert,
  literal,
  MetaData,
  or,
  select,
  t,
  Table,
  tuple,
  union,
  update,
  type ClauseElement,
  type ColumnElement,
  type Select,
} from "athanor";
import { describe, expect, test } from "vitest";
import { cacheKeyOf } from "../../../src/sql/elements/clause-element.ts";

const metadata = new MetaData();
const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(50)),
  age: new Column(t.integer()),
});
const addresses = new Table("addresses", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  userId: new Column("user_id", foreignKey("users.id")),
  city: new Column(t.string(50)),
});

/** Gives the values of a statement, one after the other. */
class Values {
  #next: number;

  constructor(start: number) {
    this.#next = start;
  }

  number(): number {
    this.#next += 1;
    return this.#next;
  }

  list(): number[] {
    // lists of any length have one structure
    return Array.from({ length: this.number() % 4 }, () => this.number());
  }
}

type Condition = ColumnElement<boolean>;

const conditions: ((v: Values) => Condition)[] = [
  (v) => users.c.age.gt(v.number()),
  (v) => users.c.age.eq(v.number()),
  (v) => users.c.name.eq(`n${v.number()}`),
  (v) => users.c.id.in(v.list()),
  (v) => users.c.id.notIn(v.list()),
  (v) => or(users.c.age.lt(v.number()), users.c.name.like(`%${v.number()}%`)),
  (v) => and(users.c.age.ne(v.number()), users.c.age.add(v.number()).gt(3)),
  () => users.c.name.is(null),
  (v) => tuple(users.c.id, users.c.age).in([[v.number(), v.number()]]),
  (v) => exists().where(addresses.c.userId.eq(users.c.id), addresses.c.city.eq(`c${v.number()}`)),
  (v) => users.c.id.in(select(addresses.c.userId).where(addresses.c.id.gt(v.number()))),
  (v) => users.c.age.gt(func.coalesce(bindparam<number>("given", v.number()), literal(0)) as ColumnElement<number>),
];

type AnySelect = Select;
const steps: ((s: AnySelect, v: Values) => AnySelect)[] = [
  ...conditions.map((condition) => (s: AnySelect, v: Values) => s.where(condition(v))),
  (s, v) => s.limit(v.number()),
  (s, v) => s.offset(v.number()),
  (s) => s.orderBy(users.c.age.desc()),
  (s) => s.orderBy(users.c.age),
  (s) => s.distinct(),
  (s) => s.join(addresses),
  (s) => s.outerjoin(addresses, addresses.c.userId.eq(users.c.id)),
  (s, v) => s.addColumns(users.c.age.add(v.number()).label("plus")) as AnySelect,
  (s, v) => s.addColumns(literal(v.number())) as AnySelect,
  (s) => s.groupBy(users.c.name),
  (s, v) => s.having(func.count().gt(v.number())),
  (s) => s.withForUpdate(),
  (s) => s.selectFrom(users.alias()),
  (s, v) => select(s.where(users.c.id.gt(v.number())).subquery()) as AnySelect,
  (s, v) => select(s.cte("c")).where(literal(v.number()).gt(0)) as AnySelect,
];

function build(recipe: readonly number[], start: number): ClauseElement {
  const v = new Values(start);
  const [kind = 0, ...rest] = recipe;
  if (kind % 5 === 1) {
    const row = rest.length % 2 === 0 ? { name: `n${v.number()}`, age: v.number() } : { age: v.number() };
    return rest.length % 3 === 0 ? insert(users).values(row) : insert(users).values(row).returning(users.c.id);
  }
  if (kind % 5 === 2)
    return update(users)
      .values({ age: v.number() })
      .where(...rest.map((n) => conditions[n % conditions.length]!(v)));
  if (kind % 5 === 3) return delete_(users).where(...rest.map((n) => conditions[n % conditions.length]!(v)));
  let statement = select(users.c.id, users.c.name) as AnySelect;
  for (const n of rest) {
    const next = steps[n % steps.length]!;
    statement = next(statement, v);
  }
  return kind % 5 === 4 ? union(statement, select(users.c.id, users.c.name).where(users.c.age.eq(v.number()))) : statement;
}

const recipes = fc.array(fc.nat(1000), { maxLength: 7 });

/** Statements that cannot be compiled are of no interest here. */
function sqlOf(statement: ClauseElement): string | null {
  try {
    return statement.compile({ dialect: "sqlite" }).sql;
  } catch {
    return null;
  }
}

describe("the key of a statement", () => {
  test("is the same for the same structure, whatever the values, and the compiled statement takes the other's values", () => {
    fc.assert(
      fc.property(recipes, fc.nat(50), fc.nat(50), (recipe, a, b) => {
        const one = build(recipe, a);
        const other = build(recipe, b);
        const [key, otherKey] = [cacheKeyOf(one), cacheKeyOf(other)];
        expect(otherKey.text).toBe(key.text);
        expect(otherKey.binds.length).toBe(key.binds.length);
        if (sqlOf(one) === null) return;
        const compiled = one.compile({ dialect: "sqlite", cacheKey: key });
        const wanted = other.compile({ dialect: "sqlite" });
        const bound = compiled.bind(null, otherKey.binds);
        expect(bound.sql).toBe(wanted.sql);
        expect(bound.params).toEqual(wanted.params);
      }),
      { numRuns: 600 },
    );
  });

  test("differs where the SQL differs", () => {
    const known = new Map<string, string>();
    fc.assert(
      fc.property(recipes, (recipe) => {
        const statement = build(recipe, 3);
        const { text } = cacheKeyOf(statement);
        const sql = sqlOf(statement);
        if (sql === null) return;
        const before = known.get(text);
        if (before !== undefined) expect(sql).toBe(before);
        known.set(text, sql);
      }),
      { numRuns: 1500 },
    );
    expect(known.size).toBeGreaterThan(100);
  });

  test("counts anonymous aliases by where they stand", () => {
    const a = users.alias();
    const b = users.alias();
    const key = (statement: ClauseElement): string => cacheKeyOf(statement).text;
    expect(key(select(a.c["id"]!, b.c["id"]!))).not.toBe(key(select(a.c["id"]!, a.c["id"]!)));
    expect(key(select(a.c["id"]!, b.c["id"]!))).toBe(key(select(b.c["id"]!, a.c["id"]!)));
  });

  test("is not made for rows that are written into the statement", () => {
    expect(cacheKeyOf(insert(users).values([{ age: 1 }, { age: 2 }])).cacheable).toBe(false);
    expect(cacheKeyOf(insert(users).values({ age: 1 })).cacheable).toBe(true);
  });
});
