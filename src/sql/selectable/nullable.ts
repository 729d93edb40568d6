import type { Expression, Origin, ORIGIN, VALUE } from "../base/expression.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { EntityClass, InstanceOf } from "./select-types.ts";

/** Says to the type checker what a class gives to the rows of a SELECT, and by which tables it is NULL. */
export interface GivesValue<V, N extends Origin> {
  readonly [VALUE]: V;
  readonly [ORIGIN]: N;
}

/** What {@link nullable} gives: the same expression or class, which may be NULL. */
export type NullableOf<E> =
  E extends ColumnElement<infer V, infer N>
    ? ColumnElement<V | null, N>
    : E extends { readonly [VALUE]: infer V }
      ? Expression<V | null>
      : E & GivesValue<InstanceOf<E> | null, Origin>;

/** What {@link notNullable} gives: the same expression or class, which is never NULL. */
export type NotNullableOf<E> = E extends { readonly [VALUE]: infer V }
  ? ColumnElement<NonNullable<V>, never>
  : E & GivesValue<InstanceOf<E>, never>;

/**
 * Says to the type checker that an expression or a mapped class may be NULL in the rows of a SELECT. Nothing happens at run time.
 * @param entity - a column, an expression, a mapped class
 * @returns the same
 * @example select(User, nullable(Address)).fromStatement(text("SELECT … LEFT JOIN …"))
 */
export function nullable<E extends Expression<unknown> | EntityClass>(entity: E): NullableOf<E> {
  return entity as never;
}

/**
 * Says to the type checker that an expression or a mapped class is never NULL in the rows of a SELECT, which it cannot always know: of
 * an attribute it does not know the class, so that any outer join makes it nullable. Nothing happens at run time.
 * @param entity - a column, an expression, a mapped class
 * @returns the same
 * @example select(notNullable(User.name), Address.email).outerjoin(User.addresses)
 */
export function notNullable<E extends Expression<unknown> | EntityClass>(entity: E): NotNullableOf<E> {
  return entity as never;
}
