// The films example, step by step.
import { type Engine, IntegrityError, joinedload, NotLoadedError, select, selectinload, sessionmaker } from "athanor";
import { Actor, Base, Cast, Film } from "./models.ts";

/**
 * Runs every step on the engine's database and tells what happens, line by line.
 * The tables films, actors and cast of that database are replaced.
 */
export async function films(engine: Engine, print: (line: string) => void): Promise<void> {
  const Session = sessionmaker({ bind: engine });
  const step = (number: number, title: string): void => print(`\n${number}. ${title}`);
  const show = (line: string): void => print(`   ${line}`);

  step(1, "Create the engine and the tables");
  await Base.metadata.dropAll(engine);
  await Base.metadata.createAll(engine);
  show(`tables: ${[...Base.metadata.tables.keys()].join(", ")}`);

  step(2, "Create films, actors and who played where");
  {
    await using session = Session();
    const shawshank = new Film({ title: "The Shawshank Redemption", releaseDate: "1994-09-23" });
    const seven = new Film({ title: "Se7en", releaseDate: "1995-09-22" });
    const player = new Film({ title: "The Player", releaseDate: "1992-04-10" });
    const freeman = new Actor({ name: "Morgan Freeman", dateOfBirth: "1937-06-01" });
    const robbins = new Actor({ name: "Tim Robbins", dateOfBirth: "1958-10-16" });
    session.addAll([shawshank, seven, player, freeman, robbins]);
    session.addAll([
      new Cast({ film: shawshank, actor: freeman }),
      new Cast({ film: shawshank, actor: robbins }),
      new Cast({ film: seven, actor: freeman }),
      new Cast({ film: player, actor: robbins }),
    ]);
    await session.commit();
    // the keys came back with the INSERT
    show(
      `films ${[shawshank, seven, player].map((film) => film.id).join(", ")}; actors ${[freeman, robbins].map((actor) => actor.id).join(", ")}`,
    );
  }

  step(3, "Read");
  {
    await using session = Session();
    const films = await session.scalars(select(Film).orderBy(Film.id)).all();
    for (const film of films) show(`${film.id}: ${film.title} (${film.releaseDate})`);

    const one = await session.scalars(select(Film).filterBy({ id: 1 })).first();
    show(one ? `film 1 is ${one.title}` : "Film not found");
    const none = await session.scalars(select(Film).filterBy({ id: 999 })).first();
    show(none ? `film 999 is ${none.title}` : "Film not found");
  }

  step(4, "Update");
  {
    await using session = Session();
    const film = await session.getOne(Film, 2);
    film.title = "Seven";
    await session.commit();
  }
  {
    await using session = Session();
    const film = await session.getOne(Film, 2);
    show(`film 2 is now ${film.title}`);
  }

  step(5, "Relationships");
  {
    await using session = Session();
    const film = await session
      .scalars(select(Film).filterBy({ id: 1 }).options(selectinload(Film.characters).selectinload(Cast.actor)))
      .one();
    show(`selectinload: ${film.title} with ${film.characters.map((character) => character.actor.name).join(" and ")}`);
  }
  {
    await using session = Session();
    const film = await session.scalars(select(Film).filterBy({ id: 1 }).options(joinedload(Film.characters).joinedload(Cast.actor))).one();
    show(`joinedload: ${film.title} with ${film.characters.map((character) => character.actor.name).join(" and ")}`);
  }
  {
    await using session = Session();
    const actor = await session
      .scalars(select(Actor).filterBy({ name: "Morgan Freeman" }).options(selectinload(Actor.movies).joinedload(Cast.film)))
      .one();
    show(`from an actor to his films: ${actor.name} in ${actor.movies.map((role) => role.film.title).join(", ")}`);
  }
  {
    await using session = Session();
    const film = await session.getOne(Film, 1);
    try {
      show(`${film.characters.length} characters`);
    } catch (error) {
      if (!(error instanceof NotLoadedError)) throw error;
      show(`NotLoadedError: ${error.message.replaceAll("\n", "\n   ")}`);
    }
    const characters = await film.awaitableAttrs.characters;
    // asked for in one tick, so it is one SELECT for all of them
    const actors = await Promise.all(characters.map((character) => character.awaitableAttrs.actor));
    show(`awaitableAttrs, on demand: ${actors.map((actor) => actor.name).join(" and ")}`);
  }

  step(6, "Relate objects, both ways");
  {
    await using session = Session();
    const robbins = await session.scalars(select(Actor).filterBy({ name: "Tim Robbins" }).options(selectinload(Actor.movies))).one();
    const byIds = new Cast({ actorId: robbins.id, filmId: 2 });
    session.add(byIds);
    await session.commit();
    show(`by ids: cast row ${byIds.id} says actor ${byIds.actorId} in film ${byIds.filmId}`);

    const film = new Film({ title: "Mystic River", releaseDate: "2003-10-15" });
    const byObjects = new Cast({ actor: robbins });
    film.characters.push(byObjects);
    session.add(film);
    show(
      `by objects, before the flush: character.film is the film: ${byObjects.film === film}; the actor has the role: ${robbins.movies.includes(byObjects)}; no key yet: ${byObjects.id === null}`,
    );
    await session.commit();
    show(`after the commit: cast row ${byObjects.id} says actor ${byObjects.actorId} in film ${byObjects.filmId}`);
  }

  step(7, "A foreign key that points to nothing");
  {
    await using session = Session();
    session.add(new Cast({ actorId: 1, filmId: 999 }));
    try {
      await session.commit();
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error;
      show("IntegrityError: the database refused the row");
      await session.rollback();
    }
    const roles = await session.scalars(select(Cast)).all();
    show(`rolled back: ${roles.length} cast rows as before, and the session goes on`);
  }

  step(8, "Delete");
  {
    await using session = Session();
    const film = await session.getOne(Film, 3);
    await session.delete(film);
    await session.commit();
  }
  {
    await using session = Session();
    const film = await session.get(Film, 3);
    const roles = await session.scalars(select(Cast).filterBy({ filmId: 3 })).all();
    const robbins = await session.scalars(select(Actor).filterBy({ name: "Tim Robbins" })).one();
    show(`${film ? film.title : "Film not found"}; ${roles.length} of its cast rows left (they belong to the film); ${robbins.name} stays`);
  }

  step(9, "The films once more, with the SQL (on the error stream)");
  engine.echo = true;
  {
    await using session = Session();
    const films = await session.scalars(select(Film).orderBy(Film.id)).all();
    for (const film of films) show(`${film.id}: ${film.title} (${film.releaseDate})`);
  }
}
