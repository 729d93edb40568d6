import {
  and,
  Column,
  column,
  createEngine,
  delete_,
  exists,
  foreignKey,
  MetaData,
  or,
  select,
  sql,
  t,
  Table,
  text,
  true_,
  update,
  values,
} from "athanor";
import { expect, test } from "vitest";
import { unconnected } from "../../../src/sql/compiler/from-linter.ts";

const metadata = new MetaData();
const a = new Table("a", metadata, { id: new Column(t.integer(), { primaryKey: true }), x: new Column(t.integer()) });
const b = new Table("b", metadata, { id: new Column(t.integer(), { primaryKey: true }), aId: new Column("a_id", foreignKey("a.id")) });
const c = new Table("c", metadata, { id: new Column(t.integer(), { primaryKey: true }), bId: new Column("b_id", foreignKey("b.id")) });

function loose(statement: ReturnType<typeof select>): string[] {
  return unconnected(statement.getFinalFroms(), statement._whereCriteria).map((from) => from.description);
}
const of = (statement: object): string[] => loose(statement as ReturnType<typeof select>);

test("joins and comparisons connect", () => {
  expect(of(select(a.c.id, b.c.id))).toEqual(["b"]);
  expect(of(select(a.c.id, b.c.id).where(a.c.x.gt(5)))).toEqual(["b"]);
  expect(of(select(a.c.id, b.c.id).where(a.c.id.eq(b.c.aId)))).toEqual([]);
  expect(of(select(a.c.id, b.c.id, c.c.id).where(and(a.c.id.eq(b.c.aId), c.c.bId.gt(b.c.id))))).toEqual([]);
  expect(of(select(a.c.id, b.c.id, c.c.id).where(b.c.id.eq(c.c.bId)))).toEqual(["b", "c"]);
  expect(of(select(a.c.id).join(b))).toEqual([]);
  expect(of(select(a.c.id).selectFrom(a.join(b, true_()))).toString()).toBe("");
  expect(of(select(a.c.id).selectFrom(a.join(b), c))).toEqual(["c"]);
  expect(of(select(a.c.id, a.alias("z").c.id))).toEqual(["z"]);
});

test("SQL text as a condition may connect anything", () => {
  expect(of(select(a.c.id, b.c.id).where(text("a.id = b.a_id")))).toEqual([]);
  expect(of(select(a.c.id, b.c.id).where(or(a.c.id.eq(1), sql`${a.c.id} = ${b.c.aId}`)))).toEqual([]);
});

test("LATERAL is connected with what it names, and what stands in EXISTS is not looked at", () => {
  const lateral = select(b.c.id).where(b.c.aId.eq(a.c.id)).lateral("l");
  expect(of(select(a.c.id, lateral.c["id"]!))).toEqual([]);
  const rows = values(column("n", t.integer()), { name: "v" })
    .data([[a.c.id], [a.c.x]])
    .lateral();
  expect(of(select(a.c.id, rows.c["n"]!))).toEqual([]);
  expect(
    of(
      select(
        a.c.id,
        values(column("n", t.integer()), { name: "v" })
          .data([[1]])
          .lateral().c["n"]!,
      ),
    ),
  ).toEqual(["v"]);
  expect(of(select(a.c.id).where(exists().where(b.c.aId.eq(a.c.id))))).toEqual([]);
});

test("a warning comes where it is asked for", async () => {
  const warned: string[] = [];
  const listener = (warning: Error): void => void warned.push(warning.message);
  process.on("warning", listener);
  select(a.c.id, b.c.id).compile({ dialect: "sqlite", linting: true });
  select(a.c.id, c.c.id).compile({ dialect: "sqlite" });
  update(a).values({ x: b.c.id }).compile({ dialect: "postgresql", linting: true });
  delete_(a).where(b.c.id.eq(a.c.id)).compile({ dialect: "postgresql", linting: true });
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", listener);
  expect(warned.map((message) => message.slice(0, 48))).toEqual([
    'This SELECT combines every row of "a" with every',
    'This UPDATE combines every row of "a" with every',
  ]);
});

test("FROM elements that are SQL text are not looked at", () => {
  expect(of(select(a).selectFrom(a, text("b AS other")))).toEqual([]);
  expect(of(select(a).selectFrom(text("b AS other"), text("c")))).toEqual([]);
  expect(of(select(a, b).selectFrom(text("c")))).toEqual(["b"]);
});

test("a statement with text in FROM is executed, and a warning names tables only", async () => {
  const engine = createEngine("sqlite://");
  await metadata.createAll(engine);
  await using conn = await engine.connect();
  const warned: string[] = [];
  const onWarning = (warning: Error): void => void warned.push(warning.message);
  process.on("warning", onWarning);
  expect(await conn.execute(select(a).selectFrom(text("b AS other"))).all()).toEqual([]);
  expect(await conn.execute(select(b.c.id, c.c.id).selectFrom(text("a AS yet_another"))).all()).toEqual([]);
  await new Promise(setImmediate);
  process.off("warning", onWarning);
  expect(warned.filter((message) => message.includes("combines"))).toEqual([
    expect.stringContaining('every row of "b" with every row of "c"'),
  ]);
});
