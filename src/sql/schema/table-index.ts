import { ArgumentError } from "../../errors.ts";
import { clauseOf, describe } from "../base/coercions.ts";
import { type DialectOptionSet, dialectOptionsOf } from "../base/dialect-options.ts";
import type { EVENTS } from "../../event/registry.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { DdlBind } from "../base/statement-runner.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { ColumnClause } from "../elements/column-clause.ts";
import { CheckFirst, type CheckFirstOption, checkFirstFlags, itemDdlSlot } from "./check-first.ts";
import type { Column } from "./column.ts";
import { columnsIn } from "./columns-in.ts";
import { attachWhenReady, checkItemName, resolveColumns } from "./constraints.ts";
import type { SchemaItemEvents } from "./events.ts";
import { type ConventionKind, conventionName } from "./naming-convention.ts";
import {
  conditionHolds,
  type DdlCondition,
  ddlCondition,
  type DdlContext,
  type DdlIfOptions,
  type Info,
  type ItemName,
  SchemaItem,
} from "./schema-item.ts";
import type { Table } from "./table.ts";

/** Options of {@link Index}. */
export interface IndexOptions {
  readonly unique?: boolean;
  readonly info?: Info;
  /** a dialect's own option, such as `postgresqlUsing` or `sqliteWhere`; conditions as text are SQL, and must not come from outside */
  readonly [dialectOption: string]: unknown;
}

const OWN: ReadonlySet<string> = new Set(["unique", "info"]);

/**
 * An index over columns or expressions. Made by {@link index}, or by `index: true` of a column.
 * See https://docs.sqlalchemy.org/en/21/core/constraints.html#sqlalchemy.schema.Index
 */
export class Index extends SchemaItem {
  declare readonly [EVENTS]?: SchemaItemEvents<Index>;
  readonly conventionKind: ConventionKind = "ix";
  readonly unique: boolean;
  readonly dialectOptions: DialectOptionSet;
  /** @internal */
  _table: Table | null = null;
  /** @internal */
  _givenName: ItemName;
  /** @internal */
  _pending: (string | ClauseElement)[];
  /** @internal */
  _expressions: ClauseElement[] | null = null;
  /** Made by `index: true` of a column. @internal */
  _columnFlag = false;
  /** @internal */
  _ddlIf: DdlIfOptions | null = null;

  constructor(name: ItemName, expressions: readonly unknown[], options: IndexOptions = {}, autoattach = true) {
    super();
    this._givenName = checkItemName(name);
    this.unique = options.unique === true;
    if (options.info !== undefined) this._info = options.info;
    this.dialectOptions = dialectOptionsOf("Index", options, OWN);
    this._pending = expressions.map((expression) => {
      if (typeof expression === "string") return expression;
      const clause = clauseOf(expression);
      if (clause === null)
        throw new ArgumentError(`An index takes columns, keys of columns and SQL expressions, not ${describe(expression)}.`);
      return clause;
    });
    if (autoattach && !this._pending.some((expression) => typeof expression === "string")) {
      attachWhenReady(
        this,
        this._pending.flatMap((expression) => columnsIn(expression as ClauseElement)),
      );
    }
  }

  /** The table; null until it is attached to one. */
  get table(): Table | null {
    return this._table;
  }

  /** The name: as given, or as the naming convention makes it; null when it has none. */
  get name(): string | null {
    const name = this._resolvedName;
    return name === null ? null : String(name);
  }

  /** @internal */
  get _resolvedName(): ItemName {
    return this._table === null ? this._givenName : conventionName(this, this._table);
  }

  /** What is indexed, in order. */
  get expressions(): readonly ClauseElement[] {
    return this._expressions ?? this._pending.filter((expression): expression is ClauseElement => typeof expression !== "string");
  }

  /** The columns that are indexed or occur in indexed expressions. */
  get columns(): readonly Column<unknown>[] {
    return this.expressions.flatMap((expression) => columnsIn(expression)) as Column<unknown>[];
  }

  get _namedColumns(): readonly Column<unknown>[] {
    return this.columns;
  }

  /**
   * Creates it only on some dialects, or when a function says so.
   * @param when - the name of a dialect or several, a function, or `{ dialect, callable, state }`
   * @returns the index itself
   */
  ddlIf(when: DdlCondition): this {
    this._ddlIf = ddlCondition(when);
    return this;
  }

  /** @internal */
  _shouldCreate(dialect: SqlDialect, context: Partial<DdlContext> = {}): boolean {
    return conditionHolds(this._ddlIf, dialect, () => ({ ddl: this, runner: null, tables: null, checkFirst: 0, ...context, target: this }));
  }

  /**
   * Creates it on a table that is there already.
   * @param bind - an engine or a connection
   * @param options - checkFirst: looks first whether there is an index of that name
   */
  create(bind: DdlBind, options: CheckFirstOption = {}): Promise<void> {
    return itemDdlSlot.call("create", this, bind, checkFirstFlags(options.checkFirst, CheckFirst.NONE));
  }

  /** Drops it. */
  drop(bind: DdlBind, options: CheckFirstOption = {}): Promise<void> {
    return itemDdlSlot.call("drop", this, bind, checkFirstFlags(options.checkFirst, CheckFirst.NONE));
  }

  override _setParent(parent: object): void {
    const table = parent as Table;
    if (this._table !== null && this._table !== table) {
      throw new ArgumentError(
        `The index "${this.name ?? ""}" belongs to the table "${this._table.description}", so it cannot be added to "${table.description}".`,
      );
    }
    const columns = this._pending.map((expression) =>
      typeof expression === "string" ? expression : expression instanceof ColumnClause ? (expression._identity as Column<unknown>) : null,
    );
    const named = resolveColumns(
      columns.filter((column) => column !== null),
      table,
      "Index",
    );
    let next = 0;
    this._expressions = this._pending.map((expression, i) => {
      if (columns[i] === null) return expression as ClauseElement;
      const column = named[next++]!;
      return typeof expression === "string" ? column : expression;
    });
    this._table = table;
    table._indexes.add(this);
  }

  /** A copy for a copy of the table. @internal */
  _copy(target: Table): Index {
    const options: Record<string, unknown> = { unique: this.unique };
    for (const [dialect, values] of this.dialectOptions) {
      for (const [key, value] of Object.entries(values)) {
        const clause = clauseOf(value);
        options[`${dialect}${key.charAt(0).toUpperCase()}${key.slice(1)}`] =
          clause === null ? value : target._copiedClause(clause, this._table);
      }
    }
    const expressions = this.expressions.map((expression) => target._copiedClause(expression, this._table));
    const copy = new Index(this._givenName, expressions, options, false);
    copy._ddlIf = this._ddlIf;
    if (this._info !== null) copy._info = { ...this._info };
    return copy;
  }
}
