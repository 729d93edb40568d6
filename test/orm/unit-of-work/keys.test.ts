// Keys that change, versions that count, and constraints that wait for the commit.
import {
  createEngine,
  declarativeBase,
  type DeclarativeBase,
  type Engine,
  foreignKeyConstraint,
  IntegrityError,
  mappedColumn,
  relationship,
  select,
  selectinload,
  Session,
  StaleDataError,
  t,
  text,
  uniqueConstraint,
} from "athanor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { inspect, Statements } from "../support/blog.ts";

function countries(passiveUpdates: boolean, { cascades = false, withForeignKey = true }) {
  const Base: DeclarativeBase = declarativeBase();
  class Country extends Base<typeof Country> {
    static table = this.mapTo("countries");
    static code = mappedColumn(t.string(10), { primaryKey: true });
    static cities = relationship(() => [City], {
      backPopulates: "country",
      passiveUpdates,
      primaryjoin: () => Country.code.eq(City.countryCode),
      foreignKeys: () => City.countryCode,
      orderBy: () => City.id,
    });
  }
  class City extends Base<typeof City> {
    static table = this.mapTo("cities", {}, () =>
      withForeignKey ? [foreignKeyConstraint(["country_code"], ["countries.code"], cascades ? { onupdate: "CASCADE" } : {})] : [],
    );
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static countryCode = mappedColumn("country_code", t.string(10), {
      nullable: true,
    });
    static country = relationship(() => Country, {
      backPopulates: "cities",
      passiveUpdates,
      primaryjoin: () => Country.code.eq(City.countryCode),
      foreignKeys: () => City.countryCode,
      nullable: true,
    });
  }
  return { Base, Country, City };
}

function versioned() {
  const Base: DeclarativeBase = declarativeBase();
  class Doc extends Base<typeof Doc> {
    static table = this.mapTo("docs", { versionIdCol: (cls: { version: unknown }) => cls.version });
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static title = mappedColumn(t.string(50));
    static version = mappedColumn(t.integer(), { init: false });
  }
  class Plain extends Base<typeof Plain> {
    static table = this.mapTo("plains");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static title = mappedColumn(t.string(50));
  }
  return { Base, Doc, Plain };
}

