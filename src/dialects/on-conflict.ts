import { ArgumentError, InvalidRequestError } from "../errors.ts";
import { own } from "../util/own.ts";
import { expectCrudValue, expectDmlColumn, expectExpression, expectRole, expectWhere } from "../sql/base/coercions.ts";
import { DdlConstraintColumnRole } from "../sql/base/roles.ts";
import type { Field } from "../sql/base/traversal.ts";
import type { SqlCompiler } from "../sql/compiler/sql-compiler.ts";
import type { VisitOptions } from "../sql/compiler/visit-options.ts";
import { type AttributeColumns, attributeColumnsOf, columnsByAttribute } from "../sql/dml/attribute-columns.ts";
import { entriesOf, typeOfKey, type DmlPair, type DmlValues } from "../sql/dml/dml-base.ts";
import { Insert } from "../sql/dml/insert.ts";
import type { AnyWrite, ColumnsOf, WriteTypes } from "../sql/dml/value-types.ts";
import type { BindParameter } from "../sql/elements/bind-parameter.ts";
import { ClauseElement } from "../sql/elements/clause-element.ts";
import type { ColumnElement } from "../sql/elements/column-element.ts";
import { Alias } from "../sql/selectable/alias.ts";
import type { ColumnRecord, Columns } from "../sql/selectable/column-collection.ts";
import type { FromClause } from "../sql/selectable/from-clause.ts";
import type { Condition } from "../sql/selectable/select-types.ts";
import { warn } from "../util/warn.ts";

/** Which conflict ON CONFLICT is about. */
export interface OnConflictTarget {
  /** the columns, or keys of columns, of a unique index */
  readonly indexElements?: readonly (string | ColumnElement<unknown> | ClauseElement)[] | null;
  /** the condition of a partial index */
  readonly indexWhere?: Condition | null;
}

/** What ON CONFLICT DO UPDATE does. */
export interface OnConflictUpdate extends OnConflictTarget {
  /** what is set, by key or in a Map by column */
  readonly set: DmlValues | Iterable<ColumnElement<unknown>>;
  /** rows for which this does not hold are left as they are */
  readonly where?: Condition | null;
}

/** A constraint or index as the target of ON CONFLICT: its name, or else its columns and condition. */
interface TargetSource {
  readonly constraint?: string | object | null;
}

/** ON CONFLICT behind the VALUES of an INSERT, as SQLite and PostgreSQL have it. */
export abstract class OnConflictClause extends ClauseElement {
  static override readonly fields: readonly Field[] = [
    ["constraintTarget", "plain", null],
    ["targetElements", "plains"],
    ["targetWhere", "clause"],
  ];

  /** the name of a constraint */
  readonly constraintTarget: string | null;
  readonly targetElements: readonly (string | ClauseElement)[] | null;
  targetWhere: ClauseElement | null;

  /** @param attributes - the columns by the names of attributes, for a mapped class */
  constructor(target: OnConflictTarget & TargetSource, attributes: AttributeColumns | null = null) {
    super();
    const found = targetOf(target);
    this.constraintTarget = found.name;
    this.targetElements =
      found.elements === null || attributes === null
        ? found.elements
        : found.elements.map((element) => (typeof element === "string" ? (attributes.get(element) ?? element) : element));
    this.targetWhere = found.where;
  }
}

/** `ON CONFLICT DO NOTHING` */
export class OnConflictDoNothing extends OnConflictClause {
  static override readonly inheritCache: boolean = true;

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    const target = targetText(checked(compiler), this, options);
    return target === "" ? "ON CONFLICT DO NOTHING" : `ON CONFLICT ${target} DO NOTHING`;
  }
}

/** `ON CONFLICT (…) DO UPDATE SET …` */
export class OnConflictDoUpdate extends OnConflictClause {
  static override readonly fields: readonly Field[] = [
    ...OnConflictClause.fields,
    ["updateValues", "clausePairs"],
    ["updateWhere", "clause"],
  ];

