// The dialects as they compile: unconnected ones, and those of engines, which know more and write some things differently.
import { createEngine, type CompileArgs } from "athanor";
import { lexMysql } from "./lexers/mysql.ts";
import { lexPostgresql } from "./lexers/postgresql.ts";
import { lexSqlite } from "./lexers/sqlite.ts";
import type { Token } from "./lexers/token.ts";
import { MysqlDialect } from "../../src/dialects/mysql/dialect.ts";

export type Family = "default" | "sqlite" | "postgresql" | "mysql";

/** A dialect to compile for. */
export interface Target {
  readonly name: string;
  readonly family: Family;
  readonly dialect: NonNullable<CompileArgs["dialect"]>;
  /** how the text is cut, under each setting of a session that changes what texts mean */
  readonly lexers: readonly ((sql: string) => Token[])[];
}

const mysqlLexers = [false, true].flatMap((ansiQuotes) =>
  [false, true].map(
    (noBackslashEscapes) =>
      (sql: string): Token[] =>
        lexMysql(sql, { ansiQuotes, noBackslashEscapes }),
  ),
);

function mysqlServer(version: string): MysqlDialect {
  const dialect = new MysqlDialect();
  dialect._setServer(version);
  return dialect;
}

const standard = (sql: string): Token[] => lexPostgresql(sql);

export const TARGETS: readonly Target[] = [
  { name: "default", family: "default", dialect: "default", lexers: [standard] },
  { name: "sqlite", family: "sqlite", dialect: "sqlite", lexers: [lexSqlite] },
  { name: "postgresql", family: "postgresql", dialect: "postgresql", lexers: [standard] },
  {
    name: "postgresql of an engine",
    family: "postgresql",
    dialect: createEngine("postgresql://localhost/x"),
    lexers: [standard, (sql) => lexPostgresql(sql, { standardConformingStrings: false })],
  },
  { name: "mysql", family: "mysql", dialect: "mysql", lexers: mysqlLexers },
  { name: "mariadb", family: "mysql", dialect: "mariadb", lexers: mysqlLexers },
  { name: "mysql 8.4", family: "mysql", dialect: mysqlServer("8.4.2"), lexers: mysqlLexers },
  { name: "mariadb 10.11", family: "mysql", dialect: mysqlServer("10.11.6-MariaDB"), lexers: mysqlLexers },
];