describeEachDatabase("keys and versions", (db) => {
  let engine: Engine;
  let statements: Statements;
  beforeAll(() => {
    engine = createEngine(db.url);
    statements = new Statements(engine);
  });
  afterAll(async () => {
    await engine.dispose();
  });
  const rows = async (sql: string): Promise<unknown[][]> => {
    await using conn = await engine.connect();
    const found = (await conn.execute(text(sql)).all()) as unknown[][];
    statements.take();
    return found;
  };

  test("UOW-14 with ON UPDATE CASCADE the database changes the references, loaded or not", async () => {
    const { Base, Country, City } = countries(true, { cascades: true });
    await Base.metadata.createAll(engine);
    try {
      await using session = new Session(engine);
      session.add(new Country({ code: "uk", cities: [new City({}), new City({})] }));
      await session.commit();
      session.expungeAll();
      const unloaded = await session.getOne(Country, "uk");
      unloaded.code = "gb";
      statements.take();
      await session.commit();
      expect(statements.take()).toEqual(["UPDATE countries"]);
      expect(await rows("SELECT country_code FROM cities")).toEqual([["gb"], ["gb"]]);
      session.expungeAll();
      const loaded = await session.scalars(select(Country).options(selectinload(Country.cities))).one();
      loaded.code = "uk";
      statements.take();
      await session.commit();
      expect(statements.take()).toEqual(["UPDATE countries"]);
      expect([loaded.cities.map((city) => city.countryCode), inspect(loaded).identity]).toEqual([["uk", "uk"], ["uk"]]);
      expect(await session.get(Country, "uk")).toBe(loaded);
      expect(await rows("SELECT country_code FROM cities")).toEqual([["uk"], ["uk"]]);
      loaded.code = "xx";
      await session.flush();
      await session.rollback();
      expect([inspect(loaded).identity, await loaded.awaitableAttrs.code]).toEqual([["uk"], "uk"]);
    } finally {
      await Base.metadata.dropAll(engine);
    }
  });

  test("UOW-14 without it, and with passiveUpdates, a row that is referred to keeps its key", async () => {
    const { Base, Country, City } = countries(true, {});
    await Base.metadata.createAll(engine);
    try {
      await using session = new Session(engine);
      const country = new Country({ code: "uk", cities: [new City({})] });
      session.add(country);
      await session.commit();
      country.code = "gb";
      await expect(session.flush()).rejects.toThrow(IntegrityError);
      await session.rollback();
      expect(await country.awaitableAttrs.code).toBe("uk");
      await session.rollback();
      expect(await rows("SELECT code, country_code FROM countries JOIN cities ON code = country_code")).toEqual([["uk", "uk"]]);
    } finally {
      await Base.metadata.dropAll(engine);
    }
  });

  test("UOW-14 with passiveUpdates: false the flush changes the references itself, loaded or not", async () => {
    // without a foreign key in the database, as MyISAM has none
    const { Base, Country, City } = countries(false, { withForeignKey: false });
    await Base.metadata.createAll(engine);
    try {
      await using session = new Session(engine);
      session.add(new Country({ code: "uk", cities: [new City({}), new City({})] }));
      session.add(new Country({ code: "fr", cities: [new City({})] }));
      await session.commit();
      session.expungeAll();
      const unloaded = await session.getOne(Country, "uk");
      unloaded.code = "gb";
      statements.take();
      await session.commit();
      expect(statements.take()).toEqual(["SELECT cities", "UPDATE countries", "UPDATE cities x2"]);
      expect(await rows("SELECT country_code FROM cities ORDER BY id")).toEqual([["gb"], ["gb"], ["fr"]]);
      const city = await session.scalars(select(City).where(City.countryCode.eq("fr")).options(selectinload(City.country))).one();
      city.country!.code = "be";
      await session.commit();
      expect([city.countryCode, city.country!.code]).toEqual(["be", "be"]);
      expect(await rows("SELECT country_code FROM cities ORDER BY id")).toEqual([["gb"], ["gb"], ["be"]]);
    } finally {
      await Base.metadata.dropAll(engine);
    }
  });

  test("UOW-12 a unique constraint that waits for the commit lets values change places", async () => {
    // the others check each row at once, whatever a constraint says
    if (db.dialect !== "postgresql") return;
    const Base: DeclarativeBase = declarativeBase();
    class Seat extends Base<typeof Seat> {
      static table = this.mapTo("seats", {}, () => [uniqueConstraint("number", { deferrable: true, initially: "DEFERRED" })]);
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static number = mappedColumn(t.integer());
    }
    await Base.metadata.createAll(engine);
    try {
      await using session = new Session(engine);
      const [a, b] = [new Seat({ number: 1 }), new Seat({ number: 2 })];
      session.addAll([a, b]);
      await session.commit();
      [a.number, b.number] = [2, 1];
      await session.commit();
      expect(await rows("SELECT number FROM seats ORDER BY id")).toEqual([[2], [1]]);
      // what is still wrong at the commit is an error of the commit
      a.number = 1;
      await session.flush();
      await expect(session.commit()).rejects.toThrow(IntegrityError);
      await session.rollback();
      expect(await a.awaitableAttrs.number).toBe(2);
      await session.rollback();
    } finally {
      await Base.metadata.dropAll(engine);
    }
  });

  test("UOW-15 a row that another one has changed or deleted is not written over", async () => {
    const { Base, Doc } = versioned();
    await Base.metadata.createAll(engine);
    try {
      for (const stale of ["update", "delete"] as const) {
        for (const others of ["update", "delete"] as const) {
          await using session = new Session(engine);
          const docs = [new Doc({ title: "a" }), new Doc({ title: "b" }), new Doc({ title: "c" })];
          session.addAll(docs);
          await session.commit();
          const ids = docs.map(({ id }) => id);
          const where = `WHERE id = ${ids[1]!}`;
          await engine.begin((conn) =>
            conn.execute(text(others === "update" ? `UPDATE docs SET version = version + 1 ${where}` : `DELETE FROM docs ${where}`)),
          );
          const before = await rows("SELECT id, title, version FROM docs ORDER BY id");
          // among rows that are not stale
          for (const doc of docs) {
            if (stale === "update") doc.title = "changed";
            else await session.noAutoflush(() => session.delete(doc));
          }
          await expect(session.flush()).rejects.toThrow(StaleDataError);
          await session.rollback();
          expect(await rows("SELECT id, title, version FROM docs ORDER BY id")).toEqual(before);
          // read anew, it can be done
          await using again = new Session(engine);
          const left = await again.scalars(select(Doc).where(Doc.id.in(ids))).all();
          for (const doc of left) {
            if (stale === "update") doc.title = "changed";
            else await again.noAutoflush(() => again.delete(doc));
          }
          await again.commit();
        }
      }
    } finally {
      await Base.metadata.dropAll(engine);
    }
  });

  test("UOW-15 rows that are found count, not rows that become different", async () => {
    const { Base, Doc, Plain } = versioned();
    await Base.metadata.createAll(engine);
    try {
      await using session = new Session(engine);
      const [doc, plain] = [new Doc({ title: "a" }), new Plain({ title: "a" })];
      session.addAll([doc, plain]);
      await session.commit();
      // another one has written the same values meanwhile
      await engine.begin(async (conn) => {
        await conn.execute(text("UPDATE plains SET title = 'b'"));
        await conn.execute(text("UPDATE docs SET title = 'b'"));
      });
      plain.title = "b";
      doc.title = "b";
      await session.commit();
      expect([doc.version, plain.title]).toEqual([2, "b"]);
      // several at once, and with bulk UPDATE
      const plains = [1, 2, 3].map(() => new Plain({ title: "x" }));
      session.addAll(plains);
      await session.commit();
      await engine.begin((conn) => conn.execute(text("UPDATE plains SET title = 'y'")));
      for (const each of plains) each.title = "y";
      await session.commit();
      const result = await session.execute(text("UPDATE plains SET title = 'y'"));
      expect((result as { rowcount: number }).rowcount).toBe(4);
    } finally {
      await Base.metadata.dropAll(engine);
    }
  });
});
