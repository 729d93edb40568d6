// The rows of a query are typed by what it selects.
import { createEngine, func, select, sessionmaker } from "athanor";
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
