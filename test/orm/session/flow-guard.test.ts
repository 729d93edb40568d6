import { IllegalStateChangeError } from "athanor";
import { describe, expect, test } from "vitest";
import { FlowGuard } from "../../../src/orm/session/flow-guard.ts";

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("FlowGuard", () => {
  test("refuses a second operation, and names both", async () => {
    const guard = new FlowGuard();
    const first = guard.run("flush()", later);
    const second = guard.run("commit()", later);
    await expect(second).rejects.toThrow(IllegalStateChangeError);
    await expect(second).rejects.toThrow(/flush\(\) is still running on this Session; commit\(\) was called/);
    await first;
    await guard.run("commit()", later);
  });

  test("shows the statement that is running", async () => {
    const guard = new FlowGuard();
    guard.enter("execute", { toString: () => "SELECT 1" });
    expect(() => guard.check("commit()")).toThrow("execute(SELECT 1) is still running");
    guard.leave();
  });

  test("is free again after an error", async () => {
    const guard = new FlowGuard();
    await expect(
      guard.run("flush()", () => {
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    await guard.run("flush()", later);
  });

  test("lets loads on demand wait for their turn", async () => {
    const guard = new FlowGuard();
    const order: string[] = [];
    const first = guard.run("flush()", async () => {
      await later();
      order.push("flush");
    });
    const waiting = [1, 2, 3].map((n) =>
      guard.whenFree("load", async () => {
        await later();
        order.push(`load ${n}`);
      }),
    );
    await Promise.all([first, ...waiting]);
    expect(order).toEqual(["flush", "load 1", "load 2", "load 3"]);
  });

  test("lends the session to listeners", async () => {
    const guard = new FlowGuard();
    await guard.run("flush()", async () => {
      await guard.lend(() => guard.run("execute", later));
      expect(guard.running).toBe("flush()");
    });
    expect(guard.running).toBeNull();
  });
});
