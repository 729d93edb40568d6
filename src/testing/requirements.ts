import type { Dialect } from "../engine/dialect.ts";

/**
 * What a database has, as the tests of `dialectSuite()` need it. The defaults follow the dialect's own flags where there is one; else they
 * are what the SQL standard asks for, where all databases of our time follow it, and otherwise nothing. A dialect says where it differs.
 */
export interface Requirements {
  // ---- SELECT
  /** FULL OUTER JOIN */
  readonly fullOuterJoin: boolean;
  /** INTERSECT and EXCEPT */
  readonly setOperations: boolean;
  /** INTERSECT ALL and EXCEPT ALL */
  readonly setOperationsAll: boolean;
  /** parts of a UNION in brackets, which may have an ORDER BY and a LIMIT of their own */
  readonly bracketsInUnion: boolean;
  /** LIMIT and OFFSET by expressions, such as `1 + 1` */
  readonly limitExpressions: boolean;
  /** FETCH FIRST … ROWS ONLY */
  readonly fetch: boolean;
  /** FETCH FIRST … ROWS WITH TIES */
  readonly fetchTies: boolean;
  /** FETCH FIRST … PERCENT */
  readonly fetchPercent: boolean;
  /** NULLS FIRST and NULLS LAST */
  readonly nullsOrdering: boolean;
  /** DISTINCT ON */
  readonly distinctOn: boolean;
  /** `= ANY (SELECT …)` and `> ALL (SELECT …)` */
  readonly anyAllSubqueries: boolean;
  /** LATERAL in the FROM list */
  readonly lateral: boolean;
  /** VALUES in the FROM list, with names of columns */
  readonly valuesInFrom: boolean;
  /** TABLESAMPLE */
  readonly tablesample: boolean;
  /** the name of a collation that compares the bytes of texts: capitals stand before small letters; null for none */
  readonly binaryCollation: string | null;
  /** the name of a collation without regard to case; null for none */
  readonly caselessCollation: string | null;

  // ---- functions and operators
  /** window functions */
  readonly windowFunctions: boolean;
  /** RANGE frames with distances: `RANGE BETWEEN 5 PRECEDING AND …` */
  readonly windowRangeOffsets: boolean;
  /** GROUPS frames */
  readonly windowGroups: boolean;
  /** EXCLUDE behind a frame */
  readonly windowExclude: boolean;
  /** FILTER behind an aggregate */
  readonly aggregateFilter: boolean;
  /** ORDER BY inside of any aggregate */
  readonly aggregateOrderBy: boolean;
  /** ORDER BY inside of `aggregate_strings()` */
  readonly aggregateStringsOrderBy: boolean;
  /** `percentile_cont()`, `percentile_disc()` and `mode()` WITHIN GROUP */
  readonly withinGroup: boolean;
  /** GROUPING SETS and CUBE */
  readonly groupingSets: boolean;
  /** ROLLUP */
  readonly rollup: boolean;
  /** `array_agg()`, array types, ANY and ALL of arrays */
  readonly arrays: boolean;
  /** functions of rows in the FROM list, by `json_each()` */
  readonly jsonEach: boolean;
  /** functions of rows in the FROM list, by `generate_series()` */
  readonly generateSeries: boolean;
  /** WITH ORDINALITY */
  readonly ordinality: boolean;
  /** BETWEEN SYMMETRIC */
  readonly betweenSymmetric: boolean;
  /** ILIKE and its like without regard to the case of letters other than A to Z */
  readonly unicodeIlike: boolean;
  /** regular expressions: `regexpMatch()` */
  readonly regexpMatch: boolean;
  /** flags of regular expressions */
  readonly regexpFlags: boolean;
  /** `regexpReplace()` */
  readonly regexpReplace: boolean;
  /** full text search by `match()` on a column that has no index */
  readonly matchWithoutIndex: boolean;
  /** EXTRACT of `epoch`, `dow` and `doy` */
  readonly extractEpoch: boolean;
  /** `pow()` */
  readonly pow: boolean;
  /** TRY_CAST */
  readonly tryCast: boolean;
  /** CURRENT_USER, SESSION_USER and USER */
  readonly currentUser: boolean;
  /** LOCALTIME */
  readonly localtime: boolean;
  /** single columns of functions that give rows: `(json_each(…)).key` */
  readonly compositeFunctions: boolean;
  /** a JSON type */
  readonly json: boolean;
  /** keys of JSON that have quotation marks in them, in paths */
  readonly jsonQuotedKeys: boolean;
  /** rows within rows, by functions that make JSON: `relational()` */
  readonly nestedRows: boolean;

  // ---- common table expressions
  /** WITH */
  readonly ctes: boolean;
  /** WITH RECURSIVE */
  readonly recursiveCtes: boolean;
  /** WITH inside of a subquery */
  readonly nestedCtes: boolean;
  /** MATERIALIZED and NOT MATERIALIZED behind AS */
  readonly materializedCtes: boolean;
  /** WITH and INSERT … SELECT */
  readonly cteInInsert: boolean;
  /** WITH and UPDATE or DELETE */
  readonly cteInUpdateDelete: boolean;
  /** INSERT, UPDATE and DELETE inside of WITH */
  readonly dmlInCte: boolean;

