// MAP-10: classes made of the tables of a database, and declared classes whose columns come from it.
import {
  createEngine,
  declarativeBase,
  type Engine,
  inspect,
  listen,
  mappedColumn,
  NoSuchTableError,
  relationship,
  select,
  selectinload,
  Session,
  t,
  text,
} from "athanor";
import { automapBase, deferredReflection, generateRelationship } from "athanor/ext";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";

const TABLES = [
  "CREATE TABLE language (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL)",
  "CREATE TABLE film (id INTEGER PRIMARY KEY, title VARCHAR(50) NOT NULL, language_id INTEGER NOT NULL, original_language_id INTEGER, metadata VARCHAR(10), " +
    "FOREIGN KEY (language_id) REFERENCES language (id), FOREIGN KEY (original_language_id) REFERENCES language (id))",
  "CREATE TABLE actor (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL)",
  "CREATE TABLE film_actor (film_id INTEGER NOT NULL, actor_id INTEGER NOT NULL, PRIMARY KEY (film_id, actor_id), " +
    "FOREIGN KEY (film_id) REFERENCES film (id), FOREIGN KEY (actor_id) REFERENCES actor (id))",
  "CREATE TABLE review (id INTEGER PRIMARY KEY, film_id INTEGER NOT NULL, body VARCHAR(50), FOREIGN KEY (film_id) REFERENCES film (id) ON DELETE CASCADE)",
  "CREATE TABLE category (id INTEGER PRIMARY KEY, parent_id INTEGER, category VARCHAR(20), FOREIGN KEY (parent_id) REFERENCES category (id))",
  "CREATE TABLE keyless (x INTEGER)",
];
const NAMES = ["keyless", "category", "review", "film_actor", "actor", "film", "language"];

