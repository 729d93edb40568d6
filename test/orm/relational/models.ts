import { declarativeBase, foreignKey, mappedColumn, relationship, t, Table, Column } from "../../../src/index.ts";

export const Base = declarativeBase();

export class Person extends Base<typeof Person> {
  static table = this.mapTo("person");
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static name = mappedColumn(t.string(50));
}

export class Film extends Base<typeof Film> {
  static table = this.mapTo("film");
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static title = mappedColumn(t.string(100));
  static year = mappedColumn(t.integer());
  static directorId = mappedColumn(
    foreignKey(() => Person.id),
    { nullable: true },
  );
  static notes = mappedColumn(t.text(), { nullable: true, deferred: true });

  static director = relationship(() => Person, { nullable: true });
  static characters = relationship(() => [Cast], { backPopulates: "film" });
  static genres = relationship(() => [Genre], { secondary: () => filmGenre, orderBy: () => Genre.name });
}

export class Cast extends Base<typeof Cast> {
  static table = this.mapTo("cast_member");
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static filmId = mappedColumn(foreignKey(() => Film.id));
  static actorId = mappedColumn(foreignKey(() => Person.id));
  static role = mappedColumn(t.string(50));
  static billing = mappedColumn(t.integer());
  static fee = mappedColumn(t.numeric(12, 2), { nullable: true });

  static film = relationship(() => Film, { backPopulates: "characters" });
  static actor = relationship(() => Person);
}

export class Genre extends Base<typeof Genre> {
  static table = this.mapTo("genre");
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static name = mappedColumn(t.string(50));
  static parentId = mappedColumn(foreignKey("genre.id"), { nullable: true });

  static children = relationship(() => [Genre], { backPopulates: "parent", orderBy: () => Genre.name });
  static parent = relationship(() => Genre, { backPopulates: "children", remoteSide: () => Genre.id, nullable: true });
  static films = relationship(() => [Film], { secondary: () => filmGenre, orderBy: () => Film.title, viewonly: true });
}

export const filmGenre = new Table("film_genre", Base.metadata, {
  filmId: new Column(foreignKey("film.id"), { primaryKey: true }),
  genreId: new Column(foreignKey("genre.id"), { primaryKey: true }),
});
