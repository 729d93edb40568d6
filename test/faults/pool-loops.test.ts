// The pool in all orders of events: each call of the driver fails once, and random steps are taken.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Engine, listen } from "athanor";
import {
  FakeError,
  type FaultyConnection,
  FaultyDriver,
  faultyEngine,
  type FaultyRun,
  forEachFailingCall,
} from "../support/faulty-driver.ts";
import { leakGuard } from "../support/leak-guard.ts";
import { expectWhole, numbersOf, poolOf } from "../support/pool-state.ts";

leakGuard();

describe("POOL-26 the n-th call of the driver fails", () => {
  /** What one flow does with an engine, in all the ways there are. */
  const work = async (engine: Engine, signal?: AbortSignal): Promise<void> => {
    const options = signal === undefined ? {} : { signal };
    await engine.begin(async (conn) => {
      await conn.execDriverSql("a", [], options);
      await conn.beginNested(async () => {
        await conn.execDriverSql("b", [], options);
      });
      await conn.execDriverSql("many", [[1], [2]], options);
    });
    await using conn = await engine.connect(options);
    await conn.execDriverSql("c", [], options);
    await conn.rollback();
    await conn.execDriverSql("d", [], options);
    await conn.commit();
    // left open: the pool has to clean up
    await conn.execDriverSql("e", [], options);
  };

  const check = async ({ n, error, driver, engine, failed }: FaultyRun): Promise<void> => {
    if (error !== null) {
      expect(error, `call ${n}`).toBeInstanceOf(Error);
      expect(String(error)).toContain(`call ${n} failed`);
    }
    if (failed === null) expect(error).toBe(null);
    await expectWhole(engine, driver);
    await engine.dispose();
    expect(driver.open).toBe(0);
  };
  const options = { poolSize: 1, maxOverflow: 0, poolTimeout: 1, poolPrePing: true };

  test.each(["operational", "disconnect"] as const)("%s, one flow", async (fault) => {
    const calls = await forEachFailingCall(fault, options, (engine) => work(engine), check);
    expect(calls).toBeGreaterThan(15);
  });

  test.each(["operational", "disconnect"] as const)("%s, five flows and two places", async (fault) => {
    const all = async (engine: Engine): Promise<void> => {
      const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map(() => work(engine)));
      const failed = outcomes.filter((outcome) => outcome.status === "rejected");
      // one fault hits one flow: those that have connections of their own see nothing of it
      expect(failed.length).toBeLessThanOrEqual(1);
      if (failed.length > 0) throw failed[0]!.reason as Error;
    };
    const calls = await forEachFailingCall(fault, { ...options, poolSize: 1, maxOverflow: 1 }, all, check);
    expect(calls).toBeGreaterThan(80);
  });

  test("a call hangs, where there is a deadline", async () => {
    let hung = 0;
    await forEachFailingCall(
      "hang",
      { ...options, poolTimeout: 0.05 },
      (engine) => {
        listen(engine, "connect", (dbapiConnection) => {
          const connection = dbapiConnection as FaultyConnection;
          connection.cancel = () => {
            for (const tell of connection._whenClosed.splice(0)) tell(new FakeError("cancelled", "query-timeout"));
          };
        });
        return work(engine, AbortSignal.timeout(40));
      },
      async ({ driver, engine, error }) => {
        hung += driver.hanging;
        if (driver.hanging > 0) expect(error).not.toBe(null);
        await expectWhole(engine, driver);
      },
      // the ends of transactions and savepoints have no deadline but the network's
      (call, driver) => call === "connect" || (call === "execute" && !/SAVEPOINT/.test(driver.next)),
    );
    expect(hung).toBe(7);
  });
});

describe("whatever happens, the counts add up", () => {
  /** What can be done to a pool. */
  type Step = readonly [
    "take" | "give" | "kill" | "killIdle" | "invalidate" | "fail" | "refuse" | "pass" | "wait" | "abort" | "soft",
    number,
  ];
  const step = fc.tuple(
    fc.constantFrom<Step[0]>(
      "take",
      "take",
      "take",
      "give",
      "give",
      "kill",
      "killIdle",
      "invalidate",
      "fail",
      "refuse",
      "pass",
      "wait",
      "abort",
      "soft",
    ),
    fc.nat(5),
  );

  test("idle and busy and connecting are what is taken, never more than allowed, and all of it comes back", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), fc.boolean(), async (steps, poolPrePing, poolUseLifo) => {
        const driver = new FaultyDriver();
        const engine = faultyEngine(driver, {
          poolSize: 2,
          maxOverflow: 1,
          poolTimeout: 5,
          poolPrePing,
          poolUseLifo,
          logger: () => undefined,
        });
        const pool = poolOf(engine);
        const held: Awaited<ReturnType<typeof pool.connect>>[] = [];
        const pending: Promise<unknown>[] = [];
        const controllers: AbortController[] = [];
        let failing: null | "connect" | "ping" | "rollback" = null;
        driver.before = async (call) => {
          await Promise.resolve();
          if (call === failing) throw new FakeError("as told", call === "ping" ? "disconnect" : "operational");
        };
        for (const [what, n] of steps) {
          const lease = held[n % Math.max(1, held.length)];
          switch (what) {
            case "take": {
              const controller = new AbortController();
              controllers.push(controller);
              const coming = Promise.resolve()
                .then(() => engine.connect({ signal: controller.signal }))
                .then(
                  async (conn) => {
                    await conn.execDriverSql("x").then(
                      () => undefined,
                      () => undefined,
                    );
                    if (conn.invalidated) await conn.close();
                    else held.push((await conn.getRawConnection()) as never);
                  },
                  () => undefined,
                );
              pending.push(coming);
              break;
            }
            case "give":
              if (lease !== undefined) pending.push(Promise.resolve(held.splice(held.indexOf(lease), 1)[0]!.close()));
              break;
            case "invalidate":
            case "soft":
              if (lease !== undefined) pending.push(Promise.resolve(lease.invalidate(new Error("told"), { soft: what === "soft" })));
              break;
            case "kill":
              if (lease?.isValid) (lease.dbapiConnection as FaultyConnection).die();
              break;
            case "killIdle": {
              const open = driver.connections.filter(({ isClosed }) => !isClosed);
              if (open.length > 0) open[n % open.length]!.die();
              break;
            }
            case "fail":
              failing = (["connect", "ping", "rollback"] as const)[n % 3]!;
              break;
            case "refuse":
              failing = "connect";
              break;
            case "pass":
              failing = null;
              break;
            case "wait":
              for (let i = 0; i < n * 5; i++) await Promise.resolve();
              break;
            case "abort":
              controllers[n % Math.max(1, controllers.length)]?.abort("enough");
              break;
          }
          const { idle, busy, connecting, waiting } = numbersOf(pool.status());
          expect(idle! + busy! + connecting!).toBe(pool.checkedin() + pool.checkedout());
          expect(idle! + busy! + connecting!).toBeLessThanOrEqual(3);
          expect(Math.min(idle!, busy!, connecting!, waiting!)).toBeGreaterThanOrEqual(0);
          expect(waiting).toBe(pool.waiting());
        }
        failing = null;
        for (let i = 0; i < 200 && pending.length > 0; i++) {
          for (const lease of held.splice(0)) pending.push(Promise.resolve(lease.close()));
          await Promise.race([Promise.all(pending), new Promise((resolve) => setImmediate(resolve))]);
        }
        await Promise.all(pending);
        for (const lease of held.splice(0)) await lease.close();
        await expectWhole(engine, driver);
        await engine.dispose();
        expect(driver.open).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});