  // ---- INSERT, UPDATE, DELETE
  /** several rows in VALUES */
  readonly multivaluesInsert: boolean;
  /** an INSERT without any values */
  readonly emptyInsert: boolean;
  readonly insertReturning: boolean;
  readonly updateReturning: boolean;
  readonly deleteReturning: boolean;
  /** INSERT … SELECT … RETURNING */
  readonly insertFromSelectReturning: boolean;
  /** UPDATE with further tables */
  readonly updateFrom: boolean;
  /** DELETE with further tables */
  readonly deleteUsing: boolean;
  /** UPDATE and DELETE of rows that a subquery on the same table tells */
  readonly updateWhereSameTable: boolean;
  /** INSERT … ON CONFLICT */
  readonly onConflict: boolean;
  /** ON CONFLICT ON CONSTRAINT */
  readonly onConflictConstraint: boolean;
  /** INSERT … ON DUPLICATE KEY UPDATE */
  readonly onDuplicateKey: boolean;
  /** MERGE */
  readonly merge: boolean;
  /** LIMIT of UPDATE and DELETE */
  readonly dmlLimit: boolean;
  /** how many rows an UPDATE or DELETE has found */
  readonly rowcount: boolean;
  /** the new keys of rows of which each was sent by itself */
  readonly lastInsertId: boolean;

  // ---- DDL
  readonly sequences: boolean;
  /** GENERATED … AS IDENTITY */
  readonly identityColumns: boolean;
  /** GENERATED ALWAYS AS (…) STORED */
  readonly computedStored: boolean;
  /** GENERATED ALWAYS AS (…) VIRTUAL */
  readonly computedVirtual: boolean;
  readonly views: boolean;
  /** CREATE OR REPLACE VIEW */
  readonly replaceViews: boolean;
  readonly temporaryViews: boolean;
  readonly materializedViews: boolean;
  readonly temporaryTables: boolean;
  /** CREATE TABLE … AS SELECT */
  readonly createTableAs: boolean;
  /** comments on tables and columns */
  readonly comments: boolean;
  /** comments on constraints */
  readonly constraintComments: boolean;
  /** ALTER TABLE … ADD and DROP CONSTRAINT */
  readonly alterConstraints: boolean;
  /** IF NOT EXISTS and IF EXISTS for tables */
  readonly ifExists: boolean;
  /** IF NOT EXISTS and IF EXISTS for indexes */
  readonly indexIfExists: boolean;
  /** indexes on expressions */
  readonly expressionIndexes: boolean;
  /** CREATE SCHEMA and DROP SCHEMA */
  readonly schemas: boolean;
  /** CHECK constraints that are enforced */
  readonly checkConstraints: boolean;
  /** foreign keys that are enforced */
  readonly foreignKeys: boolean;

  // ---- the dialect
  readonly savepoints: boolean;
  /** EXPLAIN */
  readonly explain: boolean;
  /** a column of the same name twice in a result */
  readonly duplicateColumnNames: boolean;
  /** names with spaces, quotes, percent signs and letters of any language */
  readonly unusualNames: boolean;
}

/** The name of a requirement. */
export type Requirement = keyof Requirements;

/**
 * What a dialect can do by its own flags, and else by what is usual.
 * @param dialect - a dialect that is connected: flags may depend on the version of the server
 */
export function defaultRequirements(dialect: Dialect): Requirements {
  return {
    fullOuterJoin: false,
    setOperations: true,
    setOperationsAll: false,
    bracketsInUnion: true,
    limitExpressions: false,
    fetch: false,
    fetchTies: false,
    fetchPercent: false,
    nullsOrdering: true,
    distinctOn: false,
    anyAllSubqueries: true,
    lateral: false,
    valuesInFrom: true,
    tablesample: false,
    binaryCollation: null,
    caselessCollation: null,

    windowFunctions: true,
    windowRangeOffsets: false,
    windowGroups: false,
    windowExclude: false,
    aggregateFilter: false,
    aggregateOrderBy: false,
    aggregateStringsOrderBy: true,
    withinGroup: false,
    groupingSets: false,
    rollup: false,
    arrays: false,
    jsonEach: false,
    generateSeries: false,
    ordinality: false,
    betweenSymmetric: false,
    unicodeIlike: true,
    regexpMatch: true,
    regexpFlags: false,
    regexpReplace: true,
    matchWithoutIndex: false,
    extractEpoch: false,
    pow: true,
    tryCast: false,
    currentUser: true,
    localtime: false,
    compositeFunctions: false,
    json: true,
    jsonQuotedKeys: true,
    nestedRows: true,

    ctes: true,
    recursiveCtes: true,
    nestedCtes: true,
    materializedCtes: false,
    cteInInsert: true,
    cteInUpdateDelete: true,
    dmlInCte: false,

    multivaluesInsert: dialect.supportsMultivaluesInsert,
    emptyInsert: dialect.supportsEmptyInsert || dialect.supportsDefaultValues,
    insertReturning: dialect.insertReturning,
    updateReturning: dialect.updateReturning,
    deleteReturning: dialect.deleteReturning,
    insertFromSelectReturning: dialect.insertReturning,
    updateFrom: true,
    deleteUsing: false,
    updateWhereSameTable: true,
    onConflict: false,
    onConflictConstraint: false,
    onDuplicateKey: false,
    merge: false,
    dmlLimit: false,
    rowcount: true,
    lastInsertId: dialect.postfetchLastrowid,

    sequences: dialect.supportsSequences,
    identityColumns: dialect.supportsIdentityColumns,
    computedStored: true,
    computedVirtual: false,
    views: dialect.supportsViews,
    replaceViews: false,
    temporaryViews: false,
    materializedViews: false,
    temporaryTables: true,
    createTableAs: true,
    comments: dialect.supportsComments,
    constraintComments: dialect.supportsConstraintComments,
    alterConstraints: dialect.supportsAlter,
    ifExists: true,
    indexIfExists: true,
    expressionIndexes: false,
    schemas: dialect.supportsSchemas,
    checkConstraints: true,
    foreignKeys: true,

    savepoints: dialect.supportsSavepoints,
    explain: true,
    duplicateColumnNames: true,
    unusualNames: true,
  };
}
