import type { Dispatcher } from "../../event/dispatcher.ts";
import { registerEventFamily } from "../../event/registry.ts";
import type { StatementRunner } from "../base/statement-runner.ts";
import type { MetaData } from "./metadata.ts";
import type { ReflectedColumn } from "./reflected-column.ts";
import { allSchemaItems, type AttachEvents, SCHEMA_EVENTS } from "./schema-item.ts";
import type { Table } from "./table.ts";

/** What listeners to DDL events are told beside the target. */
export interface DdlEventOptions {
  /** what is looked up first, by the flags of `CheckFirst`; 0 for nothing */
  readonly checkFirst: number;
  /** the tables that are created or dropped */
  readonly tables: readonly Table[];
}

/** A listener to a DDL event. It may be async: it is waited for. */
export type DdlListener<T> = (target: T, connection: StatementRunner, options: DdlEventOptions) => unknown;

/**
 * The events of what is created and dropped: tables and MetaData, and also indexes, sequences, types, views, triggers, routines, and the
 * foreign keys that are made by ALTER.
 * See https://docs.sqlalchemy.org/en/21/core/events.html#sqlalchemy.events.DDLEvents
 */
export interface DdlEvents<T> {
  beforeCreate: DdlListener<T>;
  afterCreate: DdlListener<T>;
  beforeDrop: DdlListener<T>;
  afterDrop: DdlListener<T>;
}

/** The events of what a database is read into. */
export interface ReflectEvents {
  /**
   * A column was read from the database, and a `Column` is going to be made of it: what the listener changes of it (`type`, `key`,
   * `info`, …) is what the column becomes. Listen on a table, on a MetaData, or on all tables.
   */
  columnReflect: (inspector: object, table: Table, column: ReflectedColumn) => void;
}

/** The events of a table. */
export type TableEvents = DdlEvents<Table> & AttachEvents<Table> & ReflectEvents;
/** The events of a MetaData. */
export type MetaDataEvents = DdlEvents<MetaData> & ReflectEvents;

/** The events of an item that is created and dropped by itself. */
export type SchemaItemEvents<T> = DdlEvents<T> & AttachEvents<T>;

/** The listeners to all tables. */
export const allTables: Dispatcher<TableEvents> = allSchemaItems.child() as Dispatcher<object> as Dispatcher<TableEvents>;
/** The listeners to every MetaData. */
export const allMetaData: Dispatcher<MetaDataEvents> = allSchemaItems.child() as Dispatcher<object> as Dispatcher<MetaDataEvents>;
/** The listeners to all columns. */
export const allColumns: Dispatcher<AttachEvents<never>> = allSchemaItems.child();

/** A target's own listeners; made when first asked for. */
interface Target {
  _dispatch: Dispatcher<object> | null;
  readonly _eventParent: Dispatcher<object>;
  readonly _reflects?: boolean;
}

registerEventFamily({
  name: "DDLEvents",
  events: SCHEMA_EVENTS,
  resolve(target, event) {
    const given = target as Partial<Target> & { readonly prototype?: Partial<Target> };
    if (event === "columnReflect" && (given.prototype ?? given)._reflects !== true) return null;
    if (given._eventParent !== undefined) return (given._dispatch ??= given._eventParent.child());
    return given.prototype?._eventParent ?? null;
  },
});

/** Tells the listeners of the table and those of its MetaData that a column was read. */
export function dispatchColumnReflect(table: Table, inspector: object, column: ReflectedColumn): void {
  const { metadata } = table;
  for (const listeners of [(metadata._dispatch ?? allMetaData).on.columnReflect, (table._dispatch ?? allTables).on.columnReflect]) {
    if (listeners !== null) for (const listener of listeners) listener(inspector, table, column);
  }
}

/** Tells the listeners. */
export async function dispatchDdl(
  target: object,
  name: keyof DdlEvents<object>,
  runner: StatementRunner,
  options: DdlEventOptions,
): Promise<void> {
  const { _dispatch: own, _eventParent: all } = target as Target;
  const listeners = ((own ?? all) as Dispatcher<DdlEvents<object>>).on[name];
  if (listeners === null) return;
  for (const listener of listeners) await listener(target, runner, options);
}
