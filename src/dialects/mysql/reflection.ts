import { type ByTable, type DialectReflection, groupBy } from "../../engine/reflection/dialect-reflection.ts";
import {
  ObjectKind,
  ObjectScope,
  type ReflectedCheckConstraint,
  type ReflectedColumn,
  type ReflectedForeignKeyConstraint,
  type ReflectedIndex,
  type ReflectedOptions,
  type ReflectedPrimaryKeyConstraint,
  type ReflectedTableComment,
  type ReflectedUniqueConstraint,
} from "../../engine/reflection/reflected-types.ts";
import type { StatementRunner } from "../../sql/base/statement-runner.ts";
import { mysqlFlags } from "./flags.ts";
import { reflectedType } from "./reflected-type.ts";
import { mysqlLiteral } from "./type-compiler.ts";
import type { MysqlStringOptions } from "./string-types.ts";
import { t } from "./types.ts";

type Row = readonly unknown[];
type Names = readonly string[];

/** In a condition: the schema that is asked for, or the one in use. */
const SCHEMA = "coalesce(?, DATABASE())";

/**
 * Reads the information schema of MySQL or MariaDB, which does not tell of temporary tables.
 * @see https://dev.mysql.com/doc/refman/8.4/en/information-schema.html
 */
export class MysqlReflection implements DialectReflection {
  readonly #runner: StatementRunner;

  constructor(runner: StatementRunner) {
    this.#runner = runner;
  }

  get #isMariadb(): boolean {
    return mysqlFlags(this.#runner.dialect).isMariadb;
  }

