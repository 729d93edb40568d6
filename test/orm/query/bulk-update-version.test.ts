// UPDATE of many rows by their primary keys, in a class with a version column.
import {
  createEngine,
  declarativeBase,
  type Engine,
  extend,
  foreignKey,
  mappedColumn,
  select,
  Session,
  StaleDataError,
  t,
  update,
} from "athanor";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";

const Base = declarativeBase();

class Doc extends Base<typeof Doc> {
  static table = this.mapTo("docs", { versionIdCol: (cls) => cls.version, polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "doc" });
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static kind = mappedColumn(t.string(10), { init: false });
  static title = mappedColumn(t.string(20));
  static version = mappedColumn("v", t.integer(), { init: false });
}

class Letter extends extend(Doc)<typeof Letter> {
  static table = this.mapTo("letters", { polymorphicIdentity: "letter" });
  static id = mappedColumn(
    foreignKey(() => Doc.id),
    { primaryKey: true },
  );
  static recipient = mappedColumn(t.string(20));
}

class Memo extends Base<typeof Memo> {
  static table = this.mapTo("memos", { versionIdCol: (cls) => cls.stamp, versionIdGenerator: false });
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static stamp = mappedColumn(t.string(20));
}

describeEachDatabase("UPDATE by primary key of rows with versions", (db) => {
  let engine: Engine;
  let session: Session;
  beforeAll(async () => {
    engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    await using writer = new Session(engine);
    writer.addAll([
      new Doc({ id: 1, title: "one" }),
      new Doc({ id: 2, title: "two" }),
      new Letter({ id: 3, title: "three", recipient: "ann" }),
      new Memo({ id: 1, stamp: "a" }),
    ]);
    await writer.commit();
  });
  afterAll(() => engine.dispose());
  beforeEach(() => {
    session = new Session(engine);
  });
  afterEach(() => session.close());

  const versions = async (): Promise<unknown> =>
    (await session.execute(select(Doc.id, Doc.title, Doc.version).orderBy(Doc.id)).all()).map(String);

  test("the version that a row gives is compared, and counted up", async () => {
    const one = await session.getOne(Doc, 1);
    const result = await session.execute(update(Doc), [
      { id: 1, title: "uno", version: 1 },
      { id: 2, title: "due", version: 1 },
    ]);
    expect(result.rowcount).toBe(2);
    expect([one.title, one.version]).toEqual(["uno", 2]);
    expect(await versions()).toEqual(["1,uno,2", "2,due,2", "3,three,1"]);

    // the object knows the version of its row
    one.title = "eins";
    await session.flush();
    expect(await versions()).toEqual(["1,eins,3", "2,due,2", "3,three,1"]);
  });

  test("a version that the row no longer has is an error", async () => {
    const rows = [
      { id: 1, title: "uno", version: 1 },
      { id: 2, title: "due", version: 7 },
    ];
    await expect(session.execute(update(Doc), rows)).rejects.toThrow(StaleDataError);
    await session.rollback();
    expect(await versions()).toEqual(["1,one,1", "2,two,1", "3,three,1"]);
  });

  test("rows that give none are not compared", async () => {
    await session.execute(update(Doc), [{ id: 1, title: "uno" }]);
    expect(await versions()).toEqual(["1,uno,1", "2,two,1", "3,three,1"]);
  });

  test("with joined inheritance it is compared in the table that has it", async () => {
    await session.execute(update(Letter), [{ id: 3, recipient: "bob", version: 1 }]);
    expect(await session.execute(select(Letter.recipient, Letter.version)).all()).toEqual([["bob", 2]]);
    await expect(session.execute(update(Letter), [{ id: 3, recipient: "cat", version: 1 }])).rejects.toThrow(StaleDataError);
  });

  test("versions that the program makes are compared and left as they are", async () => {
    await session.execute(update(Memo), [{ id: 1, stamp: "a" }]);
    await expect(session.execute(update(Memo), [{ id: 1, stamp: "b" }])).rejects.toThrow(StaleDataError);
  });
});
