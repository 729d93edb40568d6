import { ArgumentError } from "../../errors.ts";
import { type CacheKey, KeyMark } from "../base/cache-key.ts";
import type { Field } from "../base/traversal.ts";
import { COLUMN_ELEMENT_ROLES, InElementRole } from "../base/roles.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { Operator } from "../operators/operator.ts";
import { NULLTYPE } from "../types/null-type.ts";
import { inferTypeSlot, type TypeEngine } from "../types/type-engine.ts";
import type { ClauseElement } from "./clause-element.ts";
import { bindValueSlot, ColumnElement } from "./column-element.ts";
import { anonymousLabel, nextAnonymousId, plainBody } from "./quoted-name.ts";

const ROLES = COLUMN_ELEMENT_ROLES | InElementRole.bit;

/** Options of a bind, as `bindparam()` takes them. */
export interface BindParameterOptions<V = unknown> {
  readonly type?: TypeEngine<V> | null;
  /** keep the name apart from those of other binds by a number */
  readonly unique?: boolean;
  /** an execution must give a value; implied by having none */
  readonly required?: boolean;
  /** gives the value when the statement is executed */
  readonly callable?: (() => V | null) | null;
  /** a list of values for IN, each of which gets a placeholder */
  readonly expanding?: boolean;
  /** render the value into the SQL when the statement is executed */
  readonly literalExecute?: boolean;
}

const NO_FROMS: readonly never[] = Object.freeze([]);

/** Says "no value was given", which is not the same as `null`. */
export const NO_VALUE: unique symbol = Symbol("no value");

/**
 * A value that is sent beside the SQL text rather than in it. Expressions make them of plain values; `bindparam()` makes named ones.
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.BindParameter
 */
export class BindParameter<out V> extends ColumnElement<V, never> {
  static override readonly fields: readonly Field[] = [
    ["type", "type"],
    ["literalExecute", "plain"],
    ["expanding", "plain"],
    ["value", "carried"],
  ];

  declare type: TypeEngine<V>;
  declare value: unknown;
  declare readonly unique: boolean;
  /* What most binds do not have stands on the prototype: expressions make many of them. */
  declare callable: (() => unknown) | null;
  declare required: boolean;
  declare expanding: boolean;
  /** The operator (IN, NOT IN) that decides how an empty list is rendered. @internal */
  declare expandOp: Operator | null;
  declare literalExecute: boolean;
  /** Comes from the values of an INSERT or UPDATE. @internal */
  declare isCrud: boolean;
  /** The bind that this one is a copy of, over any number of copies: by it a cached statement finds the value. @internal */
  declare _origin: BindParameter<unknown>;
  /** The name as it was given: of the parameter, or of the column it stands beside. @internal */
  declare _origKey: string;
  /** The unique bind's number; 0 until the name is asked for. @internal */
  _anonymousId = 0;

  constructor(
    key: string | null,
    value: unknown,
    type: TypeEngine<V>,
    unique: boolean,
    expanding = false,
    required = false,
    literalExecute = false,
  ) {
    super();
    this._origKey = key ?? "param";
    this.unique = unique || key === null;
    this.value = value;
    this.type = type;
    if (expanding) this.expanding = true;
    if (required) this.required = true;
    if (literalExecute) this.literalExecute = true;
    this._origin = this as BindParameter<unknown>;
  }

  /** The name of the parameter; that of a unique one is numbered when it is rendered. @internal */
  // @ts-expect-error an accessor stands for the property: the name of a unique bind is seldom needed, and costs
  override get key(): string {
    return this.unique ? anonymousLabel(this._anonymousNumber, bodyOf(this._origKey)) : this._origKey;
  }

  /** By which the name of a unique bind is told from others with the same body. @internal */
  get _anonymousNumber(): number {
    if (this._anonymousId === 0) this._anonymousId = nextAnonymousId();
    return this._anonymousId;
  }

  /** What stands before the number in the name of a unique bind. @internal */
  get _anonymousBody(): string {
    return plainBody(bodyOf(this._origKey));
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitBindparam(this, options);
  }

  override get _roles(): number {
    return ROLES;
  }

  /** None; it need not be looked for. @internal */
  override get _fromObjects(): readonly never[] {
    return NO_FROMS;
  }

  override get _isBindParameter(): boolean {
    return true;
  }

  /** The value, or what the callable gives. */
  get effectiveValue(): unknown {
    return this.callable === null ? this.value : this.callable();
  }

