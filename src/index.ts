/// <reference lib="esnext.disposable" preserve="true" />
/**
 * SQLAlchemy 2 for TypeScript: Core, engine and ORM.
 * @packageDocumentation
 */

// Errors, inspection, events, logging
export * from "./errors.ts";
export { inspect, type Inspectable, type Inspected } from "./inspection.ts";
export type { CacheUse, EchoFormat, Logger, LogRecord } from "./log.ts";
export type { Listener } from "./event/dispatcher.ts";
export { contains, event, listen, listensFor, remove } from "./event/listen.ts";
export type { EventsOf, EventTarget, ListenOptions } from "./event/registry.ts";

// Engine
export { Connection, type Executable } from "./engine/connection.ts";
export { createEngine, type EngineOptions, type PoolClass } from "./engine/create-engine.ts";
export { CompiledCache } from "./engine/compiled-cache.ts";
export type { CompiledCacheStats } from "./engine/compiled-cache.ts";
export type { Dialect } from "./engine/dialect.ts";
export type { Driver, DriverConnection } from "./engine/driver.ts";
export { engineFromConfig } from "./engine/engine-from-config.ts";
export { Engine } from "./engine/engine.ts";
export type { ConnectionEvents, ConnectRequest, ExceptionContext } from "./engine/events.ts";
export type { ExecutionContext } from "./engine/execution-context.ts";
export type { ExecuteParameters } from "./engine/parameters.ts";
export { createMockEngine, MockEngine, type MockExecutor } from "./engine/mock-engine.ts";
export { PooledConnection } from "./engine/pool/checked-out.ts";
export { ConnectionRecord } from "./engine/pool/connection-record.ts";
export type { PoolEvents, PoolResetState } from "./engine/pool/events.ts";
export { NullPool } from "./engine/pool/null-pool.ts";
export { Pool, type Creator, type PoolOptions, type ResetOnReturn } from "./engine/pool/pool.ts";
export { QueuePool, type QueuePoolOptions } from "./engine/pool/queue-pool.ts";
export { StaticPool } from "./engine/pool/static-pool.ts";
export { Inspector, type MultiOptions, type SchemaOption } from "./engine/reflection/inspector.ts";
export type { ReflectTableOptions } from "./engine/reflection/reflect-table.ts";
import "./engine/reflection/reflect-metadata.ts";
export {
  ObjectKind,
  ObjectScope,
  type ReflectedCheckConstraint,
  type ReflectedColumn,
  type ReflectedComputed,
  type ReflectedConstraint,
  type ReflectedForeignKeyConstraint,
  type ReflectedIndex,
  type ReflectedOptions,
  type ReflectedPrimaryKeyConstraint,
  type ReflectedSorting,
  type ReflectedTableComment,
  type ReflectedUniqueConstraint,
} from "./engine/reflection/reflected-types.ts";
export type { TableAndForeignKeys } from "./engine/reflection/sort-by-foreign-keys.ts";
export { CursorResult } from "./engine/result/cursor-result.ts";
export { PendingMappings, PendingResult, PendingScalars } from "./engine/result/pending-result.ts";
export { MappingResult, Result, type ResultOptions, ScalarResult } from "./engine/result/result.ts";
export { StreamMappings, StreamResult, StreamScalars } from "./engine/result/stream-result.ts";
export { isRetryable, type RetryOptions, runInTransaction, type TransactionSource } from "./engine/run-in-transaction.ts";
export { NestedTransaction, RootTransaction, Transaction } from "./engine/transaction.ts";
export { TwoPhaseTransaction, type TwoPhaseSql } from "./engine/two-phase.ts";
export { makeUrl, Url, type UrlParts } from "./engine/url.ts";
export { type DialectEntry, registerDialect } from "./dialects/registry.ts";
import "./dialects/default/dialect.ts";

