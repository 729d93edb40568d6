// Texts in DDL: comments, defaults, values of enumerations and of indexed expressions.
import {
  checkConstraint,
  Column,
  CreateIndex,
  CreateView,
  DropColumnComment,
  DropTableComment,
  DropView,
  func,
  index,
  insert,
  literal,
  MetaData,
  select,
  SetColumnComment,
  SetTableComment,
  t,
  Table,
  uniqueConstraint,
} from "athanor";
import { DropConstraintComment, SetConstraintComment } from "../../../src/sql/ddl/comments.ts";
import { made, create, dropMade, constraintOf } from "./made.ts";
import type { Sink } from "./sink.ts";

export const DDL_TEXTS: readonly Sink[] = [
  {
    name: "Column({ serverDefault })",
    protection: "literal",
    runs: true,
    slow: true,
    reads: (given) => [[given]],
    build: (given) => {
      const table = new Table("made", new MetaData(), {
        x: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
        y: new Column(t.string(400), { serverDefault: given }),
      });
      return [create(table as unknown as Table), insert(table).values({ x: 1 }), select(table.c["y"] as never)];
    },
    undo: dropMade,
  },
  {
    name: "Column({ serverDefault }) of a time",
    protection: "literal",
    build: (given) =>
      create(
        new Table("made", new MetaData(), {
          x: new Column(t.dateTime(), { serverDefault: given }),
          y: new Column(t.string(6), { serverDefault: given }),
        }) as unknown as Table,
      ),
  },
  {
    name: "Column({ serverDefault: literal() })",
    protection: "literal",
    build: (given) =>
      create(
        new Table("made", new MetaData(), {
          x: new Column(t.string(400), { serverDefault: literal(given, t.string()) }),
        }) as unknown as Table,
      ),
  },
  {
    name: "checkConstraint() of an expression",
    protection: "literal",
    runs: true,
    slow: true,
    build: (given) => {
      const table = made();
      table.appendConstraint(checkConstraint((table.c["y"] as never as { ne(value: string): object }).ne(given)));
      return create(table);
    },
    undo: dropMade,
  },
  {
    name: "index() of an expression",
    protection: "literal",
    families: ["default", "sqlite", "postgresql"],
    runs: true,
    slow: true,
    build: (given) => {
      const table = made();
      const ix = index("ix_made", func.coalesce(table.c["y"] as never, given) as never);
      return [create(table), new CreateIndex(ix)];
    },
    undo: dropMade,
  },
  {
    name: "CreateView of a value",
    protection: "literal",
    runs: true,
    slow: true,
    build: (given) => [
      new CreateView(select(literal(given, t.string()).label("x")), "made_view"),
      new DropView(new CreateView(select(literal(1).label("x")), "made_view").table),
    ],
  },
  {
    name: "Table({ comment })",
    protection: "literal",
    runs: true,
    slow: true,
    families: ["postgresql", "mysql"],
    build: (comment, family) => {
      const table = made({ options: { comment } });
      return family === "postgresql"
        ? [create(table), new SetTableComment(table), new DropTableComment(table)]
        : [create(table), new SetTableComment(table)];
    },
    undo: dropMade,
  },
  {
    name: "Column({ comment })",
    protection: "literal",
    runs: true,
    slow: true,
    families: ["postgresql", "mysql"],
    build: (comment) => {
      const table = made({ more: { comment } });
      const { y } = table.c as unknown as { y: never };
      return [create(table), new SetColumnComment(y), new DropColumnComment(y)];
    },
    undo: dropMade,
  },
  {
    name: "the name of a column with a comment",
    protection: "quoted",
    families: ["mysql"],
    runs: true,
    slow: true,
    build: (column) => {
      const table = made({ column, more: { comment: "y" } });
      return [create(table), new DropColumnComment(table.c["y"] as never)];
    },
    undo: dropMade,
  },
  {
    name: "the name of a column with an empty comment",
    protection: "quoted",
    families: ["mysql"],
    runs: true,
    slow: true,
    build: (column) => {
      const table = made({ column, more: { comment: "" } });
      return [create(table), new DropColumnComment(table.c["y"] as never)];
    },
    undo: dropMade,
  },
  {
    name: "uniqueConstraint({ comment })",
    protection: "literal",
    families: ["postgresql"],
    runs: true,
    slow: true,
    build: (comment) => {
      const table = made({ items: [uniqueConstraint("y", { name: "uq", comment })] as never });
      const uq = constraintOf(table, "uq") as never;
      return [create(table), new SetConstraintComment(uq), new DropConstraintComment(uq)];
    },
  },
  {
    name: "a comment on a constraint, its name",
    protection: "quoted",
    families: ["postgresql"],
    runs: true,
    slow: true,
    build: (name) => {
      const table = made({ items: [uniqueConstraint("y", { name, comment: "c" })] as never });
      return [create(table), new SetConstraintComment(constraintOf(table, name) as never)];
    },
  },
];
