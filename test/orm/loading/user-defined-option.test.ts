import {
  insert,
  joinedload,
  listen,
  selectinload,
  select,
  type OrmExecuteState,
  type Session,
  subqueryload,
  update,
  UserDefinedOption,
} from "athanor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Book, Chapter, type Library, openLibrary } from "./library.ts";

class Once extends UserDefinedOption<string> {}
class Always extends UserDefinedOption<string> {
  override get propagateToLoaders(): boolean {
    return true;
  }
}

describeEachDatabase("LDR-04 options of the program's own", (db) => {
  let library: Library;
  beforeAll(async () => {
    library = await openLibrary(db.url);
  });
  afterAll(() => library.close());

  /** A session, and what its listener has seen: the kind of load and what the options carry. */
  function watched(): { session: Session; seen: () => string[] } {
    const session = library.session();
    const seen: string[] = [];
    listen(session, "doOrmExecute", (state: OrmExecuteState) => {
      const kind = state.isRelationshipLoad ? "relationship" : state.isColumnLoad ? "columns" : "statement";
      seen.push([kind, ...state.userDefinedOptions.map((option) => option.payload)].join(" "));
    });
    return { session, seen: () => seen.splice(0) };
  }

  test("listeners see them, with loads that belong to the statement", async () => {
    const { session, seen } = watched();
    await using _session = session;
    const options = [new Once("once"), new Always("always")];
    for (const load of [selectinload(Book.chapters), subqueryload(Book.chapters)]) {
      await session.scalars(select(Book).options(load, ...options)).all();
      expect(seen()).toEqual(["statement once always", "relationship once always"]);
    }
    await session.scalars(select(Book).options(...options, joinedload(Book.chapters))).all();
    expect(seen()).toEqual(["statement once always"]);
  });

  test("later loads have those that propagate", async () => {
    const { session, seen } = watched();
    await using _session = session;
    const books = await session.scalars(select(Book).options(new Once("once"), new Always("always"))).all();
    expect(seen()).toEqual(["statement once always"]);
    await Promise.all(books.map((book) => book.awaitableAttrs.chapters));
    expect(seen()).toEqual(["relationship always"]);
    await session.refresh(books[0]!);
    expect(seen()).toEqual(["columns always"]);
    session.expire(books[1]!);
    await books[1]!.awaitableAttrs.title;
    expect(seen()).toEqual(["columns always"]);
  });

  test("what they carry is that of each execution, and no reason to compile anew", async () => {
    const { session, seen } = watched();
    await using _session = session;
    const run = (payload: string) =>
      session.scalars(select(Book).options(new Always(payload), selectinload(Book.chapters)).where(Book.id.eq(2))).one();
    await run("zero");
    const { misses } = library.engine.compiledCache.stats;
    seen();
    for (const payload of ["one", "two"]) {
      session.expungeAll();
      const book = await run(payload);
      const [chapter] = await book.awaitableAttrs.chapters;
      await session.refresh(chapter!);
      expect(seen()).toEqual([`statement ${payload}`, `relationship ${payload}`, `columns ${payload}`]);
    }
    expect(library.engine.compiledCache.stats.misses - misses).toBeLessThanOrEqual(1);
  });

  test("of columns, of INSERT and of UPDATE", async () => {
    const { session, seen } = watched();
    await using _session = session;
    await session.execute(select(Book).options(new Once("kept")).withOnlyColumns(Book.id));
    await session.execute(insert(Chapter).options(new Once("insert")).values({ id: 900, heading: "x", number: 9, bookId: 1 }));
    await session.execute(update(Chapter).options(new Once("update")).where(Chapter.id.eq(900)).values({ heading: "y" }));
    expect(seen()).toEqual(["statement kept", "statement insert", "statement update"]);
    await session.getOne(Book, 1, { options: [new Once("get")] });
    expect(seen()).toEqual(["statement get"]);
    await session.rollback();
  });

  test("a listener may answer in the database's stead", async () => {
    const session = library.session();
    await using _session = session;
    const kept = new Map<string, unknown>();
    listen(session, "doOrmExecute", async (state: OrmExecuteState) => {
      const option = state.userDefinedOptions.find((each) => each instanceof Once);
      if (option === undefined) return undefined;
      const key = option.payload as string;
      if (!kept.has(key)) kept.set(key, ((await state.invokeStatement()) as { freeze(): unknown }).freeze());
      return (kept.get(key) as () => unknown)();
    });
    const statement = select(Book.title).where(Book.id.eq(1)).options(new Once("first"));
    const title = await session.scalars(statement).one();
    library.log.take();
    expect(await session.scalars(statement).one()).toBe(title);
    expect(library.log.take()).toEqual([]);
  });
});

describe("the payload", () => {
  test("is typed, and may be left out where it may be undefined", () => {
    expect(new Once("x").payload).toBe("x");
    expect(new UserDefinedOption().payload).toBeUndefined();
    // @ts-expect-error: it carries a text
    new Once();
    // @ts-expect-error: it carries a text
    new Once(5);
  });
});
