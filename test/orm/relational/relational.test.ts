import { afterAll, beforeAll, expect, test } from "vitest";
import { aliased, createEngine, desc, type Engine, explain, func, insert, relational, select, Session } from "../../../src/index.ts";
import { StatementRecorder } from "../../../src/testing/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { Base, Cast, Film, filmGenre, Genre, Person } from "./models.ts";

const people = [
  { id: 1, name: "Ana" },
  { id: 2, name: "Bo \"the 'quote'\" \\ 😀" },
  { id: 3, name: "Cy" },
];
const films = [
  { id: 1, title: "Alpha", year: 1995, directorId: 1, notes: "long" },
  { id: 2, title: "Beta", year: 1980, directorId: null, notes: null },
  { id: 3, title: "Gamma", year: 2001, directorId: 2, notes: null },
  { id: 4, title: "Delta", year: 2005, directorId: 2, notes: null },
];
const cast = [
  { id: 1, filmId: 1, actorId: 1, role: "lead", billing: 2, fee: "10.50" },
  { id: 2, filmId: 1, actorId: 2, role: "friend", billing: 1, fee: "1234567890.12" },
  { id: 3, filmId: 1, actorId: 3, role: "x", billing: 0, fee: null },
  { id: 4, filmId: 1, actorId: 3, role: "foe", billing: 1, fee: "0.01" },
  { id: 5, filmId: 3, actorId: 3, role: "lead", billing: 1, fee: "99.99" },
  { id: 6, filmId: 3, actorId: 1, role: "x", billing: 2, fee: "1.00" },
];
const genres = [
  { id: 1, name: "drama", parentId: null },
  { id: 2, name: "tragedy", parentId: 1 },
  { id: 3, name: "comedy", parentId: null },
  { id: 4, name: "farce", parentId: 3 },
  { id: 5, name: "elegy", parentId: 1 },
  { id: 6, name: "late elegy", parentId: 5 },
];