  updateValues: readonly DmlPair[];
  updateWhere: ClauseElement | null;

  constructor(given: OnConflictUpdate & TargetSource, table: FromClause, attributes: AttributeColumns | null = null) {
    const options = own(given);
    super(options, attributes);
    if (this.targetElements === null && this.constraintTarget === null) {
      throw new ArgumentError("onConflictDoUpdate() needs indexElements or constraint: DO UPDATE has to say which conflict it is about.");
    }
    if (typeof options.set !== "object" || options.set === null)
      throw new ArgumentError("onConflictDoUpdate() needs { set }: columns and their new values.");
    const entries = entriesOf(options.set as DmlValues);
    if (entries.length === 0) throw new ArgumentError("onConflictDoUpdate() was given nothing to set.");
    this.updateValues = entries.map(([key, value]): DmlPair => {
      const named = expectDmlColumn(key, "onConflictDoUpdate({ set })");
      const column = typeof named === "string" ? (attributes?.get(named) ?? named) : named;
      const name = typeof column === "string" ? column : (column.key ?? "");
      return [column, expectCrudValue(value, `"${name}" in onConflictDoUpdate({ set })`, typeOfKey(table, column), name)];
    });
    this.updateWhere = options.where == null ? null : expectWhere(options.where, "onConflictDoUpdate({ where })");
  }

  override accept(given: SqlCompiler, options: VisitOptions): string {
    const compiler = checked(given);
    const target = targetText(compiler, this, options);
    const sets = setTexts(compiler, this, options);
    let text = `ON CONFLICT ${target} DO UPDATE SET ${sets.join(", ")}`;
    if (this.updateWhere !== null) text += ` WHERE ${compiler.process(this.updateWhere, { ...options, includeTable: true })}`;
    return text;
  }
}

interface FoundTarget {
  readonly name: string | null;
  readonly elements: readonly (string | ClauseElement)[] | null;
  readonly where: ClauseElement | null;
}

function targetOf(target: OnConflictTarget & TargetSource): FoundTarget {
  let { indexElements = null, indexWhere = null } = own(target);
  const { constraint = null } = own(target);
  if (constraint !== null) {
    if (indexElements !== null) throw new ArgumentError("ON CONFLICT takes either indexElements or a constraint, not both.");
    if (typeof constraint === "string") return { name: constraint, elements: null, where: null };
    const source = constraint as {
      readonly name?: unknown;
      readonly isIndex?: boolean;
      readonly expressions?: Iterable<ClauseElement>;
      readonly columns?: Iterable<ColumnElement<unknown>>;
      readonly where?: ClauseElement | null;
      readonly dialectOptions?: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
    };
    const isIndex = source.expressions !== undefined;
    if (!isIndex && source.name != null) return { name: String(source.name), elements: null, where: null };
    indexElements = [...(source.expressions ?? source.columns ?? [])];
    indexWhere = (source.where ?? source.dialectOptions?.get("postgresql")?.["where"] ?? null) as Condition | null;
  }
  if (indexElements === null) return { name: null, elements: null, where: null };
  return {
    name: null,
    elements: indexElements.map((element) =>
      typeof element === "string" ? element : expectRole(DdlConstraintColumnRole, element, "ON CONFLICT"),
    ),
    where: indexWhere === null ? null : expectWhere(indexWhere, "ON CONFLICT … WHERE"),
  };
}

/** Compilers of databases that know ON CONFLICT. */
export interface OnConflictCompiler {
  /** values in the condition of the target are written out, since the database compares it with that of the index */
  readonly onConflictTargetLiterals: boolean;
}

function checked(compiler: SqlCompiler): SqlCompiler & Partial<OnConflictCompiler> {
  if (!("onConflictTargetLiterals" in compiler) && compiler.dialect.name !== "default") {
    compiler.unsupported("ON CONFLICT");
  }
  return compiler as SqlCompiler & Partial<OnConflictCompiler>;
}

