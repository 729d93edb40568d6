import {
  aliased,
  and,
  defaultload,
  defer,
  immediateload,
  inspect,
  InvalidRequestError,
  joinedload,
  Load,
  loadOnly,
  raiseload,
  select,
  selectinload,
  subqueryload,
  undefer,
} from "athanor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Book, type Library, openLibrary, Publisher, Shelf } from "./library.ts";

const unloaded = (object: object): Set<string> => (inspect(object) as { unloaded: Set<string> }).unloaded;

describeEachDatabase("options at several places", (db) => {
  let library: Library;
  beforeAll(async () => {
    library = await openLibrary(db.url);
  });
  afterAll(() => library.close());

  test("an object that comes at two places has what either brings", async () => {
    for (const load of [selectinload, subqueryload, immediateload, joinedload]) {
      await using session = library.session();
      const A = aliased(Book);
      const B = aliased(Book);
      const pairs = select(A, B)
        .join(B, and(B.publisherId.eq(A.publisherId), B.id.ge(A.id)))
        .orderBy(A.id, B.id)
        .options(load(A.tags), load(B.chapters), loadOnly(A.title));
      const rows = await session.execute(pairs).unique().all();
      expect(rows.map(([a, b]) => [a.id, b.id])).toEqual([
        [1, 1],
        [1, 2],
        [2, 2],
        [3, 3],
      ]);
      for (const [a, b] of rows) {
        expect([a.title, a.tags.length]).toEqual([a.title, [2, 1, 2][a.id - 1]]);
        expect([b.pages, b.chapters.length]).toEqual([[100, 200, null][b.id - 1], [2, 1, 3][b.id - 1]]);
      }
    }
  });

  test("members that are objects of the query, too", async () => {
    await using session = library.session();
    const shelves = await session
      .scalars(select(Shelf).orderBy(Shelf.id).options(joinedload(Shelf.children).loadOnly(Shelf.name), selectinload(Shelf.parent)))
      .unique()
      .all();
    expect(shelves.map((shelf) => [shelf.parentId, shelf.parent?.name ?? null, shelf.children.length])).toEqual([
      [null, null, 2],
      [1, "root", 1],
      [1, "root", 0],
      [2, "a", 1],
      [4, "a1", 0],
    ]);
  });

  test("the primary key is read, whatever is deferred", async () => {
    await using session = library.session();
    for (const option of [defer("*"), new Load(Book).defer("*"), defer(Book.id)]) {
      session.expungeAll();
      const books = await session.scalars(select(Book).orderBy(Book.id).options(option)).all();
      expect(books.map((book) => book.id)).toEqual([1, 2, 3, 4]);
      expect(await books[0]!.awaitableAttrs.title).toBe("One");
    }
  });

  test("two options that contradict each other are an error", async () => {
    await using session = library.session();
    const refused = async (...options: object[]): Promise<unknown> => {
      const found: unknown = await session
        .scalars(select(Book).options(...options))
        .all()
        .catch((error: unknown) => error);
      expect(found).toBeInstanceOf(InvalidRequestError);
      return (found as Error).message;
    };
    expect(await refused(joinedload(Book.chapters), selectinload(Book.chapters))).toMatch(
      /^Two loader options say how Book\.chapters is loaded, and differ: joinedload\(\) and selectinload\(\)\./,
    );
    expect(await refused(raiseload(Book.chapters), selectinload(Book.chapters))).toMatch(/raiseload\(\) and selectinload\(\)/);
    expect(await refused(defer(Book.title), undefer(Book.title))).toMatch(/defer\(\) and undefer\(\)/);
    expect(await refused(joinedload(Book.publisher, { innerjoin: true }), joinedload(Book.publisher))).toMatch(
      /joinedload\(\) with different arguments/,
    );
    await expect(
      session
        .scalars(select(Publisher).options(selectinload(Publisher.books), joinedload(Publisher.books).selectinload(Book.chapters)))
        .all(),
    ).rejects.toThrow(/Publisher\.books/);
  });

  test("options that agree, or of which one is more general, are none", async () => {
    await using session = library.session();
    const one = select(Book).where(Book.id.eq(1));
    for (const options of [
      [selectinload(Book.chapters), selectinload(Book.chapters)],
      [raiseload("*"), selectinload(Book.chapters)],
      [selectinload(Book.chapters), raiseload("*")],
      [selectinload(Book.chapters), defaultload(Book.chapters)],
      [defaultload(Book.chapters), selectinload(Book.chapters)],
      [loadOnly(Book.title), loadOnly(Book.pages), selectinload(Book.chapters)],
      [loadOnly(Book.title), undefer(Book.title), selectinload(Book.chapters)],
    ]) {
      session.expungeAll();
      const book = await session.scalars(one.options(...options)).one();
      expect([book.title, book.chapters.length]).toEqual(["One", 2]);
      expect(unloaded(book).has("tags")).toBe(true);
    }
    // conditions of both count
    session.expungeAll();
    const options = [defaultload(Publisher.books.and(Book.pages.gt(100))), selectinload(Publisher.books)];
    const publisher = await session
      .scalars(
        select(Publisher)
          .where(Publisher.id.eq(1))
          .options(...options),
      )
      .one();
    expect(publisher.books.map((book) => book.id)).toEqual([2]);
  });
});