// What dialects and drivers outside of this package are made of
export { DefaultDialect } from "./engine/default-dialect.ts";
export type { PoolKind } from "./engine/dialect.ts";
export type {
  BeginOptions,
  ConnectParams,
  DriverErrorInfo,
  DriverErrorKind,
  DriverResult,
  DriverStream,
  ExecuteOptions as DriverExecuteOptions,
  MaybePromise,
} from "./engine/driver.ts";
export { registerDialectOptions } from "./sql/base/dialect-options.ts";
export type { SqlDialect, StatementCompilerClass } from "./sql/base/sql-dialect.ts";
export type { SchemaInventory, StatementRunner } from "./sql/base/statement-runner.ts";
export { DdlCompiler } from "./sql/compiler/ddl-compiler.ts";
export { IdentifierPreparer } from "./sql/compiler/identifier-preparer.ts";
export { SqlCompiler } from "./sql/compiler/sql-compiler.ts";
export { TypeCompiler, type TypeOptions } from "./sql/compiler/type-compiler.ts";
export type { VisitOptions } from "./sql/compiler/visit-options.ts";

// Core: expressions and functions
export type { ColumnInput, Expression, Operand, Origin, ValueOf } from "./sql/base/expression.ts";
export { ExecutableClause, type ExecutionOptions } from "./sql/base/executable.ts";
export {
  type CriteriaExtensionPoint,
  type ExtensionFunction,
  type InsertExtensionPoint,
  type SelectExtensionPoint,
  SyntaxExtension,
} from "./sql/base/syntax-extension.ts";
export type { Field, FieldKind } from "./sql/base/traversal.ts";
export type { CompileArgs } from "./sql/base/sql-dialect.ts";
export type { BoundStatement, Compiled } from "./sql/compiler/compiled.ts";
export { BindParameter, type BindParameterOptions } from "./sql/elements/bind-parameter.ts";
export { BinaryExpression, ExpressionClauseList } from "./sql/elements/binary.ts";
export { BooleanClauseList } from "./sql/elements/boolean-clause-list.ts";
export { Case, type CaseOptions } from "./sql/elements/case.ts";
export { Cast, TryCast, TypeCoerce } from "./sql/elements/cast.ts";
export { ClauseElement } from "./sql/elements/clause-element.ts";
export { ClauseList } from "./sql/elements/clause-list.ts";
export { ColumnClause } from "./sql/elements/column-clause.ts";
export { ColumnElement } from "./sql/elements/column-element.ts";
export {
  aggregateOrderBy,
  allOf,
  and,
  anyOf,
  asc,
  between,
  bindparam,
  bitwiseNot,
  case_,
  cast,
  collate,
  column,
  type ConditionArgument,
  desc,
  distinct,
  extract,
  false_,
  funcfilter,
  label,
  literal,
  literalColumn,
  not,
  null_,
  nullsFirst,
  nullsLast,
  or,
  over,
  text,
  true_,
  tryCast,
  tuple,
  typeCoerce,
  withinGroup,
} from "./sql/elements/constructors.ts";
export { CollectionAggregate } from "./sql/elements/collection-aggregate.ts";
export { fromDmlColumn } from "./sql/elements/dml-target-copy.ts";
export { Label } from "./sql/elements/label.ts";
export { Explain, explain, type ExplainOptions } from "./sql/elements/explain.ts";
export { Extract } from "./sql/elements/extract.ts";
export { FunctionFilter } from "./sql/elements/function-filter.ts";
export { Grouping } from "./sql/elements/grouping.ts";
export { type FrameArgument, type FrameBound, FrameClause, Over, type OverOptions } from "./sql/elements/over.ts";
export { type NameArgument, QuotedName, quotedName } from "./sql/elements/quoted-name.ts";
export { sql, TString } from "./sql/elements/sql-tag.ts";
export { TextClause } from "./sql/elements/text-clause.ts";
export { Tuple } from "./sql/elements/tuple.ts";
export { UnaryExpression } from "./sql/elements/unary.ts";
export { AggregateOrderBy, WithinGroup } from "./sql/elements/within-group.ts";
export { type CommonFunctions, func, type FunctionGenerator, type Functions } from "./sql/functions/func.ts";
export type { FunctionOptions, KnownFunctions } from "./sql/functions/known-functions.ts";
export { Function } from "./sql/functions/function.ts";
export { FunctionAsBinary, FunctionElement, type FunctionTableValuedOptions } from "./sql/functions/function-element.ts";
export { type FunctionFactory, GenericFunction, registerFunction } from "./sql/functions/generic-function.ts";
export {
  type AutoescapeOptions,
  ColumnOperators,
  type InOperand,
  type LikeOptions,
  type LooseOperand,
  type RegexpOptions,
} from "./sql/operators/column-operators.ts";
export { CustomOperator, type CustomOperatorOptions } from "./sql/operators/custom-operator.ts";
export { Operator, type OperatorTraits } from "./sql/operators/operator.ts";
export { OperatorClass } from "./sql/operators/operator-class.ts";
export * as operators from "./sql/operators/operator-table.ts";
export { type ComparatorFactory, TypeComparator } from "./sql/operators/type-comparator.ts";
export type { ComparatorMethods, HasMethods, TypeWithComparator } from "./sql/types/comparator-methods.ts";
export { type AdapterOptions, ClauseAdapter, type Equivalents } from "./sql/base/column-adapter.ts";
export * as visitors from "./sql/visitors.ts";
import "./sql/base/compare.ts";
import "./sql/compiler/compile.ts";
import "./sql/functions/next-value.ts";
import "./sql/functions/routine-call.ts";
import "./sql/functions/select-function.ts";

