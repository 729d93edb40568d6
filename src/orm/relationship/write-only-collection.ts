import { InvalidRequestError } from "../../errors.ts";
import type { Expression } from "../../sql/base/expression.ts";
import { type Delete, delete_ } from "../../sql/dml/delete.ts";
import { type Insert, insert } from "../../sql/dml/insert.ts";
import { type Update, update } from "../../sql/dml/update.ts";
import type { ParameterRecord } from "../../sql/compiler/compiled.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { literalColumn } from "../../sql/elements/constructors.ts";
import type { TextBase } from "../../sql/elements/text-clause.ts";
import { exists } from "../../sql/selectable/exists.ts";
import { select, type Select } from "../../sql/selectable/select.ts";
import type { FilterValues } from "../../sql/selectable/select-types.ts";
import type { WriteOnlyImpl } from "../attributes/write-only-impl.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { optimizedCompare, valueBind } from "./comparator.ts";
import type { RelationshipProperty } from "./relationship-property.ts";

/** A class of which only its objects are known. */
export interface ClassOf<T> {
  readonly prototype: T;
}

/** What is no column: methods, related objects and collections. */
type Related = ((...args: never[]) => unknown) | readonly object[] | ReadonlySet<unknown> | ReadonlyMap<unknown, unknown> | AbstractMember;
interface AbstractMember {
  readonly awaitableAttrs: object;
}

/** What columns of the members can be set to. */
export type MemberValues<T> = {
  readonly [K in keyof T as NonNullable<T[K]> extends Related ? never : K]?: T[K] | Expression<NonNullable<T[K]> | null> | TextBase;
};

/** What an INSERT or UPDATE of members is told. */
export interface MemberWrite<T> {
  readonly target: unknown;
  readonly values: MemberValues<T> | ReadonlyMap<string | object, unknown>;
  readonly more: MemberValues<T> | ReadonlyMap<string | object, unknown>;
  readonly parameters: ParameterRecord;
}

/**
 * The collection of a relationship with `lazy: "write_only"`: it takes members in and out, and makes statements about them. It never
 * loads anything, however many there are.
 * @see https://docs.sqlalchemy.org/en/21/orm/large_collections.html#write-only-relationships
 */
export class WriteOnlyCollection<T> {
  readonly #impl: WriteOnlyImpl;
  readonly #state: InstanceState;

  /** Objects make their own: `account.transactions`. */
  constructor(impl: WriteOnlyImpl, state: InstanceState) {
    this.#impl = impl;
    this.#state = state;
  }

  /** The object whose collection it is. */
  get instance(): object {
    return this.#state.obj;
  }

  /**
   * Adds a member. The next flush inserts it, or gives it the foreign key, or a row between both.
   * @throws ArgumentError for what is no object of the related class
   */
  add(member: T): void {
    this.#impl.append(this.#state, member, null);
  }

  /**
   * Adds any number of members.
   * @throws ArgumentError for what is no object of the related class
   */
  addAll(members: Iterable<T>): void {
    for (const member of members) this.#impl.append(this.#state, member, null);
  }

  /**
   * Takes a member out. The flush takes its foreign key or the row between both away, and deletes it with the cascade delete-orphan.
   * @throws InvalidRequestError when the foreign key of the object says that it is another one's
   */
  remove(member: T): void {
    this.#impl.remove(this.#state, member, null);
  }

  /**
   * A SELECT of the members, in the relationship's order: to be narrowed, limited, counted, streamed.
   * @example await session.scalars(account.transactions.select().where(Transaction.amount.lt(0)).limit(10)).all()
   */
  select(): Select<[T], FilterValues<T>, readonly [ClassOf<T>], never> {
    const { prop } = this;
    const target = prop.mapper.class_;
    let statement = select(target as never) as unknown as Select<unknown>;
    // a join that is added later starts from the target
    if (prop.secondary !== null) statement = statement.selectFrom(target as never, prop.secondary);
    statement = statement.where(this.#criterion());
    if (prop.orderBy !== null) statement = statement.orderBy(...prop.orderBy);
    return this.#underToken(statement) as never;
  }

  /**
   * An INSERT of new members, whose foreign key is this object's: `session.execute(account.transactions.insert(), rows)`.
   * @throws InvalidRequestError for a many-to-many collection
   */
  insert(): Insert<unknown[], MemberWrite<T>> {
    const { prop } = this;
    if (prop.direction !== "ONETOMANY") {
      throw new InvalidRequestError(
        `${prop}: insert() is for one-to-many collections. Insert the rows of ${prop.mapper.name} by a statement of its own, returning the objects, ` +
          `and give them to addAll()`,
      );
    }
    const values = new Map<ColumnElement<unknown>, unknown>();
    for (const [from, to] of prop.synchronizePairs) values.set(to, valueBind(prop.parent, this.#state, from, to));
    return this.#underToken(insert(prop.mapper.class_ as never).values(values as never)) as never;
  }

  /**
   * An UPDATE of the members.
   * @example await session.execute(account.transactions.update().values({ checked: true }))
   */
  update(): Update<unknown[], MemberWrite<T>> {
    return this.#underToken(update(this.prop.mapper.class_ as never).where(this.#criterion())) as never;
  }

  /** A DELETE of the members: of their own rows, and not only of their membership. */
  delete(): Delete {
    const { prop } = this;
    const criterion = this.#criterion();
    if (prop.secondary === null) return this.#underToken(delete_(prop.mapper.class_ as never).where(criterion as never));
    // not every database can name a second table in a DELETE
    const found = exists(
      select(literalColumn("1"))
        .selectFrom(prop.secondary)
        .where(criterion)
        .correlate(prop.mapper.class_ as never),
    );
    return this.#underToken(delete_(prop.mapper.class_ as never).where(found));
  }

  /** @internal */
  protected get prop(): RelationshipProperty {
    return this.#state.mapper.props.get(this.#impl.key) as unknown as RelationshipProperty;
  }

  /** @internal */
  protected get impl(): WriteOnlyImpl {
    return this.#impl;
  }

  /** @internal */
  protected get state(): InstanceState {
    return this.#state;
  }

  /** Members have the token of the object that they belong to. */
  #underToken<S extends { executionOptions(options: Readonly<Record<string, unknown>>): S }>(statement: S): S {
    const { identityToken } = this.#state;
    return identityToken === null ? statement : statement.executionOptions({ identityToken });
  }

  #criterion(): ColumnElement<boolean> {
    return optimizedCompare(this.prop, this.#state.obj, { valueIsParent: true, adapt: null, aliasSecondary: false });
  }
}

// not in the types: to the type checker it is not iterable
Object.defineProperty(WriteOnlyCollection.prototype, Symbol.iterator, {
  configurable: true,
  value(): never {
    throw new TypeError(
      "a write-only collection cannot be iterated, since it is never loaded: read its members with session.scalars(collection.select())",
    );
  },
});
