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
import { TextClause } from "../../sql/elements/text-clause.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import {
  CHECKS,
  COLUMNS,
  COMMENTS,
  DOMAINS,
  ENUMS,
  FOREIGN_KEYS,
  INDEXES,
  KEYS,
  OPTIONS,
  RELATION_NAMES,
  SCHEMAS,
  SEQUENCES,
  VIEW_DEFINITION,
} from "./catalog.ts";
import { ENUM, DOMAIN } from "./named-types.ts";
import { type CatalogType, reflectedType } from "./reflected-type.ts";

type Row = readonly unknown[];
type Names = readonly string[];

const list = (json: unknown): readonly string[] => (json == null ? [] : (JSON.parse(json as string) as string[]));

/** Reads the catalogue of a PostgreSQL database. */
export class PostgresqlReflection implements DialectReflection {
  readonly #runner: StatementRunner;

  constructor(runner: StatementRunner) {
    this.#runner = runner;
  }

  #rows(sql: string, ...values: readonly unknown[]): PromiseLike<readonly Row[]> {
    return this.#runner.execDriverSql(sql, values).all();
  }

  #about(sql: string, schema: string | null, names: Names): PromiseLike<readonly Row[]> {
    return this.#rows(sql, schema, JSON.stringify(names));
  }

  async schemaNames(): Promise<Names> {
    return (await this.#rows(SCHEMAS)).map(([name]) => name as string);
  }

  async relationNames(schema: string | null, kind: number, scope: number): Promise<Names> {
    const kinds = [
      ...(kind & ObjectKind.TABLE ? ["r", "p", "f"] : []),
      ...(kind & ObjectKind.VIEW ? ["v"] : []),
      ...(kind & ObjectKind.MATERIALIZED_VIEW ? ["m"] : []),
    ];
    const temporary = (scope & ObjectScope.TEMPORARY) !== 0;
    const others = (scope & ObjectScope.DEFAULT) !== 0;
    return (await this.#rows(RELATION_NAMES, schema, JSON.stringify(kinds), temporary, others)).map(([name]) => name as string);
  }

  async sequenceNames(schema: string | null): Promise<Names> {
    return (await this.#rows(SEQUENCES, schema)).map(([name]) => name as string);
  }

  async viewDefinition(name: string, schema: string | null): Promise<string | null> {
    const [row] = await this.#rows(VIEW_DEFINITION, schema, name);
    return row === undefined ? null : (row[0] as string);
  }

  async columns(schema: string | null, names: Names): Promise<ByTable<ReflectedColumn[]>> {
    const rows = await this.#about(COLUMNS, schema, names);
    const types = await this.#namedTypes(rows.map(typeOf));
    return groupBy(
      rows,
      ([table]) => table as string,
      (row) => columnOf(row, types, schema),
    );
  }

  /** The enums and domains among some types, by oid; with the types that domains are made of. */
  async #namedTypes(used: readonly CatalogType[]): Promise<Map<string, TypeEngine<unknown>>> {
    const types = new Map<string, TypeEngine<unknown>>();
    const enums = [...new Set(used.filter(({ kind }) => kind === "e").map(({ oid }) => oid))];
    const domains = [...new Set(used.filter(({ kind }) => kind === "d").map(({ oid }) => oid))];
    if (domains.length > 0) {
      const rows = await this.#rows(DOMAINS, JSON.stringify(domains));
      // a domain may be over an enum or another domain
      const bases = await this.#namedTypes(rows.map((row) => catalogType(row.slice(3, 7), row[9])));
      for (const row of rows) types.set(row[0] as string, domainOf(row, bases));
    }
    if (enums.length > 0) {
      for (const [oid, name, schema, labels] of await this.#rows(ENUMS, JSON.stringify(enums))) {
        types.set(
          oid as string,
          new ENUM(list(labels), { name: name as string, ...(schema === null ? {} : { schema: schema as string }) }),
        );
      }
    }
    return types;
  }

  async #keys(schema: string | null, names: Names, kind: "p" | "u"): Promise<readonly Row[]> {
    return (await this.#about(KEYS, schema, names)).filter((row) => row[1] === kind);
  }

  async primaryKeys(schema: string | null, names: Names): Promise<ByTable<ReflectedPrimaryKeyConstraint>> {
    const rows = await this.#keys(schema, names, "p");
    return new Map(rows.map((row) => [row[0] as string, { constrainedColumns: list(row[3]), ...keyOf(row) }]));
  }

  async uniqueConstraints(schema: string | null, names: Names): Promise<ByTable<ReflectedUniqueConstraint[]>> {
    return groupBy(
      await this.#keys(schema, names, "u"),
      ([table]) => table as string,
      (row) => ({ columnNames: list(row[3]), ...keyOf(row) }),
    );
  }

  async foreignKeys(schema: string | null, names: Names): Promise<ByTable<ReflectedForeignKeyConstraint[]>> {
    return groupBy(
      await this.#about(FOREIGN_KEYS, schema, names),
      ([table]) => table as string,
      (row) => foreignKeyOf(row, schema),
    );
  }

  async checkConstraints(schema: string | null, names: Names): Promise<ByTable<ReflectedCheckConstraint[]>> {
    return groupBy(
      await this.#about(CHECKS, schema, names),
      ([table]) => table as string,
      ([, name, sqltext, validated, comment]) => ({
        name: name as string,
        sqltext: sqltext as string,
        ...(comment === null ? {} : { comment: comment as string }),
        ...(validated === true ? {} : { dialectOptions: { postgresqlNotValid: true } }),
      }),
    );
  }

  async indexes(schema: string | null, names: Names): Promise<ByTable<ReflectedIndex[]>> {
    const byIndex = groupBy(
      await this.#about(INDEXES, schema, names),
      ([table, index]) => JSON.stringify([table, index]),
      (row) => row,
    );
    return groupBy(
      byIndex.values(),
      (rows) => rows[0]![0] as string,
      (rows) => indexOf(rows),
    );
  }

  async tableComments(schema: string | null, names: Names): Promise<ByTable<ReflectedTableComment>> {
    const rows = await this.#about(COMMENTS, schema, names);
    return new Map(rows.map(([table, text]) => [table as string, { text: text as string | null }]));
  }

  async tableOptions(schema: string | null, names: Names): Promise<ByTable<ReflectedOptions>> {
    const rows = await this.#about(OPTIONS, schema, names);
    return new Map(
      rows.map(([table, partitionBy, storage, parents, tablespace]) => [
        table as string,
        {
          ...(partitionBy === null ? {} : { postgresqlPartitionBy: partitionBy }),
          ...(storage === null ? {} : { postgresqlWith: storageOptions(storage) }),
          ...(parents === null ? {} : { postgresqlInherits: list(parents) }),
          ...(tablespace === null ? {} : { postgresqlTablespace: tablespace }),
        },
      ]),
    );
  }
}

function catalogType([format, kind, oid, dimensions]: Row, collation: unknown): CatalogType {
  return {
    format: format as string,
    kind: kind as string,
    oid: oid as string,
    dimensions: Number(dimensions),
    collation: collation as string | null,
  };
}

const typeOf = (row: Row): CatalogType => catalogType(row.slice(2, 6), row[12]);

/** A number as it is, or as bigint where a number cannot hold it. */
function integer(text: string | null | undefined): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text!);
}