// ORM: mapping, attributes, relationships
export { attributeKeyedDict, type CollectionClass, type CollectionFactory, keyfuncMapping } from "./orm/attributes/collection-class.ts";
export type { ClassManager } from "./orm/attributes/class-manager.ts";
export { History } from "./orm/attributes/history.ts";
export { InstrumentedAttribute } from "./orm/attributes/instrumented-attribute.ts";
export { InstrumentedList } from "./orm/attributes/instrumented-list.ts";
export { InstrumentedSet } from "./orm/attributes/instrumented-set.ts";
export { KeyFuncDict } from "./orm/attributes/keyed-dict.ts";
export { validates, type ValidatesDeclaration, type ValidatesOptions } from "./orm/attributes/validates.ts";
export {
  flagModified,
  getHistory,
  makeTransient,
  makeTransientToDetached,
  objectSession,
  setCommittedValue,
  wasDeleted,
} from "./orm/attributes/functions.ts";
export type { Hidden } from "./orm/mapping/hidden-attributes.ts";
export { delAttribute, setAttribute } from "./orm/attributes/instance-attributes.ts";
export { columnProperty, type ExpressionAttribute, queryExpression } from "./orm/mapping/column-property-attribute.ts";
export { composite, type CompositeAttribute } from "./orm/mapping/composite.ts";
export {
  type DeclarativeBase,
  declarativeBase,
  type DeclarativeBaseOptions,
  extend,
  type ExtendedBase,
  type MixedBase,
  type TableBase,
} from "./orm/mapping/declarative.ts";
export type { ConcreteBaseOptions } from "./orm/mapping/concrete-base.ts";
export type { MapOverOptions, MapperSettings, MapToOptions } from "./orm/mapping/declarative-scan.ts";
export {
  type ExistingColumn,
  type ExistingColumnOptions,
  MappedColumn,
  mappedColumn,
  type MappedColumnOptions,
} from "./orm/mapping/mapped-column.ts";
export type { TableAttributes, WithTableOptions } from "./orm/mapping/table-attributes.ts";
export type { Mapper } from "./orm/mapping/mapper.ts";
export { polymorphicUnion, type PolymorphicUnionOptions } from "./orm/mapping/polymorphic-union.ts";
export { configureMappers, Registry as registry } from "./orm/mapping/registry.ts";
export { synonym, type SynonymAttribute } from "./orm/mapping/synonym.ts";
export type { AttributeValue, Awaitable, EntityMethods, Init, InstanceOf, Mapped, RelatedValue } from "./orm/mapping/types.ts";
export { foreign, remote } from "./orm/relationship/annotations.ts";
export { withParent } from "./orm/relationship/comparator.ts";
export { DynamicCollection } from "./orm/relationship/dynamic-collection.ts";
export { Relationship, relationship } from "./orm/relationship/relationship.ts";
export type { RelationshipOptions } from "./orm/relationship/relationship-property.ts";
export { RelationshipProperty } from "./orm/relationship/relationship-property.ts";
export { type ClassOf, type MemberValues, type MemberWrite, WriteOnlyCollection } from "./orm/relationship/write-only-collection.ts";
export { InstanceState } from "./orm/state/instance-state.ts";

