import { defer, DetachedInstanceError, inspect, load, loadOnly, NotLoadedError, ObjectDeletedError, select, text, undefer } from "athanor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Book, Chapter, Edition, type Library, openLibrary, Publisher } from "./library.ts";

describeEachDatabase("loading on demand", (db) => {
  let library: Library;
  beforeAll(async () => {
    library = await openLibrary(db.url);
  });
  afterAll(() => library.close());

  test("reading what is not loaded throws and sends nothing", async () => {
    await using session = library.session();
    const book = (await session.get(Book, 1))!;
    library.log.take();
    expect(() => book.chapters).toThrow(NotLoadedError);
    expect(() => book.summary).toThrow(/Book\.summary/);
    expect(library.log.take()).toEqual([]);
  });

  test("what is asked for in one tick is one statement", async () => {
    await using session = library.session();
    const books = await session.scalars(select(Book).orderBy(Book.id)).all();
    library.log.take();
    const lists = await Promise.all(books.map((book) => book.awaitableAttrs.chapters));
    expect(lists.map((list) => list.length)).toEqual([2, 1, 3, 0]);
    expect(library.log.take()).toHaveLength(1);
    expect(await books[0]!.awaitableAttrs.chapters).toBe(lists[0]);
    expect(library.log.take()).toEqual([]);
  });

  test("several attributes of several objects are one statement each", async () => {
    await using session = library.session();
    const books = await session.scalars(select(Book).orderBy(Book.id)).all();
    library.log.take();
    await Promise.all(books.flatMap((book) => [book.awaitableAttrs.chapters, book.awaitableAttrs.tags, book.awaitableAttrs.summary]));
    expect(books.map((book) => [book.chapters.length, book.tags.length, book.summary])).toEqual([
      [2, 2, "s1"],
      [1, 1, null],
      [3, 2, "s3"],
      [0, 0, null],
    ]);
    expect(library.log.take()).toHaveLength(3);
  });

  test("a many-to-one that the session has is not asked for", async () => {
    await using session = library.session();
    const publishers = await session.scalars(select(Publisher)).all();
    const books = await session.scalars(select(Book).orderBy(Book.id)).all();
    library.log.take();
    const found = await Promise.all(books.map((book) => book.awaitableAttrs.publisher));
    expect(found[0]).toBe(publishers.find((publisher) => publisher.id === 1));
    expect(found[3]).toBeNull();
    expect(library.log.take()).toEqual([]);
  });

  test("load() goes along a path", async () => {
    await using session = library.session();
    const publishers = await session.scalars(select(Publisher).orderBy(Publisher.id)).all();
    library.log.take();
    await load(publishers, Publisher.books, Book.chapters);
    expect(library.log.take()).toHaveLength(2);
    expect(publishers[1]!.books[0]!.chapters.length).toBe(3);
    await load(publishers, Publisher.books, Book.chapters);
    expect(library.log.take()).toEqual([]);
  });

  test("deferred columns", async () => {
    await using session = library.session();
    const book = (await session.get(Book, 1))!;
    expect(inspect(book).unloaded.has("summary")).toBe(true);
    expect(await book.awaitableAttrs.summary).toBe("s1");
    session.expungeAll();
    const [all] = await session.scalars(select(Book).where(Book.id.eq(1)).options(undefer(Book.summary))).all();
    expect(all!.summary).toBe("s1");
    session.expungeAll();
    const [some] = await session.scalars(select(Book).where(Book.id.eq(1)).options(loadOnly(Book.title))).all();
    expect([...inspect(some!).unloaded].sort()).toEqual(["chapters", "pages", "published", "publisher", "publisherId", "summary", "tags"]);
    expect(some!.title).toBe("One");
    expect(await some!.awaitableAttrs.publisherId).toBe(1);
    expect((await some!.awaitableAttrs.publisher)!.name).toBe("Ada");
    session.expungeAll();
    const [raising] = await session
      .scalars(
        select(Book)
          .where(Book.id.eq(1))
          .options(defer(Book.pages, { raiseload: true })),
      )
      .all();
    await expect(raising!.awaitableAttrs.pages).rejects.toThrow(/raiseload/);
  });

  test("a many-to-one whose foreign key is not loaded", async () => {
    await using session = library.session();
    const [book] = await session.scalars(select(Book).where(Book.id.eq(3)).options(loadOnly(Book.title))).all();
    expect((await book!.awaitableAttrs.publisher)!.name).toBe("Bell");
  });

  test("expired columns come together, for all objects in one statement", async () => {
    await using session = library.session();
    const books = await session.scalars(select(Book).orderBy(Book.id)).all();
    session.expireAll();
    library.log.take();
    await Promise.all(books.map((book) => book.awaitableAttrs.title));
    expect(library.log.take()).toHaveLength(1);
    expect(books.map((book) => book.pages)).toEqual([100, 200, null, 400]);
  });

  test("refresh of columns and relationships", async () => {
    await using session = library.session();
    const book = (await session.get(Book, 1))!;
    await (await session.connection()).execute(text("UPDATE books SET title = 'New' WHERE id = 1"));
    expect(book.title).toBe("One");
    await session.refresh(book, ["title", "chapters"]);
    expect(book.title).toBe("New");
    expect(book.chapters.length).toBe(2);
    await (await session.connection()).execute(text("UPDATE books SET title = 'Newer' WHERE id = 1"));
    await session.refresh(book);
    expect(book.title).toBe("Newer");
    await session.rollback();
  });

  test("a composite key", async () => {
    await using session = library.session();
    const edition = (await session.get(Edition, [1, 2011]))!;
    expect(edition.note).toBeNull();
    expect(await session.get(Edition, { bookId: 1, year: 2011 })).toBe(edition);
    session.expire(edition);
    expect(await edition.awaitableAttrs.note).toBeNull();
    expect(await session.get(Edition, [1, 1999])).toBeNull();
  });

  test("objects whose row is gone, and objects of no session", async () => {
    await using session = library.session();
    const chapter = (await session.get(Chapter, 6))!;
    session.expire(chapter);
    await (await session.connection()).execute(text("DELETE FROM chapters WHERE id = 6"));
    await expect(chapter.awaitableAttrs.heading).rejects.toThrow(ObjectDeletedError);
    await session.rollback();
    const book = (await session.get(Book, 1))!;
    session.expunge(book);
    await expect(book.awaitableAttrs.chapters).rejects.toThrow(DetachedInstanceError);
  });
});