  /** A copy with another value under the same name. @internal */
  _withValue(value: unknown, required = this.required): BindParameter<V> {
    checkValue(value, this._origKey);
    const copy = this._clone(true);
    copy.value = value;
    copy.callable = null;
    copy.required = required;
    copy._origin = copy as BindParameter<unknown>;
    if (copy.type.isNull) copy.type = inferTypeSlot.call(value) as TypeEngine<V>;
    return copy;
  }

  /** Gives a copy that is in nobody's hands yet another value, and a place of its own among the parameters. @internal */
  _replaceValue(value: unknown): void {
    this.value = value;
    this.callable = null;
    this.required = false;
    this._origin = this as BindParameter<unknown>;
    if (this.type.isNull) this.type = typeOfValue(value, this.expanding) as TypeEngine<V>;
  }

  /** Gives a copy that is in nobody's hands a name that no other parameter has. @internal */
  _makeUnique(): void {
    (this as { unique: boolean }).unique = true;
    this._anonymousId = 0;
    this._origin = this as BindParameter<unknown>;
  }

  /** A copy of which the value is rendered into the SQL when the statement is executed. */
  renderLiteralExecute(): BindParameter<V> {
    const copy = this._clone(true);
    copy.literalExecute = true;
    return copy;
  }

  override _clone(maintainKey = false): this {
    const copy = super._clone();
    if (!maintainKey && this.unique) copy._anonymousId = 0;
    else if (this.unique && this._anonymousId === 0) copy._anonymousId = this._anonymousId = nextAnonymousId();
    return copy;
  }

  override _negateInBinary(negated: Operator, original: Operator): ClauseElement {
    if (this.expandOp !== original) return this;
    const copy = this._clone(true);
    copy.expandOp = negated;
    return copy;
  }

  override _withBinaryElementType(type: TypeEngine<unknown>): ClauseElement {
    const copy = this._clone(true);
    copy.type = type as TypeEngine<V>;
    return copy;
  }

  override _cacheKey(key: CacheKey): void {
    if (key.again(this._identity)) return;
    key.binds.push(this);
    if (this.literalExecute) key.add(KeyMark.literalBind);
    key.add(this.expanding ? KeyMark.expandingBind : KeyMark.bind);
    this.type._cacheKey(key);
    // the number of a unique bind is no part of the structure: two of them are never the same one
    key.add(this.unique ? KeyMark.unique : this._origKey);
    if (this.expanding) key.add(this.expandOp === null ? KeyMark.null : this.expandOp.cacheName);
  }
}

const prototype = BindParameter.prototype;
prototype.callable = null;
prototype.required = false;
prototype.expanding = false;
prototype.expandOp = null;
prototype.literalExecute = false;
prototype.isCrud = false;

/** What stands before the number of a unique bind. */
function bodyOf(key: string): string {
  return key.startsWith("_") || key.endsWith("_") ? key.replace(/^_+|_+$/g, "") : key;
}

/** @throws ArgumentError for `undefined`, which is never a value */
export function checkValue(value: unknown, where: string): void {
  if (value === undefined) {
    throw new ArgumentError(`undefined was given as the value of ${where}: undefined is not a value; use null for NULL.`);
  }
}

/** The type of a bind that was given none: that of its value. */
export function typeOfValue(value: unknown, expanding: boolean): TypeEngine<unknown> {
  if (value === NO_VALUE || value === undefined) return NULLTYPE;
  if (!expanding) return inferTypeSlot.call(value);
  const first = Array.isArray(value) ? (value as unknown[])[0] : undefined;
  return first === undefined ? NULLTYPE : inferTypeSlot.call(first);
}

bindValueSlot.fill((key, value, op, comparedTo, type, expanding) => {
  if (value === undefined) checkValue(value, key === null ? "an expression" : `"${key}"`);
  if (type === null) {
    // an empty list says nothing of its type: the other side's is as good as any
    const sample = expanding ? sampleOf(value as readonly unknown[]) : value;
    type = sample === undefined ? comparedTo : comparedTo.coerceComparedValue(op, sample);
  }
  return new BindParameter<unknown>(key, value, type, true, expanding);
});

/** The value that stands for a list: of numbers, the one that asks the most of a type (a fraction, else a large one). */
function sampleOf(list: readonly unknown[]): unknown {
  const first = list[0];
  if (typeof first !== "number" || !Number.isInteger(first)) return first;
  let sample: number | bigint = first;
  for (const one of list) {
    if (typeof one === "number") {
      if (!Number.isInteger(one)) return one;
      if (typeof sample === "number" && Math.abs(one) > Math.abs(sample)) sample = one;
    } else if (typeof one === "bigint") {
      sample = one;
    }
  }
  return sample;
}
