import { IntegrityError } from "../../errors.ts";
import type { Connection } from "../../engine/connection.ts";
import { literal, text } from "../../sql/elements/constructors.ts";
import { func } from "../../sql/functions/func.ts";
import { insert } from "../../sql/dml/insert.ts";
import { update } from "../../sql/dml/update.ts";
import {
  DropColumnComment,
  DropConstraintComment,
  DropTableComment,
  SetColumnComment,
  SetConstraintComment,
  SetTableComment,
} from "../../sql/ddl/comments.ts";
import {
  AddConstraint,
  CreateIndex,
  CreateSchema,
  CreateTable,
  DropConstraint,
  DropIndex,
  DropSchema,
  DropTable,
} from "../../sql/ddl/create-drop.ts";
import { CreateTableAs } from "../../sql/ddl/create-table-as.ts";
import { CreateView, DropView } from "../../sql/ddl/create-view.ts";
import { DDL } from "../../sql/ddl/ddl.ts";
import { computed } from "../../sql/schema/computed.ts";
import {
  checkConstraint,
  Column,
  foreignKeyConstraint,
  index,
  primaryKeyConstraint,
  uniqueConstraint,
} from "../../sql/schema/constructors.ts";
import { foreignKey } from "../../sql/schema/foreign-key.ts";
import { identity } from "../../sql/schema/identity.ts";
import { MetaData } from "../../sql/schema/metadata.ts";
import { Table } from "../../sql/schema/table.ts";
import { union } from "../../sql/selectable/compound-select.ts";
import { select } from "../../sql/selectable/select.ts";
import { t } from "../../sql/types/factories.ts";
import { people, teams } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";
import { withTables } from "./with-tables.ts";

const key = (): Column<number> => new Column(t.integer(), { primaryKey: true, autoincrement: false });

/** Runs a function, and after it what takes back its DDL, which not all databases do with the transaction. */
async function andThen(conn: Connection, body: () => Promise<void>, ...cleanup: readonly object[]): Promise<void> {
  try {
    await body();
  } catch (error) {
    await conn.rollback();
    for (const statement of cleanup) await conn.execute(statement as never).catch(() => undefined);
    await conn.commit();
    throw error;
  }
  for (const statement of cleanup) await conn.execute(statement as never);
}

