import { composite, declarativeBase, getHistory, insert, mappedColumn, select, t, update } from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { openSession } from "../support/open.ts";

class Range {
  readonly low: number;
  readonly high: number;
  constructor(low: number, high: number) {
    this.low = low;
    this.high = high;
  }
  compositeValues(): number[] {
    return [this.low, this.high];
  }
}

function models() {
  const Base = declarativeBase();

  class Sensor extends Base<typeof Sensor> {
    static table = this.mapTo("sensors");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static low = mappedColumn(t.integer(), { nullable: true });
    static high = mappedColumn("upper_end", t.integer(), { nullable: true });
    static range = composite(Range, "low", "high");
  }

  return { Base, Sensor };
}

describeEachDatabase("composites in statements and histories", (db) => {
  test("are selected as objects, and written by INSERT and UPDATE", async () => {
    const { Base, Sensor } = models();
    const { session, close } = await openSession(db.url, Base);
    try {
      await session.execute(insert(Sensor), [
        { id: 1, range: new Range(1, 2) },
        { id: 2, range: new Range(3, 4) },
      ] as never);
      await session.execute(insert(Sensor).values({ id: 3, range: new Range(5, 6) } as never));
      const ranges = await session.scalars(select(Sensor.range).orderBy(Sensor.id)).all();
      expect(ranges).toEqual([new Range(1, 2), new Range(3, 4), new Range(5, 6)]);
      const sensor = (await session.get(Sensor, 2))!;
      await session.execute(
        update(Sensor)
          .where(Sensor.id.eq(2))
          .values({ range: new Range(7, 8) } as never),
      );
      expect(sensor.range).toEqual(new Range(7, 8));
      session.expire(sensor);
      expect(await sensor.awaitableAttrs.range).toEqual(new Range(7, 8));
    } finally {
      await close();
    }
  });

  test("null that was set stays null until it is written; a row has an object", async () => {
    const { Base, Sensor } = models();
    const { session, close } = await openSession(db.url, Base);
    try {
      const sensor = new Sensor({ range: new Range(1, 2) });
      session.add(sensor);
      await session.flush();
      sensor.range = new Range(3, 4);
      expect(getHistory(sensor, "range")).toMatchObject({ added: [new Range(3, 4)], unchanged: [], deleted: [new Range(1, 2)] });
      sensor.range = null as never;
      expect([sensor.range, sensor.low]).toEqual([null, null]);
      await session.flush();
      expect(sensor.range).toEqual(new Range(null as never, null as never));
      expect(getHistory(sensor, "range").hasChanges()).toBe(false);
    } finally {
      await close();
    }
  });
});
