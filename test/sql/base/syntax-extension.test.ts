// FUN-21: clauses of the user's own in SELECT, INSERT, UPDATE and DELETE.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compiles, deregister, operand } from "../../../src/ext/index.ts";
import {
  ArgumentError,
  type ClauseElement,
  Column,
  type ColumnElement,
  column,
  createEngine,
  declarativeBase,
  type Delete,
  delete_,
  type Expression,
  type Field,
  func,
  type Insert,
  insert,
  joinedload,
  mappedColumn,
  MetaData,
  foreignKey,
  relationship,
  type Select,
  select,
  type SelectExtensionPoint,
  sessionmaker,
  SyntaxExtension,
  t,
  Table,
  table,
  text,
  type Update,
  update,
} from "../../../src/index.ts";
import * as mysql from "../../../src/dialects/mysql/index.ts";
import * as pg from "../../../src/dialects/postgresql/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";

/** A word at a point; further ones of it stand beside the first. */
class Word extends SyntaxExtension {
  static override readonly fields: readonly Field[] = [
    ["word", "plain"],
    ["point", "plain"],
  ];
  readonly word: string;
  readonly point: string;
  constructor(word: string, point: string) {
    super();
    this.word = word;
    this.point = point;
  }
  override applyToSelect(statement: Select<unknown>): void {
    statement.applySyntaxExtensionPoint((existing) => [...existing, this], this.point as SelectExtensionPoint);
  }
  override applyToInsert(statement: Insert<unknown>): void {
    statement.applySyntaxExtensionPoint((existing) => [...existing, this], this.point as "postValues");
  }
  override applyToUpdate(statement: Update<unknown>): void {
    statement.applySyntaxExtensionPoint((existing) => [...existing, this], this.point as "postCriteria");
  }
  override applyToDelete(statement: Delete<unknown>): void {
    statement.applySyntaxExtensionPoint(() => [this], this.point as "postCriteria");
  }
}

/** Expressions before the columns; only one of its kind. */
class Exprs extends SyntaxExtension {
  static override readonly fields: readonly Field[] = [["exprs", "clauses"]];
  readonly exprs: readonly ClauseElement[];
  constructor(...exprs: readonly unknown[]) {
    super();
    this.exprs = exprs.map((expr) => operand(this, expr));
  }
  override applyToSelect(statement: Select<unknown>): void {
    statement.applySyntaxExtensionPoint((existing) => this.appendReplacingSameType(existing), "postSelect");
  }
}

/** A condition on windows, written for databases without QUALIFY as a comment. */
class Qualify extends SyntaxExtension {
  static override readonly fields: readonly Field[] = [["predicate", "clause"]];
  readonly predicate: ColumnElement<unknown>;
  constructor(predicate: Expression<boolean>) {
    super();
    this.predicate = operand(this, predicate);
  }
  override applyToSelect(statement: Select<unknown>): void {
    statement.applySyntaxExtensionPoint((existing) => this.appendReplacingSameType(existing), "postCriteria");
  }
}

beforeAll(() => {
  compiles(Word, ({ word }) => word);
  compiles(Exprs, ({ exprs }, compiler, options) => `EXPRS (${compiler.delimited(exprs, ", ", options)})`);
  compiles(Qualify, ({ predicate }, compiler, options) => `QUALIFY ${compiler.process(predicate, options)}`);
});
afterAll(() => {
  for (const type of [Word, Exprs, Qualify]) deregister(type);
});

const a = column("a", t.integer());
const b = column("b", t.integer());
const base = select(a, b).where(column("q", t.integer()).eq(5));

