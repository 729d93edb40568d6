// SQL expressions where attributes take values: in constructors and setAttribute(); reading gives values all the same.
import { declarativeBase, delAttribute, foreignKey, func, mappedColumn, null_, relationship, select, setAttribute, t } from "athanor";
import { expectTypeOf, test } from "vitest";

const Base = declarativeBase();

class Film extends Base<typeof Film> {
  static table = this.mapTo("films");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(50));
  static year = mappedColumn(t.integer(), { nullable: true });
  static meta = mappedColumn(t.json<{ x: number }>(), { nullable: true });
  static sequelOfId = mappedColumn(foreignKey("films.id"), { nullable: true });
  static sequelOf = relationship(() => Film, { remoteSide: () => Film.id, nullable: true });
}

test("constructors take expressions", () => {
  const film = new Film({ title: func.upper("x"), year: select(func.max(Film.year)).scalarSubquery(), meta: { x: 1 } });
  expectTypeOf(film.title).toEqualTypeOf<string>();
  expectTypeOf(film.year).toEqualTypeOf<number | null>();
  new Film({ title: "x", year: null_() });
  // @ts-expect-error an expression of another type
  new Film({ title: Film.id });
  // @ts-expect-error a relationship is an object
  new Film({ title: "x", sequelOf: Film.id });
  // @ts-expect-error what the JSON column holds
  new Film({ title: "x", meta: { y: 1 } });
  // @ts-expect-error no such attribute
  new Film({ title: "x", name: func.now() });
});

test("setAttribute", () => {
  const film = null as unknown as Film;
  setAttribute(film, "year", Film.year.add(1));
  setAttribute(film, "year", 1994);
  setAttribute(film, "title", func.upper(Film.title));
  setAttribute(film, "year", null_());
  setAttribute(film, "sequelOf", film);
  delAttribute(film, "id");
  // @ts-expect-error reading and assigning are about values
  film.year = Film.year.add(1);
  // @ts-expect-error text in the place of a number
  setAttribute(film, "year", "1994");
  // @ts-expect-error an expression of another type
  setAttribute(film, "year", Film.title);
  // @ts-expect-error no such attribute
  setAttribute(film, "yaer", 1994);
});
