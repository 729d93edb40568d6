import type { ParameterRecord } from "../compiler/compiled.ts";
import type { ColumnInput, Expression, INPUT, VALUE } from "../base/expression.ts";
import type { ColumnClause } from "../elements/column-clause.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { TextBase } from "../elements/text-clause.ts";
import type { LooseColumns } from "../selectable/column-collection.ts";
import type { FromClause } from "../selectable/from-clause.ts";
import type { EntityClass, KnownColumns, SelectedValue } from "../selectable/select-types.ts";

/* What INSERT and UPDATE take as values, for the type checker: from the columns of a table, or the attributes of a mapped class. */

/** Marks, for the type checker only, what a statement writes to: a table or a mapped class. It does not exist at run time. */
export declare const TARGET: unique symbol;

/** Marks, for the type checker only, what parameters a statement takes when it is executed. It does not exist at run time. */
export declare const PARAMETERS: unique symbol;

/** A statement that writes to `T`. */
export interface WritesTo<T> {
  readonly [TARGET]: T;
}

/** What a column can be set to: a value of its type, or an expression (which may be NULL: only the database can tell). */
type SetTo<X> = X extends { readonly [VALUE]: infer V }
  ? [V] extends [never]
    ? unknown
    : V | Expression<NonNullable<V> | null> | TextBase
  : never;

type RequiredKeys<C> = { [K in keyof C]: C[K] extends { readonly [INPUT]: "required" | "reference" } ? K : never }[keyof C];
type OptionalKeys<C> = { [K in keyof C]: C[K] extends { readonly [INPUT]: "required" | "reference" | "generated" } ? never : K }[keyof C];
type ChangeableKeys<C> = { [K in keyof C]: C[K] extends { readonly [INPUT]: "generated" } ? never : K }[keyof C];

/** Values by key, of columns of which nothing is known. */
export type AnyValues = Readonly<Record<string, unknown>>;

/** What a statement writes to, unless nothing is known of it. */
type Known<T> = 0 extends 1 & T ? unknown : T;

/** The columns of a table, or the attributes of a mapped class that stand for columns, by key. */
type ColumnsIn<T> =
  Known<T> extends FromClause<infer C>
    ? C
    : Known<T> extends { readonly prototype: object }
      ? { [K in Exclude<keyof T, "prototype"> as T[K] extends { readonly [VALUE]: unknown } ? K : never]: T[K] }
      : AnyValues;

/** Whether something sets other attributes: a hybrid, a synonym, a composite. Then it is not known which of these must be given. */
type SetsOthers<C> = [{ [K in keyof C]: C[K] extends { readonly [INPUT]: ColumnInput } ? never : K }[keyof C]] extends [never]
  ? false
  : true;

type InsertSettings<C> = string extends keyof C
  ? AnyValues
  : [keyof C] extends [never]
    ? AnyValues
    : SetsOthers<C> extends true
      ? { readonly [K in ChangeableKeys<C>]?: SetTo<C[K]> }
      : { readonly [K in RequiredKeys<C>]: SetTo<C[K]> } & { readonly [K in OptionalKeys<C>]?: SetTo<C[K]> };

type UpdateSettings<C> = string extends keyof C
  ? AnyValues
  : [keyof C] extends [never]
    ? AnyValues
    : { readonly [K in ChangeableKeys<C>]?: SetTo<C[K]> };

/**
 * What `insert(users).values(…)` takes for a row: `InsertValues<typeof users>`. Columns that are NOT NULL and have no default must be
 * given; those that the database makes (computed columns, identities that are generated always) cannot be.
 */
export type InsertValues<T> = InsertSettings<ColumnsIn<T>>;

/** What `update(users).values(…)` takes: `UpdateValues<typeof users>`. Columns that the database makes cannot be set. */
export type UpdateValues<T> = UpdateSettings<ColumnsIn<T>>;

/** The row of a table as an object: `TableRow<typeof users>`; that of a mapped class has its column attributes. */
export type TableRow<T> = { -readonly [K in keyof ColumnsIn<T>]: SelectedValue<ColumnsIn<T>[K]> };

/** The columns that are written for a mapped class, by their attributes. */
export type WrittenColumns<C> = {
  readonly [
    K in Exclude<keyof C, "prototype"> as C[K] extends { readonly [INPUT]: Exclude<ColumnInput, "generated"> } ? K : never
  ]: C[K] extends { readonly [VALUE]: infer V } ? ColumnClause<V> : never;
};

/** The columns of what is inserted into, by the names that `values()` takes, as `excluded` has them. */
export type ColumnsOf<T> =
  Known<T> extends FromClause<infer C> ? C : Known<T> extends EntityClass ? KnownColumns<WrittenColumns<T>> : LooseColumns;

/** A value of a list of values in the order of the columns. */
export type PositionalValue = string | number | bigint | boolean | Date | Uint8Array | null | Expression<unknown> | TextBase;

/** What an INSERT without values takes when it is executed, for each row: `conn.execute(insert(users), [{ … }])`. */
export type InsertParameters<T> = InsertValues<T>;

/** All that `insert(table).values(…)` takes: a row by keys, by columns (a Map) or in order, or many rows. */
export type InsertInput<T> =
  | InsertValues<T>
  | readonly InsertValues<T>[]
  | ReadonlyMap<string | object, unknown>
  | readonly ReadonlyMap<string | object, unknown>[]
  | readonly PositionalValue[]
  | readonly (readonly unknown[])[];

/** All that `update(table).values(…)` takes: values by keys, by columns (a Map) or in order. */
export type UpdateInput<T> = UpdateValues<T> | ReadonlyMap<string | object, unknown> | readonly PositionalValue[];

/** What an INSERT or UPDATE is told: what it writes to, the values that `values()` takes, and the parameters of its execution. */
export interface WriteTypes {
  readonly target: unknown;
  readonly values: unknown;
  /** what `values()` takes when there are values already */
  readonly more: unknown;
  readonly parameters: unknown;
}

/** What an INSERT or UPDATE is told where nothing is known of its table. */
export interface AnyWrite {
  readonly target: unknown;
  readonly values: AnyValues | ReadonlyMap<string | object, unknown> | readonly unknown[];
  readonly more: AnyValues | ReadonlyMap<string | object, unknown> | readonly unknown[];
  readonly parameters: ParameterRecord;
}

/** What an INSERT into `T` is told. */
export interface InsertInto<T> {
  readonly target: T;
  readonly values: InsertInput<T>;
  readonly more: InsertInput<T> | UpdateInput<T>;
  readonly parameters: InsertParameters<T>;
}

/** What an UPDATE of `T` is told. */
export interface UpdateOf<T> {
  readonly target: T;
  readonly values: UpdateInput<T>;
  readonly more: UpdateInput<T>;
  readonly parameters: ParameterRecord;
}

/** The same once there are values: the parameters of the execution stand for what is left. */
export interface WithValues<S extends WriteTypes> {
  readonly target: S["target"];
  readonly values: S["more"];
  readonly more: S["more"];
  readonly parameters: ParameterRecord;
}

/** The columns that `fromSelect` names: their keys, or themselves. */
export type ColumnNames<T> = readonly ((keyof ColumnsIn<T> & string) | ColumnElement<unknown>)[];

/** The row that the SELECT of `fromSelect` has to give, for the columns that it names. */
export type RowFor<T, L extends readonly unknown[]> = {
  [I in keyof L]: L[I] extends keyof ColumnsIn<T> ? SelectedValue<ColumnsIn<T>[L[I]]> : SelectedValue<L[I]>;
};