describe("the points of a SELECT", () => {
  test("behind SELECT, before the columns, before ORDER BY, at the end", () => {
    expect(String(base.ext(new Word("W", "postSelect")).prefixWith("P"))).toBe("SELECT W P a, b WHERE q = ?");
    expect(String(base.ext(new Word("W", "preColumns")).distinct())).toBe("SELECT DISTINCT W a, b WHERE q = ?");
    const all = base.having(column("z").eq(1)).orderBy(a).limit(3);
    expect(String(all.ext(new Word("W", "postCriteria")))).toBe("SELECT a, b WHERE q = ? HAVING z = ? W ORDER BY a LIMIT ?");
    expect(String(all.ext(new Word("W", "postBody")).withStatementHint("H"))).toBe(
      "SELECT a, b WHERE q = ? HAVING z = ? ORDER BY a LIMIT ? W H",
    );
  });

  test("several at one point, or only the last of a class", () => {
    const two = base.ext(new Word("V", "postCriteria")).ext(new Word("W", "postCriteria"));
    expect(String(two)).toBe("SELECT a, b WHERE q = ? V W");
    expect(String(base)).toBe("SELECT a, b WHERE q = ?");
    expect(String(two.ext(new Qualify(a.gt(1))).ext(new Qualify(a.gt(b))))).toBe("SELECT a, b WHERE q = ? V W QUALIFY a > b");
  });

  test("what has no place is refused", () => {
    expect(() => base.ext(new Word("W", "nowhere"))).toThrow(
      'no point "nowhere" for extensions of its syntax; it has postSelect, preColumns',
    );
    expect(() => base.ext({ applyToSelect() {} } as never)).toThrow("ext() takes an extension of the syntax");
    expect(() => base.ext(undefined as never)).toThrow(ArgumentError);
    expect(() => base.ext(mysql.limit(5))).toThrow("DmlLimit has no place in a SELECT.");
    const things = table("things", column("a"));
    expect(() => insert(things).ext(new Exprs())).toThrow("Exprs has no place in an INSERT.");
    expect(() => update(things).ext(new Exprs())).toThrow("Exprs has no place in an UPDATE.");
    expect(() => delete_(things).ext(new Exprs())).toThrow("Exprs has no place in a DELETE.");
    class Wrong extends Word {
      static override readonly inheritCache: boolean = true;
      override applyToSelect(statement: Select<unknown>): void {
        statement.applySyntaxExtensionPoint((() => this) as never, "postBody");
      }
    }
    expect(() => base.ext(new Wrong("W", ""))).toThrow('What stands at "postBody" is a list of elements.');
  });
});

test("the points of INSERT, UPDATE and DELETE", () => {
  const things = table("things", column("a"), column("b"));
  expect(String(insert(things).values({ a: 1 }).ext(new Word("W", "postValues")).ext(new Word("V", "postValues")))).toBe(
    "INSERT INTO things (a) VALUES (?) W V",
  );
  expect(String(update(things).values({ a: 1 }).where(things.c["b"]!.eq(2)).ext(new Word("W", "postCriteria")))).toBe(
    "UPDATE things SET a=? WHERE things.b = ? W",
  );
  const some = delete_(things).where(things.c["b"]!.eq(2));
  expect(String(some.ext(new Word("W", "postCriteria")).ext(new Word("V", "postCriteria")))).toBe(
    "DELETE FROM things WHERE things.b = ? V",
  );
  // together with what the dialects have
  const upsert = pg.insert(things).values({ a: 1 }).ext(new Word("W", "postValues")).onConflictDoNothing();
  expect(upsert.compile({ dialect: "postgresql" }).sql).toBe("INSERT INTO things (a) VALUES ($1) W ON CONFLICT DO NOTHING");
  expect(() => upsert.onConflictDoNothing()).toThrow("has an ON CONFLICT already");
});

