import { ArgumentError } from "../../errors.ts";
import type { EVENTS } from "../../event/registry.ts";
import { clauseOf, describe } from "../base/coercions.ts";
import type { ExecutableClause } from "../base/executable.ts";
import { Slot } from "../base/late.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { DdlBind } from "../base/statement-runner.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { type NameArgument, nameParts, QuotedName } from "../elements/quoted-name.ts";
import { TypeEngine } from "../types/type-engine.ts";
import { CheckFirst, type CheckFirstOption, checkFirstFlags, itemDdlSlot } from "./check-first.ts";
import type { SchemaItemEvents } from "./events.ts";
import { MetaData } from "./metadata.ts";
import { bodyFor, checkBody, type ProgramBody } from "./program-body.ts";
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

/** A parameter of a routine. */
export interface RoutineParameter {
  /** a type, or SQL for what is no type of the library: `anyelement`, `films%ROWTYPE` */
  readonly type: TypeEngine<unknown> | string;
  /** "in" unless told; functions of MySQL know no other one */
  readonly mode?: "in" | "out" | "inout" | "variadic";
  /** what the parameter is when none is given (PostgreSQL): SQL as a string, or an expression */
  readonly default?: string | object;
}

/** What a routine is. */
export type RoutineKind = "function" | "procedure";

/** What a call of a routine is: of a function, an expression; of a procedure, a statement. */
export type RoutineCall<V, K> = K extends "procedure" ? ExecutableClause : ColumnElement<V>;

/** Options of {@link Routine}. */
export interface RoutineOptions<V = unknown, K extends RoutineKind = RoutineKind> {
  /** a function unless told */
  readonly kind?: K;
  /** the schema; that of the MetaData unless told, none with `null` */
  readonly schema?: NameArgument | null;
  readonly quote?: boolean | null;
  readonly quoteSchema?: boolean | null;
  /** the parameters in their order, by name: a type, SQL for one, or an object with more */
  readonly parameters?: Readonly<Record<string, TypeEngine<unknown> | string | RoutineParameter>>;
  /** what a function gives: a type, or SQL such as `SETOF films`, `TABLE (id integer)`, `trigger` */
  readonly returns?: TypeEngine<V> | string;
  /** what follows the header, written as it is: a block of the language, a RETURN, a SELECT */
  readonly body: ProgramBody;
  /** PostgreSQL: the language of the body; plpgsql unless told */
  readonly language?: string;
  /** the same arguments give the same result at all times: DETERMINISTIC; on PostgreSQL IMMUTABLE unless `volatility` says otherwise */
  readonly deterministic?: boolean;
  /** PostgreSQL: what the planner may take the function for */
  readonly volatility?: "immutable" | "stable" | "volatile";
  /** PostgreSQL: NULL for an argument gives NULL */
  readonly strict?: boolean;
  /** PostgreSQL: whether it can run in parallel queries */
  readonly parallel?: "safe" | "restricted" | "unsafe";
  /** MySQL and MariaDB: what it does with data */
  readonly sqlData?: "contains sql" | "no sql" | "reads sql data" | "modifies sql data";
  /** with whose rights it runs */
  readonly security?: "definer" | "invoker";
  readonly comment?: string | null;
  /** created again if it is there (CREATE OR REPLACE), every time */
  readonly orReplace?: boolean;
  /** the tables and routines that must be there before it, because its header or body names them; the others are created after it */
  readonly dependsOn?: readonly object[];
  readonly info?: Info;
}

/** Filled by the functions: a call of a function as an expression. */
export const callFunctionSlot: Slot<(routine: Routine, args: readonly unknown[]) => ColumnElement<unknown>> = new Slot("callFunction");
/** Filled by the functions: CALL as a statement. */
export const callProcedureSlot: Slot<(routine: Routine, args: readonly unknown[]) => ExecutableClause> = new Slot("callProcedure");

