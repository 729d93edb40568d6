// Names in DDL.
import {
  AddConstraint,
  checkConstraint,
  Column,
  conv,
  CreateIndex,
  CreateSchema,
  CreateSequence,
  CreateTableAs,
  CreateView,
  DropConstraint,
  DropIndex,
  DropSchema,
  DropSequence,
  DropTable,
  DropView,
  foreignKey,
  foreignKeyConstraint,
  index,
  insert,
  literal,
  MetaData,
  primaryKeyConstraint,
  select,
  Sequence,
  t,
  Table,
  uniqueConstraint,
} from "athanor";
import * as pg from "athanor/postgresql";
import { PG_NAME, ON_DELETE, made, create, dropMade, constraintOf, indexOf, writes, readsBack, named } from "./made.ts";
import type { Sink } from "./sink.ts";

export const DDL_NAMES: readonly Sink[] = [
  {
    name: "Table",
    protection: "quoted",
    runs: true,
    slow: true,
    reads: () => [[1, "a"]],
    build: (name) => {
      const table = made({ name });
      return [create(table), writes(table), readsBack(table)];
    },
    undo: (name) => [new DropTable(made({ name }))],
  },
  {
    name: "Table, dropped",
    protection: "quoted",
    runs: true,
    slow: true,
    build: (name) => [create(made({ name })), new DropTable(made({ name }))],
  },
  {
    name: "Table({ schema })",
    protection: "quoted",
    runs: true,
    slow: true,
    families: ["default", "postgresql", "mysql"],
    build: (schema, family) => {
      const table = made({ options: { schema } });
      const options = family === "mysql" ? {} : { cascade: true };
      return [new CreateSchema(schema), create(table), writes(table), readsBack(table), new DropSchema(schema, options)];
    },
    undo: (schema) => [new DropSchema(schema, { ifExists: true })],
  },
  {
    name: "Table({ schema }) of an attached database",
    protection: "quoted",
    families: ["sqlite"],
    build: (schema) => create(made({ options: { schema } })),
  },
  {
    name: "Column",
    protection: "quoted",
    runs: true,
    slow: true,
    reads: () => [[1, "a"]],
    build: (column) => {
      const table = made({ column });
      return [create(table), writes(table), readsBack(table)];
    },
    undo: dropMade,
  },
  {
    name: "Table({ prefixes })",
    protection: "validated",
    form: /^\w+(?: \w+)*$/,
    runs: true,
    slow: true,
    passes: ["TEMPORARY"],
    build: (prefix) => create(made({ options: { prefixes: [prefix] } })),
    undo: dropMade,
  },
  {
    name: "primaryKeyConstraint({ name })",
    protection: "quoted",
    runs: true,
    slow: true,
    ...named((name) => primaryKeyConstraint("x", { name })),
  },
  { name: "uniqueConstraint({ name })", protection: "quoted", runs: true, slow: true, ...named((name) => uniqueConstraint("y", { name })) },
  {
    name: "checkConstraint({ name })",
    protection: "quoted",
    runs: true,
    slow: true,
    ...named((name) => checkConstraint("x > 0", { name })),
  },
  {
    name: "foreignKeyConstraint({ name })",
    protection: "quoted",
    runs: true,
    slow: true,
    ...named((name) => foreignKeyConstraint(["y"], ["made.x"], { name })),
    build: (name) =>
      create(
        new Table("made", new MetaData(), { x: new Column(t.integer(), { primaryKey: true }), y: new Column(t.integer()) }, [
          foreignKeyConstraint(["y"], ["made.x"], { name }),
        ]) as unknown as Table,
      ),
  },
  {
    name: "foreignKey(), the table and column that it names",
    protection: "quoted",
    build: (name) => {
      const metadata = new MetaData();
      const target = new Table(name, metadata, { [name]: new Column(t.integer(), { primaryKey: true }) });
      return [
        create(target as unknown as Table),
        create(
          new Table("made", metadata, {
            x: new Column(
              t.integer(),
              foreignKey(() => target.c[name]!),
            ),
          }) as unknown as Table,
        ),
      ];
    },
  },
  {
    name: "foreignKey({ ondelete })",
    protection: "validated",
    passes: ON_DELETE,
    build: (ondelete) =>
      create(
        new Table("made", new MetaData(), {
          x: new Column(t.integer(), { primaryKey: true }),
          y: new Column(t.integer(), foreignKey("made.x", { ondelete })),
        }) as unknown as Table,
      ),
  },
  {
    name: "foreignKey({ ondelete }) with columns",
    protection: "validated",
    form: /^(?:SET NULL|SET DEFAULT)\s*\(\w+(?:\s*,\s*\w+)*\)$/i,
    families: ["postgresql"],
    passes: ["SET NULL (y)", 'SET NULL ("y")', 'SET DEFAULT (y, "z z")'],
    build: (ondelete) =>
      create(
        new Table("made", new MetaData(), {
          x: new Column(t.integer(), { primaryKey: true }),
          y: new Column(t.integer(), foreignKey("made.x", { ondelete })),
        }) as unknown as Table,
      ),
  },
  {
    name: "foreignKey({ onupdate })",
    protection: "validated",
    passes: ON_DELETE,
    build: (onupdate) =>
      create(
        new Table("made", new MetaData(), {
          x: new Column(t.integer(), { primaryKey: true }),
          y: new Column(t.integer(), foreignKey("made.x", { onupdate })),
        }) as unknown as Table,
      ),
  },
  {
    name: "foreignKey({ match })",
    protection: "validated",
    families: ["default", "sqlite", "postgresql"],
    passes: ["FULL"],
    build: (match) =>
      create(
        new Table("made", new MetaData(), {
          x: new Column(t.integer(), { primaryKey: true }),
          y: new Column(t.integer(), foreignKey("made.x", { match })),
        }) as unknown as Table,
      ),
  },
  {
    name: "uniqueConstraint({ initially })",
    protection: "validated",
    families: ["default", "sqlite", "postgresql"],
    passes: ["DEFERRED", "immediate"],
    build: (initially) => create(made({ items: [uniqueConstraint("y", { deferrable: true, initially: initially as never })] as never })),
  },
  {
    name: "AddConstraint",
    protection: "quoted",
    build: (name) => new AddConstraint(constraintOf(made({ items: [uniqueConstraint("y", { name })] as never }), name) as never),
  },
  {
    name: "DropConstraint",
    protection: "quoted",
    build: (name) => new DropConstraint(constraintOf(made({ items: [uniqueConstraint("y", { name })] as never }), name) as never),
  },
  {
    name: "conv()",
    protection: "quoted",
    build: (name) => create(made({ items: [uniqueConstraint("y", { name: conv(name) as never })] as never })),
  },
  {
    name: "a naming convention",
    protection: "quoted",
    encodes: true,
    build: (name) =>
      create(
        new Table(name, new MetaData({ namingConvention: { uq: "%(table_name)s %(column_0_name)s", pk: `pk ${"%(table_name)s"}` } }), {
          [name]: new Column(t.integer(), { primaryKey: true, unique: true }),
        }) as unknown as Table,
      ),
  },
  {
    name: "index()",
    protection: "quoted",
    runs: true,
    slow: true,
    build: (name) => {
      const table = made({ items: [index(name, "y")] as never });
      return [create(table), new CreateIndex(indexOf(table)), new DropIndex(indexOf(table))];
    },
    undo: dropMade,
  },
  {
    name: "index(), a column",
    protection: "quoted",
    runs: true,
    slow: true,
    build: (column) => {
      const table = made({ column, items: [index("ix_made", "y")] as never });
      return [create(table), new CreateIndex(indexOf(table))];
    },
    undo: dropMade,
  },
  {
    name: "Sequence",
    protection: "quoted",
    notOn: ["mysql 8.4"],
    encodes: true,
    runs: true,
    slow: true,
    families: ["postgresql", "mysql"],
    reads: () => [[1]],
    build: (name) => [new CreateSequence(new Sequence(name)), select(new Sequence(name).nextValue())],
    undo: (name) => [new DropSequence(new Sequence(name), { ifExists: true })],
  },
  {
    name: "Sequence({ schema })",
    protection: "quoted",
    notOn: ["mysql 8.4"],
    encodes: true,
    families: ["postgresql", "mysql"],
    build: (schema) => [
      new CreateSequence(new Sequence("s", { schema })),
      select(new Sequence("s", { schema }).nextValue()),
      new DropSequence(new Sequence("s", { schema })),
    ],
  },
  {
    name: "Sequence as a default",
    protection: "quoted",
    encodes: true,
    families: ["postgresql"],
    build: (name) => {
      const table = new Table("made", new MetaData(), {
        x: new Column(t.integer(), new Sequence(name), { primaryKey: true }),
        y: new Column(t.string()),
      });
      return insert(table).values({ y: "a" });
    },
  },
  { name: "CreateSchema", protection: "quoted", build: (name) => [new CreateSchema(name), new DropSchema(name, { cascade: true })] },
  {
    name: "CreateView",
    protection: "quoted",
    runs: true,
    slow: true,
    build: (name) => [
      new CreateView(select(literal(1, t.integer()).label("x")), name),
      new DropView(new CreateView(select(literal(1).label("x")), name).table),
    ],
  },
  {
    name: "CreateView, a column",
    protection: "quoted",
    runs: true,
    slow: true,
    build: (name) => [
      new CreateView(select(literal(1, t.integer()).label(name)), "made_view"),
      new DropView(new CreateView(select(literal(1).label("x")), "made_view").table),
    ],
  },
  {
    name: "CreateTableAs",
    protection: "quoted",
    runs: true,
    slow: true,
    build: (name) => [
      new CreateTableAs(select(literal(1, t.integer()).label("x")), name),
      new DropTable(new CreateTableAs(select(literal(1).label("x")), name).table),
    ],
  },
  {
    name: "t.string({ collation })",
    protection: "quoted",
    build: (collation) => create(new Table("made", new MetaData(), { x: new Column(t.string(5, { collation })) }) as unknown as Table),
  },
  {
    name: "t.enum({ name })",
    protection: "quoted",
    families: ["postgresql"],
    runs: true,
    slow: true,
    build: (name) => {
      const table = new Table("made", new MetaData(), { x: new Column(pg.t.ENUM(["a"], { name })) });
      return [
        new pg.CreateEnumType(pg.t.ENUM(["a"], { name }) as never),
        create(table as unknown as Table),
        insert(table).values({ x: "a" }),
        select(literal("a", t.enum(["a"], { name }))),
      ];
    },
  },
  {
    name: "t.enum({ name }) in CAST",
    protection: "quoted",
    families: ["postgresql"],
    build: (name) =>
      select(
        literal("a", t.string()).cast(t.enum(["a"], { name })),
        literal(["a"], t.array(t.enum(["a"], { name }))).cast(t.array(t.enum(["a"], { name }))),
      ),
  },
  {
    name: "t.enum({ schema })",
    protection: "quoted",
    families: ["postgresql"],
    build: (schema) => [
      new pg.CreateEnumType(pg.t.ENUM(["a"], { name: "e", schema }) as never),
      select(literal("a", t.enum(["a"], { name: "e", schema }))),
      new pg.DropEnumType(pg.t.ENUM(["a"], { name: "e", schema }) as never),
    ],
  },
  {
    name: "t.enum(), a value",
    protection: "literal",
    families: ["postgresql", "mysql"],
    runs: true,
    slow: true,
    reads: (value) => [[value]],
    // MySQL takes the spaces at the end of such a value away
    notRun: (value, family) => family === "mysql" && value.endsWith(" "),
    build: (value, family) => {
      const type = t.enum([value, "b"], { name: "made_enum" });
      const table = new Table("made", new MetaData(), { x: new Column(type) });
      const steps = [create(table as unknown as Table), insert(table).values({ x: value }), select(table)];
      return family === "postgresql" ? [new pg.CreateEnumType(pg.t.ENUM([value, "b"], { name: "made_enum" }) as never), ...steps] : steps;
    },
    undo: dropMade,
  },
  {
    name: "t.enum({ createConstraint }), a value",
    protection: "literal",
    families: ["default", "sqlite", "postgresql", "mysql"],
    build: (value) =>
      create(
        new Table("made", new MetaData(), {
          x: new Column(t.enum([value, "b"], { name: "e", nativeEnum: false, createConstraint: true, length: 400 })),
        }) as unknown as Table,
      ),
  },
  {
    name: "DOMAIN",
    protection: "quoted",
    families: ["postgresql"],
    runs: true,
    slow: true,
    build: (name) => {
      const type = pg.t.DOMAIN(name, t.integer());
      return [
        new pg.CreateDomainType(type as never),
        create(new Table("made", new MetaData(), { x: new Column(type) }) as unknown as Table),
        select(literal(1, type)),
      ];
    },
  },
  {
    name: "DOMAIN({ schema })",
    protection: "quoted",
    families: ["postgresql"],
    build: (schema) => [
      new pg.CreateDomainType(pg.t.DOMAIN("d", t.integer(), { schema }) as never),
      new pg.DropDomainType(pg.t.DOMAIN("d", t.integer(), { schema }) as never),
    ],
  },
  {
    name: "DOMAIN({ constraintName })",
    protection: "quoted",
    families: ["postgresql"],
    runs: true,
    slow: true,
    build: (constraintName) => new pg.CreateDomainType(pg.t.DOMAIN("d", t.integer(), { constraintName, check: "VALUE > 0" }) as never),
  },
  {
    name: "DOMAIN({ collation })",
    protection: "quoted",
    families: ["postgresql"],
    build: (collation) => new pg.CreateDomainType(pg.t.DOMAIN("d", t.string(), { collation }) as never),
  },
  {
    name: "DOMAIN({ default })",
    protection: "literal",
    families: ["postgresql"],
    runs: true,
    slow: true,
    build: (given) => new pg.CreateDomainType(pg.t.DOMAIN("d", t.string(), { default: given }) as never),
  },
  {
    name: "excludeConstraint({ name })",
    protection: "quoted",
    families: ["postgresql"],
    runs: true,
    slow: true,
    build: (name) => create(made({ items: [pg.excludeConstraint(["x", "="], { name, using: "btree" })] as never })),
  },
  {
    name: "excludeConstraint(), a column",
    protection: "quoted",
    families: ["postgresql"],
    runs: true,
    slow: true,
    build: (column) => create(made({ column, items: [pg.excludeConstraint(["y", "="], { using: "btree" })] as never })),
  },
  {
    name: "excludeConstraint(), the operator",
    protection: "validated",
    form: /^(?!.*(?:--|\/\*))[-+*/<>=~!@#%^&|`?]+$/,
    families: ["postgresql"],
    passes: ["=", "&&", "-|-", "OPERATOR(pg_catalog.=)", "<->"],
    build: (operator) => create(made({ items: [pg.excludeConstraint(["x", operator])] as never })),
  },
  {
    name: "excludeConstraint({ using })",
    protection: "validated",
    families: ["postgresql"],
    passes: ["gist", "btree"],
    build: (using) => create(made({ items: [pg.excludeConstraint(["x", "="], { using })] as never })),
  },
  {
    name: "excludeConstraint({ ops })",
    protection: "validated",
    form: PG_NAME,
    families: ["postgresql"],
    passes: ["int4_ops", "public.int4_ops", "gist_trgm_ops (siglen = 32)", "x_ops (a = 'b', c = \"d\")"],
    build: (ops) => create(made({ items: [pg.excludeConstraint(["x", "="], { ops: { x: ops } })] as never })),
  },
];
