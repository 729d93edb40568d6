// SEC-07 to SEC-10, SEC-13, SEC-18: where a number, a text or a name belongs, nothing else is taken, and what looks like a part of the
// library without being one is data.
import {
  and,
  AthanorError,
  bindparam,
  case_,
  cast,
  type ClauseElement,
  Column,
  column,
  delete_,
  desc,
  exists,
  func,
  index,
  insert,
  label,
  literal,
  MetaData,
  not,
  or,
  select,
  Sequence,
  sql,
  t,
  Table,
  table,
  text,
  tuple,
  uniqueConstraint,
  update,
} from "athanor";
import { describe, expect, test } from "vitest";
import { TARGETS, type Target } from "./dialects.ts";
import { MARK, IMAGES, OBJECTS } from "./objects.ts";

const users = new Table("users", new MetaData(), {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  name: new Column(t.string(200)),
  at: new Column(t.dateTime()),
});
type Any = never;

describe("SEC-07: limits", () => {
  const WRONG: unknown[] = [
    Number.NaN,
    -1,
    1.5,
    "1",
    "1; drop",
    1e21,
    2 ** 63,
    2n ** 63n,
    -1n,
    {},
    [],
    [1],
    true,
    Infinity,
    new Date(),
    { valueOf: () => 1 },
  ];

  test.for(WRONG.map((value) => [String(value), value] as const))("%s is none", ([, value]) => {
    const plain = select(users.c.id).orderBy(users.c.id);
    expect(() => plain.limit(value as Any)).toThrow(AthanorError);
    expect(() => plain.offset(value as Any)).toThrow(AthanorError);
    expect(() => plain.fetch(value as Any)).toThrow(AthanorError);
    expect(() => plain.slice(value as Any, 5)).toThrow(AthanorError);
    expect(() => plain.union(plain).limit(value as Any)).toThrow(AthanorError);
  });

  test.for(TARGETS.map((target) => [target.name, target] as const))("are bound [%s]", ([, { dialect, family }]) => {
    const compiled = select(users.c.id).limit(31337).offset(31338n).compile({ dialect });
    if (family === "default") return;
    expect(compiled.sql).not.toMatch(/3133[78]/);
    expect(Object.values(compiled.params).map(String)).toEqual(expect.arrayContaining(["31337", "31338"]));
  });
});

