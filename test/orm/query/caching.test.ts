import { createEngine, joinedload, select, selectinload, sessionmaker } from "athanor";
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
