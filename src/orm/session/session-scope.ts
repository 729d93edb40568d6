import { AsyncLocalStorage } from "node:async_hooks";
import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { describeValue } from "../attributes/class-manager.ts";
import { Session } from "./session.ts";

/**
 * The session of the work that is under way, for whoever is called within it. It is called to have the session: `db().add(user)`.
 * @see https://docs.sqlalchemy.org/en/21/orm/contextual.html
 */
export interface SessionScope {
  /**
   * The session of the innermost scope; it is made when it is first asked for.
   * @throws InvalidRequestError outside of every scope, and after its end
   */
  (): Session;
  /**
   * Runs a piece of work in a scope of its own, and closes its session at the end, also when it throws. What was not committed is rolled back.
   * Within another scope it is a new one, with another session.
   * @example const answer = await db.run(() => handle(request));
   */
  run<T>(work: () => T | PromiseLike<T>): Promise<T>;
  /**
   * As {@link run}, in a transaction: commits when the work is done, rolls back when it throws.
   * @example await db.begin((session) => session.add(new User({ name: "sandy" })));
   */
  begin<T>(work: (session: Session) => T | PromiseLike<T>): Promise<T>;
  /**
   * Closes the scope's session and forgets it: the next call makes another one.
   * @throws InvalidRequestError (by rejection) outside of every scope
   */
  remove(): Promise<void>;
  /** Whether a scope is there and its session has been made. */
  has(): boolean;
  /**
   * Gives the scope a session that was made elsewhere; it is closed at the end like any other.
   * @throws InvalidRequestError when the scope has a session already, and outside of every scope
   */
  set(session: Session): void;
  /** What makes the sessions. */
  readonly sessionFactory: () => Session;
}

class Scope {
  session: Session | null = null;
  ended = false;

  async close(): Promise<void> {
    const { session } = this;
    this.session = null;
    // whoever still holds it is refused from now on
    await session?.[Symbol.asyncDispose]();
  }
}

/**
 * Makes sessions ambient: a request, a job or a message is run in a scope, and every function that it calls, however far down and after
 * whatever `await`, has the same session. Scopes that run at the same time have one each.
 *
 * @param sessionFactory - makes a session: a `sessionmaker`, or any function
 * @throws ArgumentError when it is no function
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#sqlalchemy.ext.asyncio.async_scoped_session
 * @example
 * const db = asyncSessionScope(sessionmaker({ bind: engine }));
 * await db.run(async () => {
 *   const user = await db().getOne(User, 5);
 * });
 */
export function asyncSessionScope(sessionFactory: () => Session): SessionScope {
  if (typeof sessionFactory !== "function") {
    throw new ArgumentError(
      `asyncSessionScope() takes a function that makes sessions, such as sessionmaker({ bind: engine }); it was given ${describeValue(sessionFactory)}`,
    );
  }
  const storage = new AsyncLocalStorage<Scope>();

  function scopeHere(): Scope {
    const scope = storage.getStore();
    if (scope === undefined) {
      throw new InvalidRequestError(
        "There is no session here: the call is outside of every scope. Run the work, as of a request, with `await scope.run(async () => { … })`",
      );
    }
    if (scope.ended) {
      throw new InvalidRequestError(
        "The scope of this call has ended, and its session is closed: something goes on that was not awaited. Await it within run(), or run it in a scope of its own",
      );
    }
    return scope;
  }

  const current = (): Session => {
    const scope = scopeHere();
    return (scope.session ??= sessionFactory());
  };

  async function run<T>(work: () => T | PromiseLike<T>): Promise<T> {
    const scope = new Scope();
    let result: T;
    try {
      result = await storage.run(scope, async () => work());
    } catch (error) {
      scope.ended = true;
      // the first error is the one that matters
      await scope.close().catch(() => undefined);
      throw error;
    }
    scope.ended = true;
    await scope.close();
    return result;
  }

  return Object.assign(current, {
    run,
    begin: <T>(work: (session: Session) => T | PromiseLike<T>): Promise<T> =>
      run(() => {
        const session = current();
        return session.begin(() => work(session));
      }),
    remove: async (): Promise<void> => scopeHere().close(),
    has(): boolean {
      const scope = storage.getStore();
      return scope !== undefined && scope.session !== null;
    },
    set(session: Session): void {
      const scope = scopeHere();
      if (!(session instanceof Session)) throw new ArgumentError(`set() takes a Session, not ${describeValue(session)}`);
      if (scope.session !== null && scope.session !== session) {
        throw new InvalidRequestError("The scope has a session already: take it away with `await scope.remove()` first");
      }
      scope.session = session;
    },
    sessionFactory,
  });
}
