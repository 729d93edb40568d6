// A small library of books: one-to-many, many-to-one, many-to-many, a tree and deferred columns, with rows to load.
import {
  Column,
  createEngine,
  declarativeBase,
  foreignKey,
  type Engine,
  insert,
  listen,
  mappedColumn,
  relationship,
  sessionmaker,
  t,
  Table,
} from "athanor";

export const Base = declarativeBase();

export class Publisher extends Base<typeof Publisher> {
  static table = this.mapTo("publishers");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(50));
  static books = relationship(() => [Book], { backPopulates: "publisher", orderBy: () => Book.id });
}

export class Book extends Base<typeof Book> {
  static table = this.mapTo("books");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(50));
  static pages = mappedColumn(t.integer(), { nullable: true });
  static published = mappedColumn(t.date(), { nullable: true });
  static summary = mappedColumn(t.text(), { nullable: true, deferred: true });
  static publisherId = mappedColumn(
    foreignKey(() => Publisher.id),
    { nullable: true },
  );
  static publisher = relationship(() => Publisher, { backPopulates: "books", nullable: true });
  static chapters = relationship(() => [Chapter], { backPopulates: "book", orderBy: () => Chapter.number });
  static tags = relationship(() => [Tag], { secondary: () => bookTags, backPopulates: "books", orderBy: () => Tag.id });
}

export class Chapter extends Base<typeof Chapter> {
  static table = this.mapTo("chapters");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static bookId = mappedColumn(foreignKey(() => Book.id));
  static number = mappedColumn(t.integer());
  static heading = mappedColumn(t.string(50));
  static book = relationship(() => Book, { backPopulates: "chapters" });
}

export class Tag extends Base<typeof Tag> {
  static table = this.mapTo("tags");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static label = mappedColumn(t.string(50));
  static books = relationship(() => [Book], { secondary: () => bookTags, backPopulates: "tags", orderBy: () => Book.id });
}

export class Shelf extends Base<typeof Shelf> {
  static table = this.mapTo("shelves");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(50));
  static parentId = mappedColumn(
    foreignKey(() => Shelf.id),
    { nullable: true },
  );
  static parent = relationship(() => Shelf, { backPopulates: "children", remoteSide: () => Shelf.id, nullable: true });
  static children = relationship(() => [Shelf], { backPopulates: "parent", orderBy: () => Shelf.id });
}

/** A composite key, and a table that refers to it. */
export class Edition extends Base<typeof Edition> {
  static table = this.mapTo("editions");
  static bookId = mappedColumn(
    foreignKey(() => Book.id),
    { primaryKey: true },
  );
  static year = mappedColumn(t.integer(), { primaryKey: true });
  static note = mappedColumn(t.string(50), { nullable: true });
}

export const bookTags = new Table("book_tags", Base.metadata, {
  bookId: new Column("book_id", foreignKey("books.id"), { primaryKey: true }),
  tagId: new Column("tag_id", foreignKey("tags.id"), { primaryKey: true }),
});

const publishers = [
  { id: 1, name: "Ada" },
  { id: 2, name: "Bell" },
  { id: 3, name: "Curie" },
];
const books = [
  { id: 1, title: "One", pages: 100, published: "2001-01-01", summary: "s1", publisher_id: 1 },
  { id: 2, title: "Two", pages: 200, published: null, summary: null, publisher_id: 1 },
  { id: 3, title: "Three", pages: null, published: "2003-03-03", summary: "s3", publisher_id: 2 },
  { id: 4, title: "Four", pages: 400, published: null, summary: null, publisher_id: null },
];
const chapters = [
  { id: 1, book_id: 1, number: 2, heading: "1b" },
  { id: 2, book_id: 1, number: 1, heading: "1a" },
  { id: 3, book_id: 2, number: 1, heading: "2a" },
  { id: 4, book_id: 3, number: 1, heading: "3a" },
  { id: 5, book_id: 3, number: 2, heading: "3b" },
  { id: 6, book_id: 3, number: 3, heading: "3c" },
];
const tags = [
  { id: 1, label: "red" },
  { id: 2, label: "big" },
  { id: 3, label: "old" },
];
const tagged = [
  [1, 1],
  [1, 2],
  [2, 2],
  [3, 1],
  [3, 2],
] as const;
const shelves = [
  { id: 1, name: "root", parent_id: null },
  { id: 2, name: "a", parent_id: 1 },
  { id: 3, name: "b", parent_id: 1 },
  { id: 4, name: "a1", parent_id: 2 },
  { id: 5, name: "a11", parent_id: 4 },
];
const editions = [
  { book_id: 1, year: 2001, note: "first" },
  { book_id: 1, year: 2011, note: null },
];

/** What was sent to an engine. */
export class Log {
  readonly all: string[] = [];

  /** The SELECTs since the last call. */
  take(): string[] {
    const selects = this.all.filter((sql) => /^\s*(SELECT|WITH)/i.test(sql));
    this.all.length = 0;
    return selects;
  }
}

export interface Library {
  readonly engine: Engine;
  readonly log: Log;
  session(): ReturnType<ReturnType<typeof sessionmaker>>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A database with the rows above. */
export async function openLibrary(url: string): Promise<Library> {
  const engine = createEngine(url);
  await Base.metadata.createAll(engine);
  const rowsOf = (cls: { table: unknown }, rows: readonly Record<string, unknown>[]) => {
    const columns = [...((cls.table as Table).c as Iterable<{ name: string; key: string }>)];
    return rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [columns.find((c) => c.name === name)!.key, value])),
    );
  };
  await engine.begin(async (conn) => {
    for (const [cls, rows] of [
      [Publisher, publishers],
      [Book, books],
      [Chapter, chapters],
      [Tag, tags],
      [Shelf, shelves],
      [Edition, editions],
    ] as const) {
      await conn.execute(insert(cls.table as Table), rowsOf(cls as never, rows as never));
    }
    await conn.execute(
      insert(bookTags),
      tagged.map(([bookId, tagId]) => ({ bookId, tagId })),
    );
  });
  const log = new Log();
  listen(engine, "beforeCursorExecute", (_conn: unknown, _cursor: unknown, statement: string) => {
    log.all.push(statement);
  });
  const Session = sessionmaker({ bind: engine });
  const close = async (): Promise<void> => {
    await Base.metadata.dropAll(engine);
    await engine.dispose();
  };
  return { engine, log, session: () => Session(), close, [Symbol.asyncDispose]: close };
}
