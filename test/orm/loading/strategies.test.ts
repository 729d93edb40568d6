import {
  containsEager,
  defaultload,
  immediateload,
  inspect,
  joinedload,
  lazyload,
  noload,
  raiseload,
  select,
  selectinload,
  subqueryload,
} from "athanor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Book, Chapter, type Library, openLibrary, Publisher, Shelf, Tag } from "./library.ts";

const headings = (books: readonly Book[]) => books.map((book) => book.chapters.map((chapter) => chapter.heading));
const allHeadings = [["1a", "1b"], ["2a"], ["3a", "3b", "3c"], []];

describeEachDatabase("loader strategies", (db) => {
  let library: Library;
  beforeAll(async () => {
    library = await openLibrary(db.url);
  });
  afterAll(() => library.close());

  describe("collections", () => {
    test.each([
      ["selectinload", selectinload, 2],
      ["subqueryload", subqueryload, 2],
      ["immediateload", immediateload, 5],
      ["joinedload", joinedload, 1],
    ] as const)("%s", async (_name, option, statements) => {
      await using session = library.session();
      library.log.take();
      const books = await session.scalars(select(Book).options(option(Book.chapters)).orderBy(Book.id)).all();
      expect(headings(books)).toEqual(allHeadings);
      expect(library.log.take()).toHaveLength(statements);
      // the way back is known without a statement
      expect(books[2]!.chapters.every((chapter) => chapter.book === books[2])).toBe(true);
      expect(library.log.take()).toEqual([]);
    });

    test("many-to-many", async () => {
      for (const option of [selectinload, subqueryload, joinedload]) {
        await using session = library.session();
        const books = await session.scalars(select(Book).options(option(Book.tags)).orderBy(Book.id)).all();
        expect(books.map((book) => book.tags.map((tag) => tag.label))).toEqual([["red", "big"], ["big"], ["red", "big"], []]);
        expect(books[0]!.tags[1]).toBe(books[1]!.tags[0]);
      }
    });

    test("a collection of no parents sends nothing more", async () => {
      await using session = library.session();
      library.log.take();
      expect(await session.scalars(select(Book).where(Book.id.eq(99)).options(selectinload(Book.chapters))).all()).toEqual([]);
      expect(library.log.take()).toHaveLength(1);
    });
  });

  describe("many-to-one", () => {
    test.each([
      ["selectinload", selectinload, 2],
      ["joinedload", joinedload, 1],
      ["subqueryload", subqueryload, 2],
    ] as const)("%s", async (_name, option, statements) => {
      await using session = library.session();
      library.log.take();
      const books = await session.scalars(select(Book).options(option(Book.publisher)).orderBy(Book.id)).all();
      expect(books.map((book) => book.publisher?.name ?? null)).toEqual(["Ada", "Ada", "Bell", null]);
      expect(books[0]!.publisher).toBe(books[1]!.publisher);
      expect(library.log.take()).toHaveLength(statements);
    });

    test("selectinload asks by the foreign keys and joins nothing", async () => {
      await using session = library.session();
      library.log.take();
      await session.scalars(select(Book).options(selectinload(Book.publisher))).all();
      expect(library.log.take()[1]).not.toMatch(/JOIN|books/);
    });
  });

  test("paths, in both directions of chaining", async () => {
    const chained = selectinload(Publisher.books).selectinload(Book.chapters);
    const nested = selectinload(Publisher.books).options(selectinload(Book.chapters), joinedload(Book.tags));
    for (const [option, statements] of [
      [chained, 3],
      [nested, 3],
    ] as const) {
      await using session = library.session();
      library.log.take();
      const publishers = await session.scalars(select(Publisher).options(option).orderBy(Publisher.id)).all();
      expect(publishers.map((publisher) => headings(publisher.books))).toEqual([[["1a", "1b"], ["2a"]], [["3a", "3b", "3c"]], []]);
      expect(library.log.take()).toHaveLength(statements);
    }
  });

  test("joined loads within joined loads", async () => {
    await using session = library.session();
    library.log.take();
    const publishers = await session
      .scalars(select(Publisher).options(joinedload(Publisher.books).joinedload(Book.chapters)).orderBy(Publisher.id))
      .all();
    expect(publishers.map((publisher) => headings(publisher.books))).toEqual([[["1a", "1b"], ["2a"]], [["3a", "3b", "3c"]], []]);
    expect(library.log.take()).toHaveLength(1);
  });

  test("two joined collections do not multiply", async () => {
    await using session = library.session();
    const [book] = await session.scalars(select(Book).where(Book.id.eq(1)).options(joinedload(Book.chapters), joinedload(Book.tags))).all();
    expect(book!.chapters.map((chapter) => chapter.heading)).toEqual(["1a", "1b"]);
    expect(book!.tags.map((tag) => tag.label)).toEqual(["red", "big"]);
  });

  test("an inner join within an outer one", async () => {
    await using session = library.session();
    const publishers = await session
      .scalars(
        select(Publisher)
          .options(joinedload(Publisher.books).joinedload(Book.chapters, { innerjoin: true }))
          .orderBy(Publisher.id),
      )
      .all();
    expect(publishers.map((publisher) => publisher.books.length)).toEqual([2, 1, 0]);
  });

  test("LIMIT counts objects, not joined rows", async () => {
    await using session = library.session();
    library.log.take();
    const books = await session.scalars(select(Book).options(joinedload(Book.chapters)).orderBy(Book.id.desc()).limit(2).offset(1)).all();
    expect(headings(books)).toEqual([["3a", "3b", "3c"], ["2a"]]);
    expect(library.log.take()).toHaveLength(1);
  });

  test("a many-to-one by join needs no subquery for LIMIT", async () => {
    await using session = library.session();
    library.log.take();
    const books = await session.scalars(select(Book).options(joinedload(Book.publisher)).orderBy(Book.id).limit(1)).all();
    expect(books.map((book) => book.publisher!.name)).toEqual(["Ada"]);
    expect(library.log.take()[0]).not.toContain("anon_1");
  });

  test("containsEager takes the objects of the query's own join", async () => {
    await using session = library.session();
    library.log.take();
    const books = await session
      .scalars(
        select(Book).join(Book.chapters).where(Chapter.number.gt(1)).options(containsEager(Book.chapters)).orderBy(Book.id, Chapter.number),
      )
      .all();
    expect(headings(books)).toEqual([["1b"], ["3b", "3c"]]);
    expect(library.log.take()).toHaveLength(1);
  });

  test("criteria on the relationship use the values of the statement that runs", async () => {
    await using session = library.session();
    for (const option of [selectinload, joinedload, subqueryload]) {
      for (const [limit, expected] of [
        [1, ["3a"]],
        [2, ["3a", "3b"]],
        [3, ["3a", "3b", "3c"]],
      ] as const) {
        session.expungeAll();
        const [book] = await session
          .scalars(
            select(Book)
              .where(Book.id.eq(3))
              .options(option(Book.chapters.and(Chapter.number.le(limit)))),
          )
          .all();
        expect(book!.chapters.map((chapter) => chapter.heading)).toEqual(expected);
      }
    }
  });

  test("trees", async () => {
    await using session = library.session();
    library.log.take();
    const [root] = await session
      .scalars(
        select(Shelf)
          .where(Shelf.id.eq(1))
          .options(selectinload(Shelf.children, { recursionDepth: -1 })),
      )
      .all();
    expect(root!.children[0]!.children[0]!.children[0]!.name).toBe("a11");
    expect(library.log.take()).toHaveLength(5);
    session.expungeAll();
    const [again] = await session
      .scalars(select(Shelf).where(Shelf.id.eq(1)).options(selectinload(Shelf.children).selectinload(Shelf.children)))
      .all();
    expect(again!.children[0]!.children[0]!.name).toBe("a1");
    expect(library.log.take()).toHaveLength(3);
  });

  test("self-referential many-to-one", async () => {
    for (const option of [selectinload, joinedload]) {
      await using session = library.session();
      const shelves = await session.scalars(select(Shelf).options(option(Shelf.parent)).orderBy(Shelf.id)).all();
      expect(shelves.map((shelf) => shelf.parent?.name ?? null)).toEqual([null, "root", "root", "a", "a1"]);
    }
  });

  test("lazyload and defaultload", async () => {
    await using session = library.session();
    const [book] = await session.scalars(select(Book).where(Book.id.eq(1)).options(lazyload(Book.chapters))).all();
    expect(inspect(book!).unloaded.has("chapters")).toBe(true);
    session.expungeAll();
    library.log.take();
    const [publisher] = await session
      .scalars(
        select(Publisher)
          .where(Publisher.id.eq(1))
          .options(selectinload(Publisher.books), defaultload(Publisher.books).selectinload(Book.tags)),
      )
      .all();
    expect(publisher!.books.map((each) => each.tags.length)).toEqual([2, 1]);
    expect(library.log.take()).toHaveLength(3);
  });

  test("raiseload and noload", async () => {
    await using session = library.session();
    const [book] = await session.scalars(select(Book).where(Book.id.eq(1)).options(raiseload(Book.chapters), noload(Book.tags))).all();
    await expect(book!.awaitableAttrs.chapters).rejects.toThrow(/raiseload/);
    expect(book!.tags).toEqual([]);
    expect((await book!.awaitableAttrs.publisher)!.name).toBe("Ada");
    session.expungeAll();
    const [other] = await session.scalars(select(Book).where(Book.id.eq(1)).options(raiseload("*"))).all();
    await expect(other!.awaitableAttrs.publisher).rejects.toThrow(/raiseload/);
  });

  test("more parents than one statement takes", async () => {
    await using session = library.session();
    session.addAll(Array.from({ length: 1201 }, (_, i) => new Tag({ id: 100 + i, label: `t${i}` })));
    await session.flush();
    session.expungeAll();
    library.log.take();
    const tags = await session.scalars(select(Tag).options(selectinload(Tag.books))).all();
    expect(tags.length).toBe(1204);
    expect(library.log.take()).toHaveLength(4);
    await session.rollback();
  });

  test("what is loaded stays, what is missing is filled", async () => {
    await using session = library.session();
    const [book] = await session.scalars(select(Book).where(Book.id.eq(1))).all();
    book!.title = "mine";
    await session.noAutoflush(async () => {
      const [same] = await session.scalars(select(Book).where(Book.id.eq(1)).options(selectinload(Book.chapters))).all();
      expect(same).toBe(book);
    });
    expect(book!.title).toBe("mine");
    expect(book!.chapters.length).toBe(2);
    await session.noAutoflush(async () => {
      await session.scalars(select(Book).where(Book.id.eq(1)).executionOptions({ populateExisting: true })).all();
    });
    expect(book!.title).toBe("One");
    expect(inspect(book!).unloaded.has("chapters")).toBe(true);
  });
});
