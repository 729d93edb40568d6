import { aliased, Bundle, func, InvalidRequestError, select, text, withLoaderCriteria } from "athanor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Book, Chapter, type Library, openLibrary, Publisher, Shelf } from "../loading/library.ts";

describeEachDatabase("queries of entities", (db) => {
  let library: Library;
  beforeAll(async () => {
    library = await openLibrary(db.url);
  });
  afterAll(() => library.close());

  test("the shapes of rows", async () => {
    await using session = library.session();
    const one = select(Publisher).where(Publisher.id.eq(1));
    expect((await session.scalars(one).one()).name).toBe("Ada");
    const [row] = await session.execute(one).all();
    expect(row).toHaveLength(1);
    expect(row![0].name).toBe("Ada");
    expect((await session.execute(one)).keys()).toEqual(["Publisher"]);
    const shaped = await session
      .execute(
        select({ publisher: Publisher, n: func.count(Book.id) })
          .join(Publisher.books)
          .groupBy(Publisher.id, Publisher.name)
          .orderBy(Publisher.id),
      )
      .all();
    expect(shaped.map((each) => [each.publisher.name, each.n])).toEqual([
      ["Ada", 2],
      ["Bell", 1],
    ]);
    const mapped = await session
      .execute(select(Book.title, Book.publisherId).where(Book.id.eq(1)))
      .mappings()
      .all();
    expect(mapped).toEqual([{ title: "One", publisherId: 1 }]);
    expect(await session.scalar(select(func.count()).selectFrom(Book))).toBe(4);
  });

  test("bundles", async () => {
    await using session = library.session();
    const row = await session.execute(select(new Bundle("b", Book.id, Book.title), Book.pages).where(Book.id.eq(2))).one();
    expect(row).toEqual([{ id: 2, title: "Two" }, 200]);
    const named = new Bundle("b", { key: Book.id, inner: new Bundle("i", { twice: Book.pages.mul(2), name: Book.title }) });
    expect(await session.execute(select(named, Book.id).where(Book.id.eq(2))).one()).toEqual([
      { key: 2, inner: { twice: 400, name: "Two" } },
      2,
    ]);
    const single = new Bundle("s", { key: Book.id }, { singleEntity: true });
    expect(await session.scalars(select(single).where(Book.id.lt(3)).orderBy(Book.id)).all()).toEqual([{ key: 1 }, { key: 2 }]);
  });

  test("aliases, and entities that are read from a subquery", async () => {
    await using session = library.session();
    const Up = aliased(Shelf);
    const names = await session.execute(select(Shelf.name, Up.name).join(Shelf.parent.ofType(Up)).orderBy(Shelf.id)).all();
    expect(names.map((row) => [...row])).toEqual([
      ["a", "root"],
      ["b", "root"],
      ["a1", "a"],
      ["a11", "a1"],
    ]);
    const Thick = aliased(Book, select(Book).where(Book.pages.gt(150)).subquery());
    const books = await session.scalars(select(Thick).orderBy(Thick.id)).all();
    expect(books.map((book) => book.title)).toEqual(["Two", "Four"]);
    expect(books[0]).toBe(await session.get(Book, 2));
    const [pair] = await session.execute(select(Shelf, Up).join(Up, Shelf.parent).where(Shelf.id.eq(5))).all();
    expect(pair!.map((shelf) => shelf.name)).toEqual(["a11", "a1"]);
  });

  test("values are those of the statement that runs", async () => {
    await using session = library.session();
    for (const [pages, titles] of [
      [100, ["Two", "Four"]],
      [200, ["Four"]],
      [1000, []],
    ] as const) {
      expect((await session.scalars(select(Book).where(Book.pages.gt(pages)).orderBy(Book.id)).all()).map((book) => book.title)).toEqual(
        titles,
      );
    }
  });

  test("filterBy names attributes, of the entity and of what is joined", async () => {
    await using session = library.session();
    expect((await session.scalars(select(Book).filterBy({ title: "One", publisherId: 1 })).one()).id).toBe(1);
    expect((await session.scalars(select(Publisher).join(Publisher.books).filterBy({ title: "Three" })).one()).name).toBe("Bell");
    expect(() => select(Book).filterBy({ titel: "One" } as never)).toThrow(InvalidRequestError);
    expect(() => select(Book).filterBy({ titel: "One" } as never)).toThrow(/titel.*title/s);
  });

  test("rows of text become entities", async () => {
    await using session = library.session();
    const books = await session
      .scalars(select(Book).fromStatement(text("SELECT id, title, pages FROM books WHERE pages > :n ORDER BY id DESC")), { n: 150 })
      .all();
    expect(books.map((book) => book.title)).toEqual(["Four", "Two"]);
    expect(await books[1]!.awaitableAttrs.publisherId).toBe(1);
  });

  test("criteria for every mention of a class", async () => {
    await using session = library.session();
    const option = withLoaderCriteria(Chapter, Chapter.number.gt(1));
    expect((await session.scalars(select(Chapter).options(option).orderBy(Chapter.id)).all()).map((chapter) => chapter.heading)).toEqual([
      "1b",
      "3b",
      "3c",
    ]);
    const [book] = await session.scalars(select(Book).where(Book.id.eq(3)).options(option)).all();
    expect((await book!.awaitableAttrs.chapters).map((chapter) => chapter.heading)).toEqual(["3b", "3c"]);
  });

  test("errors that say what to do", async () => {
    await using session = library.session();
    await expect(session.scalars(select(Shelf).join(Shelf.parent)).all()).rejects.toThrow(/aliased\(Shelf\)/);
    await expect(session.scalars(select(Publisher).join(Shelf)).all()).rejects.toThrow(/Do not know how to join to Shelf/);
    await expect(session.scalars(select(Publisher).join(Chapter, Publisher.books)).all()).rejects.toThrow(/leads to Book/);
  });
});
