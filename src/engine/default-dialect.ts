import { INSPECT } from "../util/inspect.ts";
import type { NestedValues } from "../sql/base/nested-values.ts";
import type { SqlDialect } from "../sql/base/sql-dialect.ts";
import type { SchemaInventory, StatementRunner } from "../sql/base/statement-runner.ts";
import type { IdentifierPreparer } from "../sql/compiler/identifier-preparer.ts";
import { STANDARD_NESTED_VALUES } from "../sql/compiler/standard-nested-values.ts";
import type { TypeCompiler } from "../sql/compiler/type-compiler.ts";
import type { TypeEngine } from "../sql/types/type-engine.ts";
import { ArgumentError, InvalidRequestError } from "../errors.ts";
import type { DialectReflection } from "./reflection/dialect-reflection.ts";
import { didYouMean } from "../util/text.ts";
import type { Dialect, PoolKind } from "./dialect.ts";
import type { Driver, DriverConnection, MaybePromise } from "./driver.ts";
import type { TwoPhaseSql } from "./two-phase.ts";
import type { Url } from "./url.ts";

/**
 * What most databases have in common. A dialect says where it differs.
 * The claims are those of a database of which nothing is known: a feature is off unless a dialect turns it on.
 */
export abstract class DefaultDialect implements Dialect {
  abstract readonly name: string;
  abstract readonly driver: Driver;
  abstract readonly statementCompiler: SqlDialect["statementCompiler"];
  abstract readonly ddlCompiler: SqlDialect["ddlCompiler"];
  abstract readonly typeCompiler: TypeCompiler;
  abstract readonly identifierPreparer: IdentifierPreparer;
  abstract readonly isolationLevels: readonly string[];
  abstract readonly defaultIsolationLevel: string | null;

  readonly nameAliases: readonly string[] = [];
  readonly paramstyle: "qmark" | "dollar" = "qmark";
  readonly maxIdentifierLength: number = 9999;
  readonly defaultExecutionOptions: Readonly<Record<string, unknown>> = {};

  // what a server tells about itself, when the first connection is made
  serverVersionInfo: readonly number[] | null = null;
  defaultSchemaName: string | null = null;

  readonly nestedValues: NestedValues = STANDARD_NESTED_VALUES;
  readonly supportsNativeBoolean: boolean = false;
  readonly supportsNativeEnum: boolean = false;
  readonly supportsNamedTypes: boolean = false;
  readonly supportsNativeUuid: boolean = false;
  readonly supportsNativeDecimal: boolean = false;
  readonly supportsMultivaluesInsert: boolean = false;
  readonly supportsDefaultValues: boolean = false;
  readonly supportsDefaultMetavalue: boolean = false;
  readonly defaultMetavalueToken: string = "DEFAULT";
  readonly supportsEmptyInsert: boolean = true;
  readonly insertReturning: boolean = false;
  readonly updateReturning: boolean = false;
  readonly deleteReturning: boolean = false;
  readonly updateReturningMultifrom: boolean = false;
  readonly deleteReturningMultifrom: boolean = false;
  readonly implicitReturning: boolean = false;
  readonly postfetchLastrowid: boolean = true;
  readonly postfetchLastrowids: boolean = false;
  readonly useInsertManyValues: boolean = false;
  readonly useInsertManyValuesWoReturning: boolean = false;
  readonly insertValuesInOrder: boolean = false;
  readonly insertFromArrays: boolean = false;
  readonly updateFromRows: boolean = false;
  readonly deletesByLists: boolean = true;
  readonly maxParameters: number = 32_700;
  readonly enforcesSizes: boolean = true;
  readonly defaultDecimalSize: readonly [precision: number, scale: number] | null = null;
  readonly defaultFractionDigits: number = 6;
  readonly supportsSequences: boolean = false;
  readonly sequencesOptional: boolean = false;
  readonly supportsIdentityColumns: boolean = false;
  readonly supportsComments: boolean = false;
  readonly inlineComments: boolean = false;
  readonly supportsConstraintComments: boolean = false;
  readonly supportsAlter: boolean = true;
  readonly supportsRoutines: boolean = false;
  readonly supportsOrReplace: boolean = false;
  readonly triggersCallFunctions: boolean = false;
  readonly supportsSchemas: boolean = true;
  readonly supportsViews: boolean = true;
  readonly supportsIsDistinctFrom: boolean = true;
  readonly supportsForUpdateOf: boolean = false;
  readonly supportsSimpleOrderByLabel: boolean = true;
  readonly supportsRightNestedJoins: boolean = true;
  readonly supportsStatementCache: boolean = true;
  readonly cteFollowsInsert: boolean = false;
  readonly tupleInValues: boolean = false;
  readonly divIsFloordiv: boolean = true;
  readonly supportsSavepoints: boolean = true;
  readonly tableNamesIgnoreCase: boolean = false;
  readonly twoPhaseSql: TwoPhaseSql | null = null;

  poolKind(_url: Url): PoolKind {
    return "queue";
  }

  checkUrl(_url: Url): void {}

  initialize(_connection: DriverConnection): MaybePromise<void> {
    return undefined;
  }

  abstract getIsolationLevel(connection: DriverConnection): MaybePromise<string>;

  abstract adaptType<V>(type: TypeEngine<V>): TypeEngine<V>;

  abstract inventory(runner: StatementRunner): SchemaInventory;

  /** @throws InvalidRequestError unless the dialect can read catalogues */
  reflection(_runner: StatementRunner): DialectReflection {
    throw new InvalidRequestError(`The dialect "${this.name}" has no reflection: it cannot read what tables there are.`);
  }

  savepointSql(name: string): string {
    return `SAVEPOINT ${this.identifierPreparer.formatSavepoint(name)}`;
  }

  rollbackToSavepointSql(name: string): string {
    return `ROLLBACK TO SAVEPOINT ${this.identifierPreparer.formatSavepoint(name)}`;
  }

  releaseSavepointSql(name: string): string {
    return `RELEASE SAVEPOINT ${this.identifierPreparer.formatSavepoint(name)}`;
  }

  /** @internal */
  [INSPECT](): string {
    return this.constructor.name;
  }
}

/** Checks the parameters of a URL, which are options of the driver, by their names. @throws ArgumentError */
export function checkQuery(url: Url, known: readonly string[]): void {
  for (const name of Object.keys(url.query)) {
    if (!known.includes(name)) {
      throw new ArgumentError(
        `the database URL has the parameter "${name}", which ${url.drivername} does not know.${didYouMean(name, known)} Known are: ${known.join(", ")}`,
      );
    }
  }
}