export const ddlGroup: SuiteGroup = group("DDL", ({ test }) => {
  test("SCH-03 tables that refer to each other, made and dropped in their order", async ({ conn, gives, fails }) => {
    const metadata = new MetaData();
    const child = new Table("ddl_children", metadata, {
      id: key(),
      parentId: new Column("parent_id", t.integer(), foreignKey("ddl_parents.id")),
    });
    const parent = new Table("ddl_parents", metadata, { id: key(), name: new Column(t.string(20), { nullable: false }) });
    await withTables(conn, metadata, async () => {
      await metadata.createAll(conn);
      await conn.execute(insert(parent).values({ id: 1, name: "a" }));
      await conn.execute(insert(child).values({ id: 1, parentId: 1 }));
      await gives(select(child.c.id, parent.c.name).join(parent), [[1, "a"]]);
      // @ts-expect-error: the column is NOT NULL
      await fails(IntegrityError, () => conn.execute(insert(parent).values({ id: 2, name: null })));
      await fails(IntegrityError, () => conn.execute(insert(parent).values({ id: 1, name: "b" })));
    });
    await metadata.dropAll(conn);
  });

  test("SCH-04 foreign keys, also of several columns and with actions", "foreignKeys", async ({ conn, gives, fails }) => {
    const metadata = new MetaData();
    const parent = new Table(
      "ddl_parents",
      metadata,
      { a: new Column(t.integer(), { nullable: false }), b: new Column(t.integer(), { nullable: false }) },
      [primaryKeyConstraint("a", "b")],
    );
    const child = new Table("ddl_children", metadata, { id: key(), a: new Column(t.integer()), b: new Column(t.integer()) }, [
      foreignKeyConstraint(["a", "b"], ["ddl_parents.a", "ddl_parents.b"], { name: "fk_ddl", ondelete: "CASCADE", onupdate: "CASCADE" }),
    ]);
    await withTables(conn, metadata, async () => {
      await conn.execute(insert(parent), [
        { a: 1, b: 1 },
        { a: 1, b: 2 },
      ]);
      await conn.execute(insert(child), [
        { id: 1, a: 1, b: 1 },
        { id: 2, a: 1, b: 2 },
      ]);
      await fails(IntegrityError, () => conn.execute(insert(child).values({ id: 3, a: 2, b: 2 })));
      await conn.execute(update(parent).where(parent.c.b.eq(2)).values({ b: 3 }));
      await conn.execute(parent.delete().where(parent.c.b.eq(1)));
      await gives(select(child), [[2, 1, 3]]);
    });
  });

  test("SCH-05 unique and CHECK constraints", "checkConstraints", async ({ conn, gives, fails }) => {
    const metadata = new MetaData();
    const checkedTable = new Table(
      "ddl_checked",
      metadata,
      { id: key(), low: new Column(t.integer()), high: new Column(t.integer()), code: new Column(t.string(5), { unique: true }) },
      [checkConstraint("low < high", { name: "ck_ddl" }), uniqueConstraint("low", "high", { name: "uq_ddl" })],
    );
    await withTables(conn, metadata, async () => {
      await conn.execute(insert(checkedTable).values({ id: 1, low: 1, high: 2, code: "a" }));
      await fails(Error, () => conn.execute(insert(checkedTable).values({ id: 2, low: 2, high: 1 })));
      await fails(IntegrityError, () => conn.execute(insert(checkedTable).values({ id: 2, low: 1, high: 2 })));
      await fails(IntegrityError, () => conn.execute(insert(checkedTable).values({ id: 2, low: 1, high: 3, code: "a" })));
      await gives(select(func.count()).selectFrom(checkedTable), [[1]]);
    });
  });

  test("SCH-09 defaults of the server", async ({ conn, gives }) => {
    const metadata = new MetaData();
    const defaults = new Table("ddl_defaults", metadata, {
      id: key(),
      word: new Column(t.string(20), { serverDefault: "it's" }),
      number: new Column(t.integer(), { serverDefault: text("5") }),
      expression: new Column(t.integer(), { serverDefault: text("(2 + 3)") }),
      moment: new Column(t.dateTime(), { serverDefault: func.now() }),
    });
    await withTables(conn, metadata, async () => {
      await conn.execute(insert(defaults).values({ id: 1 }));
      await gives(select(defaults.c.word, defaults.c.number, defaults.c.expression, defaults.c.moment.isNot(null)), [["it's", 5, 5, true]]);
    });
  });

  test("SCH-06 indexes", async ({ conn, gives, has }) => {
    const metadata = new MetaData();
    const indexed = new Table(
      "ddl_indexed",
      metadata,
      { id: key(), a: new Column(t.integer(), { index: true }), b: new Column(t.string(10)) },
      [index("ix_ddl_two", "a", "b")],
    );
    const late = index("ix_ddl_late", indexed.c.b.desc());
    await withTables(conn, metadata, async () => {
      await conn.execute(new DropIndex(late));
      await conn.execute(new CreateIndex(late));
      if (has("indexIfExists")) {
        await conn.execute(new CreateIndex(late, { ifNotExists: true }));
        await conn.execute(new DropIndex(late, { ifExists: true }));
        await conn.execute(new DropIndex(late, { ifExists: true }));
        await conn.execute(new CreateIndex(late));
      }
      await conn.execute(insert(indexed).values({ id: 1, a: 2, b: "x" }));
      await gives(select(indexed.c.id).where(indexed.c.a.eq(2), indexed.c.b.eq("x")), [[1]]);
    });
  });

  test("SCH-06 indexes on expressions", "expressionIndexes", async ({ conn, fails }) => {
    const metadata = new MetaData();
    const indexed = new Table("ddl_indexed", metadata, { id: key(), word: new Column(t.string(10)) });
    index("ux_ddl_lower", func.lower(indexed.c.word), { unique: true });
    await withTables(conn, metadata, async () => {
      await conn.execute(insert(indexed).values({ id: 1, word: "abc" }));
      await fails(IntegrityError, () => conn.execute(insert(indexed).values({ id: 2, word: "ABC" })));
    });
  });

  test("SCH-11 computed columns that are stored", "computedStored", async ({ conn, gives }) => {
    const metadata = new MetaData();
    const squares = new Table("ddl_squares", metadata, {
      id: key(),
      side: new Column(t.integer()),
      area: new Column(t.integer(), computed("side * side", { persisted: true })),
    });
    await withTables(conn, metadata, async () => {
      await conn.execute(insert(squares), [
        { id: 1, side: 3 },
        { id: 2, side: 4 },
      ]);
      await conn.execute(update(squares).where(squares.c.id.eq(2)).values({ side: 5 }));
      await gives(select(squares).orderBy(squares.c.id), [
        [1, 3, 9],
        [2, 5, 25],
      ]);
    });
  });

  test("SCH-11 computed columns that are not stored", "computedVirtual", async ({ conn, gives }) => {
    const metadata = new MetaData();
    const squares = new Table("ddl_squares", metadata, {
      id: key(),
      side: new Column(t.integer()),
      area: new Column(t.integer(), computed("side * side", { persisted: false })),
    });
    await withTables(conn, metadata, async () => {
      await conn.execute(insert(squares).values({ id: 1, side: 3 }));
      await gives(select(squares.c.area), [[9]]);
    });
  });

  test("SCH-10 identity columns", "identityColumns", async ({ conn, gives, fails, expect }) => {
    const metadata = new MetaData();
    const always = new Table("ddl_always", metadata, {
      id: new Column(t.integer(), identity({ always: true, start: 42, increment: 2 }), { primaryKey: true }),
      word: new Column(t.string(5)),
    });
    const byDefault = new Table("ddl_by_default", metadata, {
      id: new Column(t.integer(), identity({ start: 7 }), { primaryKey: true }),
      word: new Column(t.string(5)),
    });
    await withTables(conn, metadata, async () => {
      expect([...(await conn.execute(insert(always).values({ word: "a" }))).insertedPrimaryKey!]).toEqual([42]);
      await conn.execute(insert(always), [{ word: "b" }, { word: "c" }]);
      await gives(select(always).orderBy(always.c.id), [
        [42, "a"],
        [44, "b"],
        [46, "c"],
      ]);
      // @ts-expect-error: the database makes it
      await fails(Error, () => conn.execute(insert(always).values({ id: 1, word: "x" })));
      await conn.execute(insert(byDefault).values({ word: "a" }));
      await conn.execute(insert(byDefault).values({ id: 1, word: "b" }));
      await gives(select(byDefault).orderBy(byDefault.c.id), [
        [1, "b"],
        [7, "a"],
      ]);
    });
  });

  test("SCH-14 views", "views", async ({ conn, gives }) => {
    const view = new CreateView(
      select(people.c.id, people.c.name, teams.c.name.label("team")).join(teams).where(people.c.points.gt(10)),
      "ddl_view",
    );
    await conn.execute(view);
    await andThen(
      conn,
      async () => {
        await gives(select(view.table).orderBy(view.table.c["id"]!), [
          [2, "bob", "red"],
          [3, "cid", "green"],
        ]);
        await gives(
          select(teams.c.id, view.table.c["name"]!).join(view.table, view.table.c["team"]!.eq(teams.c.name)).where(teams.c.id.eq(2)),
          [[2, "cid"]],
        );
      },
      new DropView(view.table),
    );
    const metadata = new MetaData();
    const inMetadata = new CreateView(
      union(select(teams.c.id).where(teams.c.id.eq(1)), select(people.c.id).where(people.c.id.eq(4))),
      "ddl_view",
      { metadata },
    );
    await withTables(conn, metadata, () => gives(select(inMetadata.table.c["id"]!).orderBy(inMetadata.table.c["id"]!), [[1], [4]]));
  });

  test("SCH-14 CREATE OR REPLACE VIEW", ["views", "replaceViews"], async ({ conn, gives }) => {
    const one = new CreateView(select(teams.c.id), "ddl_view", { orReplace: true });
    await conn.execute(one);
    await andThen(
      conn,
      async () => {
        await conn.execute(new CreateView(select(teams.c.id).where(teams.c.id.gt(1)), "ddl_view", { orReplace: true }));
        await gives(select(func.count()).selectFrom(one.table), [[2]]);
      },
      new DropView(one.table),
    );
  });

  test("SCH-14 temporary views", ["views", "temporaryViews"], async ({ conn, gives }) => {
    const view = new CreateView(select(teams.c.id), "ddl_temporary_view", { temporary: true });
    await conn.execute(view);
    await andThen(conn, () => gives(select(func.count()).selectFrom(view.table), [[3]]), new DropView(view.table));
  });

  test("SCH-14 materialized views", "materializedViews", async ({ conn, gives }) => {
    const view = new CreateView(select(teams.c.id, teams.c.name), "ddl_materialized", { materialized: true });
    await conn.execute(view);
    await andThen(
      conn,
      () => gives(select(view.table).where(view.table.c["id"]!.eq(1)), [[1, "red"]]),
      new DropView(view.table, { materialized: true }),
    );
  });

  test("SCH-15 CREATE TABLE AS", "createTableAs", async ({ conn, gives, has }) => {
    const made = new CreateTableAs(
      select(people.c.id, people.c.name, people.c.points.add(1).label("more")).where(people.c.points.ge(literal(20))),
      "ddl_made",
    );
    await conn.execute(made);
    await andThen(
      conn,
      async () => {
        await gives(select(made.table).orderBy(made.table.c["id"]!), [
          [2, "bob", 21],
          [3, "cid", 21],
        ]);
        if (has("ifExists")) await conn.execute(new CreateTableAs(select(people.c.id), "ddl_made", { ifNotExists: true }));
      },
      new DropTable(made.table),
    );
    const into = select(teams.c.id, teams.c.name).into("ddl_into");
    await conn.execute(into);
    await andThen(conn, () => gives(select(into.table.c["name"]!).where(into.table.c["id"]!.eq(3)), [["blue"]]), new DropTable(into.table));
  });

  test("SCH-15 CREATE TEMPORARY TABLE AS", ["createTableAs", "temporaryTables"], async ({ conn, gives }) => {
    const made = new CreateTableAs(select(teams.c.id), "ddl_temporary_made", { temporary: true });
    await conn.execute(made);
    await andThen(conn, () => gives(select(func.count()).selectFrom(made.table), [[3]]), new DropTable(made.table));
  });

  test("temporary tables", "temporaryTables", async ({ conn, gives }) => {
    const metadata = new MetaData();
    const temporary = new Table("ddl_temporary", metadata, { id: key() }, { prefixes: ["TEMPORARY"] });
    await conn.execute(new CreateTable(temporary));
    await andThen(
      conn,
      async () => {
        await conn.execute(insert(temporary).values({ id: 1 }));
        await gives(select(temporary), [[1]]);
      },
      new DropTable(temporary),
    );
  });

  test("SCH-12 comments on tables and columns", "comments", async ({ conn, gives }) => {
    const metadata = new MetaData();
    const commented = new Table(
      "ddl_commented",
      metadata,
      { id: new Column(t.integer(), { primaryKey: true, autoincrement: false, comment: "the key: 100% 'sure'" }) },
      { comment: "it's a \\ table" },
    );
    await withTables(conn, metadata, async () => {
      for (const statement of [
        new SetTableComment(commented),
        new DropTableComment(commented),
        new SetColumnComment(commented.c.id),
        new DropColumnComment(commented.c.id),
      ])
        await conn.execute(statement);
      await gives(select(func.count()).selectFrom(commented), [[0]]);
    });
  });

  test("SCH-12 comments on constraints", "constraintComments", async ({ conn, gives }) => {
    const metadata = new MetaData();
    const check = checkConstraint("id > 0", { name: "ck_ddl_commented", comment: "it's positive" });
    const commented = new Table("ddl_commented", metadata, { id: key() }, [check]);
    await withTables(conn, metadata, async () => {
      await conn.execute(new SetConstraintComment(check));
      await conn.execute(new DropConstraintComment(check));
      await gives(select(func.count()).selectFrom(commented), [[0]]);
    });
  });

  test("SCH-05 constraints that are added and dropped", "alterConstraints", async ({ conn, fails }) => {
    const metadata = new MetaData();
    const altered = new Table("ddl_altered", metadata, { id: key(), a: new Column(t.integer()) });
    await withTables(conn, metadata, async () => {
      const unique = uniqueConstraint(altered.c.a, { name: "uq_ddl_altered" });
      await conn.execute(new AddConstraint(unique));
      await conn.execute(insert(altered).values({ id: 1, a: 1 }));
      await fails(IntegrityError, () => conn.execute(insert(altered).values({ id: 2, a: 1 })));
      await conn.execute(new DropConstraint(unique));
      await conn.execute(insert(altered).values({ id: 2, a: 1 }));
    });
  });

  test("SCH-03 IF NOT EXISTS and IF EXISTS", "ifExists", async ({ conn, gives }) => {
    const metadata = new MetaData();
    const once = new Table("ddl_once", metadata, { id: key() });
    await conn.execute(new DropTable(once, { ifExists: true }));
    await conn.execute(new CreateTable(once, { ifNotExists: true }));
    await andThen(
      conn,
      async () => {
        await conn.execute(new CreateTable(once, { ifNotExists: true }));
        await gives(select(func.count()).selectFrom(once), [[0]]);
      },
      new DropTable(once, { ifExists: true }),
    );
  });

  test("SCH-16 DDL as text", async ({ conn, gives }) => {
    await conn.execute(new DDL("CREATE TABLE ddl_text (id INTEGER, share INTEGER)"));
    await andThen(
      conn,
      async () => {
        await conn.execute(new DDL("INSERT INTO ddl_text (id, share) VALUES (%(a)s, 7 %% 4)", { context: { a: 5 } }));
        const made = new Table("ddl_text", new MetaData(), { id: new Column(t.integer()), share: new Column(t.integer()) });
        await gives(select(made), [[5, 3]]);
      },
      new DDL("DROP TABLE ddl_text"),
    );
  });

  test("SCH-13 schemas", "schemas", async ({ conn, gives, has }) => {
    await conn.execute(new CreateSchema("suite_schema", { ifNotExists: has("ifExists") }));
    const metadata = new MetaData({ schema: "suite_schema" });
    const inSchema = new Table("teams", metadata, { id: key(), name: new Column(t.string(10)) });
    await andThen(
      conn,
      async () => {
        await withTables(conn, metadata, async () => {
          await conn.execute(insert(inSchema).values({ id: 1, name: "in schema" }));
          await gives(select(inSchema.c.name, teams.c.name).join(teams, inSchema.c.id.eq(teams.c.id)), [["in schema", "red"]]);
          await conn.execute(
            update(inSchema)
              .where(inSchema.c.id.eq(1))
              .values({ name: inSchema.c.name.concat("!") }),
          );
          await gives(select(inSchema.alias("a").c.name), [["in schema!"]]);
        });
      },
      new DropSchema("suite_schema"),
    );
  });

  test("ENG-11 names of schemas that are translated for an execution", async ({ conn, gives }) => {
    const metadata = new MetaData();
    const elsewhere = new Table("teams", metadata, { id: key(), name: new Column(t.string(10)) }, { schema: "a_tenant" });
    const translated = (statement: object): object =>
      (statement as { executionOptions(options: object): object }).executionOptions({ schemaTranslateMap: new Map([["a_tenant", null]]) });
    await gives(translated(select(elsewhere.c.name).where(elsewhere.c.id.eq(2))), [["green"]], { literal: false });
    await conn.execute(translated(update(elsewhere).where(elsewhere.c.id.eq(2)).values({ name: "x" })) as never);
    await gives(select(teams.c.name).where(teams.c.id.eq(2)), [["x"]]);
    const named = elsewhere.alias("named");
    await gives(translated(select(named.c.name, elsewhere.c.id).where(named.c.id.eq(1), elsewhere.c.id.eq(3))), [["red", 3]], {
      literal: false,
    });
  });

  test("ENG-11 tables that are made in the schema that theirs is translated to", "schemas", async ({ conn, expect }) => {
    const metadata = new MetaData();
    const inTenant = new Table("tenant_things", metadata, { id: key() });
    await conn.execute(new CreateSchema("suite_tenant"));
    await andThen(
      conn,
      async () => {
        conn.executionOptions({ schemaTranslateMap: new Map([[null, "suite_tenant"]]) });
        await withTables(conn, metadata, async () => {
          await conn.execute(insert(inTenant).values({ id: 3 }));
          const direct = new Table("tenant_things", new MetaData(), { id: key() }, { schema: "suite_tenant" });
          expect(await conn.scalar(select(direct.c.id))).toEqual(3);
        });
      },
      new DropSchema("suite_tenant"),
    );
  });

  test("SCH-13 names that need quotes", "unusualNames", async ({ conn, gives }) => {
    const metadata = new MetaData();
    const odd = new Table("Odd % 'table' ä", metadata, {
      id: key(),
      "two words": new Column(t.integer()),
      Capital: new Column(t.integer()),
      select: new Column(t.integer()),
      'quo"ted': new Column(t.integer()),
      "per%cent": new Column(t.integer()),
      ":colon": new Column(t.integer()),
      "que?stion": new Column(t.integer()),
      größe: new Column(t.integer()),
      "(brackets)": new Column(t.integer()),
    });
    const { id, ...others } = odd.c as unknown as Record<string, Column<number>>;
    const names = Object.keys(others);
    await withTables(conn, metadata, async () => {
      await conn.execute(insert(odd).values(Object.fromEntries([["id", 1], ...names.map((name, i) => [name, i])])));
      await conn.execute(insert(odd), [Object.fromEntries([["id", 2], ...names.map((name) => [name, null])])]);
      await conn.execute(
        update(odd)
          .where(id!.eq(2))
          .values(Object.fromEntries(names.map((name, i) => [name, i * 10]))),
      );
      await gives(select(odd).orderBy(id!), [
        [1, ...names.map((_, i) => i)],
        [2, ...names.map((_, i) => i * 10)],
      ]);
      const aliased = odd.alias("An alias");
      await gives(select(aliased.c["two words"], aliased.c["que?stion"].label("a label")).where(aliased.c[":colon"].eq(5)), [[0, 6]]);
      const sub = select(odd).subquery();
      await gives(select(sub.c['quo"ted']!, sub.c["per%cent"]!).where(sub.c["größe"]!.eq(70)), [[30, 40]]);
    });
  });
});
