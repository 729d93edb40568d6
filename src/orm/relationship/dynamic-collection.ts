import { DetachedInstanceError } from "../../errors.ts";
import { func } from "../../sql/functions/func.ts";
import { select } from "../../sql/selectable/select.ts";
import { reverseManyToOne, setReverse } from "../loading/load-run.ts";
import type { Session } from "../session/session.ts";
import { withToken } from "../state/identity-token.ts";
import { WriteOnlyCollection } from "./write-only-collection.ts";

/**
 * The collection of a relationship with `lazy: "dynamic"`: a write-only one that also reads its members, anew each time it is asked.
 * Of an object without a row it has what was added.
 * @see https://docs.sqlalchemy.org/en/21/orm/large_collections.html#dynamic-relationship-loaders
 */
export class DynamicCollection<T> extends WriteOnlyCollection<T> implements AsyncIterable<T> {
  /**
   * All members, in the relationship's order.
   * @throws DetachedInstanceError (by rejection) for an object with a row that is in no session
   */
  async all(): Promise<T[]> {
    const session = await this.#session();
    return session === null ? this.#added() : this.#knowing(await session.scalars(this.select()).all());
  }

  /** The first member in the relationship's order; null when there is none. */
  async first(): Promise<T | null> {
    const session = await this.#session();
    const found = session === null ? this.#added() : this.#knowing(await session.scalars(this.select().limit(1)).all());
    return found[0] ?? null;
  }

  /** How many members there are; the database counts. */
  async count(): Promise<number> {
    const session = await this.#session();
    if (session === null) return this.#added().length;
    const members = this.select().orderBy(null).subquery();
    const { identityToken } = this.state;
    return Number(await session.scalar(select(func.count()).selectFrom(members).executionOptions(withToken(identityToken))));
  }

  /** The members one by one, as they arrive. */
  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    const session = await this.#session();
    if (session === null) yield* this.#added();
    else for await (const member of session.streamScalars(this.select())) yield* this.#knowing([member]);
  }

  /** The members know the object that they were read from. */
  #knowing(members: T[]): T[] {
    const reverse = reverseManyToOne(this.prop);
    if (reverse !== null) for (const member of members) setReverse(reverse.key, member as object, this.instance);
    return members;
  }

  #added(): T[] {
    return (this.impl.pending(this.state)?.members() ?? []) as T[];
  }

  /** The session to ask; null for an object that has no row to ask for. */
  async #session(): Promise<Session | null> {
    const { state } = this;
    const { session } = state;
    if (session !== null && session.autoflush) await session.flush();
    if (state.key === null) return null;
    if (session === null) {
      throw new DetachedInstanceError(`${state.toString()} belongs to no session: the members of ${this.impl.toString()} cannot be read`);
    }
    return session;
  }
}