  #rows(sql: string, values: readonly unknown[] = []): PromiseLike<readonly Row[]> {
    return this.#runner.execDriverSql(sql, values).all();
  }

  /** Rows about tables; `{where}` in the text stands for the condition that selects them, of a table called `x`. */
  #about(sql: string, schema: string | null, names: Names): PromiseLike<readonly Row[]> {
    const marks = names.map(() => "?").join(", ");
    return this.#rows(sql.replace("{where}", `x.table_schema = ${SCHEMA} AND x.table_name IN (${marks})`), [schema, ...names]);
  }

  async schemaNames(): Promise<Names> {
    return (await this.#rows("SELECT schema_name FROM information_schema.schemata ORDER BY schema_name")).map(([name]) => name as string);
  }

  async relationNames(schema: string | null, kind: number, scope: number): Promise<Names> {
    const types = [
      ...(kind & ObjectKind.TABLE ? ["'BASE TABLE'", "'SYSTEM VERSIONED'"] : []),
      ...(kind & ObjectKind.VIEW ? ["'VIEW'", "'SYSTEM VIEW'"] : []),
    ];
    if (types.length === 0 || !(scope & ObjectScope.DEFAULT)) return [];
    const rows = await this.#rows(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = ${SCHEMA} AND table_type IN (${types.join(", ")}) ORDER BY table_name`,
      [schema],
    );
    return rows.map(([name]) => name as string);
  }

  async sequenceNames(schema: string | null): Promise<Names> {
    const rows = await this.#rows(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = ${SCHEMA} AND table_type = 'SEQUENCE' ORDER BY table_name`,
      [schema],
    );
    return rows.map(([name]) => name as string);
  }

  async viewDefinition(name: string, schema: string | null): Promise<string | null> {
    const [row] = await this.#rows(
      `SELECT view_definition FROM information_schema.views WHERE table_schema = ${SCHEMA} AND table_name = ?`,
      [schema, name],
    );
    return row === undefined ? null : (row[0] as string);
  }

  async columns(schema: string | null, names: Names): Promise<ByTable<ReflectedColumn[]>> {
    const rows = await this.#about(
      "SELECT x.table_name, x.column_name, x.column_type, x.is_nullable, x.column_default, x.extra, x.character_set_name, x.collation_name, " +
        "x.column_comment, x.generation_expression, tb.table_collation FROM information_schema.columns AS x JOIN information_schema.tables AS tb " +
        "ON tb.table_schema = x.table_schema AND tb.table_name = x.table_name WHERE {where} ORDER BY x.table_name, x.ordinal_position",
      schema,
      names,
    );
    const json = await this.#jsonColumns(schema, names);
    return groupBy(
      rows,
      ([table]) => table as string,
      (row) => columnOf(row, json, this.#isMariadb),
    );
  }

  /** MariaDB keeps JSON as text with a check that it is. */
  async #jsonColumns(schema: string | null, names: Names): Promise<ReadonlySet<string>> {
    if (!this.#isMariadb) return new Set();
    const checks = await this.#checks(schema, names);
    return new Set(checks.flatMap(([table, , text]) => (jsonCheck(text) === null ? [] : [`${table as string}\0${jsonCheck(text)}`])));
  }

  /** One row for each column or expression of a key or index. */
  #keys(schema: string | null, names: Names): PromiseLike<readonly Row[]> {
    // the keys over expressions are MySQL's alone, and so is the column that has them
    const expression = this.#isMariadb ? "NULL" : "x.expression";
    return this.#about(
      `SELECT x.table_name, x.index_name, x.non_unique, x.column_name, x.collation, x.sub_part, x.index_type, ${expression} ` +
        "FROM information_schema.statistics AS x WHERE {where} ORDER BY x.table_name, x.index_name, x.seq_in_index",
      schema,
      names,
    );
  }

  async primaryKeys(schema: string | null, names: Names): Promise<ByTable<ReflectedPrimaryKeyConstraint>> {
    const rows = (await this.#keys(schema, names)).filter(([, name]) => name === "PRIMARY");
    const columns = groupBy(
      rows,
      ([table]) => table as string,
      (row) => row[3] as string,
    );
    return new Map([...columns].map(([table, constrainedColumns]) => [table, { name: null, constrainedColumns }]));
  }

  async uniqueConstraints(schema: string | null, names: Names): Promise<ByTable<ReflectedUniqueConstraint[]>> {
    const indexes = await this.indexes(schema, names);
    return new Map(
      [...indexes].map(([table, all]) => [
        table,
        all.flatMap(({ name, unique, columnNames }) =>
          !unique || name === null || columnNames.includes(null)
            ? []
            : [{ name, columnNames: columnNames as string[], duplicatesIndex: name }],
        ),
      ]),
    );
  }

  async indexes(schema: string | null, names: Names): Promise<ByTable<ReflectedIndex[]>> {
    const prefix = this.#runner.dialect.name;
    const byIndex = groupBy(
      (await this.#keys(schema, names)).filter(([, name]) => name !== "PRIMARY"),
      ([table, index]) => JSON.stringify([table, index]),
      (row) => row,
    );
    return groupBy(
      byIndex.values(),
      (rows) => rows[0]![0] as string,
      (rows) => indexOf(rows, prefix),
    );
  }

  async foreignKeys(schema: string | null, names: Names): Promise<ByTable<ReflectedForeignKeyConstraint[]>> {
    const rows = await this.#about(
      "SELECT x.table_name, x.constraint_name, x.column_name, CASE WHEN x.referenced_table_schema = x.table_schema THEN NULL ELSE x.referenced_table_schema END, " +
        "x.referenced_table_name, x.referenced_column_name, r.update_rule, r.delete_rule FROM information_schema.key_column_usage AS x " +
        "JOIN information_schema.referential_constraints AS r ON r.constraint_schema = x.constraint_schema AND r.constraint_name = x.constraint_name " +
        "AND r.table_name = x.table_name WHERE {where} AND x.referenced_table_name IS NOT NULL ORDER BY x.table_name, x.constraint_name, x.ordinal_position",
      schema,
      names,
    );
    const byKey = groupBy(
      rows,
      ([table, name]) => JSON.stringify([table, name]),
      (row) => row,
    );
    return groupBy(
      byKey.values(),
      (key) => key[0]![0] as string,
      (key) => {
        const [, name, , referredSchema, referredTable, , onupdate, ondelete] = key[0]!;
        return {
          name: name as string,
          constrainedColumns: key.map((row) => row[2] as string),
          referredSchema: (referredSchema as string | null) ?? schema,
          referredTable: referredTable as string,
          referredColumns: key.map((row) => row[5] as string),
          options: { ...rule("onupdate", onupdate), ...rule("ondelete", ondelete) },
        };
      },
    );
  }

  #checks(schema: string | null, names: Names): PromiseLike<readonly Row[]> {
    // on MySQL a check is named once in a schema, and its table is known by the list of constraints only
    return this.#isMariadb
      ? this.#about(
          "SELECT x.table_name, x.constraint_name, x.check_clause, x.level FROM (SELECT constraint_schema AS table_schema, table_name, constraint_name, check_clause, level " +
            "FROM information_schema.check_constraints) AS x WHERE {where} ORDER BY x.table_name, x.constraint_name",
          schema,
          names,
        )
      : this.#about(
          "SELECT x.table_name, x.constraint_name, c.check_clause, 'Table' FROM information_schema.table_constraints AS x JOIN information_schema.check_constraints AS c " +
            "ON c.constraint_schema = x.constraint_schema AND c.constraint_name = x.constraint_name WHERE {where} AND x.constraint_type = 'CHECK' " +
            "ORDER BY x.table_name, x.constraint_name",
          schema,
          names,
        );
  }

  async checkConstraints(schema: string | null, names: Names): Promise<ByTable<ReflectedCheckConstraint[]>> {
    const rows = await this.#checks(schema, names);
    return groupBy(
      rows.filter(([, , text]) => jsonCheck(text) === null),
      ([table]) => table as string,
      // the check of a column has the column's name, which is none of its own
      ([, name, text, level]) => ({ name: level === "Column" ? null : (name as string), sqltext: (text as string).replaceAll("\\'", "'") }),
    );
  }

  async tableComments(schema: string | null, names: Names): Promise<ByTable<ReflectedTableComment>> {
    const rows = await this.#about(
      "SELECT x.table_name, x.table_comment, x.table_type FROM information_schema.tables AS x WHERE {where}",
      schema,
      names,
    );
    return new Map(
      rows.map(([table, text, type]) => [table as string, { text: text === "" || type === "VIEW" ? null : (text as string) }]),
    );
  }

  async tableOptions(schema: string | null, names: Names): Promise<ByTable<ReflectedOptions>> {
    const rows = await this.#about(
      "SELECT x.table_name, x.engine, x.table_collation, x.create_options FROM information_schema.tables AS x WHERE {where} AND x.table_type <> 'VIEW'",
      schema,
      names,
    );
    const prefix = this.#runner.dialect.name;
    return new Map(
      rows.map(([table, engine, collation, options]) => {
        const format = /\brow_format=(\w+)/i.exec((options as string | null) ?? "")?.[1];
        return [
          table as string,
          {
            ...(engine === null ? {} : { [`${prefix}Engine`]: engine }),
            ...(collation === null ? {} : { [`${prefix}DefaultCharset`]: charsetOf(collation as string), [`${prefix}Collate`]: collation }),
            ...(format === undefined ? {} : { [`${prefix}RowFormat`]: format.toUpperCase() }),
          },
        ];
      }),
    );
  }
}