function columnOf(row: Row, types: ReadonlyMap<string, TypeEngine<unknown>>, schema: string | null): ReflectedColumn {
  const [table, name, , , , , notNull, expression, generated, identity, sequence, comment] = row;
  const type = reflectedType(typeOf(row), types, `the column "${name as string}" of "${table as string}"`);
  const isGenerated = generated !== "";
  const domain = type instanceof DOMAIN ? type : null;
  const column: ReflectedColumn = {
    name: name as string,
    type,
    nullable: notNull !== true && domain?.notNull !== true,
    default: isGenerated
      ? null
      : defaultOf((expression as string | null) ?? (domain?.default as string | null | undefined) ?? null, schema),
    comment: comment as string | null,
  };
  if (isGenerated) column.computed = { sqltext: unbracketed(expression as string), persisted: generated === "s" };
  if (identity !== "") column.identity = identityOf(identity as string, JSON.parse(sequence as string) as Parameters<typeof identityOf>[1]);
  column.autoincrement = identity !== "" || (column.default?.startsWith("nextval(") === true && type.affinity === "integer");
  return column;
}

function identityOf(
  kind: string,
  [start, increment, minvalue, maxvalue, cache, cycle]: readonly [string, string, string, string, string, boolean],
): NonNullable<ReflectedColumn["identity"]> {
  return {
    always: kind === "a",
    start: integer(start),
    increment: integer(increment),
    minvalue: integer(minvalue),
    maxvalue: integer(maxvalue),
    cache: integer(cache),
    cycle,
  };
}

