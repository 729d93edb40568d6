/** What only PostgreSQL has: INSERT … ON CONFLICT, arrays, ranges, its own types and functions. */
export { aggregateOrderBy, arrayAgg, PgAggregateOrderBy } from "./aggregates.ts";
export { array, PgArray, type PgArrayOptions } from "./array.ts";
export { distinctOn } from "./distinct-on.ts";
export { type Hstore, hstore } from "./functions.ts";
export { insert, PgInsert, type PgOnConflictTarget } from "./dml.ts";
export type { OnConflictUpdate } from "../on-conflict.ts";
export { t } from "./types.ts";
export { Range, type RangeBounds, type RangeOptions } from "./ranges.ts";
export {
  CreateDomainType,
  CreateEnumType,
  type DomainOptions,
  DOMAIN,
  DropDomainType,
  DropEnumType,
  ENUM,
  type PgEnumOptions,
} from "./named-types.ts";
export { MultiRangeType, RangeType } from "./range-types.ts";
export { ARRAY, BIT, BYTEA, HSTORE, INTERVAL, JSONB, type PostgresqlTypes, TIME, TIMESTAMP } from "./types.ts";
export { ExcludeConstraint, excludeConstraint, type ExcludeConstraintOptions, type ExcludeElement } from "./constraints.ts";

// the dialect itself, for dialects that are nearly the same
export { PostgresqlCompiler } from "./compiler.ts";
export { PostgresqlDdlCompiler } from "./ddl-compiler.ts";
export { PostgresqlDialect } from "./dialect.ts";
export { pgDriver } from "./drivers/pg.ts";
export { PostgresqlIdentifierPreparer, PostgresqlTypeCompiler } from "./type-compiler.ts";
