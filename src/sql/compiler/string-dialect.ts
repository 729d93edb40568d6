import { CompileError } from "../../errors.ts";
import type { NestedValues } from "../base/nested-values.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import { DdlCompiler } from "./ddl-compiler.ts";
import { IdentifierPreparer } from "./identifier-preparer.ts";
import { STANDARD_NESTED_VALUES } from "./standard-nested-values.ts";
import { StringCompiler } from "./string-compiler.ts";
import { StrTypeCompiler, type TypeCompiler } from "./type-compiler.ts";

/** The dialect of no database: what `String(statement)` and `compile()` without a dialect render, for reading. */
class StringDialect implements SqlDialect {
  readonly name = "default";
  readonly nameAliases: readonly string[] = [];
  readonly paramstyle = "qmark";
  readonly statementCompiler = StringCompiler;
  readonly ddlCompiler = DdlCompiler;
  readonly typeCompiler: TypeCompiler = new StrTypeCompiler(this);
  readonly identifierPreparer: IdentifierPreparer = new IdentifierPreparer();
  readonly maxIdentifierLength = 9999;
  readonly defaultSchemaName = null;

  readonly nestedValues: NestedValues = STANDARD_NESTED_VALUES;
  readonly supportsNativeBoolean = true;
  readonly supportsNativeEnum = false;
  readonly supportsNamedTypes = true;
  readonly supportsNativeUuid = false;
  readonly supportsNativeDecimal = false;
  readonly supportsMultivaluesInsert = true;
  readonly supportsDefaultValues = false;
  readonly supportsDefaultMetavalue = false;
  readonly defaultMetavalueToken = "DEFAULT";
  readonly supportsEmptyInsert = true;
  readonly insertReturning = true;
  readonly updateReturning = true;
  readonly deleteReturning = true;
  readonly updateReturningMultifrom = false;
  readonly deleteReturningMultifrom = false;
  readonly implicitReturning = false;
  readonly postfetchLastrowid = true;
  readonly preexecuteAutoincrementSequences = true;
  readonly useInsertManyValues = false;
  readonly useInsertManyValuesWoReturning = false;
  readonly insertValuesInOrder = false;
  readonly insertFromArrays = false;
  readonly updateFromRows = false;
  readonly maxParameters = 32_700;
  readonly enforcesSizes = false;
  readonly defaultDecimalSize = null;
  readonly defaultFractionDigits = 6;
  readonly supportsSequences = true;
  readonly sequencesOptional = true;
  readonly supportsIdentityColumns = true;
  readonly supportsComments = false;
  readonly inlineComments = false;
  readonly supportsConstraintComments = false;
  readonly supportsAlter = true;
  readonly supportsRoutines = true;
  readonly supportsOrReplace = true;
  readonly triggersCallFunctions = false;
  readonly supportsSchemas = true;
  readonly supportsViews = true;
  readonly supportsIsDistinctFrom = true;
  readonly supportsForUpdateOf = true;
  readonly supportsSimpleOrderByLabel = true;
  readonly supportsRightNestedJoins = true;
  readonly supportsStatementCache = true;
  readonly cteFollowsInsert = false;
  readonly tupleInValues = false;
  readonly divIsFloordiv = true;

  adaptType<T>(type: T): T {
    return type;
  }

  inventory(): never {
    throw new CompileError('The dialect "default" is for reading SQL, not for a database.');
  }
}

/** The one instance of the dialect "default". */
export const STRING_DIALECT: SqlDialect = new StringDialect();