/**
 * A function or procedure of the database, created and dropped with its MetaData. The body is SQL of the program's own.
 *
 * Routines are created before the tables, so that defaults, checks and computed columns can call them; those with `dependsOn` right after
 * the last of what they depend on. On SQLite, which has none, they are left out.
 * @example
 * const addTax = new Routine("add_tax", metadata, {
 *   parameters: { net: t.numeric(10, 2) },
 *   returns: t.numeric(10, 2),
 *   deterministic: true,
 *   body: { postgresql: "BEGIN RETURN net * 1.19; END", mysql: "RETURN net * 1.19" },
 * });
 * select(addTax.call(orders.c.net));
 */
export class Routine<V = unknown, K extends RoutineKind = RoutineKind> extends SchemaItem {
  declare readonly [EVENTS]?: SchemaItemEvents<Routine>;
  readonly name: string;
  readonly kind: K;
  readonly schema: string | null;
  readonly quote: boolean | null;
  readonly quoteSchema: boolean | null;
  readonly parameters: readonly (RoutineParameter & { readonly name: string })[];
  readonly returns: TypeEngine<V> | string | null;
  readonly body: ProgramBody;
  readonly comment: string | null;
  readonly options: RoutineOptions<V, K>;
  readonly metadata: MetaData | null;
  readonly _useSchemaMap: boolean = true;
  /** @internal */
  _ddlIf: DdlIfOptions | null = null;

  /**
   * @param name - its name
   * @param metadata - the collection with which it is created and dropped; null for none
   * @param options - parameters, result, body, …
   */
  constructor(name: NameArgument, metadata: MetaData | null, options: RoutineOptions<V, K>) {
    super();
    if ((typeof name !== "string" && !(name instanceof QuotedName)) || String(name) === "")
      throw new ArgumentError(`The name of a routine is a string, not ${describe(name)}.`);
    if (metadata !== null && !(metadata instanceof MetaData))
      throw new ArgumentError(`The routine "${String(name)}" takes a MetaData or null as its second argument, not ${describe(metadata)}.`);
    if (typeof options !== "object" || options === null)
      throw new ArgumentError(`The routine "${String(name)}" takes options with its body as its third argument, not ${describe(options)}.`);
    [this.name, this.quote] = nameParts(name, options.quote);
    this.metadata = metadata;
    this.kind = options.kind ?? ("function" as K);
    if (this.kind !== "function" && this.kind !== "procedure")
      throw new ArgumentError(`The routine "${this.name}" is of the kind "function" or "procedure", not ${describe(this.kind)}.`);
    const schema = options.schema === undefined ? (metadata?.schema ?? null) : options.schema;
    const given: readonly [string | null, boolean | null] = schema === null ? [null, null] : nameParts(schema, options.quoteSchema);
    this.schema = given[0];
    this.quoteSchema = given[1] ?? (options.schema === undefined ? (metadata?.quoteSchema ?? null) : null);
    this.parameters = parametersOf(options.parameters ?? {}, this.name);
    this.returns = options.returns ?? null;
    if (this.kind === "function" && this.returns === null)
      throw new ArgumentError(`The function "${this.name}" needs { returns }, the type of its result.`);
    if (this.kind === "procedure" && this.returns !== null)
      throw new ArgumentError(`The procedure "${this.name}" has no result, so it cannot have { returns }.`);
    const body = checkBody(options.body, `the routine "${this.name}"`);
    if (body === null) throw new ArgumentError(`The routine "${this.name}" needs { body }, as SQL.`);
    this.body = body;
    this.comment = options.comment ?? null;
    this.options = options;
    if (options.info !== undefined) this._info = options.info;
    if (metadata !== null) this._attachTo(metadata);
  }

  /** The name with its schema. */
  get fullname(): string {
    return this.schema === null ? this.name : `${this.schema}.${this.name}`;
  }

  /** By what its MetaData knows it: functions of one name may differ in their parameters. */
  get key(): string {
    return `${this.fullname}(${this._inputs.map(({ type }) => String(type)).join(", ")})`;
  }

