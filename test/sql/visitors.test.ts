// FUN-22: walks over statements, copies with parts changed or replaced.
import { describe, expect, test } from "vitest";
import {
  alias,
  aliased,
  and,
  ArgumentError,
  BinaryExpression,
  bindparam,
  BindParameter,
  case_,
  ClauseAdapter,
  type ClauseElement,
  Column,
  ColumnClause,
  createEngine,
  declarativeBase,
  delete_,
  exists,
  Function as SqlFunction,
  func,
  insert,
  joinedload,
  foreignKey,
  relationship,
  Label,
  literal,
  mappedColumn,
  MetaData,
  operators,
  select,
  sessionmaker,
  sql,
  t,
  Table,
  text,
  union,
  update,
  visitors,
} from "../../src/index.ts";
import * as pg from "../../src/dialects/postgresql/index.ts";
import { describeEachDatabase } from "../support/databases.ts";

const metadata = new MetaData();
const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(20), { nullable: false }),
  age: new Column(t.integer()),
});
const posts = new Table("posts", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  userId: new Column("user_id", foreignKey("users.id")),
});

const names = (root: object): string[] => [...visitors.iterate(root)].map((element) => element.constructor.name);

describe("iterate and traverse", () => {
  test("give every element, those further out first", () => {
    expect(names(and(users.c.id.eq(5), func.lower(users.c.name).like("a%")))).toEqual([
      "BooleanClauseList",
      "BinaryExpression",
      "BinaryExpression",
      "Column",
      "BindParameter",
      "Function",
      "BindParameter",
      "Grouping",
      "ClauseList",
      "Column",
    ]);
  });

  test("find values and columns of a statement, in subqueries and CTEs too", () => {
    const recent = select(posts.c.userId).where(posts.c.id.gt(100)).cte("recent");
    const statement = select(users.c.name)
      .join(recent, recent.c["userId"]!.eq(users.c.id))
      .where(users.c.age.in([1, 2]), exists(select(posts).where(posts.c.userId.eq(users.c.id), posts.c.id.eq(7))))
      .limit(3);
    const values: unknown[] = [];
    const columns = new Set<string>();
    visitors.traverse(statement, (element) => {
      if (element instanceof BindParameter) values.push(element.value);
      if (element instanceof ColumnClause && element.table !== null) columns.add(String(element));
    });
    expect(new Set(values)).toEqual(new Set([100, 3, 7, [1, 2]]));
    expect([...columns].toSorted()).toEqual(["posts.id", "posts.user_id", "recent.user_id", "users.age", "users.id", "users.name"]);
  });

  test("parts can be skipped", () => {
    const seen: string[] = [];
    const visit = (element: ClauseElement): void => void seen.push(element.constructor.name);
    const skip = (element: ClauseElement): boolean => element instanceof SqlFunction;
    visitors.traverse(func.lower(users.c.name).eq("a"), visit, { skip });
    expect(seen).toEqual(["BinaryExpression", "BindParameter"]);
    visitors.traverse(func.now(), visit, { skip });
    expect(seen).toHaveLength(2);
  });

  test("what is no element is refused", () => {
    for (const value of [undefined, null, 5, "x", {}, Date]) {
      expect(() => visitors.iterate(value as never)).toThrow(ArgumentError);
      expect(() => visitors.traverse(value as never, () => {})).toThrow("visitors.traverse() works with elements of SQL; got ");
      expect(() => visitors.clonedTraverse(value as never, () => {})).toThrow(ArgumentError);
      expect(() => visitors.replacementTraverse(value as never, () => null)).toThrow(ArgumentError);
    }
    expect(() => visitors.replacementTraverse(users.c.id.eq(1), () => "x" as never)).toThrow(
      'the function of visitors.replacementTraverse() works with elements of SQL; got "x"',
    );
  });
});

