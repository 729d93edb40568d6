import type { Expression, INPUT, RELATED } from "../../sql/base/expression.ts";
import type { Condition, LimitArgument, OrderArgument, SelectedValue } from "../../sql/selectable/select-types.ts";
import type { Deferred, Hidden } from "../mapping/hidden-attributes.ts";
import type { AttributeValue, MAPPED, NULLABLE, StaticKeys } from "../mapping/types.ts";

/** The names of the relationships of a class. */
export type RelationshipName<C> = { [K in StaticKeys<C>]: C[K] extends { readonly [RELATED]: unknown } ? K : never }[StaticKeys<C>] &
  string;

/** The names of what can be read as a value: columns, expressions, composites, synonyms, hybrids. */
export type ValueName<C> = {
  [K in StaticKeys<C>]: C[K] extends { readonly [MAPPED]: unknown } ? (C[K] extends { readonly [RELATED]: unknown } ? never : K) : never;
}[StaticKeys<C>] &
  string;

/** The class that a relationship leads to. */
export type RelatedClass<R> = R extends { readonly [RELATED]: infer T } ? (T extends readonly (infer E)[] ? E : T) : never;

/** Expressions by the names that they are to have in the result. */
export interface RelationalExtras {
  readonly [name: string]: Expression<unknown>;
}

/** What is read of a class: its values, what it is related to, and expressions. */
export interface RelationalSelection<C> {
  /** the names of what is read of the class itself; all columns and column properties that are neither deferred nor hidden, unless told */
  readonly columns?: readonly ValueName<C>[];
  /** relationships, each with `true` or with what is read of it */
  readonly with?: { readonly [K in RelationshipName<C>]?: true | RelationalNested<RelatedClass<C[K]>> };
  /** expressions under names of their own: `{ castCount: Film.characters.count() }` */
  readonly extras?: RelationalExtras;
  /** only those that meet the condition, or all of the conditions */
  readonly where?: Condition | readonly Condition[];
}

/** An expression that is sorted by. */
type SortKey = Exclude<OrderArgument, string>;

/** What is read of a class by {@link relational}. */
export interface RelationalOptions<C> extends RelationalSelection<C> {
  readonly orderBy?: SortKey | readonly SortKey[];
  readonly limit?: LimitArgument;
  readonly offset?: LimitArgument;
}

/** What is read of a relationship: the same as of a class, where order and limits count for each parent by itself. */
export type RelationalNested<C> = RelationalOptions<C>;

/** What a class has without being asked: mapped columns and column properties. */
type DefaultName<C> = {
  [K in StaticKeys<C>]: C[K] extends { readonly [MAPPED]: boolean | "readonly"; readonly [INPUT]: unknown }
    ? C[K] extends Hidden | Deferred
      ? never
      : K
    : never;
}[StaticKeys<C>] &
  string;

type ColumnsOf<C, O> = O extends { readonly columns: readonly (infer K)[] } ? K & string : DefaultName<C>;
type WithOf<O> = O extends { readonly with: infer W } ? W : unknown;
type ExtrasOf<O> = O extends { readonly extras: infer X } ? X : unknown;

/** A row of {@link relational}: a plain object of what was asked for. */
export type RelationalRow<C, O> = {
  -readonly [K in ColumnsOf<C, O> | (keyof WithOf<O> & string) | (keyof ExtrasOf<O> & string)]: K extends keyof ExtrasOf<O>
    ? SelectedValue<ExtrasOf<O>[K]>
    : K extends keyof C
      ? K extends keyof WithOf<O>
        ? NestedValue<C[K], WithOf<O>[K]>
        : AttributeValue<C[K], C>
      : never;
};

/** The objects of a relationship: a list, or one that may be missing. */
type NestedValue<R, O> = R extends { readonly [RELATED]: infer T; readonly [NULLABLE]: infer N }
  ? T extends readonly (infer E)[]
    ? RelationalRow<E, O>[]
    : N extends true
      ? RelationalRow<T, O> | null
      : O extends { readonly where: unknown }
        ? RelationalRow<T, O> | null
        : RelationalRow<T, O>
  : never;

type OptionName = keyof RelationalOptions<unknown>;
type ListOnly = "orderBy" | "limit" | "offset";

/** The options, as far as they are names that there are; what is none cannot be given. */
export type KnownOptions<C, O> = {
  readonly [K in keyof O]: K extends "with"
    ? { readonly [R in keyof O[K]]: R extends keyof C ? KnownNested<C[R], O[K][R]> : never }
    : K extends OptionName
      ? unknown
      : never;
};

type KnownNested<R, O> = R extends { readonly [RELATED]: infer T }
  ? O extends true
    ? true
    : T extends readonly (infer E)[]
      ? KnownOptions<E, O>
      : { readonly [K in keyof O & ListOnly]: never } & KnownOptions<T, O>
  : never;
