import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { DdlCompiler } from "../compiler/ddl-compiler.ts";
import type { TypeCompiler } from "../compiler/type-compiler.ts";
import type { IdentifierPreparer } from "../compiler/identifier-preparer.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { CacheKey } from "./cache-key.ts";
import type { NestedValues } from "./nested-values.ts";
import { Slot } from "./late.ts";
import type { SchemaInventory, StatementRunner } from "./statement-runner.ts";

/** Options of one compilation. */
export interface CompileArgs {
  /** a name ("sqlite", "postgresql", "mysql", "default"), a dialect, or anything with a `dialect` (an engine, a connection) */
  readonly dialect?: string | SqlDialect | { readonly dialect: SqlDialect };
  readonly compileKwargs?: { readonly literalBinds?: boolean };
  readonly schemaTranslateMap?: ReadonlyMap<string | null, string | null>;
  /**
   * write marks in place of the schemas that may be translated, so that one compiled form serves all translations; with `null` also where
   * there is no schema
   */
  readonly schemaMarks?: "named" | "null";
  /** the columns of an INSERT or UPDATE that has no values of its own */
  readonly columnKeys?: readonly string[];
  /** the key of the statement, so that the compiled form can be used with another statement's values */
  readonly cacheKey?: CacheKey | null;
  /** the statement is to run with many sets of parameters */
  readonly forExecutemany?: boolean;
  /** warn of FROM elements that nothing connects (cartesian products) */
  readonly linting?: boolean;
}

/** Constructor of a compiler for one statement. */
export type StatementCompilerClass = new (dialect: SqlDialect, statement: ClauseElement, args: CompileArgs) => SqlCompiler;

/** What the options of an engine say to its dialect. */
export interface DialectSettings {
  /** the longest name that is made for a label or a parameter; names of tables and columns are never shortened */
  readonly labelLength?: number;
  /** the longest name that the database takes */
  readonly maxIdentifierLength?: number;
  /** turns the values of JSON columns into text; those with a function of their own keep it */
  readonly jsonSerializer?: (value: unknown) => string;
  /** turns the text of JSON columns into values */
  readonly jsonDeserializer?: (text: string) => unknown;
  /** the most rows in one INSERT of many rows */
  readonly insertmanyvaluesPageSize?: number;
}

/**
 * What the SQL layer needs of a dialect: compilers, names, and claims of what the database can do. Behaviour hangs on the claims;
 * `name` serves messages and look-ups by the user's own key (variants, hints) only.
 */
export interface SqlDialect extends DialectSettings {
  readonly name: string;
  /** further names under which variants and dialect options may be found ("mariadb" for mysql) */
  readonly nameAliases: readonly string[];
  /** `?` or `$1` */
  readonly paramstyle: "qmark" | "dollar";
  readonly statementCompiler: StatementCompilerClass;
  readonly ddlCompiler: new (dialect: SqlDialect, statement: ClauseElement, args: CompileArgs) => DdlCompiler;
  readonly typeCompiler: TypeCompiler;
  readonly identifierPreparer: IdentifierPreparer;
  readonly maxIdentifierLength: number;
  readonly defaultSchemaName: string | null;
  /** The dialect's own implementation of a generic type; the same type when it has none. */
  adaptType<V>(type: TypeEngine<V>): TypeEngine<V>;
  /** Looks up what exists in the database of a connection. */
  inventory(runner: StatementRunner): SchemaInventory;

  /** how rows within rows go through JSON, without any value being changed by it */
  readonly nestedValues: NestedValues;
  readonly supportsNativeBoolean: boolean;
  readonly supportsNativeEnum: boolean;
  /** enums and domains are created by their names, before tables can have them */
  readonly supportsNamedTypes: boolean;
  readonly supportsNativeUuid: boolean;
  readonly supportsNativeDecimal: boolean;
  readonly supportsMultivaluesInsert: boolean;
  readonly supportsDefaultValues: boolean;
  readonly supportsDefaultMetavalue: boolean;
  readonly defaultMetavalueToken: string;
  readonly supportsEmptyInsert: boolean;
  readonly insertReturning: boolean;
  readonly updateReturning: boolean;
  readonly deleteReturning: boolean;
  readonly updateReturningMultifrom: boolean;
  readonly deleteReturningMultifrom: boolean;
  /** the key of a single INSERT comes by RETURNING of its own accord, rather than by the driver's last inserted id */
  readonly implicitReturning: boolean;
  readonly postfetchLastrowid: boolean;
  /** many rows go out one by one, without a round trip for each, and the driver tells the key of every one */
  readonly postfetchLastrowids?: boolean;
  /** the number for a new key is taken from its sequence before the INSERT is sent, as one of its values */
  readonly preexecuteAutoincrementSequences?: boolean;
  /** many rows with RETURNING go out as several rows in VALUES; otherwise row by row on one prepared statement */
  readonly useInsertManyValues: boolean;
  /** many rows without RETURNING go out as several rows in VALUES as well */
  readonly useInsertManyValuesWoReturning: boolean;
  /** rows in VALUES are numbered in their order; elsewhere a SELECT with ORDER BY has to see to it */
  readonly insertValuesInOrder: boolean;
  /** very many rows go out as one array for each column, which the server unnests */
  readonly insertFromArrays: boolean;
  /** many rows of an UPDATE may go as a list that the table is joined to, `UPDATE … FROM (VALUES …)` */
  readonly updateFromRows: boolean;
  /** a DELETE with a list of keys is faster than the same DELETE for each key */
  readonly deletesByLists?: boolean;
  readonly maxParameters: number;
  /** the lengths, ranges and digits of types limit what a column takes; elsewhere they are only declared */
  readonly enforcesSizes: boolean;
  /** what NUMERIC is without a precision; null where it takes any number of digits */
  readonly defaultDecimalSize: readonly [precision: number, scale: number] | null;
  /** how many digits of a second DATETIME, TIMESTAMP and TIME keep without a precision */
  readonly defaultFractionDigits: number;
  readonly supportsSequences: boolean;
  readonly sequencesOptional: boolean;
  readonly supportsIdentityColumns: boolean;
  readonly supportsComments: boolean;
  readonly inlineComments: boolean;
  readonly supportsConstraintComments: boolean;
  readonly supportsAlter: boolean;
  /** functions and procedures can be created by SQL */
  readonly supportsRoutines: boolean;
  /** CREATE OR REPLACE of triggers and routines; else they are dropped first */
  readonly supportsOrReplace: boolean;
  /** a trigger calls a function, rather than having statements of its own */
  readonly triggersCallFunctions: boolean;
  readonly supportsSchemas: boolean;
  readonly supportsViews: boolean;
  readonly supportsIsDistinctFrom: boolean;
  readonly supportsForUpdateOf: boolean;
  readonly supportsSimpleOrderByLabel: boolean;
  readonly supportsRightNestedJoins: boolean;
  readonly supportsStatementCache: boolean;
  readonly cteFollowsInsert: boolean;
  readonly tupleInValues: boolean;
  readonly divIsFloordiv: boolean;
}

/** Finds a dialect by its name, as it renders when it is not connected; filled by the registry of dialects. */
export const dialectByName: Slot<(name: string) => SqlDialect> = new Slot("dialectByName");
