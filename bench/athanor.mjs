// athanor: declarative classes, a session per operation, statements stated once. What is read to be passed on comes as plain objects by
// relational(); what is read to be changed comes as objects of the session.
// What every other peer does without a transaction (reads, and update_movie, which reads and writes one row) runs in AUTOCOMMIT; all other
// writes are transactions.
/* oxlint-disable typescript/await-thenable -- the package is not resolved when this file is looked at by itself */
import {
  TypeDecorator,
  bindparam,
  cast,
  columnProperty,
  createEngine,
  declarativeBase,
  event,
  foreignKey,
  func,
  insert,
  joinedload,
  loadOnly,
  mappedColumn,
  relational,
  relationship,
  select,
  sessionmaker,
  t,
} from "athanor";
import { readFileSync } from "node:fs";

export const dialects = ["postgres", "sqlite"];
export const versions = { athanor: JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version };

/** The SQLite tables keep moments as integer milliseconds. */
class Milliseconds extends TypeDecorator {
  impl = t.bigInteger({ mode: "number" });
  cacheOk = true;
  processBindParam(value) {
    return value === null ? null : value.getTime();
  }
  processResultValue(value) {
    return value === null ? null : new Date(value);
  }
}
const moment = () => t.dateTime({ timezone: true }).withVariant(new Milliseconds(), "sqlite");

const Base = declarativeBase();

class User extends Base {
  static table = this.mapTo("users");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.text());
  static email = mappedColumn(t.text());
  static image = mappedColumn(t.text());
  static reviews = relationship(() => [Review], { backPopulates: "author" });
}

class Person extends Base {
  static table = this.mapTo("people");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static firstName = mappedColumn(t.text());
  static middleName = mappedColumn(t.text());
  static lastName = mappedColumn(t.text());
  static image = mappedColumn(t.text());
  static bio = mappedColumn(t.text());
  static birthYear = mappedColumn(t.integer());
  static directed = relationship(() => [Director], { backPopulates: "person" });
  static actedIn = relationship(() => [Actor], { backPopulates: "person" });
}

class Movie extends Base {
  static table = this.mapTo("movies");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static image = mappedColumn(t.text());
  static title = mappedColumn(t.text());
  static year = mappedColumn(t.integer());
  static description = mappedColumn(t.text());
  static avgRating = columnProperty(
    () =>
      select(cast(func.avg(Review.rating), t.double()))
        .where(Review.movieId.eq(Movie.id))
        .correlate(Movie)
        .scalarSubquery(),
    { deferred: true },
  );
  static directors = relationship(() => [Director], { backPopulates: "movie", orderBy: () => Director.listOrder });
  static cast = relationship(() => [Actor], { backPopulates: "movie", orderBy: () => Actor.listOrder });
  static reviews = relationship(() => [Review], { backPopulates: "movie", orderBy: () => Review.createdAt.desc() });
}

class Director extends Base {
  static table = this.mapTo("directors");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static listOrder = mappedColumn(t.integer());
  static personId = mappedColumn(foreignKey(() => Person.id));
  static person = relationship(() => Person, { backPopulates: "directed" });
  static movieId = mappedColumn(foreignKey(() => Movie.id));
  static movie = relationship(() => Movie, { backPopulates: "directors" });
}

class Actor extends Base {
  static table = this.mapTo("actors");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static listOrder = mappedColumn(t.integer());
  static personId = mappedColumn(foreignKey(() => Person.id));
  static person = relationship(() => Person, { backPopulates: "actedIn" });
  static movieId = mappedColumn(foreignKey(() => Movie.id));
  static movie = relationship(() => Movie, { backPopulates: "cast" });
}

class Review extends Base {
  static table = this.mapTo("reviews");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static body = mappedColumn(t.text());
  static rating = mappedColumn(t.integer());
  static helpful = mappedColumn(t.integer());
  static createdAt = mappedColumn(moment());
  static authorId = mappedColumn(foreignKey(() => User.id));
  static author = relationship(() => User, { backPopulates: "reviews" });
  static movieId = mappedColumn(foreignKey(() => Movie.id));
  static movie = relationship(() => Movie, { backPopulates: "reviews" });
}

// --- the reads, stated once ------------------------------------------------------------------------------------------

const who = { columns: ["id", "firstName", "middleName", "lastName", "image"] };
const film = { columns: ["id", "image", "title", "year"] };

const movieById = relational(Movie, {
  columns: ["id", "image", "title", "year", "description", "avgRating"],
  with: {
    directors: { columns: [], with: { person: who }, orderBy: Director.listOrder },
    cast: { columns: [], with: { person: who }, orderBy: Actor.listOrder },
    reviews: {
      columns: ["id", "body", "rating", "createdAt"],
      with: { author: { columns: ["id", "name", "image"] } },
      orderBy: Review.createdAt.desc(),
    },
  },
  where: Movie.id.eq(bindparam("id")),
});

const personById = relational(Person, {
  with: { actedIn: { columns: [], with: { movie: film } }, directed: { columns: [], with: { movie: film } } },
  where: Person.id.eq(bindparam("id")),
});