/** `utf8mb4_general_ci` → `utf8mb4` */
const charsetOf = (collation: string): string => collation.split("_", 1)[0]!;

/** The column that a check holds to be JSON; null when it says something else. */
function jsonCheck(text: unknown): string | null {
  return /^json_valid\(`((?:[^`]|``)*)`\)$/.exec(text as string)?.[1]?.replaceAll("``", "`") ?? null;
}

/** RESTRICT and NO ACTION are the same here, and what there is when nothing is said. */
function rule(key: string, value: unknown): Record<string, string> {
  return value === "RESTRICT" || value === "NO ACTION" ? {} : { [key]: value as string };
}

function columnOf(row: Row, json: ReadonlySet<string>, isMariadb: boolean): ReflectedColumn {
  const [table, name, declared, nullable, , extra, charset, collation, comment, generated, tableCollation] = row;
  const said = String(extra ?? "");
  const text: MysqlStringOptions =
    collation === null || collation === tableCollation
      ? {}
      : {
          collation: collation as string,
          ...(tableCollation !== null && charset === charsetOf(tableCollation as string) ? {} : { charset: charset as string }),
        };
  const isJson = json.has(`${table as string}\0${name as string}`);
  const type = isJson ? t.JSON() : reflectedType(declared as string, text, `the column "${name as string}" of "${table as string}"`);
  const column: ReflectedColumn = {
    name: name as string,
    type,
    nullable: nullable === "YES",
    default: defaultOf(row, said, isMariadb),
    comment: comment === "" ? null : (comment as string),
  };
  if (type.affinity === "integer") column.autoincrement = said.includes("auto_increment");
  if (/GENERATED/.test(said) && !said.includes("DEFAULT_GENERATED"))
    column.computed = { sqltext: (generated as string).replaceAll("\\'", "'"), persisted: !said.includes("VIRTUAL") };
  return column;
}

function defaultOf(row: Row, extra: string, isMariadb: boolean): string | null {
  const [, , declared, , given] = row;
  const onUpdate = /on update (\S+)/i.exec(extra)?.[1];
  let text = given as string | null;
  if (text === null || (isMariadb && text === "NULL")) return onUpdate === undefined ? null : `NULL ON UPDATE ${onUpdate}`;
  // MariaDB gives SQL; MySQL gives the value itself, unless it is computed
  if (
    !isMariadb &&
    !extra.includes("DEFAULT_GENERATED") &&
    !/^(?:CURRENT_TIMESTAMP|b')/i.test(text) &&
    !/^(?:\w*int|decimal|float|double|year|bit)/i.test(declared as string)
  )
    text = mysqlLiteral(text);
  return onUpdate === undefined ? text : `${text} ON UPDATE ${onUpdate}`;
}

function indexOf(rows: readonly Row[], prefix: string): ReflectedIndex {
  const [, name, nonUnique, , , , type] = rows[0]!;
  const columnNames = rows.map((row) => row[3] as string | null);
  const length: Record<string, number> = {};
  const columnSorting: Record<string, ["desc"]> = {};
  for (const [, , , column, order, part] of rows) {
    if (column === null) continue;
    // SPATIAL indexes show a length that nobody gave
    if (part !== null && type !== "SPATIAL") length[column as string] = Number(part);
    if (order === "D") columnSorting[column as string] = ["desc"];
  }
  const options: Record<string, unknown> = {
    ...(type === "FULLTEXT" || type === "SPATIAL" ? { [`${prefix}Prefix`]: type } : {}),
    ...(type === "HASH" || type === "RTREE" ? { [`${prefix}Using`]: type } : {}),
    ...(Object.keys(length).length === 0 ? {} : { [`${prefix}Length`]: length }),
  };
  return {
    name: name as string,
    columnNames,
    unique: Number(nonUnique) === 0,
    ...(columnNames.includes(null) ? { expressions: rows.map((row) => (row[3] ?? row[7]) as string) } : {}),
    ...(Object.keys(columnSorting).length === 0 ? {} : { columnSorting }),
    ...(Object.keys(options).length === 0 ? {} : { dialectOptions: options }),
  };
}
