import { declarativeBase, foreignKey, mappedColumn, relationship, t } from "athanor";

export const Base = declarativeBase();

export class Film extends Base<typeof Film> {
  static table = this.mapTo("films");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(100));
  static releaseDate = mappedColumn(t.date());
  // a film owns its cast: who deletes the film deletes these rows, and nobody else's
  static characters = relationship(() => [Cast], { backPopulates: "film", cascade: "all, delete-orphan" });
}

export class Actor extends Base<typeof Actor> {
  static table = this.mapTo("actors");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(100));
  static dateOfBirth = mappedColumn(t.date());
  static movies = relationship(() => [Cast], { backPopulates: "actor" });
}

export class Cast extends Base<typeof Cast> {
  static table = this.mapTo("cast");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static actorId = mappedColumn(foreignKey(() => Actor.id));
  static actor = relationship(() => Actor, { backPopulates: "movies" });
  static filmId = mappedColumn(foreignKey("films.id"));
  static film = relationship(() => Film, { backPopulates: "characters" });
}
