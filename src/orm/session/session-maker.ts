import type { Connection } from "../../engine/connection.ts";
import type { Engine } from "../../engine/engine.ts";
import type { EVENTS } from "../../event/registry.ts";
import { Session } from "./session.ts";
import { allSessions, makerEvents, type SessionEvents } from "./session-events.ts";
import type { SessionOptions } from "./session-internals.ts";

/** Makes sessions: it is called without `new`. */
export interface SessionMaker {
  (options?: SessionOptions): Session;
  readonly [EVENTS]?: SessionEvents;
  /**
   * Makes a session, runs the function and commits; rolls back when it throws, and closes the session in any case.
   * @example await Session.begin(async (session) => { session.add(new User({ name: "sandy" })); });
   */
  begin<T>(fn: (session: Session) => T | PromiseLike<T>): Promise<T>;
  /** Changes what later sessions are made with. */
  configure(options: SessionOptions): void;
  /** What sessions are made with. */
  readonly kw: SessionOptions;
}

/**
 * A factory of sessions with the same engine and options.
 * @see https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.sessionmaker
 * @example
 * const Session = sessionmaker({ bind: engine });
 * await using session = Session();
 */
export function sessionmaker(bind: Engine | Connection | SessionOptions = {}, options: SessionOptions = {}): SessionMaker {
  let defaults: SessionOptions = "dialect" in bind ? { ...options, bind } : { ...bind, ...options };
  const events = allSessions.child();
  const make = (more: SessionOptions = {}): Session => new Session({ ...defaults, ...more }, {}, events);
  const maker = make as SessionMaker;
  maker.begin = async (fn) => {
    const session = make();
    let result: Awaited<ReturnType<typeof fn>>;
    try {
      result = await session.begin(() => fn(session));
    } catch (error) {
      // the first error is the one that matters
      await session.close().catch(() => undefined);
      throw error;
    }
    await session.close();
    return result;
  };
  maker.configure = (more) => {
    defaults = { ...defaults, ...more };
  };
  Object.defineProperty(maker, "kw", { get: () => defaults });
  makerEvents.set(maker, events);
  return maker;
}
