import { ArgumentError } from "../../errors.ts";
import { identityNumber, type CacheKey } from "../base/cache-key.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { clauseOf } from "../base/coercions.ts";
import type { Column } from "./column.ts";
import { SchemaItem } from "./schema-item.ts";

/** What a default function is told: the other values of the row, and the run of the statement. */
export interface DefaultContext {
  /** the values of the row so far, by column key */
  readonly currentParameters: Readonly<Record<string, unknown>>;
  getCurrentParameters(): Readonly<Record<string, unknown>>;
}

/** A function that gives a default. */
export type DefaultFunction = (context: DefaultContext) => unknown;

/** A value that a column gets when an INSERT or UPDATE gives none. */
export abstract class DefaultGenerator extends SchemaItem {
  column: Column<unknown> | null = null;
  /** For UPDATE rather than INSERT. */
  readonly forUpdate: boolean;

  constructor(forUpdate: boolean) {
    super();
    this.forUpdate = forUpdate;
  }

  get isScalar(): boolean {
    return false;
  }
  get isCallable(): boolean {
    return false;
  }
  get isClauseElement(): boolean {
    return false;
  }
  get isSequence(): boolean {
    return false;
  }
  get isIdentity(): boolean {
    return false;
  }
  get isServerDefault(): boolean {
    return false;
  }
  get isSentinel(): boolean {
    return false;
  }
  /** Whether it is computed here and has a value of its own (rather than by the database). */
  get hasArg(): boolean {
    return false;
  }

  override _setParent(parent: object): void {
    const column = parent as Column<unknown>;
    this.column = column;
    if (this.forUpdate) column.onupdate = this;
    else column.default = this;
  }

  /** @internal */
  _cacheKey(key: CacheKey): void {
    key.add(identityNumber(this));
  }

  /** A copy for another column. @internal */
  abstract _copy(): DefaultGenerator;
}

/**
 * A default of a column: a plain value, a function, or a SQL expression.
 * See https://docs.sqlalchemy.org/en/21/core/defaults.html
 */
export abstract class ColumnDefault extends DefaultGenerator {
  abstract readonly arg: unknown;

  override get hasArg(): boolean {
    return true;
  }
}

/** A plain value. */
export class ScalarElementColumnDefault extends ColumnDefault {
  readonly arg: unknown;

  constructor(arg: unknown, forUpdate: boolean) {
    super(forUpdate);
    this.arg = arg;
  }

  override get isScalar(): boolean {
    return true;
  }

  override _copy(): DefaultGenerator {
    return new ScalarElementColumnDefault(this.arg, this.forUpdate);
  }
}

/** A function that is called for each row. */
export class CallableColumnDefault extends ColumnDefault {
  readonly arg: DefaultFunction;

  constructor(arg: DefaultFunction, forUpdate: boolean) {
    super(forUpdate);
    this.arg = arg;
  }

  override get isCallable(): boolean {
    return true;
  }

  override _copy(): DefaultGenerator {
    return new CallableColumnDefault(this.arg, this.forUpdate);
  }
}

/** A SQL expression, rendered into the statement. */
export class ColumnElementColumnDefault extends ColumnDefault {
  readonly arg: ClauseElement;

  constructor(arg: ClauseElement, forUpdate: boolean) {
    super(forUpdate);
    this.arg = arg;
  }

  override get isClauseElement(): boolean {
    return true;
  }

  override _copy(): DefaultGenerator {
    return new ColumnElementColumnDefault(this.arg, this.forUpdate);
  }
}

/** The default that a user gave to a column, as an object. */
export function makeDefault(arg: unknown, forUpdate: boolean, column: string): DefaultGenerator {
  if (arg instanceof DefaultGenerator) return arg;
  if (arg instanceof FetchedValue) {
    throw new ArgumentError(
      `A server default was given as "${forUpdate ? "onupdate" : "default"}" of the column "${column}"; give it as serverDefault or serverOnupdate.`,
    );
  }
  const clause = clauseOf(arg);
  if (clause !== null) return new ColumnElementColumnDefault(clause, forUpdate);
  if (typeof arg === "function") return new CallableColumnDefault(arg as DefaultFunction, forUpdate);
  return new ScalarElementColumnDefault(arg, forUpdate);
}

/** Says that the database gives a value by means of its own, such as a trigger. */
export class FetchedValue extends SchemaItem {
  column: Column<unknown> | null = null;
  readonly forUpdate: boolean;

  constructor(forUpdate = false) {
    super();
    this.forUpdate = forUpdate;
  }

  get isServerDefault(): boolean {
    return true;
  }

  get hasArgument(): boolean {
    return false;
  }

  get isIdentity(): boolean {
    return false;
  }

  get isComputed(): boolean {
    return false;
  }

  override _setParent(parent: object): void {
    const column = parent as Column<unknown>;
    this.column = column;
    if (this.forUpdate) column.serverOnupdate = this;
    else column.serverDefault = this;
  }

  /** The same for INSERT or for UPDATE. @internal */
  _asForUpdate(forUpdate: boolean): FetchedValue {
    return forUpdate === this.forUpdate ? this : new FetchedValue(forUpdate);
  }

  /** @internal */
  _copy(): FetchedValue {
    return new FetchedValue(this.forUpdate);
  }
}

/** A DEFAULT in the table's DDL: a text, which is written as a literal, or a SQL expression. */
export class DefaultClause extends FetchedValue {
  readonly arg: string | ClauseElement;

  constructor(arg: string | ClauseElement, forUpdate = false) {
    super(forUpdate);
    this.arg = arg;
  }

  override get hasArgument(): boolean {
    return true;
  }

  override _copy(): FetchedValue {
    return new DefaultClause(this.arg, this.forUpdate);
  }
}

/** The server default that a user gave to a column, as an object. */
export function makeServerDefault(arg: unknown, forUpdate: boolean, column: string): FetchedValue {
  if (arg instanceof FetchedValue) return arg._asForUpdate(forUpdate);
  if (arg === true) return new FetchedValue(forUpdate);
  if (typeof arg === "string") return new DefaultClause(arg, forUpdate);
  const clause = clauseOf(arg);
  if (clause !== null) return new DefaultClause(clause, forUpdate);
  throw new ArgumentError(
    `The server default of the column "${column}" must be a string (written as a literal) or a SQL expression such as text("5") or func.now(), not ${typeof arg}.`,
  );
}
