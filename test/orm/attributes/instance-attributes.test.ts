import {
  createEngine,
  declarativeBase,
  delAttribute,
  func,
  makeTransient,
  mappedColumn,
  null_,
  relationship,
  select,
  sessionmaker,
  setAttribute,
  t,
  foreignKey,
  type Engine,
  type Session,
} from "athanor";
import { hybridProperty } from "athanor/ext";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";

const Base = declarativeBase();

class Film extends Base<typeof Film> {
  static table = this.mapTo("sa_films");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(50));
  static year = mappedColumn(t.integer(), { nullable: true, default: 1900 });
  static parts = relationship(() => [Part]);
  static upper = hybridProperty((self: { title: string }): string => self.title.toUpperCase(), {
    setter: (self: { title: string }, value: string) => {
      self.title = value.toLowerCase();
    },
  });
}

class Part extends Base<typeof Part> {
  static table = this.mapTo("sa_parts");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static filmId = mappedColumn(
    foreignKey(() => Film.id),
    { nullable: true },
  );
}

describeEachDatabase("setAttribute, delAttribute", (db) => {
  let engine: Engine;
  let session: Session;
  beforeEach(async () => {
    engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    session = sessionmaker({ bind: engine })();
  });
  afterEach(async () => {
    await session.close();
    await Base.metadata.dropAll(engine);
    await engine.dispose();
  });

  test("SQL expressions are computed by the database", async () => {
    const film = new Film({ title: func.upper("alien"), year: null_() });
    session.add(film);
    await session.commit();
    expect([await film.awaitableAttrs.title, await film.awaitableAttrs.year]).toEqual(["ALIEN", null]);

    film.year = 1979;
    await session.flush();
    setAttribute(film, "year", Film.year.add(1));
    await session.flush();
    expect(await film.awaitableAttrs.year).toBe(1980);
    const other = new Film({ title: "x", year: select(func.max(Film.year).add(5)).scalarSubquery() });
    session.add(other);
    await session.flush();
    expect(await other.awaitableAttrs.year).toBe(1985);
  });

  test("values go the way of assignments", () => {
    const film = new Film({ title: "x" });
    setAttribute(film, "title", "y");
    setAttribute(film, "upper", "LOUD");
    expect(film.title).toBe("loud");
    expect(() => setAttribute(film, "titel" as "title", "x")).toThrow(/titel/);
    expect(() => setAttribute(film, "title", undefined as never)).toThrow(/undefined/);
    expect(() => setAttribute({ a: 1 }, "a", 2)).toThrow(/mapped/);
    expect(() => delAttribute(film, "upper")).toThrow(/computed/);
  });

  test("what is deleted of a new object was never set; of a row it becomes NULL", async () => {
    const film = new Film({ title: "x", year: 1999, parts: [new Part({})] });
    delAttribute(film, "year");
    session.add(film);
    await session.commit();
    expect(film.year).toBe(1900);
    delAttribute(film, "year");
    delAttribute(film, "parts");
    expect(film.parts).toEqual([]);
    await session.commit();
    await session.refresh(film);
    expect(film.year).toBeNull();
    expect(await film.awaitableAttrs.parts).toEqual([]);

    const { id } = film;
    makeTransient(film);
    delAttribute(film, "id");
    session.add(film);
    await session.commit();
    expect(film.id).not.toBe(id);
    expect(await session.scalar(select(func.count()).selectFrom(Film))).toBe(2);
  });
});
