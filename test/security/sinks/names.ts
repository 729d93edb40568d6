// Names in statements.
import {
  alias,
  column,
  cte,
  delete_,
  desc,
  func,
  insert,
  LABEL_STYLE_TABLENAME_PLUS_COL,
  lateral,
  literal,
  select,
  t,
  table,
  tablesample,
  text,
  update,
  values,
} from "athanor";
import * as mysql from "athanor/mysql";
import * as pg from "athanor/postgresql";
import * as sqlite from "athanor/sqlite";
import type { Sink } from "./sink.ts";

const ONE = literal(1, t.integer());
const x = (): ReturnType<typeof column<number>> => column("x", t.integer());
const things = table("things", x(), column("y", t.string()));

/** A table of columns, one of which has the text for its name. */
const odd = (name: string) => table("things", x(), column(name, t.string()));
type Texts = { eq(value: string): never };
const only = (from: { readonly c: object }, name: string): never => (from.c as Record<string, unknown>)[name] as never;

export const NAMES: readonly Sink[] = [
  { name: "table()", protection: "quoted", build: (name) => select(table(name, x())) },
  { name: "table({ schema })", protection: "quoted", build: (schema) => select(table("things", x(), { schema })) },
  { name: "column()", protection: "quoted", build: (name) => select(column(name)) },
  {
    name: "column() of a table",
    protection: "quoted",
    build: (name) => select(only(odd(name), name)).where((only(odd(name), name) as Texts).eq("a")),
  },
  {
    name: "label()",
    protection: "quoted",
    runs: true,
    keys: (name) => [name],
    build: (name) => select(ONE.label(name)),
  },
  {
    name: "label() in ORDER BY",
    protection: "quoted",
    runs: true,
    build: (name) => {
      const one = func.coalesce(ONE, ONE).label(name);
      return select(one).orderBy(one);
    },
  },
  { name: "label() in GROUP BY", protection: "quoted", build: (name) => select(things.c["x"]!.label(name)).groupBy(name) },
  {
    name: "select({ name })",
    protection: "quoted",
    runs: true,
    keys: (name) => [name],
    build: (name) => select({ [name]: func.coalesce(ONE, ONE) }),
  },
  { name: "alias()", protection: "quoted", runs: true, build: (name) => select(alias(things, name)) },
  {
    name: "subquery()",
    protection: "quoted",
    runs: true,
    reads: () => [[1]],
    build: (name) => select(select(ONE.label("x")).subquery(name)),
  },
  {
    name: "the column of a subquery",
    protection: "quoted",
    runs: true,
    keys: (name) => [name],
    build: (name) => select(select(ONE.label(name)).subquery("s")),
  },
  {
    name: "lateral()",
    protection: "quoted",
    families: ["default", "postgresql", "mysql"],
    build: (name) => select(lateral(select(things.c["x"]!), { name })),
  },
  { name: "cte()", protection: "quoted", runs: true, reads: () => [[1]], build: (name) => select(cte(select(ONE.label("x")), name)) },
  {
    name: "cte(), recursive, of a column",
    protection: "quoted",
    runs: true,
    reads: () => [[1], [2]],
    build: (name) => {
      const counted = select(ONE.label(name)).cte("counted", { recursive: true });
      const before = only(counted, name) as ReturnType<typeof x>;
      return select(counted.unionAll(select(before.add(1)).where(before.lt(2))));
    },
  },
  { name: "cte(), alias", protection: "quoted", runs: true, build: (name) => select(cte(select(ONE.label("x")), "c").alias(name)) },
  {
    name: "tablesample({ name })",
    protection: "quoted",
    families: ["default", "postgresql"],
    build: (name) => select(tablesample(things, 10, { name })),
  },
  {
    name: "values({ name })",
    protection: "quoted",
    families: ["default", "postgresql", "mysql"],
    build: (name) => select(values(column("x", t.integer()), { name }).data([[1]])),
  },
  {
    name: "values(), a column",
    protection: "quoted",
    families: ["default", "postgresql", "mysql"],
    build: (name) => select(values(column(name, t.integer()), { name: "v" }).data([[1]])),
  },
  { name: "tableValued(name)", protection: "quoted", build: (name) => select(func.json_each("[]").tableValued(name)) },
  { name: "tableValued({ name })", protection: "quoted", build: (name) => select(func.json_each("[]").tableValued("x", { name })) },
  {
    name: "tableValued({ withOrdinality })",
    protection: "quoted",
    families: ["default", "postgresql"],
    build: (name) => select(func.unnest(things.c["y"]).tableValued("x", { withOrdinality: name }).renderDerived()),
  },
  {
    name: "renderDerived({ name })",
    protection: "quoted",
    families: ["default", "postgresql"],
    build: (name) => select(func.unnest(things.c["y"]).tableValued("x").renderDerived({ name })),
  },
  {
    name: "renderDerived(), a column",
    protection: "quoted",
    families: ["default", "postgresql"],
    build: (name) => select(func.unnest(things.c["y"]).tableValued(column(name, t.integer())).renderDerived({ withTypes: true })),
  },
  { name: "columnValued()", protection: "quoted", build: (name) => select(func.json_each("[]").columnValued(name)) },
  { name: "scalarTableValued()", protection: "quoted", build: (name) => select(func["f"]!(1).scalarTableValued(name)) },
  { name: "func.name", protection: "quoted", encodes: true, build: (name) => select(func[name]!(1)) },
  { name: "func.package.name", protection: "quoted", encodes: true, build: (name) => select(func[name]!["f"]!(1)) },
  {
    name: "a label made of the name of a function",
    protection: "quoted",
    encodes: true,
    build: (name) => select(select(func[name]!(1)).subquery()),
  },
  {
    name: "collate()",
    protection: "quoted",
    runs: true,
    unknownTo: ["sqlite", "postgresql", "mysql"],
    build: (name) => select(literal("a", t.string()).collate(name).label("x")),
  },
  {
    name: "orderBy(string)",
    protection: "validated",
    form: /^(?:Harmless Name|[xy])$/,
    passes: ["Harmless Name"],
    build: (name) => select(things.c["x"]!.label("Harmless Name")).orderBy(name),
  },
  {
    name: "groupBy(string)",
    protection: "validated",
    form: /^(?:Harmless Name|[xy])$/,
    passes: ["Harmless Name"],
    build: (name) => select(things.c["x"]!.label("Harmless Name")).groupBy(name),
  },
  {
    name: "desc(string)",
    protection: "validated",
    form: /^(?:Harmless Name|[xy])$/,
    passes: ["Harmless Name"],
    build: (name) => select(things.c["x"]!.label("Harmless Name")).orderBy(desc(name)),
  },
  {
    name: "over({ orderBy: string })",
    protection: "validated",
    form: /^(?:Harmless Name|[xy])$/,
    passes: ["y"],
    build: (name) => select(things.c["y"]!, func.rank().over({ orderBy: name })),
  },
  {
    name: "over({ partitionBy: string })",
    protection: "validated",
    form: /^(?:Harmless Name|[xy])$/,
    passes: ["y"],
    build: (name) => select(things.c["y"]!, func.rank().over({ partitionBy: name })),
  },
  {
    name: "orderBy(string) of an aggregate",
    protection: "validated",
    form: /^(?:Harmless Name|[xy])$/,
    families: ["default", "postgresql"],
    passes: ["y"],
    build: (name) => select(things.c["y"]!, func.array_agg(things.c["x"]!).aggregateOrderBy(name)),
  },
  {
    name: "distinctOn(string)",
    protection: "validated",
    form: /^(?:Harmless Name|[xy])$/,
    families: ["postgresql"],
    passes: ["y"],
    build: (name) => select(things.c["y"]!).ext(pg.distinctOn(name as never)),
  },
  { name: "a name in ORDER BY outside of a SELECT", protection: "quoted", build: (name) => func.rank().over({ orderBy: name }) },
  {
    name: "text().columns({ name })",
    protection: "quoted",
    runs: true,
    keys: (name) => [name],
    build: (name) => {
      const inner = text("SELECT 1 AS x").columns({ x: t.integer() }).subquery("q");
      return select(inner.c["x"]!.label(name));
    },
  },
  {
    name: "the column of a text",
    protection: "quoted",
    build: (name) =>
      select(
        text("SELECT 1")
          .columns({ [name]: t.integer() })
          .subquery("q"),
      ),
  },
  { name: "insert(), a column", protection: "quoted", build: (name) => insert(odd(name)).values({ x: 1, [name]: "a" }) },
  { name: "insert(), a table", protection: "quoted", build: (name) => insert(table(name, x())).values({ x: 1 }) },
  {
    name: "insert(), a column of many rows",
    protection: "quoted",
    build: (name) =>
      insert(odd(name)).values([
        { x: 1, [name]: "a" },
        { x: 2, [name]: "b" },
      ]),
  },
  {
    name: "insert().fromSelect(), a column",
    protection: "quoted",
    build: (name) => insert(odd(name)).fromSelect(["x", name], select(things)),
  },
  {
    name: "insert().returning(), a label",
    protection: "quoted",
    families: ["default", "sqlite", "postgresql"],
    build: (name) => insert(things).values({ x: 1 }).returning(things.c["x"]!.label(name)),
  },
  {
    name: "insert().returning({ name })",
    protection: "quoted",
    families: ["default", "sqlite", "postgresql"],
    build: (name) =>
      insert(things)
        .values({ x: 1 })
        .returning({ [name]: things.c["x"]!, z: things.c["y"]! }),
  },
  {
    name: "update(), a column",
    protection: "quoted",
    build: (name) =>
      update(odd(name))
        .values({ [name]: "a" })
        .where((only(odd(name), name) as Texts).eq("a")),
  },
  { name: "update(), a table", protection: "quoted", build: (name) => update(table(name, x())).values({ x: 1 }) },
  { name: "delete_(), a table", protection: "quoted", build: (name) => delete_(table(name, x())).where(x().eq(1)) },
  {
    name: "onConflictDoUpdate({ indexElements })",
    protection: "quoted",
    families: ["sqlite", "postgresql"],
    build: (name, family) =>
      (family === "sqlite" ? sqlite : pg)
        .insert(things)
        .values({ x: 1 })
        .onConflictDoUpdate({ indexElements: [name], set: { x: 2 } }),
  },
  {
    name: "onConflictDoUpdate({ set }), a column",
    protection: "quoted",
    families: ["sqlite", "postgresql"],
    build: (name, family) =>
      (family === "sqlite" ? sqlite : pg)
        .insert(odd(name))
        .values({ x: 1 })
        .onConflictDoUpdate({ indexElements: ["x"], set: { [name]: "b" } }),
  },
  {
    name: "onConflictDoUpdate(), excluded",
    protection: "quoted",
    families: ["sqlite", "postgresql"],
    build: (name, family) => {
      const start = (family === "sqlite" ? sqlite : pg).insert(odd(name)).values({ x: 1 });
      return start.onConflictDoUpdate({ indexElements: ["x"], set: { x: start.excluded[name]! } });
    },
  },
  {
    name: "onConflictDoNothing({ constraint })",
    protection: "quoted",
    families: ["postgresql"],
    build: (constraint) => pg.insert(things).values({ x: 1 }).onConflictDoNothing({ constraint }),
  },
  {
    name: "onDuplicateKeyUpdate(), a column",
    protection: "quoted",
    families: ["mysql"],
    build: (name) =>
      mysql
        .insert(odd(name))
        .values({ x: 1 })
        .onDuplicateKeyUpdate({ [name]: "b" }),
  },
  {
    name: "onDuplicateKeyUpdate(), inserted",
    protection: "quoted",
    families: ["mysql"],
    build: (name) => {
      const start = mysql.insert(odd(name)).values({ x: 1 });
      return start.onDuplicateKeyUpdate({ x: start.inserted[name] as never });
    },
  },
  {
    name: "onDuplicateKeyUpdate(), a table called new",
    protection: "quoted",
    families: ["mysql"],
    build: (name) => {
      const start = mysql.insert(table("new", column(name))).values({ [name]: 1 });
      return start.onDuplicateKeyUpdate({ [name]: start.inserted[name] as never });
    },
  },
  {
    name: "withForUpdate({ of })",
    protection: "quoted",
    families: ["postgresql", "mysql"],
    build: (name) => {
      const named = table(name, x());
      return select(named).withForUpdate({ of: named });
    },
  },
  {
    name: "the name in a hint",
    protection: "quoted",
    families: ["mysql"],
    build: (name) => {
      const named = table(name, x());
      return select(named).withHint(named, "USE INDEX (%(name)s)", "mysql");
    },
  },
  {
    name: "a table named twice, once with a schema",
    protection: "quoted",
    encodes: true,
    build: (name) => {
      const a = table(name, x());
      const b = table(name, x(), { schema: "other" });
      return select(a.c["x"]!, b.c["x"]!);
    },
  },
];

/** Names in many places at once, of which others are made: with the table's name before it, numbered, shortened. */
export const MADE_NAMES: readonly Sink[] = [
  {
    name: "labels of LABEL_STYLE_TABLENAME_PLUS_COL",
    protection: "quoted",
    encodes: true,
    build: (name) => select(odd(name), odd(name).alias(name)).setLabelStyle(LABEL_STYLE_TABLENAME_PLUS_COL),
  },
  {
    name: "labels of a table with a schema",
    protection: "quoted",
    encodes: true,
    build: (name) => select(table(name, column(name), { schema: name })).setLabelStyle(LABEL_STYLE_TABLENAME_PLUS_COL),
  },
];
