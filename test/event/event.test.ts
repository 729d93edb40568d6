import { describe, expect, expectTypeOf, test } from "vitest";
import { Dispatcher } from "../../src/event/dispatcher.ts";
import { contains, event, listen, listensFor, remove } from "../../src/event/listen.ts";
import { registerEventFamily, type EVENTS } from "../../src/event/registry.ts";

interface BellEvents {
  ring(bell: Bell, times: number): unknown;
  crack(bell: Bell): unknown;
}
const names = ["ring", "crack"] as const;
const all = new Dispatcher<BellEvents>(names);

class Bell {
  declare readonly [EVENTS]?: BellEvents;
  dispatch: Dispatcher<BellEvents> = all.child();
  ring(times: number): void {
    for (const fn of this.dispatch.on.ring ?? []) fn(this, times);
  }
}

registerEventFamily({
  name: "BellEvents",
  events: names,
  resolve: (target) => (target instanceof Bell ? target.dispatch : target === Bell ? all : null) as unknown as Dispatcher<never> | null,
});

describe("events", () => {
  test("nobody listens: the list is null", () => {
    expect(new Bell().dispatch.on.ring).toBe(null);
    expect(new Bell().dispatch.isEmpty).toBe(true);
  });

  test("listeners of the class are called for all, before those of the object", () => {
    const seen: string[] = [];
    const early = new Bell();
    const forAll = (): void => void seen.push("all");
    listen(early, "ring", (_bell, times) => {
      expectTypeOf(times).toEqualTypeOf<number>();
      seen.push(`own ${times}`);
    });
    listen(Bell, "ring", forAll);
    early.ring(2);
    new Bell().ring(1);
    expect(seen).toEqual(["all", "own 2", "all"]);
    remove(Bell, "ring", forAll);
    early.ring(1);
    expect(seen).toHaveLength(4);
    expect(new Bell().dispatch.on.ring).toBe(null);
  });

  test("once, insert, and the same function twice", () => {
    const bell = new Bell();
    const seen: string[] = [];
    const a = (): void => void seen.push("a");
    listen(bell, "ring", a);
    listen(bell, "ring", a);
    listen(bell, "ring", () => seen.push("first"), { insert: true });
    listen(bell, "ring", () => seen.push("once"), { once: true });
    bell.ring(1);
    bell.ring(1);
    expect(seen).toEqual(["first", "a", "once", "first", "a"]);
  });

  test("contains and remove", () => {
    const bell = new Bell();
    const fn = listensFor(bell, "crack")(() => 1);
    expect(contains(bell, "crack", fn)).toBe(true);
    expect(event.contains(bell, "ring", fn)).toBe(false);
    event.remove(bell, "crack", fn);
    expect(contains(bell, "crack", fn)).toBe(false);
    expect(() => remove(bell, "crack", fn)).toThrow(/no listener/);
  });

  test("a listener that removes itself does not disturb the others", () => {
    const bell = new Bell();
    const seen: string[] = [];
    const self = (): void => {
      seen.push("self");
      remove(bell, "ring", self);
    };
    listen(bell, "ring", self);
    listen(bell, "ring", () => seen.push("other"));
    bell.ring(1);
    bell.ring(1);
    expect(seen).toEqual(["self", "other", "other"]);
  });

  test("unknown names are answered with those that there are", () => {
    const bell = new Bell();
    // @ts-expect-error there is no such event
    expect(() => listen(bell, "rings", () => 1)).toThrow(/this Bell has no event "rings". Did you mean "ring"\? It has: ring, crack/);
    expect(() => listen({}, "ring", () => 1)).toThrow(/this Object has no events/);
    expect(() => listen(null as never, "ring", (() => 1) as never)).toThrow(/not null/);
    expect(() => listen(bell, "ring", 5 as never)).toThrow(/must be a function/);
  });

  test("targets that are gone are let go", () => {
    for (let i = 0; i < 1000; i++) new Bell();
    const fn = (): void => undefined;
    listen(Bell, "crack", fn);
    remove(Bell, "crack", fn);
    expect(all.on.crack).toBe(null);
  });
});
