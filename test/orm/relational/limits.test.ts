// What is too much, too wide or wrong.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ArgumentError,
  CompileError,
  createEngine,
  DataError,
  declarativeBase,
  type Engine,
  foreignKey,
  func,
  insert,
  mappedColumn,
  MetaData,
  relational,
  relationship,
  Session,
  t,
  text,
  UserDefinedType,
} from "../../../src/index.ts";
import { setCodeGeneration } from "../../../src/util/codegen.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { Cast, Film, Genre } from "./models.ts";

const Base = declarativeBase({ metadata: new MetaData() });

class Owner extends Base<typeof Owner> {
  static table = this.mapTo("lim_owner");
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static things = relationship(() => [Thing], { orderBy: () => Thing.id, backPopulates: "owner" });
}

class Thing extends Base<typeof Thing> {
  static table = this.mapTo("lim_thing");
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static ownerId = mappedColumn(foreignKey(() => Owner.id));
  static note = mappedColumn(t.text());
  static owner = relationship(() => Owner, { backPopulates: "things" });
}

describeEachDatabase("much in nested rows", (db) => {
  let engine: Engine;
  const count = 2000;
  beforeAll(async () => {
    engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    await using session = new Session(engine);
    await session.execute(
      insert(Owner),
      Array.from({ length: count }, (_, id) => ({ id })),
    );
    await session.execute(
      insert(Thing),
      Array.from({ length: count * 3 }, (_, id) => ({ id, ownerId: id < count ? 0 : id % count, note: `note ${id}` })),
    );
    await session.commit();
  });
  afterAll(() => engine.dispose());

  test("many parents, and many rows of one", async () => {
    await using session = new Session(engine);
    const statement = relational(Owner, { with: { things: { columns: ["id", "note"] } }, orderBy: Owner.id });
    const rows = await session.execute(statement).all();
    expect(rows).toHaveLength(count);
    expect(rows[0]!.things).toHaveLength(count + 2);
    expect(rows[0]!.things[7]).toEqual({ id: 7, note: "note 7" });
    expect(rows[5]!.things).toEqual([
      { id: count + 5, note: `note ${count + 5}` },
      { id: 2 * count + 5, note: `note ${2 * count + 5}` },
    ]);
    // the interpreted reader makes the same of them
    setCodeGeneration(false);
    try {
      expect(await session.execute(relational(Owner, { with: { things: { columns: ["id", "note"] } }, orderBy: Owner.id })).all()).toEqual(
        rows,
      );
    } finally {
      setCodeGeneration(true);
    }
  });

  test("nothing is cut off in silence", async () => {
    await using session = new Session(engine);
    const statement = relational(Owner, { columns: [], with: { things: { columns: ["note"] } }, where: Owner.id.eq(0) });
    const deep = relational(Owner, {
      columns: [],
      with: { things: { columns: ["id"], where: Thing.id.lt(2), with: { owner: { columns: [], with: { things: true } } } } },
      where: Owner.id.eq(0),
    });
    expect((await session.execute(statement).one()).things).toHaveLength(count + 2);
    if (db.dialect !== "mysql") return;
    // the lengths at which a row ends, and those at which it does not
    for (let length = 1000; length < 1012; length += 1) {
      await session.execute(text(`SET group_concat_max_len = ${length}`));
      await expect(session.execute(statement).all()).rejects.toThrow(/cut off a part of the nested rows/);
      await expect(session.execute(deep).all()).rejects.toThrow(/cut off a part of the nested rows/);
    }
    await session.execute(text("SET group_concat_max_len = DEFAULT"));
    await session.rollback();
    await engine.dispose();
  });

  test("more columns than a function takes", async () => {
    const WideBase = declarativeBase({ metadata: new MetaData() });
    class Wide extends WideBase<typeof Wide> {
      static table = this.mapTo("lim_wide");
      static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
      static parentId = mappedColumn(foreignKey("lim_wide.id"), { nullable: true });
      static children = relationship(() => [Wide], { remoteSide: () => Wide.parentId, viewonly: true });
    }
    const extras = Object.fromEntries(Array.from({ length: 230 }, (_, i) => [`x${i}`, Wide.id.add(i)]));
    await WideBase.metadata.createAll(engine);
    await using session = new Session(engine);
    await session.execute(insert(Wide), [{ id: 1, parentId: null }]);
    await session.execute(insert(Wide), [{ id: 2, parentId: 1 }]);
    const [row] = await session
      .execute(relational(Wide, { columns: ["id"], with: { children: { columns: ["id"], extras } }, where: Wide.id.eq(1) }))
      .all();
    const [child] = row!.children as unknown as Record<string, number>[];
    expect(Object.keys(child!)).toHaveLength(231);
    expect(child!["x229"]).toBe(231);
    await session.rollback();
  });

  test("another schema", async () => {
    if (db.dialect !== "postgresql") return;
    await using session = new Session(engine);
    await session.execute(text("CREATE SCHEMA other"));
    for (const name of ["lim_owner", "lim_thing"])
      await session.execute(text(`CREATE TABLE other.${name} AS SELECT * FROM ${name} WHERE id < 2`));
    const schemaTranslateMap = new Map([[null, "other"]]);
    const statement = relational(Owner, { with: { things: { columns: ["id"] } }, extras: { n: Owner.things.count() }, orderBy: Owner.id });
    expect(await session.execute(statement, null, { executionOptions: { schemaTranslateMap } }).all()).toEqual([
      { id: 0, things: [{ id: 0 }, { id: 1 }], n: 2 },
      { id: 1, things: [], n: 0 },
    ]);
    await session.rollback();
  });
});

