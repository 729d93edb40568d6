import { declarativeBase, func, inspect, mappedColumn, t } from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { openSession } from "../support/open.ts";

function models() {
  const Base = declarativeBase();

  class Meter extends Base<typeof Meter> {
    static table = this.mapTo("meters");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static label = mappedColumn(t.string(20), { nullable: true });
    static reading = mappedColumn(t.integer(), { default: 1 });
  }

  class Gauge extends Base<typeof Gauge> {
    static table = this.mapTo("gauges", { eagerDefaults: true });
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static label = mappedColumn(t.string(20), { nullable: true });
  }

  return { Base, Meter, Gauge };
}

describeEachDatabase("values that the database computes", (db) => {
  test("an attribute that was set to an expression is read when it is asked for", async () => {
    const { Base, Meter } = models();
    const { session, take, close } = await openSession(db.url, Base);
    try {
      const meter = new Meter({ label: func.upper("ab") as never });
      session.add(meter);
      await session.flush();
      const { unloaded } = inspect(meter) as unknown as { unloaded: Set<string> };
      expect([...unloaded]).toEqual(["label"]);
      expect(await meter.awaitableAttrs.label).toBe("AB");
      meter.reading = Meter.reading.add(4) as never;
      await session.flush();
      take();
      expect(await meter.awaitableAttrs.reading).toBe(5);
      expect(take()).toEqual(["SELECT meters"]);
      // with a key of its own, too
      const given = new Meter({ id: 9, label: func.lower("CD") as never });
      session.add(given);
      await session.flush();
      expect(await given.awaitableAttrs.label).toBe("cd");
    } finally {
      await close();
    }
  });

  test.skipIf(db.name === "mariadb")("eagerDefaults has it come back with the statement", async () => {
    const { Base, Gauge } = models();
    const { session, take, close } = await openSession(db.url, Base);
    try {
      const gauge = new Gauge({ label: func.upper("ab") as never });
      session.add(gauge);
      await session.flush();
      expect(gauge.label).toBe("AB");
      gauge.label = func.lower(Gauge.label) as never;
      await session.flush();
      expect(gauge.label).toBe("ab");
      expect(take()).toEqual(["INSERT gauges", "UPDATE gauges"]);
    } finally {
      await close();
    }
  });
});