// ORM: loading and queries
export { load } from "./orm/loading/load-function.ts";
export { Load } from "./orm/loading/load.ts";
export type { ContainsEagerOptions, DeferOptions, JoinedLoadOptions, RaiseLoadOptions, RecursiveLoadOptions } from "./orm/loading/load.ts";
export {
  containsEager,
  defaultload,
  defer,
  immediateload,
  joinedload,
  lazyload,
  loadOnly,
  noload,
  raiseload,
  selectinload,
  selectinPolymorphic,
  subqueryload,
  undefer,
  undeferGroup,
  withExpression,
} from "./orm/loading/options.ts";
export { UserDefinedOption } from "./orm/loading/user-defined-option.ts";
export { relational } from "./orm/relational/relational.ts";
export type { RelationalExtras, RelationalOptions, RelationalRow } from "./orm/relational/types.ts";
export { aliased, type AliasedOptions, type Named, withPolymorphic, type WithPolymorphicOptions } from "./orm/query/aliased.ts";
export { Bundle, type BundleOptions } from "./orm/query/bundle.ts";
export { type LoaderCriteriaOption, withLoaderCriteria, type LoaderCriteriaOptions } from "./orm/query/with-criteria.ts";

// Core: types
export type { ArrayType } from "./sql/types/array.ts";
export type { BINARY, BLOB, LargeBinaryType, VARBINARY } from "./sql/types/binary.ts";
export type { BOOLEAN, BooleanType } from "./sql/types/boolean.ts";
export type { IntervalType } from "./sql/types/interval.ts";
export type {
  BIGINT,
  BigIntegerType,
  DECIMAL,
  DOUBLE,
  DOUBLE_PRECISION,
  DoubleType,
  FLOAT,
  FloatType,
  INTEGER,
  IntegerType,
  NUMERIC,
  NumericType,
  REAL,
  SMALLINT,
  SmallIntegerType,
} from "./sql/types/numeric.ts";
export type { CHAR, CLOB, NCHAR, NVARCHAR, StringType, TEXT, TextType, UnicodeTextType, UnicodeType, VARCHAR } from "./sql/types/string.ts";
export type { DATE, DATETIME, DateTimeType, DateType, TIME, TIMESTAMP, TimeType } from "./sql/types/temporal.ts";
export type { UUID, UuidType } from "./sql/types/uuid.ts";
export { JsonNull, type JsonOptions, type JsonType } from "./sql/types/json.ts";
export type { EnumObject, EnumOptions, EnumType, EnumValue } from "./sql/types/enum.ts";
export { t, type TypeFactories } from "./sql/types/factories.ts";
export { NullType } from "./sql/types/null-type.ts";
export { TupleType } from "./sql/types/tuple-type.ts";
export { TypeDecorator } from "./sql/types/type-decorator.ts";
export { type Affinity, type LiteralProcessor, type Processor, TypeEngine } from "./sql/types/type-engine.ts";
export { UserDefinedType } from "./sql/types/user-defined-type.ts";