describe("clonedTraverse", () => {
  test("changes copies, not the original", () => {
    const statement = select(users.c.id, case_([users.c.name.gt("k"), literal("adult")], { else: "child" }).label("kind"))
      .where(users.c.name.eq("a"), text("x = :x").bindparams({ x: "1" }))
      .orderBy("kind");
    const before = statement.compile();
    const copy = visitors.clonedTraverse(statement, (element) => {
      if (element instanceof BindParameter) element.value = `${String(element.value)}!`;
    });
    expect(copy).not.toBe(statement);
    expect(copy.compile().sql).toBe(before.sql);
    expect(copy.compile().params).toEqual(before.params.map((value) => `${String(value)}!`));
    expect(statement.compile().params).toEqual(before.params);
    expect(statement.compare(copy)).toBe(false);
    expect(statement.compare(visitors.clonedTraverse(statement, () => {}))).toBe(true);
  });

  test("an element that stands in several places is copied once, tables and columns never", () => {
    const five = literal(5);
    const copies = new Set<ClauseElement>();
    const seen: ClauseElement[] = [];
    const copy = visitors.clonedTraverse(users.c.id.eq(five).and(users.c.age.eq(five)), (element) => {
      if (element instanceof BindParameter) copies.add(element);
      seen.push(element);
    });
    expect(copies.size).toBe(1);
    expect(seen).toContain(users.c.id);
    expect([...visitors.iterate(copy)]).toContain(users.c.age);
    expect([...visitors.iterate(copy)]).not.toContain(five);
  });

  test("stops where it is told to", () => {
    const inner = users.c.id.eq(5);
    const copy = visitors.clonedTraverse(inner.and(users.c.age.eq(6)), () => {}, { stopOn: [inner] });
    expect([...visitors.iterate(copy)]).toContain(inner);
  });
});

describe("replacementTraverse", () => {
  test("puts other elements in the place of some", () => {
    const lower = (element: ClauseElement): ClauseElement | null => (element === users.c.name ? func.lower(users.c.name) : null);
    const statement = select(users.c.id).where(users.c.name.eq("a").or(exists(select(posts.c.id).where(users.c.name.eq("b")))));
    expect(String(visitors.replacementTraverse(statement, lower))).toBe(
      "SELECT users.id FROM users WHERE lower(users.name) = ? OR (EXISTS (SELECT posts.id FROM posts WHERE lower(users.name) = ?))",
    );
    expect(String(statement)).toBe(
      "SELECT users.id FROM users WHERE users.name = ? OR (EXISTS (SELECT posts.id FROM posts WHERE users.name = ?))",
    );
  });

  test("of all kinds of statements", () => {
    const swap = (root: ClauseElement): string =>
      String(visitors.replacementTraverse(root, (element) => (element === users.c.age ? users.c.id : null)));
    expect(swap(select(users.c.age, users.c.name).groupBy(users.c.age).having(users.c.age.gt(1)).orderBy(users.c.age.desc()))).toBe(
      "SELECT users.id, users.name FROM users GROUP BY users.id HAVING users.id > ? ORDER BY users.id DESC",
    );
    expect(swap(union(select(users.c.age), select(users.c.id).where(users.c.age.eq(1))))).toBe(
      "SELECT users.id FROM users UNION SELECT users.id FROM users WHERE users.id = ?",
    );
    expect(
      swap(
        update(users)
          .values({ name: func.chr!(users.c.age) })
          .where(users.c.age.eq(1)),
      ),
    ).toBe("UPDATE users SET name=chr(users.id) WHERE users.id = ?");
    expect(swap(delete_(users).where(users.c.age.eq(1)))).toBe("DELETE FROM users WHERE users.id = ?");
    expect(swap(insert(posts).fromSelect(["userId"], select(users.c.age)))).toBe("INSERT INTO posts (user_id) SELECT users.id FROM users");
    expect(swap(insert(posts).values({ userId: select(users.c.age).scalarSubquery() }))).toContain("SELECT users.id FROM users");
    expect(swap(sql`${users.c.age} > ${5}`)).toBe("users.id > ?");
    expect(swap(func.rank().over({ partitionBy: users.c.age, orderBy: users.c.age }))).toBe(
      "rank() OVER (PARTITION BY users.id ORDER BY users.id)",
    );
    expect(swap(select(users.c.name).ext(pg.distinctOn(users.c.age)))).toBe("SELECT DISTINCT ON (users.id) users.name FROM users");
  });

  test("rewrites comparisons by their operators", () => {
    // NULL-safe comparison everywhere
    const statement = select(users.c.id).where(users.c.age.eq(bindparam("age", null)), users.c.name.ne("x"));
    const safe = visitors.replacementTraverse(statement, (element) => {
      if (!(element instanceof BinaryExpression)) return null;
      const left = element.left as typeof users.c.age;
      if (element.operator === operators.eq) return left.isNotDistinctFrom(element.right as never);
      return element.operator === operators.ne ? left.isDistinctFrom(element.right as never) : null;
    });
    expect(String(safe)).toBe("SELECT users.id FROM users WHERE users.age IS NOT DISTINCT FROM ? AND users.name IS DISTINCT FROM ?");
  });

  test("a label keeps its name when what it names is replaced", () => {
    const statement = select(users.c.age.add(1).label("next")).orderBy("next");
    const copy = visitors.replacementTraverse(statement, (element) => (element === users.c.age ? users.c.id : null));
    expect(String(copy)).toBe("SELECT users.id + ? AS next FROM users ORDER BY next");
    expect([...visitors.iterate(copy)].filter((element) => element instanceof Label)).toHaveLength(1);
  });
});

