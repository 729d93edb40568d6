import type { Origin } from "../base/expression.ts";
import { ArgumentError } from "../../errors.ts";
import { applyPropagateAttrs, expectExpression } from "../base/coercions.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import { castSlot } from "../operators/column-operators.ts";
import type { Operator } from "../operators/operator.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import { StringType } from "../types/string.ts";
import { type Affinity, type LiteralProcessor, TypeEngine } from "../types/type-engine.ts";
import { BindParameter } from "./bind-parameter.ts";
import { ClauseElement } from "./clause-element.ts";
import { ColumnElement } from "./column-element.ts";

/** A type as it stands in SQL. */
export class TypeClause extends ClauseElement {
  static override readonly fields: readonly Field[] = [["type", "type"]];

  readonly type: TypeEngine<unknown>;

  constructor(type: TypeEngine<unknown>) {
    super();
    this.type = type;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitTypeclause(this, options);
  }
}

/** An expression that only says something of the type of another one, and is named like it. */
abstract class TypeWrapper<V, N extends Origin = Origin> extends ColumnElement<V, N> {
  static override readonly fields: readonly Field[] = [
    ["clause", "clause"],
    ["type", "type"],
  ];

  clause: ColumnElement<unknown>;
  override type: TypeEngine<V>;

  constructor(expression: unknown, type: TypeEngine<V>, place: string) {
    super();
    if (!(type instanceof TypeEngine)) throw new ArgumentError(`${place} takes a type as its second argument, such as t.integer().`);
    this.type = type;
    this.clause = expectExpression(expression, place, this._bindType(expression));
    applyPropagateAttrs(this, this.clause);
  }

  /** The type as which a plain value is bound. @internal */
  protected _bindType(_value: unknown): TypeEngine<unknown> | null {
    return this.type;
  }

  override get _wrappedColumn(): ColumnElement<unknown> {
    return this.clause;
  }

  override get _fromObjects(): readonly FromClause[] {
    return this.clause._fromObjects;
  }
}

/** The texts that types which are no texts take as values of theirs; by affinity. Types that are not here look for themselves. */
const takesText: Readonly<Partial<Record<Affinity, RegExp>>> = {
  integer: /^$/,
  float: /^$/,
  boolean: /^$/,
  binary: /^$/,
  interval: /^[-+]?P/i,
  date: /^[-+]?\d{4,6}-/,
  datetime: /^[-+]?\d{4,6}-/,
  time: /^\d/,
};

/** The texts that can stand in SQL as a number, for types of numbers that take no text. */
const readsAs: Readonly<Partial<Record<Affinity, RegExp>>> = { integer: /^-?\d{1,18}$/, float: /^-?\d{1,18}(?:\.\d{1,18})?$/ };

/** Text that reads as a number. It is sent as text, for the database to convert, and is a number where it is written into the statement. */
export class NumberText extends StringType {
  /** It was looked at already. */
  override bindProcessor(_dialect: SqlDialect): null {
    return null;
  }

  override literalProcessor(_dialect: SqlDialect): LiteralProcessor {
    return (value) => String(value).replace(/^(-?)0+(?=\d)/, "$1");
  }
}

const NUMBER_TEXT: TypeEngine<unknown> = new NumberText();

/**
 * `CAST(expression AS type)`
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.cast
 */
export class Cast<V, N extends Origin = Origin> extends TypeWrapper<V, N> {
  static override readonly inheritCache: boolean = true;

  constructor(expression: unknown, type: TypeEngine<V>, place = "cast()") {
    super(expression, type, place);
  }

  /** A value is for the database to convert, where the type itself would not take it: `cast("5", t.integer())`, `cast("1 day", t.interval())`. */
  protected override _bindType(value: unknown): TypeEngine<unknown> | null {
    const takes = takesText[this.type.affinity];
    if (typeof value === "string") {
      if (takes === undefined || takes.test(value)) return this.type;
      return readsAs[this.type.affinity]?.test(value) === true ? NUMBER_TEXT : null;
    }
    return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean"
      ? this.type.affinity === "string"
        ? null
        : this.type
      : this.type;
  }

  /** The type as it is rendered. */
  get typeClause(): TypeClause {
    return new TypeClause(this.type);
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitCast(this, options);
  }
}

/** `TRY_CAST(expression AS type)`: NULL where the value cannot be converted; for databases that have it. */
export class TryCast<V, N extends Origin = Origin> extends Cast<V, N> {
  static override readonly inheritCache: boolean = true;

  constructor(expression: unknown, type: TypeEngine<V>) {
    super(expression, type, "tryCast()");
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitTryCast(this, options);
  }
}

/**
 * The expression as it is, with another type on our side only: nothing is rendered.
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.type_coerce
 */
export class TypeCoerce<V, N extends Origin = Origin> extends TypeWrapper<V, N> {
  static override readonly inheritCache: boolean = true;

  constructor(expression: unknown, type: TypeEngine<V>) {
    super(expression, type, "typeCoerce()");
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return compiler.visitTypeCoerce(this, options);
  }

  /** The expression that is rendered: a bind goes through the type. */
  get typedExpression(): ClauseElement {
    if (!(this.clause instanceof BindParameter)) return this.clause;
    const bind = this.clause._clone(true);
    bind.type = this.type;
    return bind;
  }

  override selfGroup(against?: Operator): ClauseElement {
    const grouped = this.clause.selfGroup(against);
    return grouped === this.clause ? this : new TypeCoerce(grouped, this.type);
  }
}

castSlot.fill((element, type) => new Cast(element, type));