/** The sequence of a default is named without its schema where that is searched: in another schema it would be another one. */
function defaultOf(expression: string | null, schema: string | null): string | null {
  if (expression === null || schema === null) return expression;
  return expression.replace(
    /^(nextval\(')([^'.]+)('.*)$/,
    (_, before: string, sequence: string, after: string) => `${before}"${schema.replaceAll('"', '""')}".${sequence}${after}`,
  );
}

/** An expression without the brackets around the whole of it. */
function unbracketed(expression: string): string {
  if (!expression.startsWith("(") || !expression.endsWith(")")) return expression;
  let depth = 0;
  for (let i = 0; i < expression.length - 1; i++) {
    if (expression[i] === "'") i = expression.indexOf("'", i + 1);
    else if (expression[i] === "(") depth += 1;
    else if (expression[i] === ")" && --depth === 0) return expression;
  }
  return expression.slice(1, -1);
}

function domainOf(row: Row, bases: ReadonlyMap<string, TypeEngine<unknown>>): DOMAIN {
  const [, name, schema, , , , , notNull, dflt, collation, checks] = row;
  const type = reflectedType(catalogType(row.slice(3, 7), collation), bases, `the domain "${name as string}"`);
  const [check] = checks === null ? [] : (JSON.parse(checks as string) as [string, string][]);
  return new DOMAIN(name as string, type, {
    ...(schema === null ? {} : { schema: schema as string }),
    ...(collation === null ? {} : { collation: collation as string }),
    ...(dflt === null ? {} : { default: dflt as string }),
    ...(notNull === true ? { notNull: true } : {}),
    ...(check === undefined ? {} : { constraintName: check[0], check: check[1] }),
  });
}

function keyOf([, , name, , included, deferrable, deferred, notDistinct, comment]: Row): Omit<ReflectedUniqueConstraint, "columnNames"> {
  const options: Record<string, unknown> = {
    ...(deferrable === true ? { deferrable: true, initially: deferred === true ? "DEFERRED" : "IMMEDIATE" } : {}),
    ...(included === null ? {} : { postgresqlInclude: list(included) }),
    ...(notDistinct === "true" ? { postgresqlNullsNotDistinct: true } : {}),
  };
  return {
    name: name as string,
    ...(comment === null ? {} : { comment: comment as string }),
    ...(Object.keys(options).length === 0 ? {} : { dialectOptions: options }),
  };
}

const ACTIONS: Readonly<Record<string, string>> = { r: "RESTRICT", c: "CASCADE", n: "SET NULL", d: "SET DEFAULT" };
const MATCHES: Readonly<Record<string, string>> = { f: "FULL", p: "PARTIAL" };

function foreignKeyOf(row: Row, schema: string | null): ReflectedForeignKeyConstraint {
  const [
    ,
    name,
    columns,
    referredSchema,
    visible,
    referredTable,
    referredColumns,
    onUpdate,
    onDelete,
    match,
    deferrable,
    deferred,
    validated,
    setColumns,
    comment,
  ] = row;
  const update = ACTIONS[onUpdate as string];
  const remove = ACTIONS[onDelete as string];
  const some = list(setColumns);
  return {
    name: name as string,
    constrainedColumns: list(columns),
    referredSchema: referredSchema === schema || visible !== true ? (referredSchema as string) : null,
    referredTable: referredTable as string,
    referredColumns: list(referredColumns),
    options: {
      ...(update === undefined ? {} : { onupdate: update }),
      ...(remove === undefined
        ? {}
        : { ondelete: some.length === 0 ? remove : `${remove} (${some.map((column) => `"${column.replaceAll('"', '""')}"`).join(", ")})` }),
      ...(deferrable === true ? { deferrable: true, initially: deferred === true ? "DEFERRED" : "IMMEDIATE" } : {}),
      ...(MATCHES[match as string] === undefined ? {} : { match: MATCHES[match as string] }),
    },
    ...(comment === null ? {} : { comment: comment as string }),
    ...(validated === true ? {} : { dialectOptions: { postgresqlNotValid: true } }),
  };
}

/** `["fillfactor=70"]` → `{ fillfactor: "70" }` */
const storageOptions = (json: unknown): Record<string, string> =>
  Object.fromEntries(list(json).map((option) => [option.slice(0, option.indexOf("=")), option.slice(option.indexOf("=") + 1)]));

function indexOf(rows: readonly Row[]): ReflectedIndex {
  const [, name, unique, , , , , , method, predicate, constraint, storage, notDistinct, tablespace] = rows[0]!;
  const keys = rows.filter((row) => row[3] === true);
  const included = rows.filter((row) => row[3] !== true).map((row) => row[4] as string);
  const columnNames = keys.map((row) => row[4] as string | null);
  const texts = keys.map((row) => (row[4] ?? row[5]) as string);
  const columnSorting: Record<string, ("desc" | "nullsFirst" | "nullsLast")[]> = {};
  const ops: Record<string, string> = {};
  keys.forEach((row, at) => {
    const flags = Number(row[6]);
    // descending order has the nulls first by itself
    if (flags & 1) columnSorting[texts[at]!] = flags & 2 ? ["desc"] : ["desc", "nullsLast"];
    else if (flags & 2) columnSorting[texts[at]!] = ["nullsFirst"];
    if (row[7] !== null) ops[texts[at]!] = row[7] as string;
  });
  const options: Record<string, unknown> = {
    ...(method === "btree" ? {} : { postgresqlUsing: method }),
    ...(Object.keys(ops).length === 0 ? {} : { postgresqlOps: ops }),
    ...(included.length === 0 ? {} : { postgresqlInclude: included }),
    ...(predicate === null ? {} : { postgresqlWhere: new TextClause(predicate as string) }),
    ...(storage === null ? {} : { postgresqlWith: storageOptions(storage) }),
    ...(notDistinct === "true" ? { postgresqlNullsNotDistinct: true } : {}),
    ...(tablespace === null ? {} : { postgresqlTablespace: tablespace }),
  };
  return {
    name: name as string,
    columnNames,
    unique: unique === true,
    ...(columnNames.includes(null) ? { expressions: texts } : {}),
    ...(constraint === null ? {} : { duplicatesConstraint: constraint as string }),
    ...(Object.keys(columnSorting).length === 0 ? {} : { columnSorting }),
    ...(Object.keys(options).length === 0 ? {} : { dialectOptions: options }),
  };
}
