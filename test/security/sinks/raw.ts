// What is SQL by contract: whoever calls these gives SQL, and must not take it from outside. Their documentation says so.
import type { RawSink } from "./sink.ts";

const TRUSTED = /(?:never|not) (?:be taken|come|take it|take them) from outside/;

export const RAW: readonly RawSink[] = [
  { name: "text()", protection: "raw", reason: "SQL as text is what it is for", documented: ["sql/elements/text-clause.ts", TRUSTED] },
  {
    name: "sql``",
    protection: "raw",
    reason: "the text around the values is the program's own, as in any template",
    documented: ["sql/elements/sql-tag.ts", /nothing is spliced in as text/],
  },
  {
    name: "literalColumn()",
    protection: "raw",
    reason: "SQL as text is what it is for",
    documented: ["sql/elements/constructors.ts", TRUSTED],
  },
  {
    name: "column({ isLiteral })",
    protection: "raw",
    reason: "the same as literalColumn()",
    documented: ["sql/elements/constructors.ts", /`isLiteral`: it is SQL rather than a name, and must not come from outside/],
  },
  {
    name: "op()",
    protection: "raw",
    reason: "an operator that the library does not know",
    documented: ["sql/operators/column-operators.ts", TRUSTED],
  },
  { name: "DDL()", protection: "raw", reason: "DDL as text is what it is for", documented: ["sql/ddl/ddl.ts", TRUSTED] },
  {
    name: "prefixWith(), suffixWith()",
    protection: "raw",
    reason: "words that only one database knows",
    documented: ["sql/selectable/hints.ts", TRUSTED],
  },
  {
    name: "withHint(), withStatementHint()",
    protection: "raw",
    reason: "words that only one database knows",
    documented: ["sql/selectable/select.ts", TRUSTED],
  },
  {
    name: "checkConstraint(string)",
    protection: "raw",
    reason: "a condition as text",
    documented: ["sql/schema/constructors.ts", TRUSTED],
  },
  { name: "computed(string)", protection: "raw", reason: "an expression as text", documented: ["sql/schema/computed.ts", TRUSTED] },
  {
    name: "postgresqlWhere and sqliteWhere as text",
    protection: "raw",
    reason: "a condition as text",
    documented: ["sql/schema/table-index.ts", TRUSTED],
  },
  {
    name: "excludeConstraint({ where }) as text",
    protection: "raw",
    reason: "a condition as text",
    documented: ["dialects/postgresql/constraints.ts", TRUSTED],
  },
  {
    name: "DOMAIN({ check }) as text",
    protection: "raw",
    reason: "a condition as text",
    documented: ["dialects/postgresql/named-types.ts", TRUSTED],
  },
  {
    name: "postgresqlPartitionBy",
    protection: "raw",
    reason: "an expression, as SQLAlchemy takes it",
    documented: ["sql/schema/table.ts", TRUSTED],
  },
  {
    name: "mysqlPartitionBy, mysqlSubpartitionBy",
    protection: "raw",
    reason: "an expression, as SQLAlchemy takes it",
    documented: ["sql/schema/table.ts", TRUSTED],
  },
  {
    name: "QuotedName(name, false)",
    protection: "raw",
    reason: "asks for the name to be left as it is",
    documented: ["sql/elements/quoted-name.ts", TRUSTED],
  },
  {
    name: "Table({ quote: false, quoteSchema: false })",
    protection: "raw",
    reason: "asks for the names to be left as they are",
    documented: ["sql/schema/table.ts", TRUSTED],
  },
  {
    name: "getColSpec() of a UserDefinedType",
    protection: "raw",
    reason: "the class writes it",
    documented: ["sql/types/user-defined-type.ts", TRUSTED],
  },
  {
    name: "literalProcessor() of a type of one's own",
    protection: "raw",
    reason: "the class writes it",
    documented: ["sql/types/type-engine.ts", TRUSTED],
  },
  {
    name: "GenericFunction({ sqlName })",
    protection: "raw",
    reason: "the class writes it",
    documented: ["sql/functions/generic-function.ts", TRUSTED],
  },
  { name: "execDriverSql()", protection: "raw", reason: "SQL as text is what it is for", documented: ["engine/connection.ts", TRUSTED] },
];
