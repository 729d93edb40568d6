// SEC-09, SEC-10, SEC-13, SEC-18: values on their way to real databases. What is no value is refused before the driver gets it.
import {
  AthanorError,
  bindparam,
  type ClauseElement,
  Column,
  createEngine,
  DBAPIError,
  type Engine,
  type ExecuteParameters,
  InterfaceError,
  insert,
  literal,
  MetaData,
  select,
  t,
  Table,
  text,
  update,
} from "athanor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { Canary } from "./canary.ts";
import { IMAGES, OBJECTS } from "./objects.ts";
import { PAYLOADS } from "./payloads.ts";

const metadata = new MetaData();
const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  name: new Column(t.string(200)),
  amount: new Column(t.bigInteger()),
  at: new Column(t.dateTime()),
});

type Sent = readonly [statement: ClauseElement | string, params?: unknown];

/** The ways that values go to the database. */
const WAYS: Readonly<Record<string, (given: never) => Sent>> = {
  "eq()": (x) => [select(users).where(users.c.name.eq(x))],
  "in()": (x) => [select(users).where(users.c.name.in([x]))],
  "filterBy()": (x) => [select(users).filterBy({ name: x })],
  "values()": (x) => [insert(users).values({ id: 1, name: x })],
  "values() of a number": (x) => [insert(users).values({ id: 1, amount: x })],
  "values() of a time": (x) => [insert(users).values({ id: 1, at: x })],
  "update().values()": (x) => [update(users).values({ name: x }).where(users.c.id.eq(1))],
  "the key": (x) => [select(users).where(users.c.id.eq(x))],
  "parameters of a SELECT": (x) => [select(users).where(users.c.name.eq(bindparam("n"))), { n: x }],
  "parameters of a bindparam of no type": (x) => [select(users).where(literal(1).eq(bindparam("n"))), { n: x }],
  "parameters of an INSERT": (x) => [insert(users), { id: 1, name: x }],
  "parameters of many rows": (x) => [
    insert(users),
    [
      { id: 1, name: "a" },
      { id: 2, name: x },
    ],
  ],
  "parameters of an UPDATE": (x) => [update(users).where(users.c.id.eq(bindparam("b_id"))), { b_id: 1, name: x }],
  "parameters of a text": (x) => [text("SELECT * FROM users WHERE name = :n"), { n: x }],
  "execDriverSql()": (x) => ["SELECT * FROM users WHERE name = ?", [[x]]],
  "execDriverSql() of many rows": (x) => [
    "INSERT INTO users (id, name) VALUES (?, ?)",
    [
      [1, "a"],
      [2, x],
    ],
  ],
};

/** A Date of one's own class is a Date: what it holds is read, and none of its methods is called. */
const VALUES = new Set(["a subclass of Date"]);

