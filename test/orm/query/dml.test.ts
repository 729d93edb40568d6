import { bindparam, delete_, inspect, insert, InvalidRequestError, select, update } from "athanor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Book, Chapter, type Library, openLibrary, Tag } from "../loading/library.ts";

describeEachDatabase("INSERT, UPDATE and DELETE of mapped classes", (db) => {
  let library: Library;
  beforeAll(async () => {
    library = await openLibrary(db.url);
  });
  afterAll(() => library.close());

  test("objects of the session get the new values without a statement", async () => {
    await using session = library.session();
    const books = await session.scalars(select(Book).orderBy(Book.id)).all();
    library.log.take();
    const result = await session.execute(
      update(Book)
        .where(Book.pages.ge(200))
        .values({ pages: Book.pages.add(1), title: "long" }),
    );
    expect(result.rowcount).toBe(2);
    expect(books.map((book) => [book.title, book.pages])).toEqual([
      ["One", 100],
      ["long", 201],
      ["Three", null],
      ["long", 401],
    ]);
    expect(library.log.take()).toEqual([]);
    await session.rollback();
  });

  test("of several sets of parameters none is passed over: a list is refused, a list of one is one set", async () => {
    await using session = library.session();
    const remove = delete_(Tag).where(Tag.id.eq(bindparam("which")));
    const rename = update(Book)
      .where(Book.id.eq(bindparam("which")))
      .values({ title: "x" });
    for (const statement of [remove, rename]) {
      for (const sets of [[], [{ which: 1 }, { which: 2 }]]) {
        await expect(session.execute(statement, sets)).rejects.toThrow(/takes one set of parameters, and was given a list of [02]/);
      }
    }
    expect((await session.execute(rename, [{ which: 2 }])).rowcount).toBe(1);
    expect((await session.execute(rename, { which: 1 })).rowcount).toBe(1);
    await session.rollback();
  });

  test("what cannot be evaluated is fetched, or refused", async () => {
    await using session = library.session();
    const book = (await session.get(Book, 3))!;
    const statement = update(Book)
      .where(Book.id.in(select(Chapter.bookId).where(Chapter.heading.eq("3c"))))
      .values({ title: "found" });
    await expect(session.execute(statement.executionOptions({ synchronizeSession: "evaluate" }))).rejects.toThrow(InvalidRequestError);
    await session.execute(statement);
    expect(book.title).toBe("found");
    await session.rollback();
  });

  test("deleted rows take their objects along", async () => {
    await using session = library.session();
    const chapters = await session.scalars(select(Chapter).where(Chapter.bookId.eq(1)).orderBy(Chapter.id)).all();
    expect((await session.execute(delete_(Chapter).where(Chapter.heading.eq("1b")))).rowcount).toBe(1);
    expect(chapters.map((chapter) => inspect(chapter).deleted)).toEqual([true, false]);
    await session.rollback();
    expect(chapters.map((chapter) => inspect(chapter).persistent)).toEqual([true, true]);
  });

  test("rows by primary key", async () => {
    await using session = library.session();
    const tag = (await session.get(Tag, 1))!;
    await session.execute(update(Tag), [
      { id: 1, label: "one" },
      { id: 2, label: "two" },
    ]);
    expect(tag.label).toBe("one");
    expect((await session.get(Tag, 2))!.label).toBe("two");
    const row = { id: 1, label: "three" };
    await expect(session.execute(update(Tag).returning(Tag.id), [row])).rejects.toThrow(/by primary key, and gives no rows/);
    await expect(session.execute(update(Tag).where(Tag.id.gt(0)), [row])).rejects.toThrow(/it takes no where/);
    await expect(session.execute(delete_(Tag), [{ id: 1 }])).rejects.toThrow(/A DELETE takes no values/);
    expect(await session.scalar(select(Tag.label).where(Tag.id.eq(1)))).toBe("one");
    await session.rollback();
  });

  test("many rows come back as objects", async () => {
    await using session = library.session();
    const tags = await session
      .scalars(insert(Tag).returning(Tag, { sortByParameterOrder: true }), [
        { id: 11, label: "x" },
        { id: 12, label: "y" },
      ])
      .all();
    expect(tags.map((tag) => [tag.id, tag.label])).toEqual([
      [11, "x"],
      [12, "y"],
    ]);
    expect(await session.get(Tag, 12)).toBe(tags[1]);
    await expect(session.execute(insert(Tag), [{ labell: "x" }] as never)).rejects.toThrow(/labell.*label/s);
    await session.rollback();
  });

  // MariaDB and MySQL have no UPDATE with RETURNING
  test.skipIf(db.dialect === "mysql")("returned objects of an UPDATE", async () => {
    await using session = library.session();
    const statement = update(Book).where(Book.id.le(2)).values({ pages: 7 }).returning(Book);
    if (db.dialect === "mysql") {
      await expect(session.scalars(statement).all()).rejects.toThrow(/no UPDATE … RETURNING/);
      return;
    }
    const books = await session.scalars(statement).all();
    expect(books.map((book) => book.pages)).toEqual([7, 7]);
    await session.rollback();
  });
});
