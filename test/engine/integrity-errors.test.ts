// What an IntegrityError says of the constraint, on every driver: where the database tells it, by fields or in its text.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  checkConstraint,
  Column,
  createEngine,
  delete_,
  type Engine,
  foreignKeyConstraint,
  insert,
  IntegrityError,
  MetaData,
  t,
  Table,
  text,
  uniqueConstraint,
  update,
} from "athanor";
import { describeEachDatabase, describeEachDriver } from "../support/databases.ts";

const metadata = new MetaData();
const teams = new Table("teams", metadata, { id: new Column(t.integer(), { primaryKey: true, autoincrement: false }) });
const people = new Table(
  "people",
  metadata,
  {
    id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
    email: new Column(t.string(50), { nullable: false }),
    first: new Column(t.string(50)),
    last: new Column("last name", t.string(50)),
    age: new Column(t.integer()),
    teamId: new Column("team_id", t.integer()),
  },
  [
    uniqueConstraint("email", { name: "uq_people_email" }),
    uniqueConstraint("first", "last", { name: "uq_people_name" }),
    checkConstraint("age > 0", { name: "ck_people_age" }),
    foreignKeyConstraint(["teamId"], ["teams.id"], { name: "fk_people_team" }),
  ],
);

describeEachDriver("what was violated", (db) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = createEngine(db.url);
    await metadata.createAll(engine);
  });
  beforeEach(async () => {
    await engine.begin(async (conn) => {
      await conn.execute(delete_(people));
      await conn.execute(delete_(teams));
      await conn.execute(insert(teams).values({ id: 1 }));
      await conn.execute(insert(people).values({ id: 1, email: "ann", first: "Ann", last: "Lee", age: 3, teamId: 1 }));
    });
  });
  afterAll(async () => engine.dispose());

  async function violation(statement: Parameters<Parameters<Parameters<Engine["begin"]>[0]>[0]["execute"]>[0]): Promise<object> {
    const error: unknown = await engine.begin((conn) => conn.execute(statement).all()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(IntegrityError);
    const { constraint, table, column } = error as IntegrityError;
    return { constraint, table, column };
  }

  /** What is expected of each database; PostgreSQL tells all but the columns of keys, the others what their text has. */
  const by = (postgresql: object, mysql: object, sqlite: object): object => ({
    constraint: null,
    table: null,
    column: null,
    ...{ postgresql, mysql, sqlite }[db.dialect],
  });

  test("a unique constraint of one column", async () => {
    expect(await violation(insert(people).values({ id: 2, email: "ann" }))).toEqual(
      by({ constraint: "uq_people_email", table: "people" }, { constraint: "uq_people_email" }, { table: "people", column: "email" }),
    );
  });

  test("a unique constraint of several columns", async () => {
    expect(await violation(insert(people).values({ id: 2, email: "bob", first: "Ann", last: "Lee" }))).toEqual(
      by({ constraint: "uq_people_name", table: "people" }, { constraint: "uq_people_name" }, { table: "people" }),
    );
  });

  test("a primary key", async () => {
    expect(await violation(insert(people).values({ id: 1, email: "bob" }))).toEqual(
      by({ constraint: "people_pkey", table: "people" }, { constraint: "PRIMARY" }, { table: "people", column: "id" }),
    );
  });

  test("NOT NULL", async () => {
    expect(await violation(update(people).values({ email: null as never }))).toEqual(
      by({ table: "people", column: "email" }, { column: "email" }, { table: "people", column: "email" }),
    );
  });

  test("a check constraint", async () => {
    expect(await violation(insert(people).values({ id: 2, email: "bob", age: -1 }))).toEqual(
      by(
        { constraint: "ck_people_age", table: "people" },
        { constraint: "ck_people_age", table: "people" },
        { constraint: "ck_people_age" },
      ),
    );
  });

  test("a foreign key that leads nowhere", async () => {
    expect(await violation(insert(people).values({ id: 2, email: "bob", teamId: 9 }))).toEqual(
      by(
        { constraint: "fk_people_team", table: "people" },
        { constraint: "fk_people_team", table: "people", column: "team_id" },
        {}, // SQLite says no more than that it was a foreign key
      ),
    );
  });

  test("a row that others lead to", async () => {
    expect(await violation(delete_(teams))).toEqual(
      by({ constraint: "fk_people_team", table: "people" }, { constraint: "fk_people_team", table: "people", column: "team_id" }, {}),
    );
  });

  test("names with spaces and quotes", async () => {
    const odd = new MetaData();
    const items = new Table("odd items", odd, { "the key": new Column(t.string(20), { nullable: false }), n: new Column(t.integer()) }, [
      uniqueConstraint("the key", { name: "uq 'odd' key" }),
    ]);
    await odd.createAll(engine);
    try {
      await engine.begin((conn) => conn.execute(insert(items).values({ "the key": "a" })));
      expect(await violation(insert(items).values({ "the key": "a" }))).toEqual(
        by({ constraint: "uq 'odd' key", table: "odd items" }, { constraint: "uq 'odd' key" }, { table: "odd items", column: "the key" }),
      );
    } finally {
      await odd.dropAll(engine);
    }
  });
});

describeEachDatabase(
  "what SQLite alone has",
  (db) => {
    test.each([
      ["CREATE TABLE s (n INTEGER) STRICT", "INSERT INTO s VALUES ('x')", { table: "s", column: "n" }],
      ["CREATE UNIQUE INDEX ix ON plain (lower(a))", "INSERT INTO plain VALUES ('X')", { constraint: "ix" }],
      ["CREATE TABLE c (n INTEGER CHECK (n > 0))", "INSERT INTO c VALUES (-1)", {}],
    ])("%s", async (ddl, dml, expected) => {
      const engine = createEngine(db.url);
      await using conn = await engine.connect();
      await conn.execute(text("CREATE TABLE plain (a TEXT)"));
      await conn.execute(text("INSERT INTO plain VALUES ('x')"));
      await conn.execute(text(ddl));
      const error: unknown = await conn.execute(text(dml)).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(IntegrityError);
      const { constraint, table, column } = error as IntegrityError;
      expect({ constraint, table, column }).toEqual({ constraint: null, table: null, column: null, ...expected });
      await conn.close();
      await engine.dispose();
    });
  },
  { only: ["sqlite", "better-sqlite3"] },
);