// Core: tables
export { CheckFirst, type CheckFirstOption } from "./sql/schema/check-first.ts";
export {
  ColumnDefault,
  type DefaultContext,
  DefaultClause,
  type DefaultFunction,
  DefaultGenerator,
  FetchedValue,
} from "./sql/schema/column-defaults.ts";
export type { ColumnOptions } from "./sql/schema/column-options.ts";
export { Computed, computed, type ComputedOptions } from "./sql/schema/computed.ts";
export { CheckConstraint, Constraint, type ConstraintOptions, PrimaryKeyConstraint, UniqueConstraint } from "./sql/schema/constraints.ts";
export {
  checkConstraint,
  Column,
  type ColumnConstructor,
  type ColumnType,
  type ColumnValue,
  foreignKeyConstraint,
  index,
  primaryKeyConstraint,
  Routine,
  type RoutineConstructor,
  uniqueConstraint,
} from "./sql/schema/constructors.ts";
export type { DdlEventOptions, DdlListener, MetaDataEvents, TableEvents } from "./sql/schema/events.ts";
export { ForeignKey, foreignKey, ForeignKeyConstraint, type ForeignKeyOptions } from "./sql/schema/foreign-key.ts";
export { Identity, identity, type IdentityColumnOptions } from "./sql/schema/identity.ts";
export { type CreateAllOptions, MetaData, type MetaDataOptions, type ReflectOptions } from "./sql/schema/metadata.ts";
export { conv, type NamingConvention } from "./sql/schema/naming-convention.ts";
export type { ProgramBody } from "./sql/schema/program-body.ts";
export type { RoutineCall, RoutineKind, RoutineOptions, RoutineParameter } from "./sql/schema/routine.ts";
export { type DdlCondition, type DdlIfOptions, SchemaItem } from "./sql/schema/schema-item.ts";
export { type SortedTables, sortTables, sortTablesAndConstraints } from "./sql/schema/sort-tables.ts";
export { type IdentityOptions, Sequence, type SequenceOptions } from "./sql/schema/sequence.ts";
export { Index, type IndexOptions } from "./sql/schema/table-index.ts";
export { Table, type TableColumns, type TableOptions, type ToMetadataOptions } from "./sql/schema/table.ts";

export { Trigger, trigger, type TriggerEvent, type TriggerOptions, type TriggerTiming } from "./sql/schema/trigger.ts";

// Core: DDL
export {
  DropColumnComment,
  DropConstraintComment,
  DropTableComment,
  SetColumnComment,
  SetConstraintComment,
  SetTableComment,
} from "./sql/ddl/comments.ts";
export {
  AddConstraint,
  CreateColumn,
  CreateIndex,
  CreateSchema,
  CreateSequence,
  CreateTable,
  DropConstraint,
  DropIndex,
  DropSchema,
  DropSequence,
  DropTable,
} from "./sql/ddl/create-drop.ts";
export { CreateTableAs, type CreateTableAsOptions } from "./sql/ddl/create-table-as.ts";
export { CreateView, type CreateViewOptions, DropView, type DropViewOptions } from "./sql/ddl/create-view.ts";
export { DdlElement, type DdlContext, type ExecuteIfOptions } from "./sql/ddl/ddl-element.ts";
export {
  CreateRoutine,
  CreateTrigger,
  type CreateProgramOptions,
  DropRoutine,
  DropTrigger,
  type DropProgramOptions,
} from "./sql/ddl/programs.ts";
export { DDL } from "./sql/ddl/ddl.ts";
import "./sql/ddl/schema-dropper.ts";
import "./sql/ddl/schema-generator.ts";

