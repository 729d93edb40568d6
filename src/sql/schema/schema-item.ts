import { ArgumentError } from "../../errors.ts";
import { Dispatcher } from "../../event/dispatcher.ts";
import type { EVENTS } from "../../event/registry.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { StatementRunner } from "../base/statement-runner.ts";
import type { QuotedName } from "../elements/quoted-name.ts";

/** What has a name and perhaps a schema: tables, sequences, created types. */
export interface SchemaNamed {
  readonly name: string;
  readonly schema?: string | null;
  readonly quote?: boolean | null;
  readonly quoteSchema?: boolean | null;
  /** Whether its schema may be translated. @internal */
  readonly _useSchemaMap?: boolean;
}

/** Data of the user's own on a part of a schema. */
export type Info = Record<string, unknown>;

let created = 0;

/** A number by which constraints and columns keep the order in which they were made. */
export function nextCreationOrder(): number {
  created += 1;
  return created;
}

/** What a condition is asked about: of `ddlIf()`, and of `executeIf()`. */
export interface DdlContext {
  /** the statement that is to run or to be rendered */
  readonly ddl: object;
  /** the table or MetaData of the event; for `ddlIf()` the constraint or index itself */
  readonly target: object | null;
  /** the connection; null where a statement is only rendered */
  readonly runner: StatementRunner | null;
  readonly dialect: SqlDialect;
  /** the tables of the event, where it has any */
  readonly tables: readonly object[] | null;
  /** what was given as `state` */
  readonly state: unknown;
  /** what is looked up first, by the flags of `CheckFirst` */
  readonly checkFirst: number;
}

/** On which dialects something happens, and what decides beside it. */
export interface DdlIfOptions {
  /** the names of the dialects; all unless told */
  readonly dialect?: string | readonly string[];
  readonly callable?: (context: DdlContext) => boolean;
  /** handed on to the function */
  readonly state?: unknown;
}

/** When a constraint or index is part of the DDL, as users give it: dialects, a function, or both. */
export type DdlCondition = string | readonly string[] | ((context: DdlContext) => boolean) | DdlIfOptions;

/** The parts of a condition. */
export function ddlCondition(when: DdlCondition): DdlIfOptions {
  if (typeof when === "function") return { callable: when };
  if (typeof when === "string" || Array.isArray(when)) return { dialect: when as string | readonly string[] };
  if (typeof when !== "object" || when === null)
    throw new ArgumentError("A condition of DDL is the name of a dialect, several of them, a function, or { dialect, callable, state }.");
  return when as DdlIfOptions;
}

/** Whether a condition holds; `context` is made only where a function asks for it. */
export function conditionHolds(
  condition: DdlIfOptions | null,
  dialect: SqlDialect,
  context: () => Omit<DdlContext, "dialect" | "state">,
): boolean {
  if (condition === null) return true;
  if (condition.dialect !== undefined) {
    const names = typeof condition.dialect === "string" ? [condition.dialect] : condition.dialect;
    if (!names.includes(dialect.name)) return false;
  }
  return condition.callable === undefined || condition.callable({ ...context(), dialect, state: condition.state });
}

// methods, so that the listeners to a class are known by its subclasses too
/** The events of what is attached to a table or column. */
export interface AttachEvents<T> {
  /** it is about to become part of a table, column or MetaData */
  beforeParentAttach(target: T, parent: object): void;
  /** it has become part of a table, column or MetaData */
  afterParentAttach(target: T, parent: object): void;
}

/** What can be listened to for being attached, and created or dropped. */
export interface SchemaEventTarget {
  _dispatch: Dispatcher<AttachEvents<never>> | null;
  readonly _eventParent: Dispatcher<AttachEvents<never>>;
}

const ATTACHED = ["beforeParentAttach", "afterParentAttach"] as const;

/** Attaches an item by a function, and tells the listeners before and after it. */
export function attachWithEvents(item: SchemaEventTarget, parent: object, attach: () => void): void {
  const { on } = item._dispatch ?? item._eventParent;
  if (on.beforeParentAttach !== null) for (const listener of on.beforeParentAttach) listener(item as never, parent);
  attach();
  // the first listener may have been added by the item itself
  const after = (item._dispatch ?? item._eventParent).on.afterParentAttach;
  if (after !== null) for (const listener of after) listener(item as never, parent);
}

/** The names of the events of schema items. */
export const SCHEMA_EVENTS = ["beforeCreate", "afterCreate", "beforeDrop", "afterDrop", ...ATTACHED, "columnReflect"] as const;

/** The listeners to everything that can be part of a schema. */
export const allSchemaItems: Dispatcher<AttachEvents<never>> = new Dispatcher<AttachEvents<never>>(SCHEMA_EVENTS as never);

/** The listeners to all types that have names in a schema. */
export const allSchemaTypes: Dispatcher<AttachEvents<never>> = allSchemaItems.child();

const byClass = new Map<object, Dispatcher<AttachEvents<never>>>();

/** The listeners to all items of a class, and of those that it extends. */
export function classDispatcher(type: object, root: object): Dispatcher<AttachEvents<never>> {
  let found = byClass.get(type);
  if (found === undefined) {
    const above = type === root ? allSchemaItems : classDispatcher(Object.getPrototypeOf(type) as object, root);
    byClass.set(type, (found = above.child()));
  }
  return found;
}

/** Marks, for the type checker only, what an item says of the column that it stands beside: that it is an identity, … */
export declare const SAYS: unique symbol;

/** What is attached to a column or a table: foreign keys, constraints, indexes, defaults. */
export abstract class SchemaItem {
  declare readonly [EVENTS]?: AttachEvents<SchemaItem>;
  /** What it says, for the type checker, of the column that it stands beside. */
  declare readonly [SAYS]?: unknown;
  /** @internal */
  _info: Info | null = null;
  /** @internal */
  _dispatch: Dispatcher<AttachEvents<never>> | null = null;

  /** Data of the user's own. */
  get info(): Info {
    return (this._info ??= {});
  }

  /** @internal */
  get _eventParent(): Dispatcher<AttachEvents<never>> {
    const type = this.constructor;
    // whoever listens to this class itself listens to all items, tables and columns among them
    return type === SchemaItem ? allSchemaItems : classDispatcher(type, SchemaItem);
  }

  /** Attaches the item to the column or table that holds it, and tells the listeners. @internal */
  _attachTo(parent: object): void {
    attachWithEvents(this, parent, () => this._setParent(parent));
  }

  /** Attaches the item to the column or table that holds it. @internal */
  abstract _setParent(parent: object): void;
}

/** A name as it is given to a constraint or index. */
export type ItemName = string | QuotedName | null;
