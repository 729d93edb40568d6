import { ArgumentError } from "../../errors.ts";
import type { EVENTS } from "../../event/registry.ts";
import { clauseOf, describe } from "../base/coercions.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { DdlBind } from "../base/statement-runner.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { type NameArgument, nameParts, QuotedName } from "../elements/quoted-name.ts";
import { TextClause } from "../elements/text-clause.ts";
import { CheckFirst, type CheckFirstOption, checkFirstFlags, itemDdlSlot } from "./check-first.ts";
import { columnArgument, resolveColumns } from "./constraints.ts";
import type { Column } from "./column.ts";
import type { SchemaItemEvents } from "./events.ts";
import { bodyFor, checkBody, type ProgramBody } from "./program-body.ts";
import { Routine } from "./routine.ts";
import {
  conditionHolds,
  type DdlCondition,
  ddlCondition,
  type DdlContext,
  type DdlIfOptions,
  type Info,
  SchemaItem,
} from "./schema-item.ts";
import type { Table } from "./table.ts";

/** When a trigger fires, as seen from what happens to the rows. */
export type TriggerTiming = "before" | "after" | "instead of";
/** What a trigger fires on. */
export type TriggerEvent = "insert" | "update" | "delete" | "truncate";

/** Options of {@link Trigger}. */
export interface TriggerOptions {
  readonly timing: TriggerTiming;
  /** one or several; several are known to PostgreSQL only */
  readonly events: TriggerEvent | readonly TriggerEvent[];
  /** only where one of these columns is set by UPDATE: columns or their keys; not for MySQL */
  readonly of?: readonly (string | object)[];
  /** for each row unless told; statements are known to PostgreSQL only */
  readonly forEach?: "row" | "statement";
  /** fires only where this holds: SQL as a string, or an expression, that names NEW and OLD */
  readonly when?: string | object;
  /**
   * what happens: statements of the database's own, written as they are. They are put between BEGIN and END unless they are a block already. On
   * PostgreSQL they become the body of a function of the trigger's name, in plpgsql, which returns the row unless the body says what it returns.
   */
  readonly body?: ProgramBody;
  /** PostgreSQL: the function to call, in place of a body: a routine that returns `trigger`, or its name */
  readonly execute?: Routine | string;
  /** PostgreSQL: the arguments of that function, which are texts */
  readonly arguments?: readonly string[];
  /** PostgreSQL: the names of the tables that hold the old and the new rows of a statement */
  readonly referencing?: { readonly oldTable?: string; readonly newTable?: string };
  /** PostgreSQL: a CONSTRAINT TRIGGER, which can be deferred */
  readonly constraint?: boolean;
  readonly deferrable?: boolean;
  readonly initially?: "DEFERRED" | "IMMEDIATE";
  /** MySQL and MariaDB: after that trigger of the same table */
  readonly follows?: string;
  /** MySQL and MariaDB: before that trigger of the same table */
  readonly precedes?: string;
  /** created again if it is there, every time */
  readonly orReplace?: boolean;
  readonly quote?: boolean | null;
  readonly info?: Info;
}

const TIMINGS: ReadonlySet<string> = new Set(["before", "after", "instead of"]);
const TRIGGER_EVENTS: ReadonlySet<string> = new Set(["insert", "update", "delete", "truncate"]);

/**
 * A trigger of a table or view, created and dropped with it. The body is SQL of the program's own.
 * @example
 * new Trigger("films_touch", films, {
 *   timing: "before",
 *   events: "update",
 *   body: { postgresql: "NEW.changed := now();", mysql: "SET NEW.changed = now(6);" },
 * });
 */
export class Trigger extends SchemaItem {
  declare readonly [EVENTS]?: SchemaItemEvents<Trigger>;
  readonly name: string;
  readonly quote: boolean | null;
  readonly timing: TriggerTiming;
  readonly events: readonly TriggerEvent[];
  readonly forEach: "row" | "statement";
  readonly when: ClauseElement | null;
  readonly body: ProgramBody | null;
  readonly execute: Routine | string | null;
  readonly options: TriggerOptions;
  /** @internal */
  _table: Table | null = null;
  /** @internal */
  _of: readonly Column<unknown>[] = [];
  /** @internal */
  _ddlIf: DdlIfOptions | null = null;

  /**
   * @param name - its name
   * @param table - the table; null for one that it is given to later
   * @param options - when it fires, and what happens then
   */
  constructor(name: NameArgument, table: object | null, options: TriggerOptions) {
    super();
    if ((typeof name !== "string" && !(name instanceof QuotedName)) || String(name) === "")
      throw new ArgumentError(`The name of a trigger is a string, not ${describe(name)}.`);
    [this.name, this.quote] = nameParts(name, options?.quote);
    const place = `the trigger "${this.name}"`;
    if (typeof options !== "object" || options === null)
      throw new ArgumentError(`new Trigger() takes options for ${place}, not ${describe(options)}.`);
    const timing = String(options.timing).toLowerCase();
    if (!TIMINGS.has(timing))
      throw new ArgumentError(`The timing of ${place} is "before", "after" or "instead of", not ${describe(options.timing)}.`);
    this.timing = timing as TriggerTiming;
    const events = (Array.isArray(options.events) ? options.events : [options.events]).map((event) => String(event).toLowerCase());
    if (events.length === 0 || events.some((event) => !TRIGGER_EVENTS.has(event)))
      throw new ArgumentError(`The events of ${place} are "insert", "update", "delete" and "truncate", not ${describe(options.events)}.`);
    this.events = events as TriggerEvent[];
    this.forEach = options.forEach ?? (events.includes("truncate") ? "statement" : "row");
    this.when = options.when === undefined ? null : condition(options.when, place);
    this.body = checkBody(options.body, place);
    this.execute = options.execute ?? null;
    if (this.body === null && this.execute === null)
      throw new ArgumentError(`${place[0]!.toUpperCase()}${place.slice(1)} needs { body }, as SQL, or { execute }, the function to call.`);
    if (this.execute !== null && typeof this.execute !== "string" && !(this.execute instanceof Routine))
      throw new ArgumentError(`The option execute of ${place} is a Routine or the name of a function, not ${describe(this.execute)}.`);
    this.options = options;
    if (options.info !== undefined) this._info = options.info;
    if (table !== null) {
      if ((table as Partial<Table>)._isSchemaTable !== true)
        throw new ArgumentError(`new Trigger() takes a Table as its second argument, for ${place}, not ${describe(table)}.`);
      this._attachTo(table);
    }
  }