class Point extends UserDefinedType<string> {
  override getColSpec(): string {
    return "POINT";
  }
}

class Named extends UserDefinedType<string> {
  override getColSpec(): string {
    return "NAMED";
  }
  override get driverAffinity(): "string" {
    return "string";
  }
}

describe("mistakes", () => {
  const failing = (make: () => unknown, message: RegExp): void => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  };
  const wrong = (options: object): (() => unknown) => {
    return () => relational(Film, options as never);
  };

  test("names", () => {
    failing(wrong({ columns: ["titel"] }), /relational\(Film\): Film has no attribute "titel". Did you mean "title"\?/);
    failing(wrong({ columns: ["director"] }), /Film.director is a relationship; name it in with: \{ director: true \}/);
    failing(wrong({ with: { caracters: true } }), /Film has no relationship "caracters". Did you mean "characters"\?/);
    failing(wrong({ with: { title: true } }), /with.title: Film.title is no relationship; name it in columns/);
    failing(wrong({ with: { characters: { with: { aktor: true } } } }), /with.characters: Cast has no relationship "aktor"/);
    failing(wrong({ with: { characters: { columns: ["fees"] } } }), /with.characters: Cast has no attribute "fees". Did you mean "fee"\?/);
    failing(wrong({ wher: Film.id.gt(1) }), /no option "wher". Did you mean "where"\?/);
    failing(wrong({ extras: { id: Film.id.add(1) } }), /two values have the name "id"/);
    failing(wrong({ columns: [] }), /nothing is read of Film/);
  });

  test("values", () => {
    failing(wrong({ where: undefined }), /where is undefined; leave it out/);
    failing(wrong({ with: { characters: { where: undefined } } }), /with.characters: where is undefined/);
    failing(wrong({ with: { characters: { where: [undefined] } } }), /with.characters: where/);
    failing(wrong({ with: { director: { limit: 1 } } }), /Film.director leads to one object, which has no limit/);
    failing(wrong({ with: { characters: { orderBy: "billing" } } }), /with.characters: orderBy takes attributes/);
    failing(wrong({ with: { director: false } }), /with.director is true or an object with options/);
    failing(wrong({ with: ["director"] }), /with takes an object/);
    failing(wrong({ columns: "id" }), /columns is a list of names/);
    failing(wrong({ extras: { n: 1 } }), /extras.n is an expression/);
    failing(wrong({ extras: Film.id }), /extras takes an object/);
    failing(() => relational(Film, null as never), /takes an object with options/);
    failing(() => relational({} as never), /relational\(\): expected a mapped class/);
    failing(() => Film.characters.sum(1 as never), /Film.characters.sum\(\) takes an attribute/);
    expect(() => Film.director.count()).toThrow(/Film.director refers to one object: count\(\) is for collections/);
    expect(() => Film.characters.count("x" as never)).toThrow(/Film.characters.count\(\)/);
  });

  test("values of which the database does not tell the type", () => {
    const statement = (extras: object): { compile(args: object): { sql: string } } =>
      relational(Genre, {
        columns: ["id"],
        with: { films: { columns: [], with: { characters: { columns: [], extras: extras as never } } } },
      });
    const unknown = statement({ secret: func["my_function"]!(Cast.id) });
    expect(() => unknown.compile({ dialect: "mariadb" })).toThrow(CompileError);
    expect(() => unknown.compile({ dialect: "mariadb" })).toThrow(/"secret" cannot be read within another row on mariadb.*typeCoerce/);
    for (const dialect of ["sqlite", "postgresql"]) expect(unknown.compile({ dialect }).sql).toContain("my_function");
    const point = statement({ place: func["my_function"]!(Cast.id, { type: new Point() }) });
    expect(() => point.compile({ dialect: "mysql" })).toThrow(/Let the type Point say .* override get driverAffinity\(\)/);
    expect(statement({ place: func["my_function"]!(Cast.id, { type: new Named() }) }).compile({ dialect: "mysql" }).sql).toContain(
      "my_function",
    );
    expect(DataError).toBeDefined();
  });
});
