import "../load.ts";
import type { Dispatcher } from "../../event/dispatcher.ts";
import { type EVENTS, registerEventFamily } from "../../event/registry.ts";
import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { MetaData } from "../../sql/schema/metadata.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import type { EntityClass } from "../attributes/class-manager.ts";
import type { Mapper } from "./mapper.ts";
import { mapImperatively, type ImperativeOptions } from "./imperative.ts";
import type { PendingClass } from "./pending-classes.ts";
import { noteRegistry, REGISTRY_EVENTS, registryDispatch, type RegistryEvents } from "./registry-events.ts";

/** How attribute names become column names where a column is given none. */
export type ColumnNaming = "snake_case" | "verbatim" | ((attribute: string) => string);

export interface RegistryOptions {
  readonly metadata?: MetaData;
  readonly columnNaming?: ColumnNaming;
}

/**
 * The classes and mappers that belong together: they may refer to each other, and are configured together.
 * @see https://docs.sqlalchemy.org/en/21/orm/mapping_api.html#sqlalchemy.orm.registry
 */
export class Registry {
  declare readonly [EVENTS]?: RegistryEvents;
  /** @internal */
  readonly _dispatch: Dispatcher<RegistryEvents> = registryDispatch.child();
  readonly metadata: MetaData;
  readonly columnNaming: ColumnNaming;
  readonly mappers: Set<Mapper> = new Set();
  /** classes that are declared and not scanned yet @internal */
  readonly _pending: Set<PendingClass> = new Set();
  /** mappers whose relationships are not resolved yet @internal */
  readonly _unconfigured: Set<Mapper> = new Set();
  #configuring = false;

  constructor(options: RegistryOptions = {}) {
    this.metadata = options.metadata ?? new MetaData();
    this.columnNaming = options.columnNaming ?? "snake_case";
    noteRegistry(this);
  }

  /** Whether every class that is known is scanned and its relationships are resolved. */
  get ready(): boolean {
    return this._pending.size === 0 && this._unconfigured.size === 0;
  }

  /**
   * Scans every class and resolves every relationship that is not resolved yet. It happens by itself at first use; a program may
   * call it at its start to find mistakes early.
   * @throws ArgumentError (and its subclasses), InvalidRequestError with class, attribute and what to do
   */
  configure(): void {
    if (this.ready || this.#configuring) return;
    this.#configuring = true;
    const { on } = this._dispatch;
    try {
      for (const fn of on.beforeConfigured ?? []) fn(this);
      while (!this.ready) {
        for (const entry of [...this._pending]) entry.scan();
        const round = [...this._unconfigured];
        for (const mapper of round) {
          for (const fn of on.beforeMapperConfigured ?? []) fn(mapper, mapper.class_);
          for (const prop of mapper.props.values()) if (prop.parent === mapper) prop.init();
          for (const prop of mapper.props.values()) if (!prop.isColumn) prop.instrumentClass(mapper);
          mapper.configured = true;
          mapper._expireMemoizations();
        }
        for (const mapper of round) {
          mapper._whenConfigured();
          this._unconfigured.delete(mapper);
          for (const fn of on.mapperConfigured ?? []) fn(mapper, mapper.class_);
        }
      }
    } finally {
      this.#configuring = false;
    }
    for (const fn of on.afterConfigured ?? []) fn(this);
  }

  /** The column name of an attribute. @internal */
  _columnName(attribute: string): string {
    const naming = this.columnNaming;
    if (typeof naming === "function") return naming(attribute);
    return naming === "verbatim" ? attribute : snakeCase(attribute);
  }

  /**
   * Maps a class that knows nothing of athanor to a table.
   * @throws ArgumentError when the class is mapped already
   * @example
   * registry.mapImperatively(Song, songs, { properties: { album: relationship(() => Album, { backPopulates: "songs" }) } });
   * @see https://docs.sqlalchemy.org/en/21/orm/mapping_styles.html#imperative-mapping
   */
  mapImperatively(class_: EntityClass, table: FromClause, options: ImperativeOptions = {}): Mapper {
    return mapImperatively(this, class_, table, options);
  }

  /** @internal */
  _addMapper(mapper: Mapper): void {
    this.mappers.add(mapper);
    this._unconfigured.add(mapper);
  }
}

/** `releaseDate` → `release_date`, `userID` → `user_id`, `html5Text` → `html5_text`. */
export function snakeCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/** Configures the mappers of a registry: see {@link Registry.configure}. */
export function configureMappers(registry: Registry): void {
  if (!(registry instanceof Registry)) throw new ArgumentError("configureMappers() takes a registry: configureMappers(Base.registry)");
  registry.configure();
  if (!registry.ready) throw new InvalidRequestError("configureMappers() was called while mappers are being configured");
}

registerEventFamily({
  name: "RegistryEvents",
  events: REGISTRY_EVENTS,
  resolve(target) {
    if (target === Registry) return registryDispatch;
    // a base has the registry itself; its classes inherit it, and have events of their own
    const isBase = typeof target === "function" && Object.hasOwn(target, "registry");
    const found: unknown = isBase ? (target as { readonly registry?: unknown }).registry : target;
    return found instanceof Registry ? found._dispatch : null;
  },
});
