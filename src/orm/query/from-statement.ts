import { ArgumentError } from "../../errors.ts";
import { clauseOf } from "../../sql/base/coercions.ts";
import type { Field } from "../../sql/base/traversal.ts";
import type { SqlCompiler } from "../../sql/compiler/sql-compiler.ts";
import type { VisitOptions } from "../../sql/compiler/visit-options.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { ColumnCollection } from "../../sql/selectable/column-collection.ts";
import { type ColumnDescription, describeColumns } from "../../sql/selectable/column-descriptions.ts";
import { EXECUTABLE_FIELDS, ExecutableReturnsRows } from "../../sql/selectable/executable-rows.ts";
import type { ROW } from "../../sql/selectable/select-base.ts";
import { fromStatementSlot, type Select } from "../../sql/selectable/select.ts";
import { setupEntityQuery } from "../loading/entity-plan.ts";
import { BundleEntity, MapperEntity, queryEntities, type QueryEntity } from "./entities.ts";
import { OrmCompileState, type OrmStatement } from "./orm-compile-state.ts";

/** The state of rows whose columns are given: by text, by another SELECT, or by RETURNING. */
export class GivenRowsState extends OrmCompileState {
  readonly statement: ClauseElement;

  constructor(
    statement: OrmStatement,
    columns: readonly ClauseElement[],
    label: ((column: ClauseElement, name: string | null) => string | null) | null,
  ) {
    super(statement, true, true);
    this.statement = statement;
    this.entities.push(
      ...queryEntities(
        this,
        columns,
        label ?? ((column, name) => name ?? (column as { _proxyKey?: string | null })._proxyKey ?? null),
        true,
      ),
    );
    this.processOptions();
    for (const entity of this.entities) this.#setup(entity);
  }

  #setup(entity: QueryEntity): void {
    if (entity instanceof BundleEntity) {
      for (const each of entity.entities) this.#setup(each);
    } else if (entity instanceof MapperEntity) {
      entity.plan = setupEntityQuery(this, {
        mapper: entity.mapper,
        queryEntity: entity,
        path: entity.path,
        adapter: entity.adapter(this),
        columns: this.primaryColumns,
        onlyLoadProps: null,
        parentMapper: null,
        chainedFromOuterjoin: false,
      });
    }
  }
}

/** Entities that are made of the rows of a statement which was written otherwise: `select(User).fromStatement(text("…"))`. */
export class FromStatement<R = unknown[]> extends ExecutableReturnsRows {
  declare readonly [ROW]: R;
  static override readonly fields: readonly Field[] = [
    ["_rawColumns", "clauses"],
    ["element", "clause"],
    ["_shape", "plains"],
    ...EXECUTABLE_FIELDS,
  ];

  /** @internal */
  _rawColumns: readonly ClauseElement[];
  /** @internal */
  _shape: readonly string[] | null;
  readonly element: ClauseElement;

  constructor(select: Select<unknown>, element: ClauseElement) {
    super();
    this._rawColumns = select._rawColumns;
    this._shape = select._shape;
    this._withOptions = select._withOptions;
    this._executionOptions = select._executionOptions;
    this._propagateAttrs = select._propagateAttrs;
    this.element = element;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    if (compiler.stack.length === 0) {
      const orm = new GivenRowsState(this as unknown as OrmStatement, this._rawColumns, null);
      compiler.compileState = { statement: this, orm } as never;
    }
    return this.element.accept(compiler, options);
  }

  /** What each row has, as of the `select()`. */
  get columnDescriptions(): readonly ColumnDescription[] {
    return describeColumns(this._rawColumns);
  }

  override get _allSelectedColumns(): readonly ClauseElement[] {
    return this._rawColumns;
  }

  override get _exportedCollection(): ColumnCollection {
    return new ColumnCollection();
  }

  override _generateFromclauseColumnProxies(): void {
    throw new ArgumentError("fromStatement() is executed as it is: it cannot be a subquery");
  }
}

fromStatementSlot.fill((select, statement) => {
  const element = clauseOf(statement);
  if (element === null) throw new ArgumentError('fromStatement() takes a statement, such as text("SELECT …") or select(…)');
  // a SELECT of entities is read as the SELECT of columns that it is
  return new FromStatement(select, element) as never;
});
