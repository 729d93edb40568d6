import { ArgumentError } from "../../errors.ts";
import { FromClause } from "../../sql/selectable/from-clause.ts";
import { describeValue } from "../attributes/class-manager.ts";
import { type ColumnChoice, chosenColumns } from "./column-choice.ts";
import { type ExistingColumn, mappedColumn } from "./mapped-column.ts";
import { checkAttributeName } from "./reserved-names.ts";

/** The keys of columns that the types know: those of a table that was read from the database alone are not among them. */
type KnownKeys<T> = keyof { [K in keyof T as string extends K ? never : number extends K ? never : K]: unknown } & string;

/** The columns that a FROM element has by its type. */
type ColumnsIn<T> = T extends FromClause<infer C> ? C : never;

/** The attributes that {@link DeclarativeBase.withTable} makes of the columns of a table. */
export type TableAttributes<T, O = unknown> = {
  readonly [K in ChosenKeys<KnownKeys<ColumnsIn<T>>, O>]: ExistingColumn<ColumnsIn<T>[K & keyof ColumnsIn<T>]>;
};

/** The keys that `includeProperties` and `excludeProperties` leave. */
type ChosenKeys<K, O> = Exclude<
  O extends { readonly includeProperties: readonly (infer I)[] } ? Extract<K, I> : K,
  O extends { readonly excludeProperties: readonly (infer X)[] } ? X : never
>;

/** Which columns of the table the class gets: by their keys. */
export interface WithTableOptions<K extends string = string> {
  readonly includeProperties?: readonly K[];
  readonly excludeProperties?: readonly K[];
}

/** The keys that can be named: any, of a table whose columns the types do not know. */
export type ColumnKeys<T> = [KnownKeys<ColumnsIn<T>>] extends [never] ? string : KnownKeys<ColumnsIn<T>>;

/** What was chosen from which table, by the class that `withTable()` gave. */
const choices = new WeakMap<object, { readonly table: FromClause; readonly choice: ColumnChoice }>();

/** A class with an attribute for each chosen column, for `Base.with()`. */
export function attributesOf(
  from: unknown,
  choice: ColumnChoice,
): { readonly mixin: { readonly prototype: object }; readonly table: FromClause } {
  if (!(from instanceof FromClause)) {
    throw new ArgumentError(`Base.withTable() takes a table, join or subquery that exists; it was given ${describeValue(from)}`);
  }
  const mixin = class {};
  const chosen = chosenColumns("Base.withTable()", from, choice);
  for (const column of from._collection) {
    if (!chosen(column)) continue;
    checkAttributeName("Base.withTable()", column.key!, column.key, true);
    const value = mappedColumn(column);
    Object.defineProperty(mixin, column.key!, { value, configurable: true, writable: true, enumerable: true });
  }
  return { mixin, table: from };
}

/** Keeps what was chosen for the classes that extend `base`. */
export function noteChoice(base: object, table: FromClause, choice: ColumnChoice): void {
  choices.set(base, { table, choice });
}

/** What `withTable()` said of the columns of this table, in a class above. */
export function choiceAbove(class_: object, table: FromClause): ColumnChoice {
  for (
    let above = Object.getPrototypeOf(class_) as object | null;
    above !== null && above !== Function.prototype;
    above = Object.getPrototypeOf(above) as object | null
  ) {
    const noted = choices.get(above);
    if (noted !== undefined && noted.table === table) return noted.choice;
  }
  return {};
}
