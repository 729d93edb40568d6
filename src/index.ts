/** SQLAlchemy 2 for TypeScript. */
export {};

// Core: expressions and functions
export type { Expression, Operand, ValueOf } from "./sql/base/expression.ts";
export type { ExecutionOptions } from "./sql/base/executable.ts";
export type { CompileArgs } from "./sql/base/sql-dialect.ts";
export type { BoundStatement, Compiled } from "./sql/compiler/compiled.ts";
export { BindParameter, type BindParameterOptions } from "./sql/elements/bind-parameter.ts";
export type { CaseOptions } from "./sql/elements/case.ts";
export { ClauseElement } from "./sql/elements/clause-element.ts";
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
export { Label } from "./sql/elements/label.ts";
export { type FrameArgument, type FrameBound, FrameClause, type OverOptions } from "./sql/elements/over.ts";
export { QuotedName } from "./sql/elements/quoted-name.ts";
export { sql, TString } from "./sql/elements/sql-tag.ts";
export { TextClause } from "./sql/elements/text-clause.ts";
export { func, type FunctionGenerator, type FunctionOptions, type KnownFunctions } from "./sql/functions/func.ts";
export { Function } from "./sql/functions/function.ts";
export { FunctionElement, type FunctionTableValuedOptions } from "./sql/functions/function-element.ts";
export { type FunctionFactory, GenericFunction, registerFunction } from "./sql/functions/generic-function.ts";
export type { AutoescapeOptions, InOperand, LikeOptions, LooseOperand, RegexpOptions } from "./sql/operators/column-operators.ts";
export type { CustomOperatorOptions } from "./sql/operators/custom-operator.ts";
import "./sql/base/compare.ts";
import "./sql/compiler/compile.ts";
import "./sql/functions/next-value.ts";
import "./sql/functions/select-function.ts";

// ORM: mapping, attributes, relationships
export { attributeKeyedDict, type CollectionClass, type CollectionFactory, keyfuncMapping } from "./orm/attributes/collection-class.ts";
export type { ClassManager } from "./orm/attributes/class-manager.ts";
export { History } from "./orm/attributes/history.ts";
export { InstrumentedAttribute } from "./orm/attributes/instrumented-attribute.ts";
export { InstrumentedList } from "./orm/attributes/instrumented-list.ts";
export { InstrumentedSet } from "./orm/attributes/instrumented-set.ts";
export { KeyFuncDict } from "./orm/attributes/keyed-dict.ts";
export { validates, type ValidatesOptions } from "./orm/attributes/validates.ts";
export { flagModified, getHistory, makeTransient, makeTransientToDetached, objectSession, setCommittedValue, wasDeleted } from "./orm/attributes/functions.ts";
export { columnProperty, queryExpression } from "./orm/mapping/column-property-attribute.ts";
export { composite } from "./orm/mapping/composite.ts";
export { type DeclarativeBase, declarativeBase, type DeclarativeBaseOptions, extend, type ExtendedBase, type MixedBase } from "./orm/mapping/declarative.ts";
export type { MapToOptions } from "./orm/mapping/declarative-scan.ts";
export { MappedColumn, mappedColumn, type MappedColumnOptions } from "./orm/mapping/mapped-column.ts";
export type { Mapper } from "./orm/mapping/mapper.ts";
export { configureMappers, Registry as registry } from "./orm/mapping/registry.ts";
export { synonym } from "./orm/mapping/synonym.ts";
export type { Awaitable, EntityMethods, Init, Mapped } from "./orm/mapping/types.ts";
export { foreign, remote } from "./orm/relationship/annotations.ts";
export { withParent } from "./orm/relationship/comparator.ts";
export { Relationship, relationship } from "./orm/relationship/relationship.ts";
export type { RelationshipOptions } from "./orm/relationship/relationship-property.ts";
export { RelationshipProperty } from "./orm/relationship/relationship-property.ts";
export { InstanceState } from "./orm/state/instance-state.ts";
import "./orm/inspect.ts";

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
  subqueryload,
  undefer,
  undeferGroup,
  withExpression,
} from "./orm/loading/options.ts";
export { aliased, type AliasedOptions, withPolymorphic } from "./orm/query/aliased.ts";
export { Bundle } from "./orm/query/bundle.ts";
export { withLoaderCriteria, type LoaderCriteriaOptions } from "./orm/query/with-criteria.ts";
import "./orm/loading/attribute-loader.ts";
import "./orm/loading/execute-orm.ts";
import "./orm/query/bulk-insert.ts";
import "./orm/query/from-statement.ts";
import "./orm/query/orm-select-state.ts";
