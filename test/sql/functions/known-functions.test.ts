// Functions with a form of their own: count() of nothing, the next value of a sequence, functions without brackets.
import { ArgumentError, createEngine, func, MetaData, null_, select, Sequence, t } from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { renderAs, u } from "../support/statements.ts";

const numbers = new Sequence("numbers");

renderAs([
  [() => select(func.count()), { default: "SELECT count(*) AS count_1" }],
  [() => select(func.count(null)), { default: "SELECT count(*) AS count_1" }],
  [() => select(func.count(null_())), { default: "SELECT count(NULL) AS count_1" }],
  [() => select(func.count(u.c.id)), { default: "SELECT count(users.id) AS count_1 FROM users" }],
]);

test("func.next_value() is the next value of a sequence", () => {
  const sql = (dialect: string): string => select(func["next_value"]!(numbers)).compile({ dialect }).sql;
  expect(sql("default")).toBe("SELECT <next sequence value: numbers> AS next_value_1");
  expect(sql("postgresql")).toBe("SELECT nextval('numbers') AS next_value_1");
  expect(sql("mariadb")).toBe("SELECT nextval(numbers) AS next_value_1");
  expect(() => sql("sqlite")).toThrow("the next value of a sequence");
  expect((func["next_value"]!(new Sequence("big", { dataType: t.bigInteger() })) as { type: unknown }).type).toBeInstanceOf(
    t.bigInteger().constructor as never,
  );
  for (const wrong of [[], ["numbers"], [numbers, 1], [null]]) {
    expect(() => func["next_value"]!(...wrong)).toThrow(ArgumentError);
    expect(() => func["next_value"]!(...wrong)).toThrow("func.next_value() takes a Sequence");
  }
});

/** MySQL and MariaDB take USER and SESSION_USER for columns when they have no brackets. */
test("functions of the standard stand without brackets, where the database takes them so", () => {
  for (const name of ["current_date", "current_time", "current_timestamp", "current_user", "localtime", "localtimestamp"]) {
    const sql = (dialect: string): string => select(func[name]!()).compile({ dialect }).sql;
    for (const dialect of ["default", "postgresql", "mysql", "mariadb"])
      expect(sql(dialect)).toBe(`SELECT ${name.toUpperCase()} AS ${name}_1`);
  }
  for (const name of ["user", "session_user"]) {
    const sql = (dialect: string): string => select(func[name]!()).compile({ dialect }).sql;
    for (const dialect of ["default", "postgresql", "sqlite"]) expect(sql(dialect)).toBe(`SELECT ${name.toUpperCase()} AS ${name}_1`);
    for (const dialect of ["mysql", "mariadb"]) expect(sql(dialect)).toBe(`SELECT ${name.toUpperCase()}() AS ${name}_1`);
  }
});

describeEachDatabase("functions with a form of their own", (db) => {
  test("are what the database knows", async () => {
    const engine = createEngine(db.url);
    await engine.begin(async (conn) => {
      expect(await conn.scalar(select(func.count(null)))).toBe(1);
      expect(await conn.scalar(select(func.count(null_())))).toBe(0);
      if (db.dialect === "sqlite") return;
      for (const name of ["user", "session_user", "current_user"] as const) {
        const given = await conn.scalar(select(func[name]!()));
        expect(given, name).toMatch(/^(postgres|root)/);
      }
      const metadata = new MetaData();
      const own = new Sequence("own_numbers", { start: 5, metadata });
      await metadata.createAll(conn);
      expect(await conn.scalar(select(func["next_value"]!(own)))).toBe(5);
      expect(await conn.scalar(select(func["next_value"]!<number>(own).add(10)))).toBe(16);
      await metadata.dropAll(conn);
    });
    await engine.dispose();
  });
});
