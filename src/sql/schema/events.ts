import { Dispatcher } from "../../event/dispatcher.ts";
import { registerEventFamily } from "../../event/registry.ts";
import type { StatementRunner } from "../base/statement-runner.ts";
import type { MetaData } from "./metadata.ts";
import type { ReflectedColumn } from "./reflected-column.ts";
import type { Table } from "./table.ts";

/** What listeners to DDL events are told beside the target. */
export interface DdlEventOptions {
  readonly checkFirst: boolean;
  /** the tables that are created or dropped */
  readonly tables: readonly Table[];
}

/** A listener to a DDL event. It may be async: it is waited for. */
export type DdlListener<T> = (target: T, connection: StatementRunner, options: DdlEventOptions) => unknown;

/**
 * The events of tables and of MetaData.
 * See https://docs.sqlalchemy.org/en/21/core/events.html#sqlalchemy.events.DDLEvents
 */
export interface DdlEvents<T> {
  beforeCreate: DdlListener<T>;
  afterCreate: DdlListener<T>;
  beforeDrop: DdlListener<T>;
  afterDrop: DdlListener<T>;
  /**
   * A column was read from the database, and a `Column` is going to be made of it: what the listener changes of it (`type`, `key`,
   * `info`, …) is what the column becomes. Listen on a table, on a MetaData, or on all tables.
   */
  columnReflect: (inspector: object, table: Table, column: ReflectedColumn) => void;
}

/** The events of a table. */
export type TableEvents = DdlEvents<Table>;
/** The events of a MetaData. */
export type MetaDataEvents = DdlEvents<MetaData>;

const NAMES = ["beforeCreate", "afterCreate", "beforeDrop", "afterDrop", "columnReflect"] as const;

/** The listeners to all tables. */
export const allTables: Dispatcher<TableEvents> = new Dispatcher<TableEvents>(NAMES);
/** The listeners to every MetaData. */
export const allMetaData: Dispatcher<MetaDataEvents> = new Dispatcher<MetaDataEvents>(NAMES);

/** A target's own listeners; made when first asked for. */
interface Target<T> {
  _dispatch: Dispatcher<DdlEvents<T>> | null;
  readonly _eventParent: Dispatcher<DdlEvents<T>>;
}

registerEventFamily({
  name: "DDLEvents",
  events: NAMES,
  resolve(target) {
    const given = target as Partial<Target<unknown>> & { readonly prototype?: Partial<Target<unknown>> };
    if (given._eventParent !== undefined) return (given._dispatch ??= given._eventParent.child()) as Dispatcher<never>;
    return (given.prototype?._eventParent as Dispatcher<never> | undefined) ?? null;
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
export async function dispatchDdl<T extends object>(
  target: T & Target<T>,
  name: Exclude<keyof DdlEvents<T>, "columnReflect">,
  runner: StatementRunner,
  options: DdlEventOptions,
): Promise<void> {
  const listeners = (target._dispatch ?? target._eventParent).on[name];
  if (listeners === null) return;
  for (const listener of listeners) await listener(target, runner, options);
}
