import { ArgumentError } from "../../errors.ts";
import { clauseSymbol } from "../../sql/base/coercions.ts";
import { ColumnElement } from "../../sql/elements/column-element.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { ClassManager, type EntityClass, ownManager } from "../attributes/class-manager.ts";
import { MANAGER } from "../attributes/symbols.ts";
import { addValidator, type ValidatesDeclaration } from "../attributes/validates.ts";
import { type InstanceState, STATE } from "../state/instance-state.ts";
import { keepConstructorName } from "./class-name.ts";
import { bindInherited } from "./bind-inherited.ts";
import { type ColumnChoice, chosenColumns } from "./column-choice.ts";
import { ColumnProperty } from "./column-property.ts";
import { defineEntityMethods } from "./entity-methods.ts";
import { configureMapper } from "./mapper-configure.ts";
import { Mapper, type MapperOptions } from "./mapper.ts";
import type { MapperProperty } from "./mapper-property.ts";
import { pendingFor } from "./pending-classes.ts";
import type { Registry } from "./registry.ts";
import { type BoundAttribute, type ClassScan, isDeclaration, SCAN } from "./scan.ts";

/** What {@link Registry.mapImperatively} takes beside class and table. */
export interface ImperativeOptions extends Omit<MapperOptions, "inherits">, ColumnChoice {
  /** attributes by name: relationships, columns under another name, … */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** the superclass, when it is mapped as well */
  readonly inherits?: EntityClass | null;
}

/** Maps a class that knows nothing of athanor. */
export function mapImperatively(registry: Registry, class_: EntityClass, table: FromClause, options: ImperativeOptions): Mapper {
  if (ownManager(class_) !== undefined || pendingFor(class_) !== undefined) throw new ArgumentError(`${class_.name} is mapped already`);
  const { properties = {}, inherits, includeProperties, excludeProperties, ...rest } = options;
  const parent = inherits == null ? null : (ownManager(inherits)?.mapper ?? null);
  if (inherits != null && parent === null)
    throw new ArgumentError(`${class_.name}: ${inherits.name}, which it inherits from, is not mapped`);
  const manager = new ClassManager(class_, class_.name);
  const mapper = new Mapper(registry, class_, manager, table, { ...rest, inherits: parent });
  const mapsOtherColumn = chosenColumns(class_.name, table, {
    includeProperties: includeProperties ?? null,
    excludeProperties: excludeProperties ?? null,
  });
  const columns = new Map<string, ColumnProperty>();
  const others = new Map<string, MapperProperty>();
  const bound: [string, BoundAttribute][] = [];
  const validators: ValidatesDeclaration[] = [];
  const scan: ClassScan = {
    class_,
    name: class_.name,
    registry,
    columnName: (key) => key,
    addColumn: () => {
      throw new ArgumentError(
        `${class_.name}: mapImperatively() maps columns of the table that it is given; mappedColumn() is for declared classes`,
      );
    },
    addExistingColumn: (key, property) => void columns.set(key, property),
    addProperty: (key, property) => void others.set(key, property),
    bind: (key, attribute) => void bound.push([key, attribute]),
    addValidator: (declaration) => void validators.push(declaration),
    whenMapped: (fn) => mapper._onConfigured(fn),
  };
  for (const [key, given] of Object.entries(properties)) {
    if (isDeclaration(given)) given[SCAN](scan, key);
    else if (given instanceof ColumnElement) columns.set(key, new ColumnProperty([given._identity as ColumnElement<unknown>]));
    else
      throw new ArgumentError(
        `${class_.name}.${key}: a property is a column or what relationship(), composite(), synonym() and the like give`,
      );
  }
  Object.defineProperty(class_, MANAGER, { value: manager, configurable: true });
  try {
    configureMapper(mapper, { columns, properties: others, mapsOtherColumn });
  } catch (error) {
    Reflect.deleteProperty(class_, MANAGER);
    throw error;
  }
  Object.defineProperty(class_, clauseSymbol, { configurable: true, get: () => mapper._clause });
  for (const [key, attribute] of bound) {
    attribute._bindTo(mapper, mapper.getProperty(key));
    Object.defineProperty(class_, key, { value: attribute, configurable: true, writable: true, enumerable: true });
  }
  bindInherited(mapper, new Set(bound.map(([key]) => key)));
  keepConstructorName(class_, manager.name);
  const { prototype } = class_ as { prototype: object };
  defineEntityMethods(prototype);
  defineLazyState(prototype, manager);
  mapper._onConfigured(() => {
    for (const validator of validators) for (const key of validator.names) addValidator(manager.getImpl(key), validator);
  });
  registry._addMapper(mapper);
  return mapper;
}

/**
 * Objects of such a class are made by its own constructor, so they get their state when it is first asked for. Class fields that the
 * constructor has set until then are taken over as values, since they would hide the attributes.
 */
function defineLazyState(prototype: object, manager: ClassManager): void {
  Object.defineProperty(prototype, STATE, {
    configurable: true,
    get(this: object): InstanceState | undefined {
      if (this === prototype || !(this instanceof (manager.class_ as unknown as new () => object))) return undefined;
      manager.mapper.registry.configure();
      return adopt(this, manager);
    },
    set(this: object, state: InstanceState) {
      Object.defineProperty(this, STATE, { value: state, writable: true, configurable: true, enumerable: false });
    },
  });
}

function adopt(obj: object, manager: ClassManager): InstanceState {
  const state = manager.setupInstance(obj);
  manager.dispatch.init?.forEach((fn) => fn(state, [], {}));
  manager.mapper._setPolymorphicIdentity(state);
  const fields = obj as Record<string, unknown>;
  for (const key of manager.keys) {
    const field = Object.getOwnPropertyDescriptor(obj, key);
    if (field === undefined || !("value" in field)) continue;
    Reflect.deleteProperty(obj, key);
    if (field.value !== undefined) fields[key] = field.value as unknown;
  }
  return state;
}
