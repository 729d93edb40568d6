// Models for the tests of the mapping: each call makes fresh classes.
import { attributeKeyedDict, declarativeBase, type DeclarativeBase, mappedColumn, relationship } from "athanor";
import { foreignKey } from "../../src/sql/schema/foreign-key.ts";
import { t } from "../../src/sql/types/factories.ts";

export { foreignKey, t };

/** Films, with characters between them and actors. */
export function films() {
  const Base: DeclarativeBase = declarativeBase();

  class Film extends Base<typeof Film> {
    static table = this.mapTo("films");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static title = mappedColumn(t.string(100));
    static releaseDate = mappedColumn(t.date(), { nullable: true });
    static characters = relationship(() => [Cast], { backPopulates: "film", orderBy: () => Cast.id });
  }

  class Actor extends Base<typeof Actor> {
    static table = this.mapTo("actors");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(100));
    static movies = relationship(() => [Cast], { backPopulates: "actor" });
  }

  class Cast extends Base<typeof Cast> {
    static table = this.mapTo("cast_members");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static actorId = mappedColumn(foreignKey("actors.id"));
    static actor = relationship(() => Actor, { backPopulates: "movies", nullable: true });
    static filmId = mappedColumn(foreignKey("films.id"));
    static film = relationship(() => Film, { backPopulates: "characters", nullable: true });
  }

  return { Base, Film, Actor, Cast };
}

/** A shelf with a set of jars and a map of labels. */
export function shelves() {
  const Base: DeclarativeBase = declarativeBase();

  class Shelf extends Base<typeof Shelf> {
    static table = this.mapTo("shelves");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static jars = relationship(() => [Jar], { collectionClass: Set, backPopulates: "shelf", cascade: "all, delete-orphan" });
    static labels = relationship(() => [Label], { collectionClass: attributeKeyedDict<string>("key") });
  }

  class Jar extends Base<typeof Jar> {
    static table = this.mapTo("jars");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static shelfId = mappedColumn(foreignKey("shelves.id"), { nullable: true });
    static shelf = relationship(() => Shelf, { backPopulates: "jars", nullable: true });
  }

  class Label extends Base<typeof Label> {
    static table = this.mapTo("labels");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static key = mappedColumn(t.string(50));
    static shelfId = mappedColumn(foreignKey("shelves.id"), { nullable: true });
  }

  return { Base, Shelf, Jar, Label };
}
