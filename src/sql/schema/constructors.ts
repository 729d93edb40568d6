import { describe } from "../base/coercions.ts";
import type { ColumnInput, Origin } from "../base/expression.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { ArgumentError } from "../../errors.ts";
import type { ColumnOptions } from "./column-options.ts";
import { Column as ColumnClass } from "./column.ts";
import {
  CheckConstraint,
  columnArgument,
  type ColumnArgument,
  type ConstraintOptions,
  PrimaryKeyConstraint,
  UniqueConstraint,
} from "./constraints.ts";
import { type ForeignKey, ForeignKeyConstraint, type ForeignKeyOptions, type ForeignKeyTarget } from "./foreign-key.ts";
import type { ItemName, SAYS, SchemaItem } from "./schema-item.ts";
import type { NameArgument } from "../elements/quoted-name.ts";
import type { MetaData } from "./metadata.ts";
import { Routine as RoutineClass, type RoutineKind, type RoutineOptions } from "./routine.ts";
import { Index, type IndexOptions } from "./table-index.ts";
import type { MethodsOf } from "../types/comparator-methods.ts";
import type { TypeEngine } from "../types/type-engine.ts";

/** Where the type of a column's values comes from: a type, or a foreign key, whose target has one. */
export type ColumnType<V> = TypeEngine<V> | ForeignKey<V>;

/** The values of what gives a column its type. */
export type ColumnTypeValue<S> = S extends TypeEngine<infer V> ? V : S extends ForeignKey<infer V> ? V : unknown;

/** What the items beside a column say of it: "identity", "computed", "foreign", … */
type Said<S, I extends readonly unknown[]> =
  | (S extends { readonly [SAYS]: infer W } ? W : never)
  | (I[number] extends infer E ? (E extends { readonly [SAYS]: infer W } ? W : never) : never);

/** The values of a column with the given options: null is among them unless they, or an identity, exclude it. */
export type ColumnValue<V, O, W = never> = O extends { readonly nullable: true }
  ? V | null
  : O extends { readonly nullable: false } | { readonly primaryKey: true }
    ? V
    : [Extract<W, "identity" | "always">] extends [never]
      ? V | null
      : V;

/** Whether an INSERT must give a value to a column with the given options: see {@link ColumnInput}. */
export type ColumnInputOf<V, O, W = never> = [Extract<W, "always" | "computed">] extends [never]
  ? [Extract<W, "identity" | "sequence">] extends [never]
    ? O extends { readonly nullable: true } | { readonly default: unknown } | { readonly serverDefault: unknown }
      ? "optional"
      : O extends { readonly primaryKey: true }
        ? "foreign" extends W
          ? "reference"
          : O extends { readonly autoincrement: false }
            ? "required"
            : V extends number | bigint
              ? "optional"
              : "required"
        : O extends { readonly nullable: false }
          ? "foreign" extends W
            ? "reference"
            : "required"
          : "optional"
    : "optional"
  : "generated";

/** No options. */
type NoOptions = Readonly<Record<never, never>>;

/**
 * Makes columns: `new Column(name?, type?, ...items, options?)`. Without a name, the column is called as its key in the table.
 * See https://docs.sqlalchemy.org/en/21/core/metadata.html#sqlalchemy.schema.Column
 */
export interface ColumnConstructor {
  new <S extends ColumnType<unknown>, const I extends readonly SchemaItem[]>(
    type: S,
    ...items: I
  ): Column<
    ColumnValue<ColumnTypeValue<S>, NoOptions, Said<S, I>>,
    string,
    string,
    ColumnInputOf<ColumnTypeValue<S>, NoOptions, Said<S, I>>
  > &
    MethodsOf<S>;
  new <S extends ColumnType<unknown>, const I extends readonly SchemaItem[], const O extends ColumnOptions>(
    type: S,
    ...rest: [...items: I, options: O]
  ): Column<ColumnValue<ColumnTypeValue<S>, O, Said<S, I>>, string, string, ColumnInputOf<ColumnTypeValue<S>, O, Said<S, I>>> &
    MethodsOf<S>;
  new <S extends ColumnType<unknown>, const I extends readonly SchemaItem[]>(
    name: NameArgument,
    type: S,
    ...items: I
  ): Column<
    ColumnValue<ColumnTypeValue<S>, NoOptions, Said<S, I>>,
    string,
    string,
    ColumnInputOf<ColumnTypeValue<S>, NoOptions, Said<S, I>>
  > &
    MethodsOf<S>;
  new <S extends ColumnType<unknown>, const I extends readonly SchemaItem[], const O extends ColumnOptions>(
    name: NameArgument,
    type: S,
    ...rest: [...items: I, options: O]
  ): Column<ColumnValue<ColumnTypeValue<S>, O, Said<S, I>>, string, string, ColumnInputOf<ColumnTypeValue<S>, O, Said<S, I>>> &
    MethodsOf<S>;
  new (...rest: (NameArgument | SchemaItem | ColumnOptions)[]): Column<unknown>;
  readonly prototype: Column<unknown>;
}

