import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  ArgumentError,
  asyncSessionScope,
  declarativeBase,
  type Engine,
  IllegalStateChangeError,
  InvalidRequestError,
  mappedColumn,
  select,
  Session,
  sessionmaker,
  type SessionScope,
  t,
} from "athanor";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Opened, openSession } from "../support/open.ts";

function users() {
  const Base = declarativeBase();
  class User extends Base<typeof User> {
    static table = this.mapTo("users");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(50));
  }
  return { Base, User };
}

const soon = (ms = 1): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describeEachDatabase("SES-13 asyncSessionScope()", (db) => {
  let model: ReturnType<typeof users>;
  let opened: Opened;
  let engine: Engine;
  let scope: SessionScope;
  beforeEach(async () => {
    model = users();
    opened = await openSession(db.url, model.Base);
    engine = opened.engine;
    scope = asyncSessionScope(sessionmaker({ bind: engine }));
  });
  afterEach(() => opened.close());

  const names = (): Promise<string[]> => opened.session.scalars(select(model.User.name).orderBy(model.User.name)).all();

  test("every function below has the same session, after whatever is awaited", async () => {
    const seen: Session[] = [];
    const below = async (): Promise<void> => {
      await soon();
      seen.push(scope());
      await Promise.all([1, 2].map(async () => (await soon(), seen.push(scope()))));
    };
    const result = await scope.run(async () => {
      expect(scope.has()).toBe(false);
      seen.push(scope());
      expect(scope.has()).toBe(true);
      await below();
      scope().add(new model.User({ name: "ann" }));
      await scope().commit();
      return "done";
    });
    expect(result).toBe("done");
    expect(seen).toHaveLength(4);
    expect(new Set(seen).size).toBe(1);
    expect(seen[0]!.inTransaction()).toBe(false);
    expect(await names()).toEqual(["ann"]);
  });

  test("what was not committed is rolled back; begin() commits, and rolls back what fails", async () => {
    const { User } = model;
    await scope.run(async () => {
      scope().add(new User({ name: "lost" }));
      await scope().flush();
    });
    expect(engine.pool.checkedout()).toBe(0);
    await scope.begin((session) => {
      expect(session).toBe(scope());
      session.add(new User({ name: "kept" }));
    });
    const failure = new Error("no");
    let used: Session | null = null;
    await expect(
      scope.begin(async (session) => {
        used = session;
        session.add(new User({ name: "failed" }));
        await session.flush();
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(used!.inTransaction()).toBe(false);
    expect(await names()).toEqual(["kept"]);
    await opened.session.close();
    expect(engine.pool.checkedout()).toBe(0);
  });

  test("remove() closes the session, and the next call makes another one", async () => {
    await scope.run(async () => {
      const first = scope();
      first.add(new model.User({ name: "lost" }));
      await first.flush();
      await scope.remove();
      expect(scope.has()).toBe(false);
      await scope.remove();
      const second = scope();
      expect(second).not.toBe(first);
      expect(await second.scalars(select(model.User)).all()).toEqual([]);
    });
  });

  test("a scope within a scope has a session of its own, and the outer one is there afterwards", async () => {
    await scope.run(async () => {
      const outer = scope();
      const inner = await scope.run(async () => {
        await soon();
        return scope();
      });
      expect(inner).not.toBe(outer);
      expect(scope()).toBe(outer);
    });
    const other = asyncSessionScope(sessionmaker({ bind: engine }));
    await scope.run(() => {
      expect(() => other()).toThrow(InvalidRequestError);
    });
  });

  test("one session used by two flows of a scope at once is refused", async () => {
    await scope.run(async () => {
      const outcomes = await Promise.allSettled([1, 2].map(async () => scope().scalars(select(model.User)).all()));
      expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
      expect((outcomes[1] as PromiseRejectedResult).reason).toBeInstanceOf(IllegalStateChangeError);
    });
    // what was not awaited is told of at the end, and the session is closed all the same
    const unfinished = scope.run(
      () =>
        void scope()
          .scalars(select(model.User))
          .all()
          .catch(() => undefined),
    );
    await expect(unfinished).rejects.toThrow(IllegalStateChangeError);
    expect(engine.pool.checkedout()).toBe(0);
  });
});

describeEachDatabase(
  "SES-13 requests side by side",
  (db) => {
    test("each has its own session, and all are closed", async () => {
      const { Base, User } = users();
      const opened = await openSession(db.url, Base);
      const scope = asyncSessionScope(sessionmaker({ bind: opened.engine }));
      const sessions = new Set<Session>();
      const work = async (i: number): Promise<void> => {
        const user = new User({ name: `user ${i}` });
        scope().add(user);
        await soon(i % 3);
        await scope().flush();
        sessions.add(scope());
        await soon(i % 2);
        // nobody sees what the others have not committed
        expect(
          (
            await scope()
              .scalars(select(User).where(User.id.eq(user.id)))
              .one()
          ).name,
        ).toBe(`user ${i}`);
        if (i % 4 === 0) throw new Error(`failed ${i}`);
        await scope().commit();
      };
      const server = createServer((request, response) => {
        scope
          .run(() => work(Number(request.url!.slice(1))))
          .then(
            () => response.end("done"),
            (error: unknown) => response.writeHead(500).end((error as Error).message),
          );
      });
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      const { port } = server.address() as AddressInfo;
      const answers = await Promise.all(Array.from({ length: 20 }, async (_, i) => (await fetch(`http://127.0.0.1:${port}/${i}`)).text()));
      expect(answers).toEqual(Array.from({ length: 20 }, (_, i) => (i % 4 === 0 ? `failed ${i}` : "done")));
      expect(sessions.size).toBe(20);
      expect([...sessions].some((session) => session.inTransaction())).toBe(false);
      expect(opened.engine.pool.checkedout()).toBe(0);
      expect(await opened.session.scalars(select(User.id)).all()).toHaveLength(15);
      await new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      });
      await opened.close();
    });
  },
  { only: ["postgresql", "mariadb", "pglite"] },
);

describe("asyncSessionScope()", () => {
  const scope = asyncSessionScope(() => new Session());

  test("outside of a scope, and after its end, it says so", async () => {
    expect(() => scope()).toThrow("There is no session here: the call is outside of every scope. Run the work, as of a request, with");
    expect(() => scope.set(new Session())).toThrow("outside of every scope");
    await expect(scope.remove()).rejects.toThrow("outside of every scope");
    expect(scope.has()).toBe(false);
    let late: Promise<unknown> | undefined;
    await scope.run(() => {
      late = soon(5).then(() => scope());
      late.catch(() => undefined);
    });
    await expect(late).rejects.toThrow("The scope of this call has ended, and its session is closed");
  });

  test("takes a session that was made elsewhere, once", async () => {
    const mine = new Session();
    await scope.run(async () => {
      scope.set(mine);
      expect(scope()).toBe(mine);
      expect(() => scope.set(new Session())).toThrow("has a session already");
      expect(() => scope.set({} as never)).toThrow(ArgumentError);
      await scope.remove();
      expect(scope()).not.toBe(mine);
    });
  });

  test("work that throws at once, or gives no promise", async () => {
    expect(await scope.run(() => 5)).toBe(5);
    await expect(
      scope.run(() => {
        throw new Error("at once");
      }),
    ).rejects.toThrow("at once");
    expect(() => asyncSessionScope({} as never)).toThrow(ArgumentError);
    const make = (): Session => new Session();
    expect(asyncSessionScope(make).sessionFactory).toBe(make);
  });
});
