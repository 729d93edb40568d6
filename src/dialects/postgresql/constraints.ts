import { ArgumentError } from "../../errors.ts";
import { clauseOf, describe } from "../../sql/base/coercions.ts";
import { registerDialectOptions } from "../../sql/base/dialect-options.ts";
import type { DdlCompiler } from "../../sql/compiler/ddl-compiler.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { TextClause } from "../../sql/elements/text-clause.ts";
import { columnsIn } from "../../sql/schema/columns-in.ts";
import type { Column } from "../../sql/schema/column.ts";
import { attachWhenReady, Constraint, type ConstraintOptions, resolveColumns } from "../../sql/schema/constraints.ts";
import type { ConventionKind } from "../../sql/schema/naming-convention.ts";
import type { Table } from "../../sql/schema/table.ts";

/** What may not be alike in two rows: a column, its key or an expression, and the operator that finds it alike. */
export type ExcludeElement = readonly [column: string | object, operator: string];

/** Options of {@link excludeConstraint}. */
export interface ExcludeConstraintOptions extends Pick<ConstraintOptions, "name" | "deferrable" | "initially" | "comment" | "info"> {
  /** the method of the index; gist unless told */
  readonly using?: string;
  /** only rows that meet it count; a string is SQL: never take it from outside */
  readonly where?: string | object;
  /** operator classes by column key */
  readonly ops?: Readonly<Record<string, string>>;
}

// these are options of the constraint itself, which the root does not know
registerDialectOptions("postgresql", "ExcludeConstraint", {});

/**
 * EXCLUDE of PostgreSQL: no two rows of which all elements are found alike by their operators.
 * See https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE
 */
export class ExcludeConstraint extends Constraint {
  /** @internal */
  readonly _isUnique: boolean = true;
  // naming conventions have no kind for it
  override readonly conventionKind: ConventionKind = "ex" as ConventionKind;
  readonly using: string;
  readonly where: ClauseElement | null;
  readonly ops: Readonly<Record<string, string>>;
  /** @internal */
  _elements: (readonly [element: string | ClauseElement, operator: string])[];

  constructor(elements: readonly ExcludeElement[], options: ExcludeConstraintOptions = {}) {
    const { using, where, ops, ...rest } = options;
    super(rest as ConstraintOptions);
    this.using = using ?? "gist";
    this.where = where === undefined ? null : expression(where);
    this.ops = ops ?? {};
    this._elements = elements.map((element) => {
      if (!Array.isArray(element) || element.length !== 2 || typeof element[1] !== "string") {
        throw new ArgumentError(
          `excludeConstraint() takes pairs of a column and an operator, such as ["during", "&&"], not ${describe(element)}.`,
        );
      }
      const [column, operator] = element as ExcludeElement;
      return [typeof column === "string" ? column : expression(column), operator] as const;
    });
    const given = this._elements.map(([element]) => element);
    attachWhenReady(
      this,
      given.flatMap((element): (string | ClauseElement)[] => (typeof element === "string" ? [element] : columnsIn(element))),
    );
  }

  override _accept(compiler: DdlCompiler): string | null {
    return compiler.visitDialectConstraint(this, "ExcludeConstraint");
  }

  /** What may not be alike, with operators. */
  get elements(): readonly (readonly [element: string | ClauseElement, operator: string])[] {
    return this._elements;
  }

  override get _namedColumns(): readonly Column<unknown>[] {
    return this._elements.flatMap(([element]) =>
      typeof element === "string" ? [] : columnsIn(element),
    ) as unknown as readonly Column<unknown>[];
  }

  override _setParent(parent: object): void {
    const table = parent as Table;
    this._elements = this._elements.map(([element, operator]) => [
      typeof element === "string" ? resolveColumns([element], table, "ExcludeConstraint")[0]! : element,
      operator,
    ]);
    super._setParent(parent);
  }

  override _copy(target: Table): Constraint {
    const elements = this._elements.map(
      ([element, operator]) => [typeof element === "string" ? element : target._copiedClause(element, this._table), operator] as const,
    );
    const where = this.where === null ? {} : { where: target._copiedClause(this.where, this._table) };
    return this._copied(new ExcludeConstraint(elements, { ...this._options(), using: this.using, ops: this.ops, ...where }));
  }
}

function expression(given: string | object): ClauseElement {
  const clause = typeof given === "string" ? new TextClause(given) : clauseOf(given);
  if (clause === null) throw new ArgumentError(`excludeConstraint() takes columns and SQL expressions, not ${describe(given)}.`);
  return clause;
}

/**
 * EXCLUDE of PostgreSQL.
 * @example pg.excludeConstraint(["room", "="], ["during", "&&"], { name: "no_overlap", using: "gist" })
 * See https://docs.sqlalchemy.org/en/21/dialects/postgresql.html#sqlalchemy.dialects.postgresql.ExcludeConstraint
 */
export function excludeConstraint(...args: readonly (ExcludeElement | ExcludeConstraintOptions)[]): ExcludeConstraint {
  const last = args.at(-1);
  const hasOptions = last !== undefined && !Array.isArray(last);
  return new ExcludeConstraint(
    (hasOptions ? args.slice(0, -1) : args) as readonly ExcludeElement[],
    hasOptions ? (last as ExcludeConstraintOptions) : {},
  );
}
