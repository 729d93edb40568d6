import { func, select } from "athanor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Actor, type Cinema, COUNT, Film, Medium, openCinema, Place, Role, Show, Studio, Ticket } from "./cinema.ts";

type Session = ReturnType<Cinema["session"]>;

describeEachDatabase("loops over the objects of a result", (db) => {
  let cinema: Cinema;
  beforeAll(async () => {
    cinema = await openCinema(db.url);
  });
  afterAll(() => cinema.close());

  const allFilms = (session: Session) => session.scalars(select(Film).orderBy(Film.id)).all();
  const filmsOf = async (session: Session): Promise<Film[]> => {
    const films = await allFilms(session);
    cinema.sent.clear();
    return films;
  };
  const sent = (): number => cinema.sent.clear().length;

  /** One attribute of each kind, with the statements that a loop takes without peers, and a count of what it gives: two for each film. */
  const kinds: readonly [string, (film: Film) => Promise<unknown>, number, (value: never) => number][] = [
    ["one to many", (film) => film.awaitableAttrs.characters, COUNT, (list: Role[]) => list.length],
    ["many to one", (film) => film.awaitableAttrs.studio, 4, () => 2],
    ["one to one", (film) => film.awaitableAttrs.poster, COUNT, (poster: object | null) => (poster === null ? 0 : 2)],
    ["many to many", (film) => film.awaitableAttrs.genres, COUNT, (list: object[]) => list.length],
    ["a set", (film) => film.awaitableAttrs.prizes, COUNT, (set: Set<object>) => set.size * 2],
    ["a map", (film) => film.awaitableAttrs.scenes, COUNT, (map: Map<string, object>) => (map.has("first") ? 2 : 0)],
    ["a deferred column", (film) => film.awaitableAttrs.plot, COUNT, (plot: string) => (plot.startsWith("plot ") ? 2 : 0)],
  ];

  test.each(kinds)("%s", async (_name, read, alone, count) => {
    for (const [peerLoading, statements] of [
      [true, 1],
      [false, alone],
    ] as const) {
      await using session = cinema.session({ peerLoading });
      let found = 0;
      for (const film of await filmsOf(session)) found += count((await read(film)) as never);
      expect(found).toBe(2 * COUNT);
      expect(sent()).toBe(statements);
    }
  });

  describe("however it is written", () => {
    type Loop = (films: Film[], session: Session) => Promise<unknown>;
    const characters = (film: Film): Promise<unknown> => film.awaitableAttrs.characters;
    const loops: readonly [string, Loop][] = [
      [
        "for of",
        async (films) => {
          for (const film of films) await characters(film);
        },
      ],
      [
        "for with an index",
        async (films) => {
          for (let i = 0; i < films.length; i += 1) await characters(films[i]!);
        },
      ],
      ["map and Promise.all", (films) => Promise.all(films.map(characters))],
      [
        "forEach with an async function",
        async (films) => {
          const done: Promise<void>[] = [];
          films.forEach((film) => {
            done.push((async () => void (await characters(film)))());
          });
          await Promise.all(done);
        },
      ],
      [
        "reduce",
        (films) => films.reduce(async (before, film) => (await before) + (await film.awaitableAttrs.characters).length, Promise.resolve(0)),
      ],
      [
        "a generator",
        async (films) => {
          async function* each(): AsyncGenerator<Role> {
            for (const film of films) yield* await film.awaitableAttrs.characters;
          }
          for await (const role of each()) expect(role.name).toMatch(/^role /);
        },
      ],
      [
        "a filtered and sorted copy",
        async (films) => {
          for (const film of films.filter((each) => each.id % 2 === 0).toSorted((a, b) => b.id - a.id)) await characters(film);
        },
      ],
      [
        "an early break",
        async (films) => {
          for (const film of films) {
            await characters(film);
            if (film.id === 3) break;
          }
        },
      ],
      [
        "while with a stack",
        async (films) => {
          const stack = [...films];
          for (let film = stack.pop(); film !== undefined; film = stack.pop()) await characters(film);
        },
      ],
      [
        "recursion",
        async (films) => {
          const walk = async (i: number): Promise<void> => {
            if (i === films.length) return;
            await characters(films[i]!);
            await walk(i + 1);
          };
          await walk(0);
        },
      ],
      [
        "Array.fromAsync",
        async (films) => {
          await (Array as unknown as { fromAsync(from: Iterable<unknown>): Promise<unknown[]> }).fromAsync(films.map(characters));
        },
      ],
      [
        "timers between",
        async (films) => {
          for (const film of films) {
            await characters(film);
            await new Promise((resolve) => setTimeout(resolve, 0));
          }
        },
      ],
    ];

    test.each(loops)("%s", async (_name, loop) => {
      await using session = cinema.session();
      await loop(await filmsOf(session), session);
      expect(sent()).toBe(1);
    });

    test("rows of several things", async () => {
      await using session = cinema.session();
      const rows = await session
        .execute(select(Film, func.count(Role.id)).join(Film.characters).groupBy(Film.id, Film.title, Film.studioId).orderBy(Film.id))
        .all();
      cinema.sent.clear();
      for (const [film, n] of rows) expect((await film.awaitableAttrs.characters).length).toBe(Number(n));
      expect(sent()).toBe(1);
    });

    test("mappings", async () => {
      await using session = cinema.session();
      const rows = await session.execute(select(Film, Studio).join(Film.studio).orderBy(Film.id)).mappings().all();
      cinema.sent.clear();
      for (const row of rows) {
        const { Film: film, Studio: studio } = row as unknown as { Film: Film; Studio: Studio };
        await film.awaitableAttrs.characters;
        await studio.awaitableAttrs.films;
      }
      expect(sent()).toBe(2);
    });

    test("the result itself", async () => {
      await using session = cinema.session();
      const result = await session.scalars(select(Film));
      cinema.sent.clear();
      for (const film of result) await characters(film);
      expect(sent()).toBe(1);
    });

    test("within session.begin", async () => {
      await using session = cinema.session();
      await session.begin(async () => {
        for (const film of await filmsOf(session)) await characters(film);
        expect(sent()).toBe(1);
      });
    });

    test("load() of one object after the other", async () => {
      const { load } = await import("athanor");
      await using session = cinema.session();
      const films = await filmsOf(session);
      for (const film of films) await load(film, Film.characters, Role.actor);
      expect(sent()).toBe(2);
    });
  });

  describe("loops within loops", () => {
    test("two deep, and three", async () => {
      await using session = cinema.session();
      const studios = await session.scalars(select(Studio).orderBy(Studio.id)).all();
      cinema.sent.clear();
      const names = new Set<string>();
      for (const studio of studios) {
        for (const film of await studio.awaitableAttrs.films) {
          for (const role of await film.awaitableAttrs.characters) names.add((await role.awaitableAttrs.actor).name);
        }
      }
      expect(names.size).toBe(5);
      expect(sent()).toBe(3);
    });

    test("from a single object on", async () => {
      await using session = cinema.session();
      const actor = await session.getOne(Actor, 1);
      cinema.sent.clear();
      for (const role of await actor.awaitableAttrs.roles) {
        for (const other of await (await role.awaitableAttrs.film).awaitableAttrs.characters) await other.awaitableAttrs.actor;
      }
      expect(sent()).toBe(4);
    });

    test("several attributes", async () => {
      await using session = cinema.session();
      for (const film of await filmsOf(session)) {
        await film.awaitableAttrs.studio;
        await film.awaitableAttrs.genres;
        await film.awaitableAttrs.plot;
        expect(await film.awaitableAttrs.notes).toMatch(/^notes/);
      }
      // the two texts are one group
      expect(sent()).toBe(3);
    });

    test("a tree, depth first", async () => {
      await using session = cinema.session();
      const roots = await session.scalars(select(Place).where(Place.parentId.is(null))).all();
      cinema.sent.clear();
      const count = async (place: Place): Promise<number> => {
        let n = 1;
        for (const child of await place.awaitableAttrs.children) n += await count(child);
        return n;
      };
      let all = 0;
      for (const root of roots) all += await count(root);
      expect(all).toBe(30);
      // one for each level, the last of which has no more
      expect(sent()).toBe(4);
    });

    test("a tree, upwards", async () => {
      await using session = cinema.session();
      const leaves = await session.scalars(select(Place).where(Place.children.any().not())).all();
      expect(leaves.length).toBe(16);
      cinema.sent.clear();
      for (const leaf of leaves) for (let place: Place | null = leaf; place !== null;) place = await place.awaitableAttrs.parent;
      expect(sent()).toBe(3);
    });

    test("members that came with the query", async () => {
      const { joinedload, selectinload, subqueryload } = await import("athanor");
      for (const option of [selectinload, joinedload, subqueryload]) {
        await using session = cinema.session();
        const films = await session.scalars(select(Film).options(option(Film.characters)).orderBy(Film.id)).all();
        cinema.sent.clear();
        for (const film of films) for (const role of film.characters) await role.awaitableAttrs.actor;
        expect([option.name, sent()]).toEqual([option.name, 1]);
      }
    });
  });

  test("streams: one statement for each batch", async () => {
    await using session = cinema.session();
    const films: Film[] = [];
    for await (const film of session.streamScalars(select(Film).orderBy(Film.id), { executionOptions: { yieldPer: 4 } })) films.push(film);
    cinema.sent.clear();
    for (const film of films) await film.awaitableAttrs.characters;
    expect(sent()).toBe(3);
  });

  test("within a stream: one statement for each batch, while it runs", async () => {
    await using session = cinema.session();
    const lengths: number[] = [];
    cinema.sent.clear();
    for await (const film of session.streamScalars(select(Film).orderBy(Film.id), { executionOptions: { yieldPer: 4 } }))
      lengths.push((await film.awaitableAttrs.characters).length);
    expect(lengths).toEqual(Array.from({ length: COUNT }, () => 2));
    expect(sent()).toBe(4);
  });

  test("partitions of a stream", async () => {
    await using session = cinema.session();
    const lists: Film[][] = [];
    for await (const list of session.streamScalars(select(Film).orderBy(Film.id)).partitions(3)) lists.push(list as Film[]);
    cinema.sent.clear();
    for (const list of lists) for (const film of list) await film.awaitableAttrs.genres;
    expect(sent()).toBe(1);
  });

  test("composite keys, both ways", async () => {
    await using session = cinema.session();
    const shows = await session.scalars(select(Show).orderBy(Show.slot)).all();
    cinema.sent.clear();
    for (const show of shows) expect((await show.awaitableAttrs.tickets).length).toBe(2);
    expect(sent()).toBe(1);
    session.expungeAll();
    const tickets = await session.scalars(select(Ticket)).all();
    cinema.sent.clear();
    for (const ticket of tickets) expect((await ticket.awaitableAttrs.show).hall).toBe(ticket.hall);
    expect(sent()).toBe(1);
  });

  test("several classes of one hierarchy", async () => {
    await using session = cinema.session();
    const media = await session.scalars(select(Medium).orderBy(Medium.id)).all();
    cinema.sent.clear();
    for (const medium of media) expect((await medium.awaitableAttrs.loans).length).toBe(1);
    expect(sent()).toBe(1);
    // columns of a table of their own: one statement for each class
    for (const medium of media) {
      if ("minutes" in medium) await (medium.awaitableAttrs as { minutes?: Promise<number> }).minutes;
      else await (medium.awaitableAttrs as { meters?: Promise<number> }).meters;
    }
    expect(sent()).toBe(2);
  });

  test("what the session has is not read", async () => {
    await using session = cinema.session();
    const studios = await session.scalars(select(Studio)).all();
    for (const film of await filmsOf(session)) expect(studios).toContain(await film.awaitableAttrs.studio);
    expect(sent()).toBe(0);
  });

  test("objects that came one by one ask one by one", async () => {
    await using session = cinema.session();
    const films: Film[] = [];
    for (let id = 1; id <= 3; id += 1) films.push(await session.getOne(Film, id));
    cinema.sent.clear();
    for (const film of films) await film.awaitableAttrs.characters;
    expect(sent()).toBe(3);
    // of a result that has them, they are peers
    for (const film of await filmsOf(session)) await film.awaitableAttrs.genres;
    expect(sent()).toBe(1);
  });

  test("after a commit that expires", async () => {
    await using session = cinema.session({ expireOnCommit: true });
    const films = await allFilms(session);
    const before = films.map((film) => film.title);
    await session.commit();
    cinema.sent.clear();
    const titles: string[] = [];
    for (const film of films) titles.push(await film.awaitableAttrs.title);
    expect(titles).toEqual(before);
    expect(sent()).toBe(1);
    await session.commit();
    cinema.sent.clear();
    // the columns, for the foreign keys, and the studios
    for (const film of films) await film.awaitableAttrs.studio;
    expect(sent()).toBe(2);
  });

  test.each([
    ["off for a statement", true, false, COUNT],
    ["on for a statement of a session that has it off", false, true, 1],
  ] as const)("switched %s", async (_name, ofSession, ofStatement, statements) => {
    await using session = cinema.session({ peerLoading: ofSession });
    const films = await session.scalars(select(Film).executionOptions({ peerLoading: ofStatement })).all();
    cinema.sent.clear();
    for (const film of films) await film.awaitableAttrs.characters;
    expect(sent()).toBe(statements);
  });
});
