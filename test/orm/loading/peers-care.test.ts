// What loading for peers must not do: overwrite, load what is of no use, or keep anything alive.
import { DetachedInstanceError, inspect, insert, load, ObjectDeletedError, raiseload, select, selectinload, text } from "athanor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describeEachDatabase } from "../../support/databases.ts";
import { Actor, type Cinema, Film, Genre, Medium, openCinema, Role, Studio } from "./cinema.ts";

type Session = ReturnType<Cinema["session"]>;

describeEachDatabase("peers", (db) => {
  let cinema: Cinema;
  beforeAll(async () => {
    cinema = await openCinema(db.url);
  });
  afterAll(() => cinema.close());

  const filmsOf = async (session: Session): Promise<Film[]> => {
    const films = await session.scalars(select(Film).orderBy(Film.id)).all();
    cinema.sent.clear();
    return films;
  };
  const sent = (): number => cinema.sent.clear().length;
  const isLoaded = (object: object, key: string): boolean => !(inspect(object) as { unloaded: Set<string> }).unloaded.has(key);
  /** Sends SQL past the session. */
  const behind = async (session: Session, sql: string): Promise<void> => void (await (await session.connection()).execute(text(sql)));

  test("what was set or changed stays as it is", async () => {
    await using session = cinema.session({ autoflush: false });
    const [first, second, third, ...others] = await filmsOf(session);
    const studio = await session.getOne(Studio, 1);
    const role = new Role({ name: "new", film: third!, actor: await session.getOne(Actor, 1) });
    second!.characters = [];
    third!.studio = studio;
    sent();
    expect((await first!.awaitableAttrs.characters).length).toBe(2);
    await first!.awaitableAttrs.studio;
    expect(second!.characters.length).toBe(0);
    expect(third!.studio).toBe(studio);
    expect(others.every((film) => film.characters.length === 2 && film.studio.name !== "")).toBe(true);
    // what was added to a collection that is not loaded is no reason not to load it
    expect(await third!.awaitableAttrs.characters).toContain(role);
    expect(third!.characters.length).toBe(3);
    await session.rollback();
  });

  test("expired columns: changes are kept, what has no row is passed over", async () => {
    await using session = cinema.session();
    const [first, second, third, fourth] = await filmsOf(session);
    session.expireAll();
    await session.noAutoflush(async () => {
      second!.title = "mine";
      await behind(session, `DELETE FROM film_genres WHERE film_id = ${inspect(third!).identity![0]}`);
      for (const table of ["roles", "posters", "prizes", "scenes"])
        await behind(session, `DELETE FROM ${table} WHERE film_id = ${inspect(third!).identity![0]}`);
      await behind(session, `DELETE FROM films WHERE id = ${inspect(third!).identity![0]}`);
      sent();
      expect(await first!.awaitableAttrs.title).toMatch(/^film/);
      expect(sent()).toBe(1);
      expect(second!.title).toBe("mine");
      expect(fourth!.title).toMatch(/^film/);
      await expect(third!.awaitableAttrs.title).rejects.toThrow(ObjectDeletedError);
      // the same where the columns are only needed for a foreign key
      session.expire(first!);
      session.expire(fourth!);
      expect((await first!.awaitableAttrs.studio).name).toMatch(/^studio/);
      expect(isLoaded(fourth!, "studio")).toBe(true);
      await expect(third!.awaitableAttrs.studio).rejects.toThrow(ObjectDeletedError);
    });
    await session.rollback();
  });

  test("what is deleted, or has left the session, is not loaded for", async () => {
    await using session = cinema.session();
    const [first, second, third, fourth] = await filmsOf(session);
    session.expunge(second!);
    await session.noAutoflush(async () => {
      await session.delete(third!);
      await first!.awaitableAttrs.characters;
    });
    expect(isLoaded(second!, "characters")).toBe(false);
    expect(isLoaded(fourth!, "characters")).toBe(true);
    await expect(second!.awaitableAttrs.characters).rejects.toThrow(DetachedInstanceError);
    session.expungeAll();
    session.add(second!);
    sent();
    await second!.awaitableAttrs.genres;
    expect([isLoaded(first!, "genres"), sent()]).toEqual([false, 1]);
  });

  test("options hold for those that were loaded with them", async () => {
    await using session = cinema.session();
    const early = await session.scalars(select(Film).where(Film.title.eq("film 0"))).one();
    const films = await session
      .scalars(select(Film).options(raiseload(Film.genres), selectinload(Film.characters).raiseload(Role.actor)))
      .all();
    sent();
    await early.awaitableAttrs.genres;
    expect(films.filter((film) => isLoaded(film, "genres"))).toEqual([early]);
    const other = films.find((film) => film !== early)!;
    await expect(other.awaitableAttrs.genres).rejects.toThrow(/raiseload/);
    await expect(other.characters[0]!.awaitableAttrs.actor).rejects.toThrow(/raiseload/);
    for (const film of films) await film.awaitableAttrs.prizes;
    // once for the one that has no options, once for the others
    expect(sent()).toBe(3);
  });

  test("reading again does not take objects from their peers", async () => {
    await using session = cinema.session();
    const films = await filmsOf(session);
    await session.refresh(films[4]!);
    for (const film of films.slice(0, 3)) session.expire(film, ["title"]);
    await films[0]!.awaitableAttrs.title;
    sent();
    for (const film of films) await film.awaitableAttrs.characters;
    expect(sent()).toBe(1);
  });

  test("a later result makes peers of what was there before", async () => {
    await using session = cinema.session();
    const some = await session.scalars(select(Film).where(Film.title.in(["film 1", "film 2"]))).all();
    const films = await filmsOf(session);
    await films.find((film) => !some.includes(film))!.awaitableAttrs.characters;
    expect(films.every((film) => isLoaded(film, "characters"))).toBe(true);
    await some[0]!.awaitableAttrs.genres;
    expect(films.every((film) => isLoaded(film, "genres"))).toBe(true);
    expect(sent()).toBe(2);
  });

  test("changes, flushes and commits within the loop", async () => {
    await using session = cinema.session();
    const films = await filmsOf(session);
    let statements = 0;
    for (const film of films) {
      for (const role of await film.awaitableAttrs.characters) role.name = role.name.toUpperCase();
      statements += cinema.sent.clear().filter(({ sql }) => sql.startsWith("SELECT")).length;
      await session.commit();
      cinema.sent.clear();
    }
    expect(statements).toBe(1);
  });

  test("objects that were inserted together", async () => {
    await using session = cinema.session();
    const [studio] = await session.scalars(select(Studio)).all();
    session.expungeAll();
    const films = Array.from(
      { length: 3 },
      (_, i) => new Film({ title: `new ${i}`, plot: "", notes: "", studioId: studio!.id + (i % 2) } as never),
    );
    session.addAll(films);
    await session.flush();
    sent();
    for (const film of films) expect((await film.awaitableAttrs.studio).name).toMatch(/^studio/);
    for (const film of films) expect(await film.awaitableAttrs.poster).toBeNull();
    expect(sent()).toBe(2);
    await session.rollback();
  });

  test("several classes of one hierarchy, expired", async () => {
    await using session = cinema.session({ expireOnCommit: true });
    const media = await session.scalars(select(Medium).orderBy(Medium.id)).all();
    await session.commit();
    cinema.sent.clear();
    for (const medium of media) expect(await medium.awaitableAttrs.label).toMatch(/^m\d/);
    // each class has its columns
    expect(sent()).toBe(2);
  });

  test("load() of a list, and of the lists of each object", async () => {
    await using session = cinema.session();
    const films = await session.scalars(select(Film).options(selectinload(Film.characters))).all();
    sent();
    for (const film of films) await load(film.characters, Role.actor);
    expect(sent()).toBe(1);
  });

  test("SQL text", async () => {
    await using session = cinema.session();
    const films = await session.scalars(select(Film).fromStatement(text("SELECT id, title, studio_id FROM films"))).all();
    sent();
    for (const film of films) await film.awaitableAttrs.characters;
    expect(sent()).toBe(1);
  });

  test("a large result: one statement for each 500 objects, from the one that asks on", async () => {
    await using session = cinema.session();
    await session.execute(
      insert(Genre),
      Array.from({ length: 1200 }, (_, i) => ({ id: 1000 + i, name: `g${i}` })),
    );
    const genres = await session.scalars(select(Genre).where(Genre.id.ge(1000)).orderBy(Genre.id)).all();
    cinema.sent.clear();
    await genres[600]!.awaitableAttrs.films;
    expect(genres.filter((genre) => isLoaded(genre, "films")).map((genre) => genre.id)).toEqual(
      Array.from({ length: 500 }, (_, i) => 1500 + i),
    );
    expect(sent()).toBe(1);
    for (const genre of genres) await genre.awaitableAttrs.films;
    expect(sent()).toBe(2);
    // two that ask at once, and are peers of different objects
    session.expireAll();
    await Promise.all([genres[0]!, genres[1199]!].map((genre) => genre.awaitableAttrs.name));
    expect(genres.filter((genre) => isLoaded(genre, "name")).length).toBe(700);
    expect(sent()).toBe(2);
    await session.rollback();
  });

  test("an object that is kept keeps no others", async () => {
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as () => void;
    const keep = async (): Promise<[Film, WeakRef<Film>]> => {
      await using session = cinema.session();
      const films = await filmsOf(session);
      session.expunge(films[0]!);
      const [kept, other] = [films[1]!, films[2]!];
      return [kept, new WeakRef(other)];
    };
    const [kept, other] = await keep();
    for (let i = 0; i < 5 && other.deref() !== undefined; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      gc();
    }
    expect(kept.title).toMatch(/^film/);
    expect(other.deref()).toBeUndefined();
  });
});