describeEachDatabase("relational()", (db) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    const session = new Session(engine);
    await session.execute(insert(Person), people);
    await session.execute(insert(Film), films);
    await session.execute(insert(Cast), cast);
    await session.execute(insert(Genre), genres);
    await session.execute(insert(filmGenre), [
      { filmId: 1, genreId: 1 },
      { filmId: 1, genreId: 3 },
      { filmId: 3, genreId: 3 },
      { filmId: 3, genreId: 4 },
    ]);
    await session.commit();
    await session.close();
  });
  afterAll(() => engine.dispose());

  async function read<R>(statement: ReturnType<typeof relational<object>> | { readonly [key: string]: unknown }): Promise<R[]> {
    await using session = new Session(engine);
    using sent = new StatementRecorder(engine);
    const rows = (await session.execute(statement as never).all()) as R[];
    expect(sent.statements).toHaveLength(1);
    return rows;
  }

  async function plainly(statement: object): Promise<unknown> {
    await using session = new Session(engine);
    return await session.scalar(statement as never);
  }

  test("reads objects with what they are related to by one statement", async () => {
    const rows = await read(
      relational(Film, {
        columns: ["id", "title"],
        with: {
          director: true,
          characters: {
            columns: ["role", "fee"],
            where: Cast.role.ne("x"),
            orderBy: Cast.billing,
            limit: 2,
            with: { actor: { columns: ["name"] } },
          },
          genres: { columns: ["name"] },
        },
        where: Film.year.gt(1990),
        orderBy: Film.title,
        limit: 10,
      }) as never,
    );
    expect(rows).toEqual([
      {
        id: 1,
        title: "Alpha",
        director: { id: 1, name: "Ana" },
        characters: [
          { role: "friend", fee: "1234567890.12", actor: { name: people[1]!.name } },
          { role: "foe", fee: "0.01", actor: { name: "Cy" } },
        ],
        genres: [{ name: "comedy" }, { name: "drama" }],
      },
      { id: 4, title: "Delta", director: { id: 2, name: people[1]!.name }, characters: [], genres: [] },
      {
        id: 3,
        title: "Gamma",
        director: { id: 2, name: people[1]!.name },
        characters: [{ role: "lead", fee: "99.99", actor: { name: "Cy" } }],
        genres: [{ name: "comedy" }, { name: "farce" }],
      },
    ]);
  });

  test("leaves out deferred columns unless they are named, and gives null for who is missing", async () => {
    expect(
      await read(relational(Film, { with: { director: { columns: ["name"] } }, where: Film.id.le(2), orderBy: Film.id }) as never),
    ).toEqual([
      { id: 1, title: "Alpha", year: 1995, directorId: 1, director: { name: "Ana" } },
      { id: 2, title: "Beta", year: 1980, directorId: null, director: null },
    ]);
    expect(await read(relational(Film, { columns: ["notes"], where: Film.id.le(2), orderBy: Film.id }) as never)).toEqual([
      { notes: "long" },
      { notes: null },
    ]);
  });

  test("counts limit and offset for each parent by itself", async () => {
    const roles = async (options: object): Promise<unknown[]> => {
      const rows = await read<{ characters: { id: number }[] }>(
        relational(Film, { columns: ["id"], with: { characters: { columns: ["id"], ...options } }, orderBy: Film.id }) as never,
      );
      return rows.map((row) => row.characters.map(({ id }) => id));
    };
    expect(await roles({})).toEqual([[1, 2, 3, 4], [], [5, 6], []]);
    expect(await roles({ orderBy: desc(Cast.billing) })).toEqual([[1, 2, 4, 3], [], [6, 5], []]);
    expect(await roles({ orderBy: [Cast.billing, desc(Cast.id)], limit: 2 })).toEqual([[3, 4], [], [5, 6], []]);
    expect(await roles({ orderBy: [Cast.billing, desc(Cast.id)], limit: 2, offset: 1 })).toEqual([[4, 2], [], [6], []]);
    expect(await roles({ offset: 1 })).toEqual([[2, 3, 4], [], [6], []]);
    expect(await roles({ limit: 0 })).toEqual([[], [], [], []]);
    expect(await roles({ offset: 9 })).toEqual([[], [], [], []]);
  });

  test("reads a class that is related to itself, at any depth", async () => {
    const rows = await read(
      relational(Genre, {
        columns: ["name"],
        with: {
          parent: { columns: ["name"] },
          children: { columns: ["name"], with: { children: { columns: ["name"], with: { parent: true } } } },
        },
        where: Genre.parentId.is(null),
        orderBy: Genre.id,
      }) as never,
    );
    expect(rows).toEqual([
      {
        name: "drama",
        parent: null,
        children: [
          { name: "elegy", children: [{ name: "late elegy", parent: { id: 5, name: "elegy", parentId: 1 } }] },
          { name: "tragedy", children: [] },
        ],
      },
      { name: "comedy", parent: null, children: [{ name: "farce", children: [] }] },
    ]);
  });

  test("goes to and fro through a secondary table, with conditions and limits", async () => {
    const rows = await read(
      relational(Genre, {
        columns: ["name"],
        with: {
          films: {
            columns: ["title"],
            where: Film.characters.any(Cast.role.eq("lead")),
            orderBy: desc(Film.year),
            limit: 1,
            with: { genres: { columns: ["name"], where: Genre.name.ne("comedy") } },
          },
        },
        where: Genre.films.any(),
        orderBy: Genre.name,
      }) as never,
    );
    expect(rows).toEqual([
      { name: "comedy", films: [{ title: "Gamma", genres: [{ name: "farce" }] }] },
      { name: "drama", films: [{ title: "Alpha", genres: [{ name: "drama" }] }] },
      { name: "farce", films: [{ title: "Gamma", genres: [{ name: "farce" }] }] },
    ]);
  });

  test("reads expressions, of any depth", async () => {
    const rows = await read(
      relational(Film, {
        columns: ["title"],
        extras: { age: func.abs(Film.year.sub(2025)), hasLead: Film.characters.any(Cast.role.eq("lead")) },
        with: { characters: { columns: [], extras: { shout: func.upper(Cast.role), twice: Cast.billing.mul(2), isX: Cast.role.eq("x") } } },
        where: Film.id.in([2, 3]),
        orderBy: Film.id,
      }) as never,
    );
    expect(rows).toEqual([
      { title: "Beta", age: 45, hasLead: false, characters: [] },
      {
        title: "Gamma",
        age: 24,
        hasLead: true,
        characters: [
          { shout: "LEAD", twice: 2, isX: false },
          { shout: "X", twice: 4, isX: true },
        ],
      },
    ]);
  });

  test("counts and sums for each parent, of any depth", async () => {
    const rows = await read(
      relational(Film, {
        columns: ["id"],
        extras: {
          castCount: Film.characters.count(),
          others: Film.characters.count(Cast.role.ne("lead")),
          fees: Film.characters.sum(Cast.fee),
          mean: Film.characters.avg(Cast.billing),
          least: Film.characters.min(Cast.billing, Cast.billing.gt(0)),
          most: Film.characters.max(Cast.role),
          genreCount: Film.genres.count(),
        },
        orderBy: [desc(Film.characters.count()), Film.id],
        limit: 3,
      }) as never,
    );
    const [first, second, third] = rows as Record<string, unknown>[];
    expect(first).toMatchObject({ id: 1, castCount: 4, others: 3, least: 1, most: "x", genreCount: 2 });
    expect(first!["mean"]).toBe((await plainly(select(func.avg(Cast.billing)).where(Cast.filmId.eq(1)))) as never);
    expect(first!["fees"]).toBe((await plainly(select(func.sum(Cast.fee)).where(Cast.filmId.eq(1)))) as never);
    expect(second).toMatchObject({ id: 3, castCount: 2, others: 1, fees: "100.99", least: 1, most: "x", genreCount: 2 });
    expect(third).toEqual({ id: 2, castCount: 0, others: 0, fees: null, mean: null, least: null, most: null, genreCount: 0 });

    expect(
      await read(
        relational(Genre, {
          columns: ["name"],
          with: {
            children: {
              columns: ["name"],
              extras: {
                below: Genre.children.count(),
                films: Genre.films.count(),
                last: Genre.children.max(Genre.name),
                some: Genre.children.any(),
              },
            },
          },
          extras: { below: Genre.children.count(Genre.name.like("%e%")) },
          where: Genre.parentId.is(null),
          orderBy: Genre.id,
        }) as never,
      ),
    ).toEqual([
      {
        name: "drama",
        children: [
          { name: "elegy", below: 1, films: 0, last: "late elegy", some: true },
          { name: "tragedy", below: 0, films: 0, last: null, some: false },
        ],
        below: 2,
      },
      { name: "comedy", children: [{ name: "farce", below: 0, films: 1, last: null, some: false }], below: 1 },
    ]);
    await using session = new Session(engine);
    expect(await session.scalars(select(Film.title).where(Film.characters.count().gt(1)).orderBy(Film.id)).all()).toEqual([
      "Alpha",
      "Gamma",
    ]);
    const Node = aliased(Genre);
    expect(await session.scalars(select(Node.name).where(Node.children.count().eq(2))).all()).toEqual(["drama"]);
  });

  test("names the classes around it", async () => {
    const rows = await read(
      relational(Film, {
        columns: ["id"],
        with: {
          characters: {
            columns: ["id"],
            where: Cast.actorId.ne(Film.directorId),
            with: {
              actor: {
                columns: [],
                extras: { of: Person.name.concat(" as ").concat(Cast.role), title: Film.title },
                where: Person.id.ne(Cast.id),
              },
            },
          },
        },
        where: Film.id.eq(1),
      }) as never,
    );
    expect(rows).toEqual([
      {
        id: 1,
        characters: [
          { id: 2, actor: null },
          { id: 3, actor: null },
          { id: 4, actor: { of: "Cy as foe", title: "Alpha" } },
        ],
      },
    ]);
  });

  test("is a statement like any other", async () => {
    const statement = relational(Film, { columns: ["title"], with: { characters: { columns: ["role"], limit: 1 } } });
    const changed = statement.where(Film.id.gt(1)).orderBy(Film.title).limit(1);
    const expected = [{ title: "Beta", characters: [] }];
    expect(await read(changed as never)).toEqual(expected);
    const conn = await engine.connect();
    expect(await conn.execute(changed).all()).toEqual(expected);
    expect((await conn.execute(explain(changed)).all()).length).toBeGreaterThan(0);
    await conn.close();
    await using session = new Session(engine);
    const streamed: unknown[] = [];
    for await (const row of session.stream(statement.orderBy(Film.id))) streamed.push(row);
    expect(streamed).toHaveLength(4);
    expect(streamed[2]).toEqual({ title: "Gamma", characters: [{ role: "lead" }] });
    // what waits is written first, and nothing that is read enters the session
    session.add(new Cast({ id: 7, filmId: 2, actorId: 1, role: "new", billing: 1 }));
    expect(await session.execute(changed).all()).toEqual([{ title: "Beta", characters: [{ role: "new" }] }]);
    await session.rollback();
  });

  test("reads an alias, and stands beside it", async () => {
    const Later = aliased(Film, { name: "later" });
    const rows = await read(
      relational(Later, {
        columns: ["title"],
        with: { characters: { columns: ["role"] }, director: { columns: ["name"] } },
        where: Later.year.gt(select(func.max(Film.year)).where(Film.id.lt(4)).scalarSubquery()),
      }) as never,
    );
    expect(rows).toEqual([{ title: "Delta", characters: [], director: { name: people[1]!.name } }]);
  });

  test("is compiled once, whatever its values are", async () => {
    const statement = (year: number, limit: number): object =>
      relational(Film, {
        columns: ["id"],
        with: { characters: { columns: ["id"], where: Cast.billing.gt(0), limit } },
        where: Film.year.gt(year),
      });
    await using session = new Session(engine);
    await session.execute(statement(1990, 1) as never).all();
    const { misses } = engine.compiledCache.stats;
    const rows = (await session.execute(statement(2000, 2) as never).all()) as { id: number; characters: unknown[] }[];
    expect(engine.compiledCache.stats.misses).toBe(misses);
    expect(rows.map((row) => row.characters.length).toSorted((a, b) => a - b)).toEqual([0, 2]);
  });
});