/**
 * A column of a table.
 * @example new Column("team_id", t.integer(), foreignKey("teams.id"), { nullable: false })
 */
export interface Column<V, N extends Origin = Origin, K extends string = string, I extends ColumnInput = ColumnInput> extends ColumnClass<
  V,
  N,
  K,
  I
> {}
export const Column: ColumnConstructor = ColumnClass as unknown as ColumnConstructor;

/** Makes routines: functions, unless `{ kind: "procedure" }`. */
export interface RoutineConstructor {
  new <V = unknown>(
    name: NameArgument,
    metadata: MetaData | null,
    options: RoutineOptions<V, "procedure"> & { readonly kind: "procedure" },
  ): RoutineClass<V, "procedure">;
  new <V = unknown>(name: NameArgument, metadata: MetaData | null, options: RoutineOptions<V, "function">): RoutineClass<V, "function">;
  readonly prototype: RoutineClass;
}

/**
 * A function or procedure of the database.
 * @example new Routine("twice", metadata, { parameters: { n: t.integer() }, returns: t.integer(), body: { mysql: "RETURN n * 2" } })
 */
export type Routine<V = unknown, K extends RoutineKind = RoutineKind> = RoutineClass<V, K>;
export const Routine: RoutineConstructor = RoutineClass as unknown as RoutineConstructor;

/** Splits `(...columns, options?)`. */
function withOptions<O extends object>(args: readonly unknown[]): readonly [readonly unknown[], O] {
  const last = args.at(-1);
  if (typeof last === "object" && last !== null) {
    const proto = Object.getPrototypeOf(last) as unknown;
    if (proto === Object.prototype || proto === null) return [args.slice(0, -1), last as O];
  }
  return [args, {} as O];
}

/**
 * UNIQUE over columns, given by themselves or by their keys.
 * @example uniqueConstraint("team_id", "number", { name: "uq_team_number" })
 */
export function uniqueConstraint(...args: readonly (ColumnArgument | ConstraintOptions)[]): UniqueConstraint {
  const [columns, options] = withOptions<ConstraintOptions>(args);
  return new UniqueConstraint(
    columns.map((column) => columnArgument(column, "uniqueConstraint")),
    options,
  );
}

/** The primary key of a table, given by columns or their keys. */
export function primaryKeyConstraint(...args: readonly (ColumnArgument | ConstraintOptions)[]): PrimaryKeyConstraint {
  const [columns, options] = withOptions<ConstraintOptions>(args);
  return new PrimaryKeyConstraint(
    columns.map((column) => columnArgument(column, "primaryKeyConstraint")),
    options,
  );
}

/**
 * CHECK: a condition for every row; a string is SQL and is written as it is: never take it from outside.
 * @example checkConstraint("price > 0", { name: "ck_price" })
 */
export function checkConstraint(sqltext: string | object, options: ConstraintOptions = {}): CheckConstraint {
  if (sqltext === undefined) throw new ArgumentError("checkConstraint() needs a condition; got undefined.");
  return new CheckConstraint(sqltext as string | ClauseElement, options);
}

/**
 * A foreign key over several columns, given by themselves or by their keys.
 * @example foreignKeyConstraint(["order_id", "line"], ["lines.order_id", "lines.number"])
 */
export function foreignKeyConstraint(
  columns: readonly ColumnArgument[],
  refcolumns: readonly ForeignKeyTarget[],
  options: ForeignKeyOptions = {},
): ForeignKeyConstraint {
  if (!Array.isArray(columns) || !Array.isArray(refcolumns)) {
    throw new ArgumentError(
      `foreignKeyConstraint() takes two lists, of columns and of what they refer to, not ${describe(columns)} and ${describe(refcolumns)}.`,
    );
  }
  return new ForeignKeyConstraint(columns, refcolumns as readonly ForeignKeyTarget[], options);
}

/**
 * An index over columns, keys of columns, or expressions. With columns, it belongs to their table at once.
 * @example index("ix_users_name", func.lower(users.c.name), { unique: true })
 */
export function index(name: ItemName, ...args: readonly (ColumnArgument | IndexOptions)[]): Index {
  const [expressions, options] = withOptions<IndexOptions>(args);
  return new Index(name, expressions, options);
}