describeEachDatabase("automap", (db) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = createEngine(db.url);
    await engine.begin(async (connection) => {
      for (const sql of TABLES) await connection.execute(text(sql));
      await connection.execute(text("INSERT INTO language (id, name) VALUES (1, 'English'), (2, 'Deutsch')"));
      await connection.execute(text("INSERT INTO film (id, title, language_id) VALUES (1, 'Tides', 1), (2, 'Reefs', 2)"));
      await connection.execute(text("INSERT INTO actor (id, name) VALUES (1, 'Sandy'), (2, 'Gary')"));
      await connection.execute(text("INSERT INTO film_actor (film_id, actor_id) VALUES (1, 1), (1, 2), (2, 1)"));
      await connection.execute(text("INSERT INTO review (id, film_id, body) VALUES (1, 1, 'wet')"));
    });
  });
  afterAll(async () => {
    await engine.begin(async (connection) => {
      for (const name of NAMES) await connection.execute(text(`DROP TABLE ${name}`));
    });
    await engine.dispose();
  });

  test("MAP-10 classes and relationships of tables, at run time", async () => {
    const Base = automapBase();
    await Base.prepare(engine);
    // a table without a key cannot be mapped, and one of two foreign keys alone is between two classes
    expect(Object.keys(Base.classes).toSorted()).toEqual(["actor", "category", "film", "language", "review"]);
    const Film = Base.classes["film"]!;
    const Actor = Base.classes["actor"]!;
    const attributes = (class_: object): string[] => [...inspect(class_ as typeof Film).props.keys()].toSorted();
    expect(attributes(Film)).toEqual([
      "actor_collection",
      "id",
      "language_by_language_id",
      "language_by_original_language_id",
      "language_id",
      "metadata_",
      "original_language_id",
      "review_collection",
      "title",
    ]);
    expect(attributes(Base.classes["language"]!)).toEqual([
      "film_collection_by_language_id",
      "film_collection_by_original_language_id",
      "id",
      "name",
    ]);
    // a column has the name that the relationship would have
    expect(attributes(Base.classes["category"]!)).toEqual(["category", "category_by_parent_id", "category_collection", "id", "parent_id"]);

    await using session = new Session(engine);
    const film = await session
      .scalars(
        select(Film)
          .where(Film["title"]!.eq("Tides" as never))
          .options(selectinload(Film["actor_collection"]!)),
      )
      .one();
    expect(film["title"]).toBe("Tides");
    const actors = film["actor_collection"] as { name: string; awaitableAttrs: Record<string, Promise<unknown>> }[];
    expect(actors.map((actor) => actor.name).toSorted()).toEqual(["Gary", "Sandy"]);
    expect(((await film.awaitableAttrs["language_by_language_id"]) as { name: string }).name).toBe("English");
    const gary = actors.find((actor) => actor.name === "Gary")!;
    expect(((await gary.awaitableAttrs["film_collection"]) as unknown[]).length).toBe(1);
    await film.awaitableAttrs["review_collection"];
    (film["review_collection"] as unknown[]).push(new Base.classes["review"]!({ id: 2, body: "dry" }));
    (film["actor_collection"] as unknown[]).push(new Actor({ id: 3, name: "Pearl" }));
    await session.flush();
    expect(Number(await session.scalar(text("SELECT count(*) FROM film_actor")))).toBe(4);
    expect(Number(await session.scalar(text("SELECT film_id FROM review WHERE id = 2")))).toBe(1);
    await session.rollback();
  });

  test("MAP-10 classes of the program are taken up, with what they declare", async () => {
    const Base = automapBase();
    class Film extends Base<typeof Film> {
      static table = this.mapTo("film");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static heading = mappedColumn("title", t.string(50));
      static reviews = relationship(() => [Review]);
      declare actor_collection: { name: string }[];
      shout(): string {
        return this.heading.toUpperCase();
      }
    }
    class Review extends Base<typeof Review> {
      static table = this.mapTo("review");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      declare film: Film;
    }
    expect(() => new Film({ heading: "x" })).toThrow(
      "Film has columns that are read from the database: await Base.prepare(engine) comes first",
    );
    await Base.prepare(engine);
    expect(Object.keys(Base.classes).toSorted()).toEqual(["Film", "Review", "actor", "category", "language"]);
    expect([...inspect(Film).props.keys()]).toEqual(expect.arrayContaining(["heading", "language_id", "reviews", "actor_collection"]));
    expect(inspect(Film).hasProperty("title")).toBe(false);
    expect(inspect(Film).hasProperty("review_collection")).toBe(false);
    await using session = new Session(engine);
    const film = (await session.get(Film, 1))!;
    expect(film.shout()).toBe("TIDES");
    const [review] = await film.awaitableAttrs.reviews;
    // both sides are in step
    expect(review!.film).toBe(film);
    await session.rollback();
  });

  test("MAP-10 names and relationships as functions of the program say", async () => {
    const Base = automapBase();
    const pascal = (name: string): string => name.replaceAll(/(?:^|_)(\w)/g, (_all, letter: string) => letter.toUpperCase());
    const made: string[] = [];
    await Base.prepare(engine, {
      only: ["film", "language", "review"],
      classnameForTable: (_base, name) => pascal(name),
      nameForScalarRelationship: (_base, _local, _referred, constraint) => constraint.elements[0]!.parent!.name.replace(/_id$/, ""),
      nameForCollectionRelationship: (_base, _local, referred, constraint) =>
        `${referred.toLowerCase()}s_by_${constraint.elements[0]!.parent!.name.replace(/_id$/, "")}`,
      generateRelationship: (base, direction, name, local, referred, options) => {
        made.push(`${direction} ${name}`);
        return name === "original_language" ? null : generateRelationship(base, direction, name, local, referred, options);
      },
    });
    expect(Object.keys(Base.classes).toSorted()).toEqual(["Film", "Language", "Review"]);
    expect(made).toContain("MANYTOONE language");
    const film = inspect(Base.classes["Film"]!);
    expect(film.relationships.map((one) => one.key).toSorted()).toEqual(["language", "reviews_by_film"]);
    expect(
      inspect(Base.classes["Language"]!)
        .relationships.map((one) => one.key)
        .toSorted(),
    ).toEqual(["films_by_language", "films_by_original_language"]);
    const Clash = automapBase();
    await expect(Clash.prepare(engine, { only: ["film", "language"], nameForScalarRelationship: () => "x" })).rejects.toThrow(
      'film.x: several relationships would have that name, among them the one for the foreign key (language_id) of the table "film". Have nameForScalarRelationship give another name',
    );
    const Same = automapBase();
    await expect(Same.prepare(engine, { classnameForTable: () => "Thing" })).rejects.toThrow("Two classes would be called Thing");
  });

  test("MAP-10 listeners give the columns other keys", async () => {
    const Base = automapBase();
    listen(Base.metadata, "columnReflect", (_inspector, _table, column) => {
      column.key = column.name.replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
    });
    await Base.prepare(engine, { only: ["film"] });
    expect([...inspect(Base.classes["film"]!).props.keys()]).toEqual(expect.arrayContaining(["languageId", "originalLanguageId"]));
  });

  test("MAP-10 deferred reflection: declared classes, columns of the database", async () => {
    const Base = declarativeBase();
    const Reflected = deferredReflection(Base);
    class Language extends Reflected<typeof Language> {
      static table = this.mapTo("language");
    }
    class Film extends Reflected<typeof Film> {
      static table = this.mapTo("film");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static title = mappedColumn(t.string(50));
      static meta = mappedColumn("metadata", t.string(10), { nullable: true });
      static language = relationship(() => Language, { foreignKeys: () => Film.table.c["language_id"] });
    }
    class Plain extends Base<typeof Plain> {
      static table = this.mapTo("plain");
      static id = mappedColumn(t.integer(), { primaryKey: true });
    }
    // classes with columns of their own do not wait
    expect(new Plain({ id: 1 }).id).toBe(1);
    expect(() => inspect(Film)).toThrow("Film has columns that are read from the database");
    await Reflected.prepare(engine);
    expect([...inspect(Film).props.keys()].toSorted()).toEqual(["id", "language", "language_id", "meta", "original_language_id", "title"]);
    expect([...inspect(Language).props.keys()]).toEqual(["id", "name"]);
    await using session = new Session(engine);
    const films = await session.scalars(select(Film).options(selectinload(Film.language)).orderBy(Film.id)).all();
    expect(films.map((film) => [film.title, (film.language as unknown as { name: string }).name])).toEqual([
      ["Tides", "English"],
      ["Reefs", "Deutsch"],
    ]);
    await session.rollback();

    class Wrong extends Reflected<typeof Wrong> {
      static table = this.mapTo("actor");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static fame = mappedColumn(t.integer());
    }
    await expect(Reflected.prepare(engine)).rejects.toThrow(
      'Wrong declares the column "fame", which the table "actor" of the database has not; it has id, name',
    );
    expect(Wrong.table.name).toBe("actor");
    const Other = deferredReflection(declarativeBase());
    class Absent extends Other<typeof Absent> {
      static table = this.mapTo("absent");
    }
    await expect(Other.prepare(engine)).rejects.toThrow(NoSuchTableError);
    expect(Absent.table.name).toBe("absent");
  });
});
