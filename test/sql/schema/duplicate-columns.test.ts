import { describe, expect, test } from "vitest";
import {
  Column,
  createEngine,
  CreateTable,
  declarativeBase,
  DuplicateColumnError,
  foreignKey,
  inspect,
  mappedColumn,
  MetaData,
  t,
  Table,
  text,
} from "athanor";

describe("two columns of one name", () => {
  test("are refused, by their names in the database and by their keys", () => {
    const metadata = new MetaData();
    expect(() => new Table("a", metadata, { p: new Column("x", t.integer()), q: new Column("x", t.integer()) })).toThrow(
      new DuplicateColumnError('A column with the name "x" is already present in table "a", by the key "p".'),
    );
    const table = new Table("b", metadata, { x: new Column(t.integer()) });
    expect(() => table.appendColumn(new Column("x", t.string()))).toThrow(
      new DuplicateColumnError('A column with the key "x" is already present in table "b".'),
    );
    expect(() => table.appendColumn(new Column("x", t.string()), { key: "y" })).toThrow(DuplicateColumnError);
    expect([...table.c].map(({ name }) => name)).toEqual(["x"]);
  });

  test("may take each other's place", () => {
    const metadata = new MetaData();
    new Table("others", metadata, { id: new Column(t.integer(), { primaryKey: true }) });
    const table = new Table("a", metadata, {
      p: new Column("x", foreignKey("others.id"), { primaryKey: true }),
      z: new Column(t.integer()),
    });
    table.appendColumn(new Column("x", t.string(5), { primaryKey: true }), { key: "q", replaceExisting: true });
    expect([...table.c].map((column) => [column.key, column.name])).toEqual([
      ["z", "z"],
      ["q", "x"],
    ]);
    expect([...table.primaryKey.columns].map(({ key }) => key)).toEqual(["q"]);
    expect(table.foreignKeys.size).toBe(0);
    const sql = new CreateTable(table).compile({ dialect: "sqlite" }).sql.replaceAll(/\s+/g, " ").trim();
    expect(sql).toBe("CREATE TABLE a ( z INTEGER, x VARCHAR(5) NOT NULL, PRIMARY KEY (x) )");
  });

  test("do not meet where a table is read from the database", async () => {
    const engine = createEngine("sqlite://");
    await engine.begin((conn) => conn.execute(text("CREATE TABLE users (user_id INTEGER PRIMARY KEY, name TEXT)")));
    const metadata = new MetaData();
    const users = await Table.autoload("users", metadata, engine, {
      columns: { id: new Column("user_id", t.integer(), { primaryKey: true }) },
    });
    expect(new Set([...users.c].map(({ name }) => name))).toEqual(new Set(["name", "user_id"]));
    expect(users.c.id.name).toBe("user_id");
    expect(await inspect(engine).hasTable("users")).toBe(true);
    await engine.dispose();
  });

  test("are an error of the mapping too", () => {
    const Base = declarativeBase();
    class Twice extends Base<typeof Twice> {
      static table = this.mapTo("twice");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static one = mappedColumn("x", t.integer());
      static other = mappedColumn("x", t.integer());
    }
    expect(() => Twice.table.c).toThrow(/"x"/);
  });
});