describeEachDatabase(
  "bound values",
  (db) => {
    let engine: Engine;
    let canary: Canary;
    beforeAll(async () => {
      engine = createEngine(db.url);
      await metadata.createAll(engine);
      canary = new Canary(engine, db.dialect);
      await canary.setUp("INSERT INTO users (id, name) VALUES (7, 'seven')");
    });
    afterAll(async () => engine.dispose());

    const send = async (statement: ClauseElement | string, params?: unknown): Promise<unknown[]> => {
      const conn = await engine.connect();
      try {
        await conn.begin();
        const result =
          typeof statement === "string"
            ? await conn.execDriverSql(db.dialect === "postgresql" ? numbered(statement) : statement, params as never)
            : await conn.execute(statement, params as ExecuteParameters);
        const rows = result.returnsRows ? result.all() : [];
        await conn.rollback();
        return rows as unknown[];
      } finally {
        await conn.close();
      }
    };

    test.for(Object.entries(WAYS))("SEC-10: objects where a value belongs: %s", async ([, way]) => {
      for (const [name, given] of Object.entries({ ...OBJECTS, ...IMAGES })) {
        const [statement, params] = (() => {
          try {
            return way(given as never);
          } catch (error) {
            expect(error, name).toBeInstanceOf(AthanorError);
            return [null] as const;
          }
        })();
        if (statement === null) continue;
        const error: unknown = await send(statement, params).then(
          (rows) => (VALUES.has(name) ? null : new Error(`it gave ${JSON.stringify(rows)}`)),
          (thrown: unknown) => thrown,
        );
        if (error === null) continue;
        expect(error, `${name}: ${String(error)}`).toBeInstanceOf(AthanorError);
        // the adapters of the drivers say InterfaceError of what they do not hand on; other errors of the kind come from those who have seen it
        if (!VALUES.has(name) && !(error instanceof InterfaceError))
          expect(error, `${name}: ${String(error)}`).not.toBeInstanceOf(DBAPIError);
      }
      expect(await canary.harm()).toBeNull();
    });

    test("SEC-09: undefined is no value, and NaN is no whole number", async () => {
      const nothing = undefined as never;
      expect(() => users.c.id.eq(nothing)).toThrow(AthanorError);
      expect(() => insert(users).values({ id: 1, name: nothing }).compile()).toThrow(AthanorError);
      for (const given of [nothing, Number.NaN]) {
        await expect(send(select(users).where(users.c.id.eq(bindparam("n", { type: t.integer() }))), { n: given })).rejects.toThrow(
          AthanorError,
        );
        await expect(send(insert(users), { id: given, name: "a" })).rejects.toThrow(AthanorError);
        await expect(
          send(insert(users), [
            { id: 1, name: "a" },
            { id: given, name: "a" },
          ]),
        ).rejects.toThrow(AthanorError);
      }
    });

    test("hostile texts are values", async () => {
      for (const given of PAYLOADS) {
        expect(await send(select(literal(given, t.string()).label("x")))).toEqual(
          [[given]].map((row) => expect.objectContaining({ 0: row[0] }) as unknown),
        );
        expect(await send(select(users.c.id).where(users.c.name.eq(given)))).toEqual([]);
        expect(await send(text("SELECT id FROM users WHERE name = :n"), { n: given })).toEqual([]);
      }
      expect(await canary.harm()).toBeNull();
    });
  },
  { only: ["sqlite", "better-sqlite3", "postgresql", "pglite", "mariadb"] },
);

function numbered(sql: string): string {
  let n = 0;
  return sql.replaceAll("?", () => `$${(n += 1)}`);
}

describe("SEC-18: columns that a statement does not have", () => {
  const body = JSON.parse('{"id": 1, "name": "a", "role": "admin", "isAdmin": true}') as never;

  test("are refused in values()", () => {
    expect(() => insert(users).values(body).compile({ dialect: "sqlite" })).toThrow(/role/);
    expect(() => insert(users).values([body]).compile({ dialect: "sqlite" })).toThrow(/role/);
    expect(() => update(users).values(body).where(users.c.id.eq(1)).compile({ dialect: "sqlite" })).toThrow(/role/);
  });

  test("are refused in the parameters of an INSERT or UPDATE", async () => {
    const engine = createEngine("sqlite://");
    await metadata.createAll(engine);
    await expect(engine.begin((conn) => conn.execute(insert(users), body))).rejects.toThrow(/role/);
    await expect(engine.begin((conn) => conn.execute(insert(users), [body]))).rejects.toThrow(/role/);
    await expect(engine.begin((conn) => conn.execute(update(users).where(users.c.id.eq(1)), body))).rejects.toThrow(/role/);
    await engine.dispose();
  });

  test("and what JSON calls __proto__ is a column like others, which is not there", () => {
    for (const text of ['{"id": 1, "__proto__": {"name": "x"}}', '{"id": 1, "constructor": "x"}']) {
      expect(() =>
        insert(users)
          .values(JSON.parse(text) as never)
          .compile({ dialect: "sqlite" }),
      ).toThrow(AthanorError);
      expect(() =>
        update(users)
          .values(JSON.parse(text) as never)
          .compile({ dialect: "sqlite" }),
      ).toThrow(AthanorError);
    }
  });
});