describe("what is selected from", () => {
  const adults = (age: number) => select(users.c.id, users.c.name.label("n")).where(users.c.age.gt(age)).subquery("adults");

  test("is found where only its columns name it", () => {
    expect(names(select(users.c.id))).toEqual(["Select", "Column", "Table"]);
    expect(names(select(users))).toEqual(["Select", "Table"]);
    const inner = adults(17);
    const values = [...visitors.iterate(select(inner.c["n"]!))].flatMap((element) =>
      element instanceof BindParameter ? [element.value] : [],
    );
    expect(values).toEqual([17]);
  });

  test("is copied and changed, and its columns with it", () => {
    const inner = adults(17);
    for (const statement of [
      select(inner.c["n"]!).where(inner.c["id"]!.eq(1)),
      select(inner.c["n"]!).selectFrom(inner).where(inner.c["id"]!.eq(1)),
      select(inner).where(inner.c["id"]!.eq(1)),
      select(posts.c.id).join(inner, inner.c["id"]!.eq(posts.c.userId)).where(inner.c["id"]!.eq(1)),
      select(posts.c.id).where(exists(select(inner.c["n"]!).where(inner.c["id"]!.eq(posts.c.userId), inner.c["id"]!.eq(1)))),
      union(select(inner.c["n"]!).where(inner.c["id"]!.eq(1)), select(users.c.name)),
    ]) {
      const compiled = statement.compile();
      const copy = visitors.clonedTraverse(statement, (element) => {
        if (element instanceof BindParameter && element.value === 17) element.value = 18;
      });
      expect(copy.compile().sql).toBe(compiled.sql);
      expect(compiled.params).toContain(17);
      expect(copy.compile().params).toEqual(compiled.params.map((value) => (value === 17 ? 18 : value)));
      expect(statement.compile().params).toEqual(compiled.params);
      for (const element of visitors.iterate(copy)) expect(element).not.toBe(inner);
    }
  });

  test("is replaced, and its columns with it", () => {
    const archive = new Table("archive", metadata, {
      id: new Column(t.integer()),
      name: new Column(t.string()),
      age: new Column(t.integer()),
    });
    const statement = select(users.c.id, posts.c.id)
      .join(posts, posts.c.userId.eq(users.c.id))
      .where(users.c.name.eq("a"), exists(select(users.c.age).where(users.c.age.gt(3)).correlate(null)))
      .orderBy(users.c.name);
    const swap = (to: object): string => String(visitors.replacementTraverse(statement, (element) => (element === users ? to : null)));
    expect(swap(archive)).toBe(
      "SELECT archive.id, posts.id AS id_1 FROM archive JOIN posts ON posts.user_id = archive.id WHERE archive.name = ? AND " +
        "(EXISTS (SELECT archive.age FROM archive WHERE archive.age > ?)) ORDER BY archive.name",
    );
    expect(swap(alias(users, "u"))).toContain(
      "SELECT u.id, posts.id AS id_1 FROM users AS u JOIN posts ON posts.user_id = u.id WHERE u.name = ?",
    );
    expect(String(statement)).toContain("FROM users JOIN posts");
  });
});