test("an extension is a part of the statement: of its key, its comparison and its copies", () => {
  const metadata = new MetaData();
  const users = new Table("users", metadata, { id: new Column(t.integer()), n: new Column(t.integer()) });
  const extended = (): Select<unknown> => select(users).ext(new Exprs(users.c.id, users.c.n, 5));
  expect(extended().compare(extended())).toBe(true);
  expect(extended().compare(select(users).ext(new Exprs(users.c.id)))).toBe(false);
  expect(extended().compare(select(users))).toBe(false);
  expect(extended().compile().params).toEqual([5]);
  const renamed = select(users).subquery("u");
  const outer = select(renamed.c["id"]!).ext(new Exprs(renamed.c["n"]));
  expect(String(outer)).toBe("SELECT EXPRS (u.n) u.id FROM (SELECT users.id AS id, users.n AS n FROM users) AS u");
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

describe("in statements of the ORM", () => {
  const on = (statement: ClauseElement): string => statement.compile({ dialect: "postgresql" }).sql;

  test("extensions are kept", () => {
    expect(on(select(Author).ext(new Word("W", "postSelect")).ext(new Word("V", "postBody")))).toBe(
      "SELECT W authors.id, authors.name FROM authors V",
    );
    expect(on(select(Author).ext(pg.distinctOn(Author.name)).orderBy(Author.name))).toBe(
      "SELECT DISTINCT ON (authors.name) authors.id, authors.name FROM authors ORDER BY authors.name",
    );
    expect(on(select(Author.id).ext(new Qualify(func.row_number().over({ orderBy: Author.name }).eq(1))))).toBe(
      "SELECT authors.id FROM authors QUALIFY row_number() OVER (ORDER BY authors.name) = $1::INTEGER",
    );
  });

  test("with joined collections they count the entities", () => {
    const eager = select(Author).options(joinedload(Author.books));
    expect(on(eager.ext(pg.distinctOn(Author.name)))).toBe(
      "SELECT anon_1.id, anon_1.name, books_1.id AS id_1, books_1.title, books_1.author_id FROM " +
        "(SELECT DISTINCT ON (authors.name) authors.id AS id, authors.name AS name FROM authors) AS anon_1 " +
        "LEFT OUTER JOIN books AS books_1 ON anon_1.id = books_1.author_id",
    );
    expect(on(eager.ext(new Qualify(Author.id.gt(1))))).toContain("FROM authors QUALIFY authors.id > $1::INTEGER) AS anon_1");
  });

  test("in UPDATE and DELETE", () => {
    expect(on(update(Author).values({ name: "x" }).ext(new Word("W", "postCriteria")))).toBe("UPDATE authors SET name=$1 W");
    expect(on(delete_(Author).ext(new Word("W", "postCriteria")))).toBe("DELETE FROM authors W");
    expect(on(insert(Author).values({ name: "x" }).ext(new Word("W", "postValues")))).toBe(
      "INSERT INTO authors (name) VALUES ($1) W RETURNING authors.id",
    );
  });
});

describeEachDatabase("executed", (db) => {
  test("an extension in all kinds of statements, in Core and ORM", async () => {
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    const Session = sessionmaker({ bind: engine });
    const note = (point: string) => new Word("/* ours */", point);
    await using session = Session();
    await session.execute(insert(Author).ext(note("postValues")), [{ name: "a" }, { name: "b" }, { name: "c" }]);
    await session.execute(update(Author).values({ name: "d" }).where(Author.name.eq("c")).ext(note("postCriteria")));
    await session.execute(delete_(Author).where(Author.name.eq("d")).ext(note("postCriteria")));
    session.add(new Book({ title: "x", authorId: 1 }));
    await session.flush();
    for (const point of ["postSelect", "preColumns", "postCriteria", "postBody"]) {
      const found = await session.scalars(select(Author).orderBy(Author.name).options(joinedload(Author.books)).ext(note(point))).all();
      expect(found.map(({ name, books }) => [name, books.length])).toEqual([
        ["a", 1],
        ["b", 0],
      ]);
    }
    if (db.dialect === "postgresql") {
      const first = await session
        .scalars(
          select(Author)
            .ext(pg.distinctOn(text("1 = 1")))
            .orderBy(text("1 = 1"), Author.name.desc()),
        )
        .all();
      expect(first.map(({ name }) => name)).toEqual(["b"]);
    }
    await session.rollback();
    await Base.metadata.dropAll(engine);
    await engine.dispose();
  });
});
