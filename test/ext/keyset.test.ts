import {
  aliased,
  ArgumentError,
  createEngine,
  declarativeBase,
  type Engine,
  foreignKey,
  func,
  insert,
  InvalidCursorError,
  joinedload,
  mappedColumn,
  relationship,
  select,
  selectinload,
  type Session,
  sessionmaker,
  t,
  union,
} from "athanor";
import { keysetPage } from "athanor/ext";
import { StatementRecorder } from "athanor/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";

const Base = declarativeBase();

class Film extends Base<typeof Film> {
  static table = this.mapTo("keyset_films");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static year = mappedColumn(t.integer());
  static title = mappedColumn(t.string(50), { nullable: true });
  static views = mappedColumn(t.bigInteger(), { nullable: true });
  static price = mappedColumn(t.numeric(30, 12), { nullable: true });
  static score = mappedColumn(t.double(), { nullable: true });
  static seenAt = mappedColumn(t.dateTime({ mode: "string" }), { nullable: true });
  static day = mappedColumn(t.date(), { nullable: true });
  static good = mappedColumn(t.boolean(), { nullable: true });
  static roles = relationship(() => [Role], { orderBy: () => Role.id });
}

class Role extends Base<typeof Role> {
  static table = this.mapTo("keyset_roles");
  static filmId = mappedColumn(
    foreignKey(() => Film.id),
    { primaryKey: true },
  );
  static id = mappedColumn(t.integer(), { primaryKey: true });
}