const userById = relational(User, {
  with: {
    reviews: { columns: ["id", "body", "rating", "createdAt"], with: { movie: film }, orderBy: Review.createdAt.desc(), limit: 10 },
  },
  where: User.id.eq(bindparam("id")),
});

// where a round trip costs nothing, two statements are faster than rows within rows
const latestReviews = select(Review)
  .where(Review.authorId.eq(bindparam("id")))
  .orderBy(Review.createdAt.desc())
  .limit(10)
  .options(loadOnly(Review.body, Review.rating, Review.createdAt), joinedload(Review.movie).loadOnly(Movie.image, Movie.title, Movie.year));

const reviewsAfter = relational(Review, { where: Review.id.gt(bindparam("from")), orderBy: Review.id, limit: 10_000 });

export async function open({ dialect, url, file, poolSize, pragmas }) {
  const engine =
    dialect === "postgres"
      ? createEngine(url.replace(/^postgres:/, "postgresql:"), { poolSize, maxOverflow: 0 })
      : createEngine(`sqlite+better-sqlite3:///${file}`);
  if (dialect === "sqlite") {
    event.listen(engine, "connect", (connection) => {
      for (const pragma of pragmas) connection.raw.pragma(pragma);
    });
  }
  const Session = sessionmaker({ bind: engine });
  const Autocommit = sessionmaker({ bind: engine.executionOptions({ isolationLevel: "AUTOCOMMIT" }) });

  return {
    ops: {
      async get_movie(id) {
        await using session = Autocommit();
        return await session.execute(movieById, { id }).one();
      },
      async get_person(id) {
        await using session = Autocommit();
        return await session.execute(personById, { id }).one();
      },
      async get_user(id) {
        await using session = Autocommit();
        if (dialect === "postgres") {
          const user = await session.execute(userById, { id }).one();
          return { user, reviews: user.reviews };
        }
        return { user: await session.getOne(User, id), reviews: await session.scalars(latestReviews, { id }).all() };
      },
      async point_select(id) {
        await using session = Autocommit();
        return await session.getOne(User, id);
      },
      async insert_movie({ directorId, castIds, ...input }) {
        await using session = Session();
        const movie = new Movie({
          ...input,
          directors: [new Director({ listOrder: 0, personId: directorId })],
          cast: castIds.map((personId, listOrder) => new Actor({ listOrder, personId })),
        });
        session.add(movie);
        await session.commit();
        return movie;
      },
      async update_movie({ id, title }) {
        await using session = Autocommit();
        const movie = await session.getOne(Movie, id);
        movie.title = title;
        await session.commit();
        return movie;
      },
      async load_10k(from) {
        await using session = Autocommit();
        return await session.execute(reviewsAfter, { from }).all();
      },
      async insert_1k({ rows }) {
        await using session = Session();
        const people = rows.map((row) => new Person(row));
        session.addAll(people);
        await session.commit();
        return people;
      },
      async bulk_insert_10k({ rows }) {
        await using session = Session();
        await session.execute(insert(Person), rows);
        await session.commit();
      },
      async update_1k({ ids, names }) {
        await using session = Session();
        const users = new Map((await session.scalars(select(User).where(User.id.in(ids))).all()).map((user) => [user.id, user]));
        ids.forEach((id, i) => {
          users.get(id).name = names[i];
        });
        await session.commit();
      },
      async delete_1k({ ids }) {
        await using session = Session();
        for (const review of await session.scalars(select(Review).where(Review.id.in(ids))).all()) await session.delete(review);
        await session.commit();
      },
      async graph_flush({ movies: input }) {
        await using session = Session();
        const movies = input.map(
          ({ castIds, reviews, ...movie }) =>
            new Movie({
              ...movie,
              cast: castIds.map((personId, listOrder) => new Actor({ listOrder, personId })),
              reviews: reviews.map(({ createdAt, ...review }) => new Review({ ...review, createdAt: new Date(createdAt) })),
            }),
        );
        session.addAll(movies);
        await session.commit();
        return movies;
      },
    },
    shape: {
      get_movie: (m) => ({
        ...pick(m, "id", "image", "title", "year", "description", "avgRating"),
        directors: m.directors.map((d) => d.person),
        cast: m.cast.map((a) => a.person),
        reviews: m.reviews,
      }),
      get_person: (p) => ({
        ...pick(p, "id", "firstName", "middleName", "lastName", "image", "bio", "birthYear"),
        actedIn: p.actedIn.map((a) => a.movie),
        directed: p.directed.map((d) => d.movie),
      }),
      get_user: ({ user, reviews }) => ({ ...pick(user, "id", "name", "email", "image"), latestReviews: reviews }),
      insert_movie: (m) => ({
        ...pick(m, "id", "image", "title", "year", "description"),
        directors: m.directors.map((d) => d.personId),
        cast: m.cast.map((a) => a.personId),
      }),
      update_movie: (m) => pick(m, "id", "title"),
      insert_1k: (people) => people.map((p) => p.id),
      bulk_insert_10k: () => null,
      graph_flush: (movies) => movies.map((m) => m.id),
    },
    close: () => engine.dispose(),
  };
}

const pick = (o, ...keys) => Object.fromEntries(keys.map((k) => [k, o[k]]));
