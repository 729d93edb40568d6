import {
  Column,
  columnProperty,
  declarativeBase,
  foreignKey,
  func,
  mappedColumn,
  relational,
  relationship,
  t,
  Table,
  type Connection,
  type Session,
} from "athanor";
import { expectTypeOf } from "vitest";

const Base = declarativeBase();

class Person extends Base<typeof Person> {
  static table = this.mapTo("people");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(50));
  static born = mappedColumn(t.dateTime(), { nullable: true });
  // these come only when they are named
  static secret = mappedColumn(t.string(50), { hidden: true, init: false });
  static life = mappedColumn(t.text(), { deferred: true });
  static length = columnProperty(() => func.length(Person.name), { deferred: true });
}

class Film extends Base<typeof Film> {
  static table = this.mapTo("films");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(100));
  static gross = mappedColumn(t.bigInteger());
  static directorId = mappedColumn(
    foreignKey(() => Person.id),
    { nullable: true },
  );
  static director = relationship(() => Person, { nullable: true });
  static characters = relationship(() => [Cast], { backPopulates: "film" });
  static genres = relationship(() => [Genre], { secondary: () => filmGenres, collectionClass: Set });
}

class Cast extends Base<typeof Cast> {
  static table = this.mapTo("cast_members");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static filmId = mappedColumn(foreignKey(() => Film.id));
  static actorId = mappedColumn(foreignKey(() => Person.id));
  static role = mappedColumn(t.string(50));
  static film = relationship(() => Film, { backPopulates: "characters" });
  static actor = relationship(() => Person);
}

class Genre extends Base<typeof Genre> {
  static table = this.mapTo("genres");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(50));
}

const filmGenres = new Table("film_genres", Base.metadata, {
  filmId: new Column(foreignKey("films.id"), { primaryKey: true }),
  genreId: new Column(foreignKey("genres.id"), { primaryKey: true }),
});

declare const session: Session;
declare const connection: Connection;

// what is not said is all columns
const plain = await session.execute(relational(Person)).all();
expectTypeOf(plain).toEqualTypeOf<{ id: number; name: string; born: Date | null }[]>();

const [named] = await session.execute(relational(Person, { columns: ["id", "secret", "life", "length"] })).all();
expectTypeOf(named!).toEqualTypeOf<{ id: number; secret: string; life: string; length: number }>();

// columns by their names, relationships within each other, expressions
const statement = relational(Film, {
  columns: ["id", "gross"],
  with: {
    director: { columns: ["name"] },
    characters: { columns: ["role"], where: Cast.role.ne("x"), orderBy: [Cast.id], limit: 3, with: { actor: true } },
    genres: true,
  },
  extras: { upper: func.upper(Film.title), isLong: Film.title.like("%long%") },
  where: [Film.id.gt(1), Film.title.ne("x")],
  orderBy: Film.title,
  limit: 10,
});
interface Expected {
  id: number;
  gross: bigint;
  director: { name: string } | null;
  characters: { role: string; actor: { id: number; name: string; born: Date | null } }[];
  genres: { id: number; name: string }[];
  upper: string;
  isLong: boolean;
}
const [film] = await session.execute(statement).all();
expectTypeOf(film!).toEqualTypeOf<Expected>();
const again = await connection.execute(statement.where(Film.id.gt(2)).limit(1)).all();
expectTypeOf(again[0]!.characters[0]!.actor.born).toEqualTypeOf<Date | null>();

// a condition may leave no one
const [cast] = await session
  .execute(relational(Cast, { columns: ["id"], with: { actor: { columns: ["id"], where: Person.id.gt(1) }, film: { columns: ["id"] } } }))
  .all();
expectTypeOf(cast!).toEqualTypeOf<{ id: number; actor: { id: number } | null; film: { id: number } }>();

// @ts-expect-error there is no such column
relational(Film, { columns: ["name"] });
// @ts-expect-error a relationship is no column
relational(Film, { columns: ["director"] });
// @ts-expect-error there is no such relationship
relational(Film, { with: { actors: true } });
// @ts-expect-error a column is no relationship
relational(Film, { with: { title: true } });
// @ts-expect-error there is no such column of the other class
relational(Film, { with: { director: { columns: ["title"] } } });
// @ts-expect-error there is no such relationship of the other class
relational(Film, { with: { characters: { with: { genres: true } } } });
// @ts-expect-error one object has no limit
relational(Film, { with: { director: { limit: 1 } } });
// @ts-expect-error one object has no order
relational(Film, { with: { characters: { with: { actor: { orderBy: Person.id } } } } });
// @ts-expect-error there is no such option
relational(Film, { wehre: Film.id.gt(1) });
// @ts-expect-error there is no such option of a relationship
relational(Film, { with: { characters: { colums: ["id"] } } });
// @ts-expect-error a value is no expression
relational(Film, { extras: { one: 1 } });
// @ts-expect-error a condition is no text
relational(Film, { where: "id > 1" });
// @ts-expect-error what was not asked for is not there
void film!.title;
