// EXT-01: composites that are changed in place.
import { composite, createEngine, declarativeBase, type Engine, inspect, mappedColumn, select, Session, t } from "athanor";
import { MutableComposite } from "athanor/ext";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";

class Point extends MutableComposite {
  #x: number;
  #y: number;
  constructor(x: number, y: number) {
    super();
    this.#x = x;
    this.#y = y;
  }
  get x(): number {
    return this.#x;
  }
  set x(value: number) {
    this.#x = value;
    this.changed();
  }
  compositeValues(): readonly number[] {
    return [this.#x, this.#y];
  }
}

const Base = declarativeBase();
class Edge extends Base<typeof Edge> {
  static table = this.mapTo("edges");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static x1 = mappedColumn(t.integer(), { init: false });
  static y1 = mappedColumn(t.integer(), { init: false });
  static x2 = mappedColumn(t.integer(), { init: false });
  static y2 = mappedColumn(t.integer(), { init: false });
  static start = composite(Point, "x1", "y1");
  static end = composite(Point, "x2", "y2");
}

describeEachDatabase("composites that are changed in place", (db) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
  });
  afterAll(async () => {
    await engine.dispose();
  });

  test("a change reaches the columns, of new objects and of loaded ones", async () => {
    await using session = new Session(engine);
    const edge = new Edge({ start: new Point(1, 2), end: new Point(3, 4) });
    edge.start.x = 10;
    expect(edge.x1).toBe(10);
    session.add(edge);
    await session.commit();
    session.expungeAll();
    const loaded = await session.getOne(Edge, edge.id);
    expect(session.dirty.size).toBe(0);
    const { start } = loaded;
    start.x += 1;
    expect(loaded.start).toBe(start);
    expect(session.dirty.has(loaded)).toBe(true);
    expect(inspect(loaded).getHistory("x1").deleted).toEqual([10]);
    await session.commit();
    session.expungeAll();
    expect((await session.scalars(select(Edge)).one()).start.compositeValues()).toEqual([11, 2]);
    await session.delete(await session.scalars(select(Edge)).one());
    await session.commit();
  });

  test("what does not stand there any more changes nothing; what stands in two places changes both", () => {
    const point = new Point(1, 1);
    point.x = 2;
    const edge = new Edge({ start: point, end: point });
    point.x = 3;
    expect([edge.x1, edge.x2]).toEqual([3, 3]);
    edge.start = new Point(7, 7);
    point.x = 4;
    expect([edge.x1, edge.x2]).toEqual([7, 4]);
    edge.start = point;
    point.x = 5;
    expect([edge.x1, edge.x2]).toEqual([5, 5]);
    // replaced by its columns
    edge.x2 = 9;
    expect(edge.end).not.toBe(point);
    point.x = 6;
    expect([edge.x1, edge.x2]).toEqual([6, 9]);
  });
});
