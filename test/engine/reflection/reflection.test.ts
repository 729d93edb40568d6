// What is read from a database is what was created in it.
import {
  checkConstraint,
  Column,
  computed,
  createEngine,
  CreateIndex,
  CreateTable,
  type Engine,
  event,
  foreignKey,
  foreignKeyConstraint,
  func,
  index,
  inspect,
  insert,
  InvalidRequestError,
  MetaData,
  NoSuchTableError,
  ObjectKind,
  primaryKeyConstraint,
  type ReflectedColumn,
  select,
  t,
  Table,
  text,
  uniqueConstraint,
} from "athanor";
import { StatementRecorder } from "athanor/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";

const metadata = new MetaData();

new Table(
  "teams",
  metadata,
  {
    country: new Column(t.string(2)),
    number: new Column(t.integer()),
    "odd name": new Column(t.string(20), { serverDefault: text("'it''s'") }),
    founded: new Column(t.date(), { nullable: false, comment: "the year counts" }),
  },
  [primaryKeyConstraint("country", "number", { name: "pk_teams" }), uniqueConstraint("odd name", "founded", { name: "uq_teams" })],
  { comment: "all of them" },
);

new Table(
  "users",
  metadata,
  {
    id: new Column(t.integer(), { primaryKey: true }),
    name: new Column(t.string(50), { nullable: false }),
    country: new Column(t.string(2)),
    team: new Column(t.integer()),
    managerId: new Column("manager_id", t.integer(), foreignKey("users.id", { name: "fk_users_manager", ondelete: "SET NULL" }), {
      index: true,
    }),
    total: new Column(t.numeric(10, 2), { nullable: false, serverDefault: text("0") }),
    doubled: new Column(t.integer(), computed("team * 2", { persisted: true })),
    seen: new Column(t.dateTime()),
    data: new Column(t.json()),
    raw: new Column(t.largeBinary()),
    big: new Column(t.bigInteger()),
    real: new Column(t.double()),
  },
  [
    foreignKeyConstraint(["country", "team"], ["teams.country", "teams.number"], { name: "fk_users_teams", ondelete: "CASCADE" }),
    checkConstraint("total >= 0", { name: "ck_total" }),
    index("ix_users_name_total", "name", "total", { unique: true }),
  ],
);

