import { aliased, and, containsEager, exists, func, joinedload, loadOnly, select, undefer, withLoaderCriteria } from "athanor";
import { expect, test } from "vitest";
import { Book, Chapter, Publisher, Shelf, Tag } from "../loading/library.ts";

const Up = aliased(Shelf);
const B2 = aliased(Book);
const Old = aliased(Book, select(Book).where(Book.pages.gt(150)).subquery());

// Each text is what SQLAlchemy renders for the same statement.
const cases: [name: string, statement: () => { toString(): string }, sql: string][] = [
  ["entity", () => select(Book), "SELECT books.id, books.title, books.pages, books.published, books.publisher_id FROM books"],
  [
    "columns",
    () => select(Book.id, Publisher.name).join(Book.publisher),
    "SELECT books.id, publishers.name FROM books JOIN publishers ON publishers.id = books.publisher_id",
  ],
  [
    "join rel",
    () => select(Publisher).join(Publisher.books).where(Book.pages.gt(100)).orderBy(Publisher.id),
    "SELECT publishers.id, publishers.name FROM publishers JOIN books ON publishers.id = books.publisher_id WHERE books.pages > ? ORDER BY publishers.id",
  ],
  [
    "join target",
    () => select(Publisher).join(Book),
    "SELECT publishers.id, publishers.name FROM publishers JOIN books ON publishers.id = books.publisher_id",
  ],
  [
    "join on",
    () => select(Publisher).join(Book, and(Book.publisherId.eq(Publisher.id), Book.pages.gt(1))),
    "SELECT publishers.id, publishers.name FROM publishers JOIN books ON books.publisher_id = publishers.id AND books.pages > ?",
  ],
  [
    "outer",
    () => select(Publisher.name, func.count(Book.id)).outerjoin(Publisher.books).groupBy(Publisher.name),
    "SELECT publishers.name, count(books.id) AS count_1 FROM publishers LEFT OUTER JOIN books ON publishers.id = books.publisher_id GROUP BY publishers.name",
  ],
  [
    "m2m",
    () => select(Book).join(Book.tags).where(Tag.label.eq("x")),
    "SELECT books.id, books.title, books.pages, books.published, books.publisher_id FROM books JOIN book_tags AS book_tags_1 ON books.id = book_tags_1.book_id JOIN tags ON tags.id = book_tags_1.tag_id WHERE tags.label = ?",
  ],
  [
    "m2m outer",
    () => select(Book).outerjoin(Book.tags),
    "SELECT books.id, books.title, books.pages, books.published, books.publisher_id FROM books LEFT OUTER JOIN (book_tags AS book_tags_1 JOIN tags ON tags.id = book_tags_1.tag_id) ON books.id = book_tags_1.book_id",
  ],
  [
    "self join",
    () => select(Shelf.name, Up.name).join(Shelf.parent.ofType(Up)),
    "SELECT shelves.name, shelves_1.name AS name_1 FROM shelves JOIN shelves AS shelves_1 ON shelves_1.id = shelves.parent_id",
  ],
  [
    "chain",
    () => select(Publisher).join(Publisher.books).join(Book.chapters),
    "SELECT publishers.id, publishers.name FROM publishers JOIN books ON publishers.id = books.publisher_id JOIN chapters ON books.id = chapters.book_id",
  ],
  [
    "criteria",
    () => select(Publisher).join(Publisher.books.and(Book.pages.gt(3))),
    "SELECT publishers.id, publishers.name FROM publishers JOIN books ON publishers.id = books.publisher_id AND books.pages > ?",
  ],
  [
    "joined",
    () => select(Book).options(joinedload(Book.chapters)),
    "SELECT books.id, books.title, books.pages, books.published, books.publisher_id, chapters_1.id AS id_1, chapters_1.book_id, chapters_1.number, chapters_1.heading FROM books LEFT OUTER JOIN chapters AS chapters_1 ON books.id = chapters_1.book_id ORDER BY chapters_1.number",
  ],
  [
    "joined m2o",
    () => select(Book).options(joinedload(Book.publisher)),
    "SELECT books.id, books.title, books.pages, books.published, books.publisher_id, publishers_1.id AS id_1, publishers_1.name FROM books LEFT OUTER JOIN publishers AS publishers_1 ON publishers_1.id = books.publisher_id",
  ],
  [
    "joined m2m",
    () => select(Book).options(joinedload(Book.tags)),
    "SELECT books.id, books.title, books.pages, books.published, books.publisher_id, tags_1.id AS id_1, tags_1.label FROM books LEFT OUTER JOIN (book_tags AS book_tags_1 JOIN tags AS tags_1 ON tags_1.id = book_tags_1.tag_id) ON books.id = book_tags_1.book_id ORDER BY tags_1.id",
  ],
  [
    "joined nested",
    () => select(Publisher).options(joinedload(Publisher.books).joinedload(Book.chapters)),
    "SELECT publishers.id, publishers.name, chapters_1.id AS id_1, chapters_1.book_id, chapters_1.number, chapters_1.heading, books_1.id AS id_2, books_1.title, books_1.pages, books_1.published, books_1.publisher_id FROM publishers LEFT OUTER JOIN books AS books_1 ON publishers.id = books_1.publisher_id LEFT OUTER JOIN chapters AS chapters_1 ON books_1.id = chapters_1.book_id ORDER BY books_1.id, chapters_1.number",
  ],
  [
    "joined inner",
    () => select(Publisher).options(joinedload(Publisher.books).joinedload(Book.chapters, { innerjoin: true })),
    "SELECT publishers.id, publishers.name, chapters_1.id AS id_1, chapters_1.book_id, chapters_1.number, chapters_1.heading, books_1.id AS id_2, books_1.title, books_1.pages, books_1.published, books_1.publisher_id FROM publishers LEFT OUTER JOIN (books AS books_1 JOIN chapters AS chapters_1 ON books_1.id = chapters_1.book_id) ON publishers.id = books_1.publisher_id ORDER BY books_1.id, chapters_1.number",
  ],
  [
    "joined limit",
    () => select(Book).options(joinedload(Book.chapters)).orderBy(Book.title).limit(2),
    "SELECT anon_1.id, anon_1.title, anon_1.pages, anon_1.published, anon_1.publisher_id, chapters_1.id AS id_1, chapters_1.book_id, chapters_1.number, chapters_1.heading FROM (SELECT books.id AS id, books.title AS title, books.pages AS pages, books.published AS published, books.publisher_id AS publisher_id FROM books ORDER BY books.title LIMIT ?) AS anon_1 LEFT OUTER JOIN chapters AS chapters_1 ON anon_1.id = chapters_1.book_id ORDER BY anon_1.title, chapters_1.number",
  ],
  [
    "joined order desc",
    () => select(Book).options(joinedload(Book.chapters)).orderBy(Book.title.desc()).limit(2).offset(1),
    "SELECT anon_1.id, anon_1.title, anon_1.pages, anon_1.published, anon_1.publisher_id, chapters_1.id AS id_1, chapters_1.book_id, chapters_1.number, chapters_1.heading FROM (SELECT books.id AS id, books.title AS title, books.pages AS pages, books.published AS published, books.publisher_id AS publisher_id FROM books ORDER BY books.title DESC LIMIT ? OFFSET ?) AS anon_1 LEFT OUTER JOIN chapters AS chapters_1 ON anon_1.id = chapters_1.book_id ORDER BY anon_1.title DESC, chapters_1.number",
  ],
  [
    "joined self",
    () => select(Shelf).options(joinedload(Shelf.children)),
    "SELECT shelves.id, shelves.name, shelves.parent_id, shelves_1.id AS id_1, shelves_1.name AS name_1, shelves_1.parent_id AS parent_id_1 FROM shelves LEFT OUTER JOIN shelves AS shelves_1 ON shelves.id = shelves_1.parent_id ORDER BY shelves_1.id",
  ],
  [
    "joined criteria",
    () => select(Book).options(joinedload(Book.chapters.and(Chapter.number.gt(1)))),
    "SELECT books.id, books.title, books.pages, books.published, books.publisher_id, chapters_1.id AS id_1, chapters_1.book_id, chapters_1.number, chapters_1.heading FROM books LEFT OUTER JOIN chapters AS chapters_1 ON books.id = chapters_1.book_id AND chapters_1.number > ? ORDER BY chapters_1.number",
  ],
  [
    "join and joined",
    () => select(Book).join(Book.publisher).where(Publisher.name.eq("x")).options(joinedload(Book.chapters)),
    "SELECT books.id, books.title, books.pages, books.published, books.publisher_id, chapters_1.id AS id_1, chapters_1.book_id, chapters_1.number, chapters_1.heading FROM books JOIN publishers ON publishers.id = books.publisher_id LEFT OUTER JOIN chapters AS chapters_1 ON books.id = chapters_1.book_id WHERE publishers.name = ? ORDER BY chapters_1.number",
  ],
  [
    "contains",
    () => select(Book).join(Book.chapters).options(containsEager(Book.chapters)),
    "SELECT chapters.id, chapters.book_id, chapters.number, chapters.heading, books.id AS id_1, books.title, books.pages, books.published, books.publisher_id FROM books JOIN chapters ON books.id = chapters.book_id",
  ],
  [
    "alias",
    () => select(B2).where(B2.pages.gt(3)),
    "SELECT books_1.id, books_1.title, books_1.pages, books_1.published, books_1.publisher_id FROM books AS books_1 WHERE books_1.pages > ?",
  ],
  [
    "from sub",
    () => select(Old).orderBy(Old.id),
    "SELECT anon_1.id, anon_1.title, anon_1.pages, anon_1.published, anon_1.publisher_id FROM (SELECT books.id AS id, books.title AS title, books.pages AS pages, books.published AS published, books.summary AS summary, books.publisher_id AS publisher_id FROM books WHERE books.pages > ?) AS anon_1 ORDER BY anon_1.id",
  ],
  [
    "exists any",
    () => select(Publisher).where(Publisher.books.any(Book.pages.gt(3))),
    "SELECT publishers.id, publishers.name FROM publishers WHERE EXISTS (SELECT 1 FROM books WHERE publishers.id = books.publisher_id AND books.pages > ?)",
  ],
  [
    "has",
    () => select(Book).where(Book.publisher.has(Publisher.name.eq("x"))),
    "SELECT books.id, books.title, books.pages, books.published, books.publisher_id FROM books WHERE EXISTS (SELECT 1 FROM publishers WHERE publishers.id = books.publisher_id AND publishers.name = ?)",
  ],
  [
    "subquery",
    () => select(select(Book).subquery()),
    "SELECT anon_1.id, anon_1.title, anon_1.pages, anon_1.published, anon_1.summary, anon_1.publisher_id FROM (SELECT books.id AS id, books.title AS title, books.pages AS pages, books.published AS published, books.summary AS summary, books.publisher_id AS publisher_id FROM books) AS anon_1",
  ],
  [
    "scalar sub",
    () => select(Publisher.name, select(func.count(Book.id)).where(Book.publisherId.eq(Publisher.id)).scalarSubquery()),
    "SELECT publishers.name, (SELECT count(books.id) AS count_1 FROM books WHERE books.publisher_id = publishers.id) AS anon_1 FROM publishers",
  ],
  [
    "exists",
    () => select(Publisher).where(exists().where(Book.publisherId.eq(Publisher.id))),
    "SELECT publishers.id, publishers.name FROM publishers WHERE EXISTS (SELECT * FROM books WHERE books.publisher_id = publishers.id)",
  ],
  [
    "select from",
    () => select(func.count()).selectFrom(Book).join(Book.publisher),
    "SELECT count(*) AS count_1 FROM books JOIN publishers ON publishers.id = books.publisher_id",
  ],
  [
    "two",
    () => select(Book, Publisher).join(Book.publisher),
    "SELECT books.id, books.title, books.pages, books.published, books.publisher_id, publishers.id AS id_1, publishers.name FROM books JOIN publishers ON publishers.id = books.publisher_id",
  ],
  ["load only", () => select(Book).options(loadOnly(Book.title)), "SELECT books.id, books.title FROM books"],
  [
    "undefer",
    () => select(Book).options(undefer(Book.summary)),
    "SELECT books.id, books.title, books.pages, books.published, books.summary, books.publisher_id FROM books",
  ],
  [
    "distinct",
    () => select(Book).distinct().options(joinedload(Book.chapters)),
    "SELECT anon_1.id, anon_1.title, anon_1.pages, anon_1.published, anon_1.publisher_id, chapters_1.id AS id_1, chapters_1.book_id, chapters_1.number, chapters_1.heading FROM (SELECT DISTINCT books.id AS id, books.title AS title, books.pages AS pages, books.published AS published, books.publisher_id AS publisher_id FROM books) AS anon_1 LEFT OUTER JOIN chapters AS chapters_1 ON anon_1.id = chapters_1.book_id ORDER BY chapters_1.number",
  ],
  [
    "loader criteria",
    () =>
      select(Publisher)
        .join(Publisher.books)
        .options(withLoaderCriteria(Book, Book.pages.gt(3))),
    "SELECT publishers.id, publishers.name FROM publishers JOIN books ON publishers.id = books.publisher_id AND books.pages > ?",
  ],
  [
    "crit joined",
    () => select(Publisher).options(joinedload(Publisher.books), withLoaderCriteria(Book, Book.pages.gt(3))),
    "SELECT publishers.id, publishers.name, books_1.id AS id_1, books_1.title, books_1.pages, books_1.published, books_1.publisher_id FROM publishers LEFT OUTER JOIN books AS books_1 ON publishers.id = books_1.publisher_id AND books_1.pages > ? ORDER BY books_1.id",
  ],
  [
    "in sub",
    () => select(Publisher).where(Publisher.id.in(select(Book.publisherId))),
    "SELECT publishers.id, publishers.name FROM publishers WHERE publishers.id IN (SELECT books.publisher_id FROM books)",
  ],
  ["union", () => select(Book.id).union(select(Chapter.id)), "SELECT books.id FROM books UNION SELECT chapters.id FROM chapters"],
  ["label", () => select(Book.title.label("t")).orderBy("t"), "SELECT books.title AS t FROM books ORDER BY t"],
  [
    "implicit",
    () => select(Book.title, Chapter.heading).where(Book.id.eq(Chapter.bookId)),
    "SELECT books.title, chapters.heading FROM books, chapters WHERE books.id = chapters.book_id",
  ],
];

test.each(cases)("%s", (_name, statement, sql) => {
  expect(String(statement()).replaceAll(/\s+/g, " ")).toBe(sql);
});
