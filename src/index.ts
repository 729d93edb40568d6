/** SQLAlchemy 2 for TypeScript. */
export {};

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
export { columnProperty, deferred, queryExpression } from "./orm/mapping/column-property-attribute.ts";
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
