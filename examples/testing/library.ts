// The program under test.
import { declarativeBase, mappedColumn, select, type SessionMaker, t } from "athanor";

export const Base = declarativeBase();

export class Book extends Base<typeof Book> {
  static table = this.mapTo("books");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(100), { unique: true });
}

/** Commits by itself, as programs do. */
export async function addBook(Session: SessionMaker, title: string): Promise<Book> {
  await using session = Session();
  const book = new Book({ title });
  session.add(book);
  await session.commit();
  return book;
}

export async function titles(Session: SessionMaker): Promise<string[]> {
  await using session = Session();
  return await session.scalars(select(Book.title).orderBy(Book.title)).all();
}
