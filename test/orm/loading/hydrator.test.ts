import { inspect, joinedload, listen, noload, remove, select, selectinload, subqueryload } from "athanor";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { setCodeGeneration } from "../../../src/util/codegen.ts";
import { Book, Edition, type Library, openLibrary, Publisher, Shelf } from "./library.ts";

// The generated hydrator and its interpreted twin are run by the same tests.
describe.each([["generated"], ["interpreted"]])("hydrators, %s", (kind) => {
  let library: Library;
  beforeAll(async () => {
    setCodeGeneration(kind === "generated");
    library = await openLibrary("sqlite://");
  });
  afterAll(async () => {
    await library.close();
    setCodeGeneration(true);
  });
  afterEach(() => setCodeGeneration(kind === "generated"));

  /** Runs twice: code is generated when a statement comes again. */
  async function twice(check: (session: ReturnType<Library["session"]>) => Promise<void>): Promise<void> {
    for (let i = 0; i < 2; i += 1) {
      await using session = library.session();
      await check(session);
    }
  }

  test("columns, one object for each row", () =>
    twice(async (session) => {
      const books = await session.scalars(select(Book).orderBy(Book.id)).all();
      expect(books.map((book) => [book.id, book.title, book.pages, book.published, book.publisherId])).toEqual([
        [1, "One", 100, "2001-01-01", 1],
        [2, "Two", 200, null, 1],
        [3, "Three", null, "2003-03-03", 2],
        [4, "Four", 400, null, null],
      ]);
      expect(books.every((book) => book instanceof Book && inspect(book).persistent && !inspect(book).modified)).toBe(true);
      expect((await session.scalars(select(Book).orderBy(Book.id)).all())[2]).toBe(books[2]);
    }));

  test("columns by themselves, and beside objects", () =>
    twice(async (session) => {
      const stmt = select(Book.title, Book.published, Publisher.name).join(Publisher, Publisher.id.eq(Book.publisherId)).orderBy(Book.id);
      expect(await session.execute(stmt).all()).toEqual([
        ["One", "2001-01-01", "Ada"],
        ["Two", null, "Ada"],
        ["Three", "2003-03-03", "Bell"],
      ]);
      const named = select({ pages: Book.pages, book: Book, id: Book.id }).where(Book.id.lt(3)).orderBy(Book.id);
      const rows = await session.execute(named).all();
      expect(rows.map(({ pages, book, id }) => [pages, book.title, id])).toEqual([
        [100, "One", 1],
        [200, "Two", 2],
      ]);
      expect(rows[0]!.book).toBe(await session.get(Book, 1));
    }));

  test("composite keys", () =>
    twice(async (session) => {
      const editions = await session.scalars(select(Edition).orderBy(Edition.year)).all();
      expect(editions.map((edition) => inspect(edition).identity)).toEqual([
        [1, 2001],
        [1, 2011],
      ]);
      expect(await session.get(Edition, [1, 2011])).toBe(editions[1]);
    }));

  test("joined objects and collections", () =>
    twice(async (session) => {
      const books = await session
        .scalars(select(Book).options(joinedload(Book.publisher), joinedload(Book.chapters)).orderBy(Book.id))
        .all();
      expect(books.map((book) => [book.publisher?.name ?? null, book.chapters.length])).toEqual([
        ["Ada", 2],
        ["Ada", 1],
        ["Bell", 3],
        [null, 0],
      ]);
    }));

  test("objects that are loaded afterwards", () =>
    twice(async (session) => {
      const publishers = await session
        .scalars(
          select(Publisher)
            .options(selectinload(Publisher.books).options(subqueryload(Book.tags), noload(Book.chapters)))
            .orderBy(Publisher.id),
        )
        .all();
      expect(publishers.map((publisher) => publisher.books.map((book) => [book.tags.length, book.chapters.length]))).toEqual([
        [
          [2, 0],
          [1, 0],
        ],
        [[2, 0]],
        [],
      ]);
    }));

  test("several entities and columns in a row", () =>
    twice(async (session) => {
      const rows = await session.execute(select(Book, Publisher.name, Publisher).join(Book.publisher).orderBy(Book.id)).all();
      expect(rows.map(([book, name, publisher]) => [book.title, name, publisher.name])).toEqual([
        ["One", "Ada", "Ada"],
        ["Two", "Ada", "Ada"],
        ["Three", "Bell", "Bell"],
      ]);
    }));

  test("rows without the object", () =>
    twice(async (session) => {
      const rows = await session.execute(select(Book.title, Publisher).outerjoin(Book.publisher).orderBy(Book.id)).all();
      expect(rows[3]).toEqual(["Four", null]);
    }));

  test("listeners hear of each object once", async () => {
    const heard: string[] = [];
    const listener = (target: Shelf): void => void heard.push(target.name);
    listen(Shelf, "load", listener as never);
    await using session = library.session();
    await session.scalars(select(Shelf).options(joinedload(Shelf.children)).where(Shelf.id.eq(1))).all();
    remove(Shelf, "load", listener as never);
    expect(heard.sort()).toEqual(["a", "b", "root"]);
  });
});