/** Every place of a statement that takes what a program gives. */
const PLACES: Readonly<Record<string, (given: Any) => unknown>> = {
  "select()": (x) => select(x),
  "select({ name })": (x) => select({ name: x }),
  "where()": (x) => select(users).where(x),
  "having()": (x) => select(users).having(x),
  "orderBy()": (x) => select(users).orderBy(x),
  "groupBy()": (x) => select(users).groupBy(x),
  "desc()": (x) => select(users).orderBy(desc(x)),
  "distinct()": (x) => select(users).distinct(x),
  "selectFrom()": (x) => select(literal(1)).selectFrom(x),
  "join()": (x) => select(users).join(x, users.c.id.eq(1)),
  "join(), the condition": (x) => select(users).join(users.alias("a"), x),
  "filterBy()": (x) => select(users).filterBy({ name: x }),
  "filterBy(), all of it": (x) => select(users).filterBy(x),
  "eq()": (x) => select(users).where(users.c.name.eq(x)),
  "ne()": (x) => select(users).where(users.c.name.ne(x)),
  "lt()": (x) => select(users).where(users.c.name.lt(x)),
  "like()": (x) => select(users).where(users.c.name.like(x)),
  "contains()": (x) => select(users).where(users.c.name.contains(x)),
  "regexpMatch()": (x) => select(users).where(users.c.name.regexpMatch(x)),
  "in()": (x) => select(users).where(users.c.name.in(x)),
  "in(), an item": (x) => select(users).where(users.c.name.in([x])),
  "notIn(), an item": (x) => select(users).where(users.c.name.notIn([x, "a"])),
  "between()": (x) => select(users).where(users.c.name.between(x, "b")),
  "concat()": (x) => select(users.c.name.concat(x)),
  "add()": (x) => select(users.c.id.add(x)),
  "is()": (x) => select(users).where(users.c.name.is(x)),
  "collate()": (x) => select(users.c.name.collate(x)),
  "cast()": (x) => select(cast(users.c.name, x)),
  "cast(), the value": (x) => select(cast(x, t.string())),
  "label()": (x) => select(users.c.name.label(x)),
  "label(), the element": (x) => select(label("a", x)),
  "and()": (x) => select(users).where(and(x, users.c.id.eq(1))),
  "or()": (x) => select(users).where(or(users.c.id.eq(1), x)),
  "not()": (x) => select(users).where(not(x)),
  "exists()": (x) => select(users).where(exists(x)),
  "case_(), a condition": (x) => select(case_([x, 1])),
  "case_(), a result": (x) => select(case_([users.c.id.eq(1), x])),
  "tuple()": (x) => select(users).where(tuple(users.c.id, users.c.name).in([[1, x]])),
  "func()": (x) => select(func.coalesce(users.c.name, x)),
  "over()": (x) => select(func.rank().over({ orderBy: x })),
  "over(), partitionBy": (x) => select(func.rank().over({ partitionBy: x })),
  "over(), rows": (x) => select(func.rank().over({ orderBy: users.c.id, rows: x })),
  "literal()": (x) => select(literal(x, t.string())),
  "literal() of no type": (x) => select(literal(x)),
  "bindparam()": (x) => select(users).where(users.c.name.eq(bindparam("n", { value: x }))),
  "bindparam(), the name": (x) => select(users).where(users.c.name.eq(bindparam(x, { value: "a" }))),
  "text()": (x) => select(text(x)),
  "text(), bindparams": (x) => text("SELECT :a").bindparams({ a: x }),
  "sql``": (x) => sql`SELECT ${x}`,
  "column()": (x) => select(column(x)),
  "table()": (x) => select(table(x, column("a"))),
  "table(), a column": (x) => select(table("a", x)),
  "alias()": (x) => select(users.alias(x)),
  "cte()": (x) => select(select(users).cte(x)),
  "subquery()": (x) => select(select(users).subquery(x)),
  "with_for_update({ of })": (x) => select(users).withForUpdate({ of: x }),
  "withHint()": (x) => select(users).withHint(users, x),
  "prefixWith()": (x) => select(users).prefixWith(x),
  "suffixWith()": (x) => select(users).suffixWith(x),
  "insert()": (x) => insert(x).values({ id: 1 }),
  "values(), all of it": (x) => insert(users).values(x),
  "values(), a value": (x) => insert(users).values({ id: 1, name: x }),
  "values(), a date": (x) => insert(users).values({ id: 1, at: x }),
  "values(), a row of many": (x) => insert(users).values([{ id: 1, name: "a" }, x]),
  "values(), many, a value": (x) =>
    insert(users).values([
      { id: 1, name: "a" },
      { id: 2, name: x },
    ]),
  "fromSelect()": (x) => insert(users).fromSelect(["id"], x),
  "fromSelect(), the names": (x) => insert(users).fromSelect([x], select(users.c.id)),
  "returning()": (x) => insert(users).values({ id: 1 }).returning(x),
  "update().values()": (x) => update(users).where(users.c.id.eq(1)).values({ name: x }),
  "update().values(), all of it": (x) => update(users).where(users.c.id.eq(1)).values(x),
  "update().where()": (x) => update(users).where(x).values({ name: "a" }),
  "delete_()": (x) => delete_(x),
  "delete_().where()": (x) => delete_(users).where(x),
  "Column()": (x) => new Table("made", new MetaData(), { a: new Column(x) }),
  "Column(), a name": (x) => new Table("made", new MetaData(), { a: new Column(x, t.integer()) }),
  "Column({ serverDefault })": (x) => new Table("made", new MetaData(), { a: new Column(t.integer(), { serverDefault: x }) }),
  "Column({ default })": (x) =>
    insert(new Table("made", new MetaData(), { a: new Column(t.string(), { default: x }), b: new Column(t.integer()) })).values({ b: 1 }),
  "Table()": (x) => new Table(x, new MetaData(), { a: new Column(t.integer()) }),
  "Table({ schema })": (x) => new Table("made", new MetaData(), { a: new Column(t.integer()) }, [], { schema: x }),
  "index()": (x) => new Table("made", new MetaData(), { a: new Column(t.integer()) }, [index("i", x)] as Any),
  "index(), the name": (x) => new Table("made", new MetaData(), { a: new Column(t.integer()) }, [index(x, "a")] as Any),
  "uniqueConstraint()": (x) => new Table("made", new MetaData(), { a: new Column(t.integer()) }, [uniqueConstraint(x)] as Any),
  "Sequence()": (x) => select(new Sequence(x).nextValue()),
};

/** What the statement becomes: the SQL, and the values beside it. */
function compiled(given: unknown, target: Target): { sql: string; params: unknown } {
  const { sql: found, params } = (given as ClauseElement).compile({ dialect: target.dialect });
  return { sql: found, params };
}

describe("SEC-08: what looks like a part of a statement without being one", () => {
  const [, sqlite, , postgresql, , , mysql] = TARGETS;
  test.for(Object.entries(PLACES))("%s", ([, place]) => {
    for (const [name, image] of Object.entries({ ...IMAGES, ...OBJECTS })) {
      for (const target of [sqlite!, postgresql!, mysql!]) {
        let found: { sql: string };
        try {
          found = compiled(place(image as Any), target);
        } catch (error) {
          // options that are such a Proxy hold all that there is, also what is the library's own
          if (!(error instanceof AthanorError) && name !== "a Proxy") throw new Error(`${name}: ${String(error)}`, { cause: error });
          continue;
        }
        for (const lex of target.lexers) {
          const bare = lex(found.sql).filter(({ kind, text: word }) => kind !== "string" && kind !== "name" && word.includes(MARK));
          expect(bare, `${name}: ${found.sql}`).toEqual([]);
        }
      }
    }
  });
});