// Core: SELECT and what can be selected from
export { Alias, AliasedReturnsRows } from "./sql/selectable/alias.ts";
export { ColumnCollection, type ColumnRecord, type Columns } from "./sql/selectable/column-collection.ts";
export type { ColumnDescription } from "./sql/selectable/column-descriptions.ts";
export { CompoundSelect, except, exceptAll, intersect, intersectAll, union, unionAll } from "./sql/selectable/compound-select.ts";
export { alias, cte, join, lateral, outerjoin, table, tablesample, values } from "./sql/selectable/constructors.ts";
export { Cte, type CteOptions } from "./sql/selectable/cte.ts";
export { Exists, exists } from "./sql/selectable/exists.ts";
export type { ForUpdateOptions } from "./sql/selectable/for-update.ts";
export { FromClause, type JoinOptions } from "./sql/selectable/from-clause.ts";
export { FromGrouping } from "./sql/selectable/from-grouping.ts";
export { Join } from "./sql/selectable/join.ts";
export {
  LABEL_STYLE_DEFAULT,
  LABEL_STYLE_DISAMBIGUATE_ONLY,
  LABEL_STYLE_NONE,
  LABEL_STYLE_TABLENAME_PLUS_COL,
  type SelectLabelStyle,
} from "./sql/selectable/label-style.ts";
export { Lateral } from "./sql/selectable/lateral.ts";
export { type GivesValue, notNullable, nullable } from "./sql/selectable/nullable.ts";
export { ScalarSelect } from "./sql/selectable/scalar-select.ts";
export { ReturnsRows } from "./sql/selectable/returns-rows.ts";
export { GenerativeSelect, SelectBase } from "./sql/selectable/select-base.ts";
export type {
  ColumnsRow,
  Condition,
  FilterValues,
  LimitArgument,
  OrderArgument,
  RowOf,
  ScalarOf,
  SelectArgument,
} from "./sql/selectable/select-types.ts";
export { Select, select } from "./sql/selectable/select.ts";
export { Subquery } from "./sql/selectable/subquery.ts";
export { TableClause } from "./sql/selectable/table-clause.ts";
export { TableSample } from "./sql/selectable/tablesample.ts";
export { TableValuedAlias, TableValuedColumn } from "./sql/selectable/table-valued.ts";
export { TextualSelect } from "./sql/selectable/text-select.ts";
export { ScalarValues, Values } from "./sql/selectable/values.ts";
import "./sql/selectable/compound-state.ts";
import "./sql/compiler/compile.ts";

// Core: INSERT, UPDATE, DELETE
export { Delete, delete_ } from "./sql/dml/delete.ts";
export { type DmlTarget, Insert, insert } from "./sql/dml/insert.ts";
export { Merge, merge, MergeInto, MergeMatched, MergeNotMatched, type MergeValues } from "./sql/dml/merge.ts";
export { UpdateBase, ValuesBase } from "./sql/dml/dml-base.ts";
export { Update, update } from "./sql/dml/update.ts";
export type { InsertInto, InsertValues, TableRow, UpdateOf, UpdateValues, WithValues } from "./sql/dml/value-types.ts";
import "./sql/dml/dml-state.ts";

// ORM: sessions
export type { AttributeEvents, InstanceEvents, MapperEvents } from "./orm/events.ts";
export type { RegistryEvents } from "./orm/mapping/registry-events.ts";
export type { ExecuteOptions } from "./orm/session/execute.ts";
export type { GetOptions } from "./orm/session/get.ts";
export { IdentityMap } from "./orm/session/identity-map.ts";
export type { IdentityToken } from "./orm/state/identity-token.ts";
export type { MergeOptions } from "./orm/session/merge.ts";
export { OrmExecuteState } from "./orm/session/orm-execute-state.ts";
export type { RefreshOptions } from "./orm/session/refresh-expire.ts";
export type { SessionEvents } from "./orm/session/session-events.ts";
export type { BindRequest, SessionOptions } from "./orm/session/session-internals.ts";
export { asyncSessionScope, type SessionScope } from "./orm/session/session-scope.ts";
export { type SessionMaker, sessionmaker } from "./orm/session/session-maker.ts";
export { SessionTransaction } from "./orm/session/session-transaction.ts";
export { Session } from "./orm/session/session.ts";
export type { StateSet } from "./orm/session/state-sets.ts";
