import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  type ClauseElement,
  Column,
  createMockEngine,
  DDL,
  event,
  foreignKey,
  index,
  insert,
  InvalidRequestError,
  MetaData,
  NoSuchModuleError,
  Sequence,
  t,
  Table,
} from "athanor";
import * as pg from "athanor/postgresql";

function schema(): MetaData {
  const metadata = new MetaData();
  new Table("film", metadata, {
    id: new Column(t.integer(), { primaryKey: true }),
    mood: new Column(t.enum(["good", "bad"], { name: "mood" })),
  });
  const actor = new Table(
    "actor",
    metadata,
    {
      id: new Column(t.integer(), new Sequence("actor_seq"), { primaryKey: true }),
      film: new Column(foreignKey("film.id")),
      born: new Column(pg.t.DOMAIN("birthday", t.date()).withVariant(t.date(), "sqlite", "mysql")),
    },
    [index("ix_actor_film", "film")],
    { comment: "who plays" },
  );
  event.listen(actor, "afterCreate", new DDL("-- %(table)s is there").executeIf({ dialect: "postgresql" }));
  return metadata;
}

/** The statements that a mock engine is given, one line each. */
async function dump(url: string, action: "createAll" | "dropAll", metadata: MetaData): Promise<string[]> {
  const lines: string[] = [];
  const mock = createMockEngine(
    url,
    (statement) => void lines.push(statement.compile({ dialect: mock }).sql.replaceAll(/\s+/g, " ").trim()),
  );
  await metadata[action](mock);
  return lines;
}

describe("a mock engine", () => {
  test("is given all DDL of a schema, with nothing looked up", async () => {
    expect(await dump("postgresql://", "createAll", schema())).toEqual([
      "CREATE TYPE mood AS ENUM ('good', 'bad')",
      "CREATE DOMAIN birthday AS DATE",
      "CREATE SEQUENCE actor_seq",
      "CREATE TABLE film ( id SERIAL NOT NULL, mood mood, PRIMARY KEY (id) )",
      "CREATE TABLE actor ( id INTEGER NOT NULL, film INTEGER, born birthday, PRIMARY KEY (id), FOREIGN KEY(film) REFERENCES film (id) )",
      "CREATE INDEX ix_actor_film ON actor (film)",
      "COMMENT ON TABLE actor IS 'who plays'",
      "-- actor is there",
    ]);
    expect(await dump("postgresql://", "dropAll", schema())).toEqual([
      "DROP TABLE actor",
      "DROP TABLE film",
      "DROP SEQUENCE actor_seq",
      "DROP DOMAIN birthday",
      "DROP TYPE mood",
    ]);
    expect(await dump("sqlite://", "createAll", schema())).toEqual([
      "CREATE TABLE film ( id INTEGER NOT NULL, mood VARCHAR(4), PRIMARY KEY (id) )",
      "CREATE TABLE actor ( id INTEGER NOT NULL, film INTEGER, born DATE, PRIMARY KEY (id), FOREIGN KEY(film) REFERENCES film (id) )",
      "CREATE INDEX ix_actor_film ON actor (film)",
    ]);
    expect((await dump("mysql://", "createAll", schema()))[0]).toBe(
      "CREATE TABLE film ( id INTEGER NOT NULL AUTO_INCREMENT, mood ENUM('good','bad'), PRIMARY KEY (id) )",
    );
  });

  test("is given other statements, with their parameters, and gives what the function gives", async () => {
    const seen: unknown[] = [];
    const mock = createMockEngine("sqlite://", (statement: ClauseElement, parameters) => {
      seen.push(String(statement), parameters);
      return "done";
    });
    const film = schema().tables.get("film")!;
    const given = await mock.begin((conn) => conn.execute(insert(film)));
    await (await mock.connect()).execute(insert(film), { id: 1 });
    expect(given).toBe("done");
    expect(seen).toEqual([expect.stringMatching(/^INSERT INTO film/), undefined, expect.stringMatching(/^INSERT INTO film/), { id: 1 }]);
  });

  test("has no driver and no database", async () => {
    await using mock = createMockEngine("postgresql+pglite://", () => undefined);
    expect(() => mock.execDriverSql()).toThrow(InvalidRequestError);
    expect(mock.dialect.name).toBe("postgresql");
    expect(String(mock)).toContain("postgresql+pglite");
    expect(() => createMockEngine("nothing://", () => undefined)).toThrow(NoSuchModuleError);
    expect(() => createMockEngine("sqlite://", undefined as never)).toThrow(ArgumentError);
  });
});
