import "./load.ts";
import { InvalidRequestError } from "../../errors.ts";
import type { Engine } from "../../engine/engine.ts";
import { withRunner } from "../../sql/base/statement-runner.ts";
import { insert } from "../../sql/dml/insert.ts";
import { Column, index, uniqueConstraint } from "../../sql/schema/constructors.ts";
import { foreignKey } from "../../sql/schema/foreign-key.ts";
import { MetaData } from "../../sql/schema/metadata.ts";
import type { Requirements } from "../requirements.ts";
import { Table } from "../../sql/schema/table.ts";
import { t } from "../../sql/types/factories.ts";

// The tables of all groups, made once: tests that write do so in transactions which are rolled back.
const metadata = new MetaData();

export const teams = new Table("teams", metadata, {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  name: new Column(t.string(30), { nullable: false }),
});

export const people = new Table("people", metadata, {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  name: new Column(t.string(30), { nullable: false }),
  teamId: new Column("team_id", t.integer(), foreignKey("teams.id")),
  bossId: new Column("boss_id", t.integer(), foreignKey("people.id")),
  points: new Column(t.integer()),
});

export const teamRows = [
  { id: 1, name: "red" },
  { id: 2, name: "green" },
  { id: 3, name: "blue" },
];

export const peopleRows = [
  { id: 1, name: "ann", teamId: 1, bossId: null, points: 10 },
  { id: 2, name: "bob", teamId: 1, bossId: 1, points: 20 },
  { id: 3, name: "cid", teamId: 2, bossId: 1, points: 20 },
  { id: 4, name: "dan", teamId: 2, bossId: 2, points: null },
  { id: 5, name: "eve", teamId: null, bossId: 2, points: 5 },
];

/** Names with what patterns have a meaning for. */
export const words = new Table("words", metadata, {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  word: new Column(t.string(40)),
});

export const wordRows = [
  { id: 1, word: "abcdefg" },
  { id: 2, word: "ab/cdefg" },
  { id: 3, word: "ab%cdefg" },
  { id: 4, word: "ab_cdefg" },
  { id: 5, word: "abcde/fg" },
  { id: 6, word: "abcde%fg" },
  { id: 7, word: "ab#cdefg" },
  { id: 8, word: "AB9cdefg" },
  { id: 9, word: "abcde#fg" },
  { id: 10, word: null },
];

/** Numbers of several types. */
export const numbers = new Table("numbers", metadata, {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  small: new Column(t.integer()),
  large: new Column(t.bigInteger()),
  exact: new Column(t.numeric(10, 2)),
  real: new Column(t.double()),
});

export const numberRows = [
  { id: 1, small: 7, large: 9007199254740993n, exact: "1.50", real: 0.5 },
  { id: 2, small: -7, large: -9007199254740993n, exact: "-1.50", real: -0.5 },
  { id: 3, small: 2, large: 4n, exact: "0.10", real: 2 },
  { id: 4, small: null, large: null, exact: null, real: null },
];

/** Rows to insert into, change and delete. */
export const items = new Table(
  "items",
  metadata,
  {
    id: new Column(t.integer(), { primaryKey: true }),
    code: new Column(t.string(20), { nullable: false }),
    amount: new Column(t.integer(), { default: 1 }),
    state: new Column(t.string(10), { serverDefault: "new" }),
    changes: new Column(t.integer(), { nullable: false, default: 0, onupdate: 1 }),
  },
  [index("ix_items_code", "code", { unique: true })],
);

/** A table into which a row without any values can go. */
export const emptyRows = new Table("empty_rows", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  note: new Column(t.string(10), { serverDefault: "none" }),
});

/** Rows with keys that are written again. */
export const counters = new Table(
  "counters",
  metadata,
  {
    id: new Column(t.integer(), { primaryKey: true }),
    key: new Column(t.string(20), { nullable: false }),
    count: new Column(t.integer(), { nullable: false, default: 0 }),
    note: new Column(t.string(20)),
    tag: new Column(t.string(10)),
  },
  [
    uniqueConstraint("key", { name: "uq_counters_key" }),
    index("ix_counters_tag", "tag", { unique: true, sqliteWhere: "tag IS NOT NULL", postgresqlWhere: "tag IS NOT NULL" }),
  ],
);

/** A column for each type. */
export const typedColumns = {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  integer: new Column(t.integer()),
  smallInteger: new Column(t.smallInteger()),
  bigInteger: new Column(t.bigInteger()),
  bigNumber: new Column(t.bigInteger({ mode: "number" })),
  float: new Column(t.float()),
  double: new Column(t.double()),
  numeric: new Column(t.numeric(10, 2)),
  number: new Column(t.numeric(10, 2, { asNumber: true })),
  string: new Column(t.string(100)),
  text: new Column(t.text()),
  unicode: new Column(t.unicode(100)),
  unicodeText: new Column(t.unicodeText()),
  boolean: new Column(t.boolean()),
  date: new Column(t.date()),
  time: new Column(t.time()),
  dateTime: new Column(t.dateTime()),
  zoned: new Column(t.dateTime({ timezone: true })),
  interval: new Column(t.interval()),
  binary: new Column(t.largeBinary()),
  uuid: new Column(t.uuid()),
  enum: new Column(t.enum(["one", "it's two"], { name: "suite_enum" })),
};
export const typed = new Table("typed", metadata, typedColumns);

/** Where there is a JSON type. */
export const documents = new Table("documents", metadata, {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  json: new Column(t.json()),
});

/** Where there are arrays. */
export const lists = new Table("lists", metadata, {
  id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
  words: new Column(t.array<string | null>(t.string())),
  numbers: new Column(t.array(t.integer())),
  grid: new Column(t.array(t.integer(), { dimensions: 2 })),
});

function tablesFor(requirements: Requirements): readonly Table[] {
  return metadata.sortedTables.filter(
    (table) => (table !== (documents as object) || requirements.json) && (table !== (lists as object) || requirements.arrays),
  );
}

/** Makes the tables of the suite and fills them. @throws InvalidRequestError where one of them is there already */
export async function createFixtures(engine: Engine, requirements: Requirements): Promise<void> {
  const tables = tablesFor(requirements);
  await withRunner(engine, async (runner) => {
    const inventory = engine.dialect.inventory(runner);
    for (const { name } of tables) {
      if (await inventory.hasTable(name, null)) {
        throw new InvalidRequestError(
          `dialectSuite() wants a database of its own: there is a table "${name}" in this one already, which the suite would have to drop`,
        );
      }
    }
  });
  await metadata.createAll(engine, { tables, checkFirst: false });
  await engine.begin(async (conn) => {
    await conn.execute(insert(teams), teamRows);
    for (const row of peopleRows) await conn.execute(insert(people), row);
    await conn.execute(insert(words), wordRows);
    await conn.execute(insert(numbers), numberRows);
  });
}

/** Drops the tables of the suite. */
export async function dropFixtures(engine: Engine, requirements: Requirements): Promise<void> {
  await metadata.dropAll(engine, { tables: tablesFor(requirements) });
}
