import { aliased, ArgumentError, defer, joinedload, select, selectinload, selectinPolymorphic } from "athanor";
import { expect, test } from "vitest";
import { Book, Chapter, openLibrary, Publisher } from "./library.ts";

test("an attribute of another class is named with both", () => {
  expect(() => selectinload(Publisher.books).selectinload(Chapter.book)).toThrow(ArgumentError);
  expect(() => selectinload(Publisher.books).selectinload(Chapter.book)).toThrow(/Chapter\.book.*Book/s);
  expect(() => selectinload(Publisher.books).options(selectinload(Chapter.book))).toThrow(/Chapter/);
});

test("columns and relationships are not confused", () => {
  expect(() => selectinload(Book.title as never)).toThrow(/Book\.title is a column/);
  expect(() => defer(Book.chapters as never)).toThrow(/relationship/);
  expect(() => selectinload("chapters" as never)).toThrow(ArgumentError);
  expect(() => selectinload(undefined as never)).toThrow(/undefined/);
});

test("what is given in place of a class is named, and not shown as a whole", () => {
  const wrong = selectinPolymorphic as unknown as (classes: readonly object[]) => unknown;
  expect(() => wrong([Book, Chapter])).toThrow(/got a list of 2$/);
});

test("an option for an entity that is not selected is an error", async () => {
  await using library = await openLibrary("sqlite://");
  await using session = library.session();
  await expect(session.scalars(select(Publisher).options(selectinload(Book.chapters))).all()).rejects.toThrow(/Book\.chapters.*Publisher/s);
  await expect(session.scalars(select(Book.id).options(selectinload(Book.chapters))).all()).rejects.toThrow(/only columns/);
});

test("the statement's structure has the options in it", async () => {
  await using library = await openLibrary("sqlite://");
  await using session = library.session();
  for (const [options, length] of [
    [[], 1],
    [[selectinload(Book.chapters)], 2],
    [[], 1],
    [[joinedload(Book.chapters)], 1],
  ] as const) {
    session.expungeAll();
    library.log.take();
    await session.scalars(select(Book).options(...options)).all();
    expect(library.log.take()).toHaveLength(length);
  }
  // an alias that is made anew each time compiles to the same statement
  for (let i = 0; i < 3; i += 1) {
    session.expungeAll();
    const B = aliased(Book);
    const books = await session.scalars(select(B).options(selectinload(B.chapters)).orderBy(B.id)).all();
    expect(books.map((book) => book.chapters.length)).toEqual([2, 1, 3, 0]);
  }
});