  /** The table; null until it is given to one. */
  get table(): Table | null {
    return this._table;
  }

  /** The columns whose setting it fires on. */
  get of(): readonly Column<unknown>[] {
    return this._of;
  }

  /** Creates it only on some dialects, or when a function says so. */
  ddlIf(when: DdlCondition): this {
    this._ddlIf = ddlCondition(when);
    return this;
  }

  /** Whether there is anything to create on a dialect. @internal */
  _shouldCreate(dialect: SqlDialect, context: Partial<DdlContext> = {}): boolean {
    return (
      (bodyFor(this.body, dialect) !== null || (this.execute !== null && dialect.triggersCallFunctions)) &&
      conditionHolds(this._ddlIf, dialect, () => ({ ddl: this, runner: null, tables: null, checkFirst: 0, ...context, target: this }))
    );
  }

  /** The function that is made of the body, on dialects whose triggers call functions; null for others. @internal */
  _functionFor(dialect: SqlDialect): Routine | null {
    if (!dialect.triggersCallFunctions || this.execute !== null) return null;
    const body = bodyFor(this.body, dialect);
    if (body === null) return null;
    return new Routine(new QuotedName(this.name, this.quote), null, {
      schema: this._table?.schema ?? null,
      quoteSchema: this._table?.quoteSchema ?? null,
      returns: "trigger",
      body: functionBody(body, this),
      orReplace: true,
    });
  }

  /**
   * Creates it on a table that is there already.
   * @param bind - an engine or a connection
   * @param options - checkFirst: looks first whether it is there; true unless told
   */
  create(bind: DdlBind, options: CheckFirstOption = {}): Promise<void> {
    return itemDdlSlot.call("create", this, bind, checkFirstFlags(options.checkFirst, CheckFirst.ALL));
  }

  /** Drops it, and the function that was made of its body. */
  drop(bind: DdlBind, options: CheckFirstOption = {}): Promise<void> {
    return itemDdlSlot.call("drop", this, bind, checkFirstFlags(options.checkFirst, CheckFirst.ALL));
  }

  override _setParent(parent: object): void {
    const table = parent as Table;
    if (this._table !== null && this._table !== table)
      throw new ArgumentError(
        `The trigger "${this.name}" belongs to the table "${this._table.description}", so it cannot be added to "${table.description}".`,
      );
    this._of = resolveColumns(
      (this.options.of ?? []).map((column) => columnArgument(column, "trigger")),
      table,
      "Trigger",
    );
    this._table = table;
    table._triggers.add(this);
  }

  /** A copy for a copy of the table. @internal */
  _copy(): Trigger {
    const of = this._of.length === 0 ? {} : { of: this._of.map((column) => column.key) };
    const copy = new Trigger(new QuotedName(this.name, this.quote), null, { ...this.options, ...of });
    copy._ddlIf = this._ddlIf;
    if (this._info !== null) copy._info = { ...this._info };
    return copy;
  }

  override toString(): string {
    return this.name;
  }
}

function condition(given: string | object, place: string): ClauseElement {
  const clause = typeof given === "string" ? new TextClause(given) : clauseOf(given);
  if (clause === null) throw new ArgumentError(`The option when of ${place} is SQL as a string or an expression, not ${describe(given)}.`);
  return clause;
}

/** Statements as one block. */
export function programBlock(body: string): string {
  const text = body.trim();
  if (/^(?:<<\w+>>\s*)?(?:BEGIN|DECLARE)\b/i.test(text)) return text;
  return `BEGIN\n${text}${text.endsWith(";") ? "" : ";"}\nEND`;
}

/** A body as a function: such a function has to return the row, and says so if it does not. */
function functionBody(body: string, trigger: Trigger): string {
  const text = body.trim();
  if (/^(?:<<\w+>>\s*)?(?:BEGIN|DECLARE)\b/i.test(text) || /\bRETURN\b/i.test(text)) return programBlock(text);
  const row =
    trigger.timing === "after" || trigger.forEach === "statement"
      ? "NULL"
      : trigger.events.includes("delete")
        ? "coalesce(NEW, OLD)"
        : "NEW";
  return programBlock(`${text}${text.endsWith(";") ? "" : ";"}\nRETURN ${row};`);
}

/**
 * A trigger, among the constraints and indexes of a table.
 * @param name - its name
 * @param options - when it fires, and what happens then
 * @example new Table("films", metadata, { … }, [trigger("films_touch", { timing: "before", events: "update", body: "…" })])
 */
export function trigger(name: NameArgument, options: TriggerOptions): Trigger {
  return new Trigger(name, null, options);
}
