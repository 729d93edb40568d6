// The rows of a query are typed by what it selects.
import { aliased, Bundle, type ColumnClause, createEngine, type Expression, func, type RowOf, select, sessionmaker } from "athanor";
import * as mysql from "athanor/mysql";
import * as pg from "athanor/postgresql";
import { expectTypeOf, test } from "vitest";
import { Actor, Cast, Film } from "./declarative.test-d.ts";

const Session = sessionmaker({ bind: createEngine("sqlite://") });
const session = Session();

test("an entity", async () => {
  expectTypeOf(await session.scalars(select(Film)).all()).toEqualTypeOf<Film[]>();
  expectTypeOf(await session.scalars(select(Film)).first()).toEqualTypeOf<Film | null>();
  expectTypeOf(await session.scalars(select(Film)).one()).toEqualTypeOf<Film>();
  expectTypeOf((await session.scalars(select(Film))).all()).toEqualTypeOf<Film[]>();
  expectTypeOf(await session.get(Film, 1)).toEqualTypeOf<Film | null>();
});

test("columns: a tuple", async () => {
  const [id, name] = await session.execute(select(Film.id, Actor.name)).one();
  expectTypeOf(id).toEqualTypeOf<number>();
  expectTypeOf(name).toEqualTypeOf<string>();
  const row = await session.execute(select(Film.id, Actor.name)).one();
  // @ts-expect-error: the row has two columns
  row[2];
});

test("entities and columns", async () => {
  const [film, kind] = await session.execute(select(Film, Film.kind)).one();
  expectTypeOf(film).toEqualTypeOf<Film>();
  expectTypeOf(kind).toEqualTypeOf<"a" | "b">();
});

test("an object of columns", async () => {
  const row = await session.execute(select({ title: Film.title, kind: Film.kind })).one();
  expectTypeOf(row.title).toEqualTypeOf<string>();
  expectTypeOf(row.kind).toEqualTypeOf<"a" | "b">();
});

test("known functions have the type of their result", async () => {
  const [n] = await session.execute(select(func.count())).one();
  expectTypeOf(n).toEqualTypeOf<number>();
});

test("criteria take values of the column's type", () => {
  select(Film).where(Film.title.eq("x"), Film.id.in([1, 2]), Film.sequelOfId.eq(null));
  select(Film).filterBy({ title: "x" });
  // @ts-expect-error: a title is a string
  select(Film).where(Film.title.eq(5));
  // @ts-expect-error: an id is a number
  select(Film).where(Film.id.in(["x"]));
  // @ts-expect-error: a column of text is no condition
  select(Film).where(Film.title);
  // @ts-expect-error: there is no such attribute
  select(Film).filterBy({ titel: "x" });
  select(Film).join(Film.characters).join(Cast.actor).where(Actor.name.eq("x"));
});

test("subqueries of a class have its attributes, with their types", () => {
  const films = select(Film).where(Film.id.gt(5)).subquery("films");
  const rows = select(films.c.id, films.c.meta, films.c.kind);
  expectTypeOf<RowOf<typeof rows>>().toEqualTypeOf<[number, { x: number } | null, "a" | "b"]>();
  expectTypeOf<RowOf<ReturnType<typeof named>>>().toEqualTypeOf<[string]>();
  function named() {
    const cte = select(Film).cte("early");
    return select(cte.c.title).where(cte.c.sequelOfId.is(null));
  }
  const alias = select(aliased(Film)).subquery();
  alias.c.title.like("A%");
  const missing = select(Film).outerjoin(Cast, Cast.filmId.eq(Film.id)).subquery();
  expectTypeOf(missing.c.title).toEqualTypeOf<ColumnClause<string, "(subquery)", "title">>();
  // @ts-expect-error: a number
  films.c.id.eq("x");
  // @ts-expect-error: there is no such attribute
  films.c.titel;
  // @ts-expect-error: a relationship is no column
  films.c.characters;
  // attributes do not know their names: an object gives them
  const shape = select({ title: Film.title, n: func.count() }).groupBy(Film.title).subquery();
  const counted = select(shape.c.title, shape.c.n);
  expectTypeOf<RowOf<typeof counted>>().toEqualTypeOf<[string, number]>();
  select(Film.title).subquery().c["title"];
});

test("the row that an upsert of a class could not insert has its attributes", () => {
  const film = pg.insert(Film).values({ title: "x", releaseDate: "2000-01-01" });
  expectTypeOf(film.excluded.meta).toExtend<Expression<{ x: number } | null>>();
  film.onConflictDoUpdate({ indexElements: [Film.id], set: { title: film.excluded.title }, where: film.excluded.title.ne("y") });
  // @ts-expect-error: there is no such attribute
  film.excluded.titel;
  // @ts-expect-error: a text
  film.excluded.title.eq(5);
  const same = mysql.insert(Film).values({ title: "x", releaseDate: "2000-01-01" });
  same.onDuplicateKeyUpdate({ title: same.inserted.title });
  // @ts-expect-error: a relationship is no column
  same.inserted.characters;
});

test("bundles with names have them in their type", async () => {
  const bundle = new Bundle("film", { title: Film.title, inner: new Bundle("inner", { id: Film.id, meta: Film.meta }) });
  const [value, name] = await session.execute(select(bundle, Actor.name)).one();
  expectTypeOf(value).toEqualTypeOf<{ title: string; inner: { id: number; meta: { x: number } | null } }>();
  expectTypeOf(name).toEqualTypeOf<string>();
  // @ts-expect-error: it has no such column
  bundle.c.titel;
  const loose = new Bundle("film", Film.title, Film.id, { singleEntity: true });
  expectTypeOf(await session.scalars(select(loose)).one()).toEqualTypeOf<Record<string, unknown>>();
});
