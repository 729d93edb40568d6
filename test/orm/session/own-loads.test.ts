import { type Engine, insert, joinedload, listen, type OrmExecuteState, select, selectinload, subqueryload, undefer } from "athanor";
import { StatementRecorder } from "athanor/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Book, Chapter, type Library, openLibrary, Publisher } from "../loading/library.ts";

type Kind = "relationship" | "columns" | "select" | "insert";

function kindOf(state: OrmExecuteState): Kind {
  if (state.isRelationshipLoad) return "relationship";
  if (state.isColumnLoad) return "columns";
  return state.isSelect ? "select" : "insert";
}

describeEachDatabase("doOrmExecute and what the ORM reads by itself", (db) => {
  let library: Library;
  beforeAll(async () => {
    library = await openLibrary(db.url);
  });
  afterAll(() => library.close());

  test("is told of every load, with what it is about", async () => {
    await using session = library.session();
    const seen: [Kind, string | undefined][] = [];
    listen(session, "doOrmExecute", (state) => void seen.push([kindOf(state), state.bindMapper?.name]));
    const said = async (work: () => PromiseLike<unknown>): Promise<[Kind, string | undefined][]> => {
      seen.length = 0;
      await work();
      return [...seen];
    };
    expect(await said(() => session.get(Publisher, 1))).toEqual([["select", "Publisher"]]);
    expect(await said(() => session.get(Publisher, 1))).toEqual([]);
    const publisher = await session.getOne(Publisher, 1);
    expect(await said(() => publisher.awaitableAttrs.books)).toEqual([["relationship", "Book"]]);
    const book = publisher.books[0]!;
    expect(await said(() => session.refresh(publisher))).toEqual([["columns", "Publisher"]]);
    expect(await said(() => book.awaitableAttrs.summary)).toEqual([["columns", "Book"]]);
    for (const strategy of [selectinload, subqueryload])
      expect(await said(() => session.scalars(select(Book).options(strategy(Book.chapters))).all())).toEqual([
        ["select", "Book"],
        ["relationship", "Chapter"],
      ]);
    expect(
      await said(() =>
        session
          .scalars(select(Book).options(joinedload(Book.chapters)))
          .unique()
          .all(),
      ),
    ).toEqual([["select", "Book"]]);
    expect(await said(() => session.execute(insert(Chapter), [{ id: 999, bookId: 1, number: 9, heading: "x" }]))).toEqual([
      ["insert", "Chapter"],
    ]);
    await session.rollback();
  });

  test("may put another statement in its place, or wait before it goes on", async () => {
    await using session = library.session();
    listen(session, "doOrmExecute", async (state) => {
      await Promise.resolve();
      if (state.isRelationshipLoad) state.statement = (state.statement as ReturnType<typeof select>).where(Chapter.number.gt(1));
    });
    const book = await session.scalars(select(Book).where(Book.id.eq(3))).one();
    expect((await book.awaitableAttrs.chapters).map((chapter) => chapter.heading)).toEqual(["3b", "3c"]);
  });

  test("may answer in the database's stead, with what it has run itself before", async () => {
    await using session = library.session();
    const sent = new StatementRecorder(session.bind as Engine);
    const answers: (() => unknown)[] = [];
    listen(session, "doOrmExecute", async (state) => {
      const result = (await state.invokeStatement()) as { freeze(): () => unknown };
      const frozen = result.freeze();
      answers.push(frozen);
      return frozen();
    });
    const [book] = await session
      .scalars(select(Book).where(Book.id.eq(3)).options(selectinload(Book.chapters), undefer(Book.summary)))
      .all();
    expect(book!.chapters.map((chapter) => chapter.heading)).toEqual(["3a", "3b", "3c"]);
    expect((await book!.awaitableAttrs.publisher)?.name).toBe((await session.get(Publisher, book!.publisherId!))?.name);
    await session.refresh(book!);
    expect(book!.title).toBe("Three");
    expect(answers.length).toBe(sent.sql.length);
    sent.stop();
  });
});