describeEachDatabase("reflection", (db) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = createEngine(db.url);
    await metadata.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(text("CREATE VIEW user_names AS SELECT id, name FROM users"));
    });
  });
  afterAll(async () => {
    await engine.dispose();
  });

  test("names of tables and views", async () => {
    const inspector = inspect(engine);
    expect(await inspector.getTableNames()).toEqual(["teams", "users"]);
    expect(await inspector.getViewNames()).toEqual(["user_names"]);
    expect(await inspector.hasTable("users")).toBe(true);
    expect(await inspector.hasTable("user_names")).toBe(true);
    expect(await inspector.hasTable("nobody")).toBe(false);
    expect(await inspector.hasMultiTable(["users", "nobody"])).toEqual(
      new Map([
        ["users", true],
        ["nobody", false],
      ]),
    );
    expect(await inspector.getViewDefinition("user_names")).toMatch(/^\s*select[\s\S]*name/i);
    expect((await inspector.getSchemaNames()).length).toBeGreaterThan(0);
  });

  test("columns", async () => {
    const columns = await inspect(engine).getColumns("users");
    const byName = new Map(columns.map((column) => [column.name, column]));
    expect([...byName.keys()]).toEqual([
      "id",
      "name",
      "country",
      "team",
      "manager_id",
      "total",
      "doubled",
      "seen",
      "data",
      "raw",
      "big",
      "real",
    ]);
    expect(byName.get("name")).toMatchObject({ nullable: false, default: null });
    expect(byName.get("total")!.default).toMatch(/^\(?0(?:\.00)?\)?/);
    expect(byName.get("total")!.type).toMatchObject({ precision: 10, scale: 2 });
    expect(byName.get("doubled")!.computed).toMatchObject({ persisted: true });
    for (const [name, affinity] of [
      ["id", "integer"],
      ["name", "string"],
      ["total", "numeric"],
      ["seen", "datetime"],
      ["data", "json"],
      ["raw", "binary"],
      ["big", "integer"],
    ] as const)
      expect([name, byName.get(name)!.type.affinity]).toEqual([name, affinity]);
    expect((await inspect(engine).getColumns("user_names")).map(({ name }) => name)).toEqual(["id", "name"]);
  });

  test("keys, indexes, checks", async () => {
    const inspector = inspect(engine);
    expect((await inspector.getPkConstraint("teams")).constrainedColumns).toEqual(["country", "number"]);
    const foreignKeys = await inspector.getForeignKeys("users");
    expect(foreignKeys.toSorted((a, b) => (a.name! < b.name! ? -1 : 1))).toMatchObject([
      {
        name: "fk_users_manager",
        constrainedColumns: ["manager_id"],
        referredTable: "users",
        referredColumns: ["id"],
        options: { ondelete: "SET NULL" },
      },
      {
        name: "fk_users_teams",
        constrainedColumns: ["country", "team"],
        referredSchema: null,
        referredTable: "teams",
        referredColumns: ["country", "number"],
        options: { ondelete: "CASCADE" },
      },
    ]);
    const indexes = await inspector.getIndexes("users");
    expect(indexes.find(({ name }) => name === "ix_users_name_total")).toMatchObject({ columnNames: ["name", "total"], unique: true });
    expect(indexes.find(({ name }) => name === "ix_users_manager_id")).toMatchObject({ columnNames: ["manager_id"], unique: false });
    expect(await inspector.hasIndex("users", "ix_users_manager_id")).toBe(true);
    expect(await inspector.hasIndex("users", "ix_none")).toBe(false);
    expect(await inspector.getUniqueConstraints("teams")).toMatchObject([{ name: "uq_teams", columnNames: ["odd name", "founded"] }]);
    expect(await inspector.getCheckConstraints("users")).toMatchObject([
      { name: "ck_total", sqltext: expect.stringContaining("total") as string },
    ]);
    expect(
      await inspector.getIndexes("teams").then((all) => all.filter((one) => one.duplicatesConstraint === undefined && !one.unique)),
    ).toEqual([]);
  });

  test.skipIf(db.dialect === "sqlite")("comments", async () => {
    const inspector = inspect(engine);
    expect(await inspector.getTableComment("teams")).toEqual({ text: "all of them" });
    expect(await inspector.getTableComment("users")).toEqual({ text: null });
    expect((await inspector.getColumns("teams")).at(-1)).toMatchObject({ name: "founded", comment: "the year counts" });
  });

  test("what is not there", async () => {
    const inspector = inspect(engine);
    await expect(inspector.getColumns("nobody")).rejects.toThrow(NoSuchTableError);
    await expect(inspector.getIndexes("nobody")).rejects.toThrow('There is no table or view "nobody"');
    await expect(inspector.getViewDefinition("users")).rejects.toThrow('There is no view "users"');
    expect(await inspector.getIndexes("user_names")).toEqual([]);
    const empty = new MetaData();
    await expect(Table.autoload("nobody", empty, engine)).rejects.toThrow(NoSuchTableError);
    await expect(empty.reflect(engine, { only: ["users", "nobody"] })).rejects.toThrow(InvalidRequestError);
    expect([...empty.tables.keys()]).toEqual([]);
  });

  test("tables that are read create the same tables again", async () => {
    const reflected = new MetaData();
    await reflected.reflect(engine);
    expect([...reflected.tables.keys()].sort()).toEqual(["teams", "users"]);
    const ddl = (table: Table): string[] => [
      new CreateTable(table).compile({ dialect: engine }).sql,
      ...[...table.indexes].map((one) => new CreateIndex(one).compile({ dialect: engine }).sql).sort(),
    ];
    const first = reflected.sortedTables.map((table) => ddl(table));
    expect(reflected.sortedTables.map(({ name }) => name)).toEqual(["teams", "users"]);
    await engine.begin(async (conn) => void (await conn.execute(text("DROP VIEW user_names"))));
    await reflected.dropAll(engine);
    await reflected.createAll(engine);
    const again = new MetaData();
    await again.reflect(engine);
    expect(again.sortedTables.map((table) => ddl(table))).toEqual(first);
    // as the tables were before, for the tests that follow
    await again.dropAll(engine);
    await metadata.createAll(engine);
    await engine.begin(async (conn) => void (await conn.execute(text("CREATE VIEW user_names AS SELECT id, name FROM users"))));
  });

  test("a table that was read can be used", async () => {
    const reflected = new MetaData();
    const table = await Table.autoload("users", reflected, engine, {
      columns: { userName: new Column("name", t.string(50), { nullable: false }) },
    });
    expect([...reflected.tables.keys()].sort()).toEqual(["teams", "users"]);
    expect(table.c.userName).toBe(table.columns["userName"]);
    expect(table.c["name"]).toBeUndefined();
    await engine.begin(async (conn) => {
      const { insertedPrimaryKey } = await conn.execute(insert(table).values({ userName: "sandy" }));
      expect(insertedPrimaryKey).toEqual([1]);
      expect(await conn.execute(select(table.c.userName, func.coalesce(table.c["total"]!, 7))).all()).toMatchObject([
        ["sandy", expect.anything() as unknown],
      ]);
      expect(String(select(table).join(reflected.tables.get("teams")!))).toContain(
        "JOIN teams ON teams.country = users.country AND teams.number = users.team",
      );
    });
  });

  test("some columns, and no tables beyond", async () => {
    const reflected = new MetaData();
    const table = await Table.autoload("users", reflected, engine, { includeColumns: ["id", "name"], resolveFks: false });
    expect(Object.keys(table.c)).toEqual(["id", "name"]);
    expect([...reflected.tables.keys()]).toEqual(["users"]);
    const without = await Table.autoload("users", new MetaData(), engine, { excludeColumns: ["data"], resolveFks: false });
    expect(Object.keys(without.c)).not.toContain("data");
    await expect(Table.autoload("users", reflected, engine)).rejects.toThrow("already defined");
    expect(await Table.autoload("users", reflected, engine, { keepExisting: true })).toBe(table);
    expect(await Table.autoload("users", reflected, engine, { extendExisting: true, resolveFks: false })).toBe(table);
    expect(Object.keys(table.c)).toContain("total");
  });

  test("listeners may change the columns", async () => {
    const reflected = new MetaData();
    event.listen(reflected, "columnReflect", (_inspector: object, table: Table, column: ReflectedColumn) => {
      column.key = `${table.name}_${column.name}`;
    });
    await reflected.reflect(engine, { only: ["teams"] });
    expect(Object.keys(reflected.tables.get("teams")!.c)).toEqual(["teams_country", "teams_number", "teams_odd name", "teams_founded"]);
    expect((await inspect(engine).getColumns("teams"))[0]!.key).toBeUndefined();
  });

  test("the number of queries does not depend on the number of tables", async () => {
    const recorder = new StatementRecorder(engine);
    await new MetaData().reflect(engine, { only: ["teams"] });
    const one = recorder.statements.length;
    recorder.clear();
    await new MetaData().reflect(engine);
    expect(recorder.statements.length).toBe(one);
    recorder.stop();
    expect(one).toBeLessThanOrEqual(24);
  });

  test("answers are remembered until they are forgotten", async () => {
    const inspector = inspect(engine);
    const before = await inspector.getTableNames();
    await engine.begin(async (conn) => void (await conn.execute(text("CREATE TABLE later (id INTEGER)"))));
    try {
      expect(await inspector.getTableNames()).toEqual(before);
      inspector.clearCache();
      expect(await inspector.getTableNames()).toEqual(["later", ...before]);
    } finally {
      await engine.begin(async (conn) => void (await conn.execute(text("DROP TABLE later"))));
    }
  });

  test("tables that refer to each other are sorted", async () => {
    const sorted = await inspect(engine).getSortedTableAndFkcNames();
    expect(sorted.map(([table, names]) => [table, names.toSorted((a, b) => (a! < b! ? -1 : 1))])).toEqual([
      ["teams", []],
      ["users", ["fk_users_manager", "fk_users_teams"]],
      [null, []],
    ]);
  });

  test("many tables at once, views among them", async () => {
    const all = await inspect(engine).getMultiColumns({ kind: ObjectKind.ANY });
    expect([...all.keys()].sort()).toEqual(["teams", "user_names", "users"]);
    const some = await inspect(engine).getMultiPkConstraint({ filterNames: ["teams", "nobody"] });
    expect([...some.keys()]).toEqual(["teams"]);
  });
});

describe("reflection of what is no database", () => {
  test("is refused", async () => {
    await expect(new MetaData().reflect({} as never)).rejects.toThrow("Tables are read from an engine");
  });
});