/** The table of the INSERT that is being rendered. */
function tableOf(compiler: SqlCompiler): FromClause | null {
  return (compiler.enclosing?.selectable as Insert | undefined)?.table ?? null;
}

function targetText(compiler: SqlCompiler & Partial<OnConflictCompiler>, clause: OnConflictClause, options: VisitOptions): string {
  if (clause.constraintTarget !== null) return `ON CONSTRAINT ${compiler.preparer.quote(clause.constraintTarget)}`;
  if (clause.targetElements === null) return "";
  const table = tableOf(compiler);
  const elements = clause.targetElements.map((element) =>
    typeof element === "string"
      ? compiler.preparer.quote(table?._collection.get(element)?.name ?? element)
      : compiler.process(element, { ...options, includeTable: false }),
  );
  let text = `(${elements.join(", ")})`;
  if (clause.targetWhere !== null) {
    const inner =
      compiler.onConflictTargetLiterals === true
        ? { ...options, includeTable: false, literalExecute: true }
        : { ...options, includeTable: false };
    text += ` WHERE ${compiler.process(clause.targetWhere, inner)}`;
  }
  return text;
}

function setTexts(compiler: SqlCompiler, clause: OnConflictDoUpdate, options: VisitOptions): string[] {
  const left = new Map<string | ClauseElement, ClauseElement>();
  for (const [key, value] of clause.updateValues) left.set(typeof key === "string" ? key : key._identity, value);
  const texts: string[] = [];
  const table = tableOf(compiler);
  for (const column of table?._collection ?? []) {
    const key = column.key !== null && left.has(column.key) ? column.key : column._identity;
    let value = left.get(key);
    if (value === undefined) continue;
    left.delete(key);
    if (value._isBindParameter && (value as BindParameter<unknown>).type.isNull) value = value._withBinaryElementType(column.type);
    texts.push(`${compiler.preparer.quote(column.name ?? "")} = ${compiler.process(value.selfGroup(), options)}`);
  }
  if (left.size > 0) {
    const names = [...left.keys()].map((key) => (typeof key === "string" ? key : ((key as ColumnElement<unknown>).name ?? "")));
    warn(`onConflictDoUpdate({ set }) names what "${table?.description ?? "the table"}" has no column for: ${names.join(", ")}.`);
  }
  for (const [key, value] of left) {
    const name = typeof key === "string" ? compiler.preparer.quote(key) : compiler.process(key, { ...options, includeTable: false });
    texts.push(`${name} = ${compiler.process(expectExpression(value, "onConflictDoUpdate({ set })"), options)}`);
  }
  return texts;
}

/** An INSERT that can say what happens to rows that exist already; `R` is the row that RETURNING gives. */
export abstract class OnConflictInsert<R = unknown[], S extends WriteTypes = AnyWrite, A = unknown> extends Insert<R, S, A> {
  /** @internal */
  _excluded: Columns<ColumnRecord> | null = null;

  /** The row that could not be inserted, for `set` of onConflictDoUpdate(): its columns by key, or by attribute for a mapped class. */
  get excluded(): Columns<ColumnsOf<S["target"]>, "excluded"> {
    this._excluded ??= columnsByAttribute(new Alias(this.table, "excluded"), attributeColumnsOf(this));
    return this._excluded as unknown as Columns<ColumnsOf<S["target"]>, "excluded">;
  }

  /** @internal */
  _withPostValues(clause: OnConflictClause): this {
    if (this._extensions.some(([, element]) => element instanceof OnConflictClause))
      throw new InvalidRequestError("This INSERT has an ON CONFLICT already.");
    const copy = this._generate();
    copy.applySyntaxExtensionPoint((existing) => [...existing, clause], "postValues");
    return copy;
  }
}
