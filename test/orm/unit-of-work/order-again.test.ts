// The order of a flush is remembered by what takes part in it; what is mapped later takes its place all the same.
import {
  createEngine,
  declarativeBase,
  type DeclarativeBase,
  event,
  foreignKey,
  inspect,
  mappedColumn,
  relationship,
  Session,
  t,
} from "athanor";
import { expect, test } from "vitest";

test("classes and relationships that come after the first flush have their place in the order", async () => {
  const Base: DeclarativeBase = declarativeBase();
  class Zoo extends Base<typeof Zoo> {
    static table = this.mapTo("zoos");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string());
  }
  class Keeper extends Base<typeof Keeper> {
    static table = this.mapTo("keepers");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string());
    static zooId = mappedColumn(
      foreignKey(() => Zoo.id),
      { nullable: true },
    );
  }
  const engine = createEngine("sqlite://");
  await Base.metadata.createAll(engine);
  const sent: string[] = [];
  event.listen(engine, "beforeCursorExecute", (_conn, _cursor, statement) => {
    if (/^(INSERT|DELETE)/.test(statement)) sent.push(statement.split(" ").slice(0, 3).join(" "));
  });
  const flush = async (...objects: object[]): Promise<string[]> => {
    await using session = new Session(engine);
    session.addAll(objects);
    sent.length = 0;
    await session.flush();
    await session.commit();
    const inserted = [...sent];
    sent.length = 0;
    for (const object of objects) await session.delete(object);
    await session.commit();
    return [...inserted, ...sent];
  };
  const before = ["INSERT INTO keepers", "INSERT INTO zoos", "DELETE FROM keepers", "DELETE FROM zoos"];
  // nothing orders them but their names
  for (let i = 0; i < 3; i++) expect(await flush(new Zoo({ name: "a" }), new Keeper({ name: "b" }))).toEqual(before);

  inspect(Keeper).addProperty(
    "zoo",
    relationship(() => Zoo),
  );
  const employed = (): object[] => {
    const zoo = new Zoo({ name: "a" });
    return [Object.assign(new Keeper({ name: "b" }), { zoo }), zoo];
  };
  const after = ["INSERT INTO zoos", "INSERT INTO keepers", "DELETE FROM keepers", "DELETE FROM zoos"];
  for (let i = 0; i < 3; i++) expect(await flush(...employed())).toEqual(after);
  expect(await flush(new Keeper({ name: "b" }))).toEqual(["INSERT INTO keepers", "DELETE FROM keepers"]);

  class Animal extends Base<typeof Animal> {
    static table = this.mapTo("animals");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static keeperId = mappedColumn(foreignKey(() => Keeper.id));
    static keeper = relationship(() => Keeper);
  }
  await Base.metadata.createAll(engine);
  for (let i = 0; i < 2; i++) {
    const [keeper, zoo] = employed() as [Keeper, Zoo];
    expect(await flush(new Animal({ keeper }), keeper, zoo)).toEqual([
      "INSERT INTO zoos",
      "INSERT INTO keepers",
      "INSERT INTO animals",
      "DELETE FROM animals",
      "DELETE FROM keepers",
      "DELETE FROM zoos",
    ]);
  }
  await engine.dispose();
});
