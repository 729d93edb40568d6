/**
 * Extensions: hybrid attributes, association proxies, values that are tracked in place, lists that keep their order, pages by key, and SQL
 * constructs of your own.
 * @packageDocumentation
 */
export { Comparator } from "./comparator.ts";
export { HybridProperty, hybridProperty, type HybridOptions, type SettableHybridOptions } from "./hybrid.ts";
export { hybridMethod, type HybridMethod, type HybridMethodOptions } from "./hybrid-method.ts";
export { AssociationProxy, associationProxy, type AssociationProxyOptions, type ProxyCriterion } from "./association-proxy.ts";
export { AssociationDict } from "./association-dict.ts";
export { AssociationList } from "./association-list.ts";
export { AssociationSet } from "./association-set.ts";
export { OrderingList, orderingList, type OrderingFunction, type OrderingListOptions } from "./ordering-list.ts";
export { indexProperty, type IndexPropertyOptions } from "./index-property.ts";
export { MutableComposite } from "./mutable-composite.ts";
export { Mutable, type MutableClass } from "./mutable.ts";
export { MutableDict, MutableList, MutableSet } from "./mutable-collections.ts";
export {
  type CompileFunction,
  type CompilerOf,
  compiles,
  deregister,
  type Renderable,
  type RenderableClass,
  type RenderedOf,
  type RenderOptionsOf,
} from "./compiles.ts";
export {
  type BackwardPage,
  type ForwardPage,
  type KeysetItem,
  type KeysetOrder,
  keysetPage,
  KeysetPage,
  type KeysetRunner,
  type PagedSelect,
} from "./keyset/page.ts";
export { operand } from "./operand.ts";
export { automapBase, type AutomapBase, type AutomapClasses } from "./automap.ts";
export { classnameForTable, generateRelationship, nameForCollectionRelationship, nameForScalarRelationship } from "./automap-naming.ts";
export type {
  AutomapAttribute,
  AutomapClass,
  AutomapObject,
  ClassnameForTable,
  GenerateRelationship,
  MappedClass,
  NameForRelationship,
  PrepareOptions,
} from "./automap-types.ts";
export { deferredReflection, type DeferredReflectionBase } from "./deferred-reflection.ts";
export { dumps, type DumpsOptions, type SerializerClasses } from "./serializer/dumps.ts";
export { loads, type LoadsOptions } from "./serializer/loads.ts";
export { type JsonOf, serialize, type Serialized, type SerializeOptions } from "./serialize.ts";
export type { DdlCompiler } from "../sql/compiler/ddl-compiler.ts";
export type { IdentifierPreparer } from "../sql/compiler/identifier-preparer.ts";
export type { SqlCompiler } from "../sql/compiler/sql-compiler.ts";
export type { TypeCompiler, TypeOptions } from "../sql/compiler/type-compiler.ts";
export type { VisitOptions } from "../sql/compiler/visit-options.ts";