/** Numbers that look random and are the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

const ROWS = 61;

describeEachDatabase("keysetPage", (db) => {
  let engine: Engine;
  let session: Session;

  beforeAll(async () => {
    engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    // MySQL keeps no parts of seconds unless it is told to
    if (db.dialect === "mysql") await engine.begin((conn) => conn.execDriverSql("ALTER TABLE keyset_films MODIFY seen_at DATETIME(6)"));
    session = sessionmaker({ bind: engine })();
    const next = numbers(7);
    const orNull = <T>(value: T): T | null => (next(4) === 0 ? null : value);
    const films = Array.from({ length: ROWS }, (_, i) => ({
      id: ((i * 37) % 997) + 1,
      year: 1970 + next(5),
      title: orNull(["alpha", "Beta", "gamma", "ß", ""][next(5)]!),
      views: orNull(9007199254740993n + BigInt(next(4))),
      price: orNull(db.dialect === "sqlite" ? `12.0${next(4)}` : `12345678901234567.00000000000${next(4)}`),
      score: orNull([0.1, 0.2, 0.30000000000000004, 0.3, -1e300][next(5)]!),
      seenAt: orNull(`2024-01-01 10:00:00.12345${next(4)}`),
      day: orNull(`2024-01-0${1 + next(3)}`),
      good: orNull(next(2) === 0),
    }));
    await session.execute(insert(Film), films);
    await session.execute(
      insert(Role),
      films.slice(0, 20).flatMap((film) => [1, 2].map((id) => ({ filmId: film.id, id }))),
    );
    await session.commit();
  });
  afterAll(async () => {
    await session.close();
    await engine.dispose();
  });

  const orders = [
    [],
    [Film.year],
    [Film.year.desc(), Film.id.desc()],
    [Film.year.desc(), Film.title],
    [Film.title.desc().nullsFirst(), Film.year],
    [Film.views, Film.year.desc()],
    [Film.views.desc().nullsLast()],
    [Film.price.nullsFirst(), Film.views.desc()],
    [Film.price.desc(), Film.seenAt],
    [Film.seenAt.desc().nullsFirst(), Film.good],
    [Film.score, Film.day.desc()],
    [Film.good.desc(), Film.day.nullsFirst(), Film.year],
    [func.coalesce(Film.title, "zz"), Film.id.desc()],
  ];

  test("walking all pages gives every row once, in order, forth and back", async () => {
    for (const [n, by] of orders.entries()) {
      const whole = await keysetPage(session, select(Film), { by, first: 1000 });
      expect(whole.items).toHaveLength(ROWS);
      expect(new Set(whole.items).size).toBe(ROWS);
      const ids = whole.items.map((film) => film.id);
      for (const size of n === 0 ? [1, 7, ROWS] : [4, 13]) {
        const forth: number[] = [];
        let cursor: string | null = null;
        do {
          const page: Awaited<ReturnType<typeof filmsPage>> = await filmsPage(by, { first: size, after: cursor });
          forth.push(...page.items.map((film) => film.id));
          expect(page.hasPrevious).toBe(cursor !== null);
          expect(page.hasNext).toBe(forth.length < ROWS);
          cursor = page.hasNext ? page.endCursor : null;
        } while (cursor !== null);
        expect(forth, `order ${n}, pages of ${size}`).toEqual(ids);

        const back: number[] = [];
        do {
          const page: Awaited<ReturnType<typeof filmsPage>> = await filmsPage(by, { last: size, before: cursor });
          back.unshift(...page.items.map((film) => film.id));
          expect(page.hasNext).toBe(cursor !== null);
          cursor = page.hasPrevious ? page.startCursor : null;
        } while (cursor !== null);
        expect(back, `order ${n}, pages of ${size}, backwards`).toEqual(ids);
      }
      // any row may be where a page begins
      const at = (n * 17) % (ROWS - 2);
      expect((await filmsPage(by, { first: 3, after: whole.cursors[at]! })).items.map((film) => film.id)).toEqual(
        ids.slice(at + 1, at + 4),
      );
    }
    async function filmsPage(
      by: (typeof orders)[number],
      which: { first: number; after: string | null } | { last: number; before: string | null },
    ) {
      return keysetPage(session, select(Film), { by, ...which } as never);
    }
  }, 120_000);

  test("the order is that of the database, NULL where it is said", async () => {
    const titles = (await keysetPage(session, select(Film.title), { by: [Film.title.nullsFirst(), Film.id], first: 1000 })).items;
    const nulls = titles.filter((title) => title === null).length;
    expect(nulls).toBeGreaterThan(0);
    expect(titles.slice(0, nulls).every((title) => title === null)).toBe(true);
    const last = (await keysetPage(session, select(Film.title), { by: [Film.title.desc(), Film.id], first: 1000 })).items;
    expect(last.slice(-nulls).every((title) => title === null)).toBe(true);
  });

  test("objects with what is loaded along, rows, aliases, groups, Core", async () => {
    for (const strategy of [joinedload, selectinload]) {
      const page = await keysetPage(session, select(Film).options(strategy(Film.roles)), { by: [Film.year], first: 5 });
      expect(page.items).toHaveLength(5);
      for (const film of page) expect(film.roles.length % 2).toBe(0);
      const next = await keysetPage(session, select(Film).options(strategy(Film.roles)), {
        by: [Film.year],
        first: 5,
        after: page.endCursor,
      });
      expect(next.items.some((film) => page.items.includes(film))).toBe(false);
    }
    const rows = await keysetPage(session, select({ id: Film.id, film: Film }).where(Film.id.gt(500)), { by: [Film.id], first: 2 });
    expect(rows.items.map((row) => [Object.keys(row), row.film.id === row.id])).toEqual([
      [["id", "film"], true],
      [["id", "film"], true],
    ]);
    const F = aliased(Film);
    const some = await keysetPage(session, select(F), { by: [F.title], first: 5 });
    expect((await keysetPage(session, select(F), { by: [F.title], last: 2, before: some.cursors[3]! })).items).toEqual(
      some.items.slice(1, 3),
    );

    const groups = select(Film.year, func.count(Film.id)).groupBy(Film.year);
    const all = await keysetPage(session, groups, { by: [func.count(Film.id).desc(), Film.year], first: 10 });
    const part = await keysetPage(session, groups, { by: [func.count(Film.id).desc(), Film.year], first: 2, after: all.cursors[1]! });
    expect(part.items).toEqual(all.items.slice(2, 4));

    await session.rollback(); // a database in memory has one connection
    await using conn = await engine.connect();
    const table = await keysetPage(conn, select(Film.table.c["id"]!, Film.table.c["year"]!), { by: [Film.table.c["id"]!], first: 2 });
    expect(table.items[0]).toHaveLength(2);
  });

  test("one statement for each page, without OFFSET", async () => {
    const sent = new StatementRecorder(engine);
    const page = await keysetPage(session, select(Film.id), { by: [Film.year.desc(), Film.id.desc()], first: 2 });
    await keysetPage(session, select(Film.id), { by: [Film.year.desc(), Film.id.desc()], first: 2, after: page.endCursor });
    expect(sent.sql).toHaveLength(2);
    expect(sent.sql[1]!.replaceAll(/\s+/g, " ")).toMatch(
      /WHERE \(keyset_films.year, keyset_films.id\) < \(.+\) ORDER BY keyset_films.year DESC, keyset_films.id DESC LIMIT/,
    );
    sent.stop();
  });

  test("bad cursors", async () => {
    const by = [Film.year, Film.price];
    const { endCursor } = await keysetPage(session, select(Film), { by, first: 1 });
    const other = (await keysetPage(session, select(Film), { by: [Film.title], first: 1 })).endCursor!;
    const forged = (change: (values: unknown[]) => void): string => {
      const values = JSON.parse(Buffer.from(endCursor!, "base64url").toString()) as unknown[];
      change(values);
      return Buffer.from(JSON.stringify(values)).toString("base64url");
    };
    const attempts: unknown[] = [
      "",
      "x",
      "' OR 1=1 --",
      other,
      `${endCursor}x`,
      endCursor!.slice(0, -5),
      "a".repeat(10_000),
      12,
      Buffer.from("null").toString("base64url"),
      forged((values) => void values.pop()),
      forged((values) => (values[1] = "1; DROP TABLE keyset_films")),
      forged((values) => (values[1] = null)),
      forged((values) => (values[1] = { $gt: 0 })),
      forged((values) => (values[2] = "1 OR 1=1")),
      forged((values) => (values[2] = ["1"])),
    ];
    for (const after of attempts)
      await expect(keysetPage(session, select(Film), { by, first: 1, after: after as string }), String(after)).rejects.toThrow(
        InvalidCursorError,
      );
  });

  test("what cannot be divided into pages", async () => {
    const refused = async (promise: Promise<unknown>, message: RegExp): Promise<void> => {
      await expect(promise).rejects.toThrow(ArgumentError);
      await expect(promise).rejects.toThrow(message);
    };
    await refused(keysetPage(session, select(Film).limit(3), { by: [], first: 1 }), /a limit of its own/);
    await refused(keysetPage(session, select(Film).orderBy(Film.id), { by: [], first: 1 }), /an order or a limit/);
    await refused(keysetPage(session, select(Film.id), { by: [], first: 1 }), /needs an order/);
    await refused(keysetPage(session, select(Film), { by: [], first: 0 }), /how many rows/);
    await refused(keysetPage(session, select(Film), { by: ["year" as never], first: 1 }), /by\[0\] is no expression/);
    await refused(keysetPage(session, union(select(Film), select(Film)) as never, { by: [Film.id], first: 1 }), /takes a SELECT/);
  });
});
