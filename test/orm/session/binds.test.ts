// SES-12: which engine a session sends what to.
import {
  type BindRequest,
  createEngine,
  declarativeBase,
  delete_,
  type Engine,
  extend,
  insert,
  mappedColumn,
  relationship,
  select,
  selectinload,
  Session,
  t,
  text,
  UnboundExecutionError,
  update,
} from "athanor";
import { StatementRecorder } from "athanor/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";

function model() {
  const Base = declarativeBase();
  class Archived {
    static archivedAt = mappedColumn(t.integer(), { nullable: true });
  }
  class Author extends Base<typeof Author> {
    static table = this.mapTo("authors", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "author" });
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static kind = mappedColumn(t.string(10), { init: false });
    static name = mappedColumn(t.string(50));
    static books = relationship(() => [Book], {
      backPopulates: "author",
      primaryjoin: () => Author.id.eq(Book.authorId),
      foreignKeys: () => Book.authorId,
    });
  }
  class Editor extends extend(Author)<typeof Editor> {
    static table = this.mapSingle({ polymorphicIdentity: "editor" });
  }
  class Book extends Base.with(Archived)<typeof Book> {
    static table = this.mapTo("books");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static title = mappedColumn(t.string(50));
    // in another database: there is no constraint
    static authorId = mappedColumn(t.integer(), { nullable: true });
    static author = relationship(() => Author, {
      backPopulates: "books",
      nullable: true,
      primaryjoin: () => Author.id.eq(Book.authorId),
      foreignKeys: () => Book.authorId,
    });
  }
  return { Base, Archived, Author, Editor, Book };
}

describeEachDatabase(
  "SES-12 binds",
  (db) => {
    let m: ReturnType<typeof model>;
    let first: Engine;
    let second: Engine;
    let sent: [StatementRecorder, StatementRecorder];
    beforeEach(async () => {
      m = model();
      first = createEngine(db.url);
      // of SQLite another database, of servers another connection
      second = createEngine(db.url);
      for (const engine of db.name === "sqlite" || db.name === "better-sqlite3" ? [first, second] : [first]) {
        await m.Base.metadata.dropAll(engine);
        await m.Base.metadata.createAll(engine);
      }
      sent = [new StatementRecorder(first), new StatementRecorder(second)];
    });
    afterEach(async () => {
      await first.dispose();
      await second.dispose();
    });

    /** What each engine was sent since the last call: "INSERT books". */
    const take = (): string[][] =>
      sent.map((recorder) =>
        recorder.clear().map(({ sql }) => {
          const table = /(?:INTO|UPDATE|FROM)\s+["`]?(\w+)/.exec(sql)?.[1] ?? "";
          return `${sql.trim().split(/\s/)[0]!} ${table}`.trim();
        }),
      );

    test("by class, for its subclasses too: flush, queries, loads, and statements of Core about its table", async () => {
      const { Author, Editor, Book } = m;
      await using session = new Session({ bind: first, binds: new Map([[Book, second]]) });
      session.add(new Author({ name: "ann", books: [new Book({ title: "one" })] }));
      session.add(new Editor({ name: "eve" }));
      await session.commit();
      expect(take()).toEqual([["INSERT authors"], ["INSERT books"]]);
      const authors = await session.scalars(select(Author).options(selectinload(Author.books)).orderBy(Author.id)).all();
      expect(authors.map((author) => [author.name, author.books.length])).toEqual([
        ["ann", 1],
        ["eve", 0],
      ]);
      take();
      await session.execute(update(Book).values({ title: "two" }));
      await session.execute(select(m.Base.metadata.tables.get("books")!));
      await session.execute(insert(m.Base.metadata.tables.get("books")!).values({ title: "core" }));
      await session.execute(delete_(Book).where(Book.title.eq("core")));
      expect(take()[0]).toEqual([]);
      expect(session.getBind({ mapper: Editor })).toBe(first);
      expect(session.getBind({ clause: select(m.Base.metadata.tables.get("books")!) })).toBe(second);
      await session.rollback();
    });

    test("by table, base and mixin, also later", async () => {
      const { Archived, Base, Author, Book } = m;
      const session = new Session();
      expect(() => session.getBind({ mapper: Book })).toThrow(UnboundExecutionError);
      session.bindMapper(Archived, second);
      expect(session.getBind({ mapper: Book })).toBe(second);
      expect(() => session.getBind({ mapper: Author })).toThrow("Could not find an engine for Author");
      session.bindTable(Base.metadata.tables.get("authors")!, first);
      expect(session.getBind({ mapper: Author })).toBe(first);
      expect(session.getBind({ clause: select(Author.name) })).toBe(first);
      session.bindMapper(Base, first);
      expect(session.getBind({ mapper: Author })).toBe(first);
      expect(() => session.getBind({ clause: text("SELECT 1") })).toThrow(UnboundExecutionError);
      await session.close();
    });

    test("by a rule: reads to one server, writes to the other", async () => {
      const { Author } = m;
      const asked: BindRequest[] = [];
      const getBind = (request: BindRequest): Engine => {
        asked.push(request);
        const { clause, isFlushing } = request;
        const writes = isFlushing || (clause !== null && !/^\s*SELECT/i.test(String(clause)));
        return writes ? second : first;
      };
      await using session = new Session({ getBind });
      session.add(new Author({ name: "ann" }));
      await session.commit();
      await session.scalars(select(Author)).all();
      await session.execute(update(Author).values({ name: "bob" }));
      await session.execute(text("DELETE FROM books"));
      await session.rollback();
      const [reads, writes] = take();
      expect(reads!.every((each) => each.startsWith("SELECT"))).toBe(true);
      expect(reads!.length).toBeGreaterThan(0);
      expect(writes!.filter((each) => !each.startsWith("SELECT"))).toEqual(["INSERT authors", "UPDATE authors", "DELETE books"]);
      expect(asked[0]!.session).toBe(session);
      expect(asked[0]!.mapper!.class_).toBe(Author);
      expect(asked[0]!.isFlushing).toBe(true);
    });

    test("a rule that gives null leaves it to the others", async () => {
      await using session = new Session({ bind: first, getBind: () => null });
      expect(session.getBind()).toBe(first);
      expect(await session.scalars(select(m.Author)).all()).toEqual([]);
    });

    test("by a call: an engine, or the class whose engine it is", async () => {
      const { Author, Book } = m;
      await using session = new Session({ bind: first, binds: new Map([[Book, second]]) });
      await session.scalars(select(Author), null, { bindArguments: { bind: second } }).all();
      await session.execute(text("SELECT 1"), null, { bindArguments: { mapper: Book } });
      await session.execute(text("SELECT 1"));
      for await (const _author of session.streamScalars(select(Author), null, { bindArguments: { mapper: Book } }));
      expect(take()).toEqual([["SELECT"], ["SELECT authors", "SELECT", "SELECT authors"]]);
    });
  },
  { only: ["sqlite", "better-sqlite3", "postgresql", "mariadb"] },
);
