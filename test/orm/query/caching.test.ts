import {
  aliased,
  Bundle,
  composite,
  createEngine,
  declarativeBase,
  joinedload,
  mappedColumn,
  select,
  selectinload,
  sessionmaker,
  t,
} from "athanor";
import { expect, test } from "vitest";
import { Actor, Base, Cast, Film } from "../../../examples/films/models.ts";
import { describeEachDatabase } from "../../support/databases.ts";

describeEachDatabase("compiled statements of the ORM", (db) => {
  test("the same query with other values is compiled once; with the cache off it gives the same", async () => {
    const results: string[] = [];
    for (const queryCacheSize of [500, 0]) {
      const engine = createEngine(db.url, { queryCacheSize });
      const Session = sessionmaker({ bind: engine });
      await Base.metadata.dropAll(engine);
      await Base.metadata.createAll(engine);
      await Session.begin(async (session) => {
        const actors = ["a", "b"].map((name) => new Actor({ name, dateOfBirth: "1960-01-01" }));
        for (let i = 0; i < 5; i++) {
          session.add(new Film({ title: `film ${i}`, releaseDate: "2000-01-01", characters: actors.map((actor) => new Cast({ actor })) }));
        }
      });
      const read = async (id: number, limit: number): Promise<string> => {
        await using session = Session();
        const films = await session
          .scalars(
            select(Film)
              .where(Film.id.ge(id), Film.title.in(Array.from({ length: id }, (_, i) => `film ${i}`)))
              .orderBy(Film.id)
              .limit(limit)
              .options(selectinload(Film.characters).options(joinedload(Cast.actor))),
          )
          .all();
        return films.map((film) => `${film.title}: ${film.characters.map(({ actor }) => actor.name).join(" ")}`).join("; ");
      };
      const read1 = await read(1, 1);
      const { misses } = engine.compiledCache.stats;
      // other values, other lengths of the list, another limit, another number of parents for the second statement
      const all = [read1, await read(2, 3), await read(3, 2), await read(5, 1)];
      if (queryCacheSize > 0) {
        expect(engine.compiledCache.stats.misses).toBe(misses);
        expect(engine.compiledCache.stats.hits).toBeGreaterThanOrEqual(6);
      } else {
        expect(engine.compiledCache.stats.size).toBe(0);
      }
      results.push(all.join("\n"));
      await Base.metadata.dropAll(engine);
      await engine.dispose();
    }
    expect(results[1]).toBe(results[0]);
    expect(results[0]!.split("\n")[0]).toBe("film 0: a b");
  });
});

class Span {
  readonly low: number;
  readonly high: number;

  constructor(low: number, high: number) {
    this.low = low;
    this.high = high;
  }

  compositeValues(): readonly unknown[] {
    return [this.low, this.high];
  }
}

const Own = declarativeBase();
class Range extends Own<typeof Range> {
  static table = this.mapTo("caching_ranges");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static low = mappedColumn(t.integer());
  static high = mappedColumn(t.integer());
  static span = composite(Span, "low", "high");
}

class Reversed extends Bundle {
  readonly #order: readonly number[];

  constructor(order: readonly number[], ...columns: (typeof Range.low)[]) {
    super("reversed", ...columns);
    this.#order = order;
  }

  override createRowProcessor<Row, Run>(procs: readonly ((row: Row, run: Run) => unknown)[]) {
    return (row: Row, run: Run): unknown => this.#order.map((i) => procs[i]!(row, run));
  }
}

describeEachDatabase("compiled statements of bundles and composites", (db) => {
  test("those that are made anew are compiled once; classes of the program's own are known by their objects", async () => {
    const engine = createEngine(db.url, { queryCacheSize: 500 });
    await Own.metadata.createAll(engine);
    const session = sessionmaker({ bind: engine })();
    session.add(new Range({ id: 1, low: 3, high: 9 }));
    await session.flush();
    const read = async (statement: object): Promise<unknown> => await session.execute(statement as ReturnType<typeof select>).all();
    const once: [() => object, unknown][] = [
      [() => select(new Bundle("b", Range.low, Range.high), Range.id), [{ low: 3, high: 9 }, 1]],
      [() => select(new Bundle("b", { low: Range.low, up: Range.high }), Range.id), [{ low: 3, up: 9 }, 1]],
      [() => select(new Bundle("b", { up: Range.low, low: Range.high }), Range.id), [{ up: 3, low: 9 }, 1]],
      [() => select(Range.span, Range.id), [new Span(3, 9), 1]],
      [
        () => {
          const range = aliased(Range);
          return select(range.span, range.id).where(range.low.gt(1));
        },
        [new Span(3, 9), 1],
      ],
    ];
    for (const [make, row] of once) {
      expect(await read(make())).toEqual([row]);
      const { misses } = engine.compiledCache.stats;
      expect(await read(make())).toEqual([row]);
      expect(engine.compiledCache.stats.misses).toBe(misses);
    }
    for (const order of [
      [0, 1],
      [1, 0],
    ])
      expect(await read(select(new Reversed(order, Range.low, Range.high), Range.id))).toEqual([[order.map((i) => [3, 9][i]), 1]]);
    await session.close();
    await Own.metadata.dropAll(engine);
    await engine.dispose();
  });
});