  /** The parameters that a call gives. @internal */
  get _inputs(): readonly (RoutineParameter & { readonly name: string })[] {
    return this.kind === "procedure" ? this.parameters : this.parameters.filter(({ mode }) => mode !== "out");
  }

  /** Creates it only on some dialects, or when a function says so. */
  ddlIf(when: DdlCondition): this {
    this._ddlIf = ddlCondition(when);
    return this;
  }

  /** Whether there is anything to create on a dialect. @internal */
  _shouldCreate(dialect: SqlDialect, context: Partial<DdlContext> = {}): boolean {
    return (
      dialect.supportsRoutines &&
      bodyFor(this.body, dialect) !== null &&
      conditionHolds(this._ddlIf, dialect, () => ({ ddl: this, runner: null, tables: null, checkFirst: 0, ...context, target: this }))
    );
  }

  /**
   * A call: of a function, an expression; of a procedure, a statement.
   * @param args - expressions, and values, which are bound with the types of the parameters
   * @example select(addTax.call(orders.c.net)); await conn.execute(archive.call(30));
   */
  call(...args: readonly unknown[]): RoutineCall<V, K> {
    const slot = this.kind === "function" ? callFunctionSlot : callProcedureSlot;
    return slot.call(this as unknown as Routine, args) as RoutineCall<V, K>;
  }

  /**
   * Creates it by itself.
   * @param bind - an engine or a connection
   * @param options - checkFirst: looks first whether it is there; true unless told
   */
  create(bind: DdlBind, options: CheckFirstOption = {}): Promise<void> {
    return itemDdlSlot.call("create", this, bind, checkFirstFlags(options.checkFirst, CheckFirst.ALL));
  }

  /** Drops it. */
  drop(bind: DdlBind, options: CheckFirstOption = {}): Promise<void> {
    return itemDdlSlot.call("drop", this, bind, checkFirstFlags(options.checkFirst, CheckFirst.ALL));
  }

  /** The same routine in another MetaData. */
  toMetadata(metadata: MetaData, options: { readonly schema?: string | null } = {}): Routine<V, K> {
    const schema = options.schema === undefined ? {} : { schema: options.schema };
    const copy = new Routine<V, K>(new QuotedName(this.name, this.quote), metadata, { ...this.options, ...schema });
    copy._ddlIf = this._ddlIf;
    return copy;
  }

  override _setParent(parent: object): void {
    (parent as MetaData)._addRoutine(this as unknown as Routine);
  }

  /** What must be there before it. @internal */
  get _dependsOn(): readonly (Table | Routine)[] {
    return (this.options.dependsOn ?? []) as readonly (Table | Routine)[];
  }

  override toString(): string {
    return this.key;
  }
}

const MODES = ["in", "out", "inout", "variadic"];

function parametersOf(
  given: Readonly<Record<string, TypeEngine<unknown> | string | RoutineParameter>>,
  routine: string,
): readonly (RoutineParameter & { readonly name: string })[] {
  return Object.entries(given).map(([name, one]) => {
    const parameter = one instanceof TypeEngine || typeof one === "string" ? { type: one } : one;
    if (
      typeof parameter !== "object" ||
      parameter === null ||
      (!(parameter.type instanceof TypeEngine) && typeof parameter.type !== "string")
    )
      throw new ArgumentError(
        `The parameter "${name}" of the routine "${routine}" takes a type, such as t.integer(), not ${describe(one)}.`,
      );
    if (parameter.mode !== undefined && !MODES.includes(parameter.mode))
      throw new ArgumentError(
        `The parameter "${name}" of the routine "${routine}" is "in", "out", "inout" or "variadic", not ${describe(parameter.mode)}.`,
      );
    if (parameter.default !== undefined && typeof parameter.default !== "string" && clauseOf(parameter.default) === null)
      throw new ArgumentError(`The default of the parameter "${name}" of the routine "${routine}" is SQL as a string or an expression.`);
    return { ...parameter, name };
  });
}