describe("ClauseAdapter", () => {
  test("reads the columns of a table from an alias or a subquery of it", () => {
    const u1 = alias(users, "u1");
    const condition = users.c.name.eq("a").and(users.c.id.eq(posts.c.userId));
    expect(String(new ClauseAdapter(u1).traverse(condition))).toBe("u1.name = ? AND u1.id = posts.user_id");
    const adults = select(users.c.id, users.c.name).where(users.c.age.gt(17)).subquery("adults");
    expect(String(new ClauseAdapter(adults).traverse(condition))).toBe("adults.name = ? AND adults.id = posts.user_id");
    expect(String(condition)).toBe("users.name = ? AND users.id = posts.user_id");
  });

  test("may be told what to leave", () => {
    const u1 = alias(users, "u1");
    const adapter = new ClauseAdapter(u1, { exclude: (element) => element === users.c.id });
    expect(String(adapter.traverse(users.c.name.eq("a").and(users.c.id.eq(1))))).toBe("u1.name = ? AND users.id = ?");
  });
});

const Base = declarativeBase();
class Author extends Base<typeof Author> {
  static table = this.mapTo("authors");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(20));
  static books = relationship(() => [Book]);
}
class Book extends Base<typeof Book> {
  static table = this.mapTo("books");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(20));
  static authorId = mappedColumn(foreignKey(() => Author.id));
}

describeEachDatabase("statements of the ORM", (db) => {
  test("can be walked over, copied and changed, and are executed as such", async () => {
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    await using session = sessionmaker({ bind: engine })();
    session.add(new Author({ name: "a", books: [new Book({ title: "x" }), new Book({ title: "y" })] }));
    session.add(new Author({ name: "b" }));
    await session.flush();
    const statement = select(Author).join(Author.books).where(Author.name.eq("a"), Book.title.eq("x")).options(joinedload(Author.books));
    expect([...visitors.iterate(statement)].filter((element) => element instanceof BindParameter).map(({ value }) => value)).toEqual([
      "a",
      "x",
    ]);
    const copy = visitors.clonedTraverse(statement, (element) => {
      if (element instanceof BindParameter && element.value === "x") element.value = "y";
    });
    for (const one of [statement, copy, visitors.replacementTraverse(statement, () => null)]) {
      const found = await session.scalars(one).all();
      expect(found.map(({ name, books }) => [name, books.map(({ title }) => title)])).toEqual([["a", ["x", "y"]]]);
    }
    const none = visitors.clonedTraverse(statement, (element) => {
      if (element instanceof BindParameter && element.value === "x") element.value = "z";
    });
    expect(await session.scalars(none).all()).toEqual([]);
    // attributes stand for their columns
    const other = aliased(Author);
    const upper = visitors.replacementTraverse(select(Author.id).where(Author.name.eq("B"), Author.id.gt(0)), (element) =>
      element instanceof ColumnClause && element.name === "name" ? func.upper(element as ColumnClause<string>) : null,
    );
    expect(await session.scalars(upper).all()).toEqual([2]);
    expect(names(Author.name.eq(other.name))).toEqual(["BinaryExpression", expect.any(String), expect.any(String)]);
    await session.rollback();
    await Base.metadata.dropAll(engine);
    await engine.dispose();
  });
});
