// Whatever the strategy, the same objects with the same members; and the statements that each of them takes.
import { aliased, immediateload, inspect, joinedload, select, selectinload, subqueryload, union } from "athanor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Book, Chapter, type Library, openLibrary, Publisher, Shelf } from "./library.ts";

const strategies = [selectinload, joinedload, subqueryload, immediateload] as const;
type Strategy = (typeof strategies)[number];
type Name = "selectinload" | "joinedload" | "subqueryload" | "immediateload";

/** Goes on along a path with the same strategy. */
const further = (option: ReturnType<Strategy>, load: Strategy, attribute: Parameters<Strategy>[0]): ReturnType<Strategy> =>
  option[load.name as Name](attribute);

/** What is loaded of an object, and of those that it leads to; the way back is left out. */
function shown(object: unknown, path: readonly object[] = []): unknown {
  if (typeof object !== "object" || object === null || path.includes(object))
    return object === null ? null : typeof object === "object" ? "…" : object;
  const { attrs } = inspect(object) as { attrs: Record<string, { loadedValue: unknown }> };
  const found: Record<string, unknown> = {};
  for (const [key, { loadedValue }] of Object.entries(attrs)) {
    if (loadedValue === undefined) continue;
    const value = Array.isArray(loadedValue)
      ? [...(loadedValue as object[])].map((each) => shown(each, [...path, object]))
      : shown(loadedValue, [...path, object]);
    if (value !== "…") found[key] = value;
  }
  return found;
}

const books = select(Book).orderBy(Book.id);
const publishers = select(Publisher).orderBy(Publisher.id);

/** The name, the statement, and how many statements it takes by selectin, join, subquery, and one by one. */
const variants: readonly [string, (load: Strategy) => object, readonly [number, number, number, number]][] = [
  ["a collection", (load) => books.options(load(Book.chapters)), [2, 1, 2, 5]],
  ["a reference", (load) => books.options(load(Book.publisher)), [2, 1, 2, 3]],
  ["many to many", (load) => books.options(load(Book.tags)), [2, 1, 2, 5]],
  ["two collections", (load) => books.options(load(Book.tags), load(Book.chapters)), [3, 1, 3, 9]],
  ["a collection and a reference", (load) => books.options(load(Book.tags), load(Book.publisher)), [3, 1, 3, 7]],
  ["two steps", (load) => publishers.options(further(load(Publisher.books), load, Book.chapters)), [3, 1, 3, 7]],
  [
    "three steps, the last of them many to many",
    (load) =>
      select(Chapter)
        .orderBy(Chapter.id)
        .options(further(load(Chapter.book), load, Book.tags)),
    [3, 1, 3, 7],
  ],
  ["a condition", (load) => publishers.options(load(Publisher.books.and(Book.pages.gt(150)))), [2, 1, 2, 4]],
  [
    "a condition at the second step",
    (load) => publishers.options(further(load(Publisher.books), load, Book.chapters.and(Chapter.number.gt(1)))),
    [3, 1, 3, 7],
  ],
  ["LIMIT and OFFSET", (load) => books.options(load(Book.chapters)).limit(2).offset(1), [2, 1, 2, 3]],
  ["LIMIT and two collections", (load) => books.options(load(Book.chapters), load(Book.tags)).limit(1), [3, 1, 3, 3]],
  [
    "LIMIT, and the order of something that is joined",
    (load) => select(Book).join(Book.publisher).orderBy(Publisher.name.desc(), Book.id).limit(2).options(load(Book.chapters)),
    [2, 1, 2, 3],
  ],
  ["DISTINCT", (load) => select(Book).join(Book.chapters).distinct().orderBy(Book.id).options(load(Book.tags)), [2, 1, 2, 4]],
  [
    "an alias",
    (load) => {
      const B = aliased(Book);
      return select(B).orderBy(B.id).options(load(B.chapters));
    },
    [2, 1, 2, 5],
  ],
  [
    "a subquery",
    (load) => {
      const B = aliased(Book, select(Book).where(Book.pages.gt(150)).subquery());
      return select(B).orderBy(B.id).options(load(B.chapters));
    },
    [2, 1, 2, 3],
  ],
  [
    "a union",
    (load) => {
      const B = aliased(Book, union(select(Book).where(Book.id.eq(1)), select(Book).where(Book.id.eq(3))).subquery());
      return select(B).orderBy(B.id).options(load(B.chapters));
    },
    [2, 1, 2, 3],
  ],
  [
    "a tree, two levels",
    (load) =>
      select(Shelf)
        .where(Shelf.parentId.is(null))
        .options(further(load(Shelf.children), load, Shelf.children)),
    [3, 1, 3, 4],
  ],
  ["some columns of the members", (load) => publishers.options(load(Publisher.books).loadOnly(Book.title)), [2, 1, 2, 4]],
  [
    "other columns of the members",
    (load) => publishers.options(load(Publisher.books).defer(Book.pages).undefer(Book.summary)),
    [2, 1, 2, 4],
  ],
];

describeEachDatabase("each strategy gives the same", (db) => {
  let library: Library;
  beforeAll(async () => {
    library = await openLibrary(db.url);
  });
  afterAll(() => library.close());

  test.each(variants)("%s", async (_name, statement, counts) => {
    const results: unknown[] = [];
    const taken: number[] = [];
    for (const load of strategies) {
      await using session = library.session();
      library.log.take();
      const objects: object[] = await session
        .scalars(statement(load) as typeof books)
        .unique()
        .all();
      taken.push(library.log.take().length);
      results.push(objects.map((object) => shown(object)));
    }
    expect(taken).toEqual(counts);
    for (const result of results) expect(result).toEqual(results[0]);
  });
});
