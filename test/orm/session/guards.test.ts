// TSX-30: requireWhere and maxRows in the work of sessions.
import {
  and,
  declarativeBase,
  createEngine,
  delete_,
  type Engine,
  extend,
  insert,
  joinedload,
  mappedColumn,
  MaxRowsExceededError,
  MissingWhereError,
  select,
  selectinload,
  type Session,
  sessionmaker,
  subqueryload,
  t,
  text,
  true_,
  update,
} from "athanor";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { blogModels } from "../support/blog.ts";

const { Base, User, Address, Order, Item } = blogModels();

class Animal extends Base<typeof Animal> {
  static table = this.mapTo("animals", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "animal" });
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static kind = mappedColumn(t.string(20), { init: false });
  static name = mappedColumn(t.string(50));
}
class Dog extends extend(Animal)<typeof Dog> {
  static table = this.mapSingle({ polymorphicIdentity: "dog" });
}

describeEachDatabase("TSX-30: the guards in sessions", (db) => {
  let engine: Engine;
  let session: Session;
  beforeEach(async () => {
    engine = createEngine(db.url, { requireWhere: true, maxRows: 4 });
    await Base.metadata.createAll(engine);
    session = sessionmaker({ bind: engine })();
  });
  afterEach(async () => {
    await session.close();
    await Base.metadata.dropAll(engine);
    await engine.dispose();
  });

  /** Users with so many addresses each. */
  async function add(users: number, addresses: number): Promise<void> {
    for (let i = 1; i <= users; i += 1) {
      const user = new User({ id: i, name: `user ${i}` });
      for (let n = 0; n < addresses; n += 1) user.addresses.push(new Address({ email: `${n}@${i}` }));
      session.add(user);
    }
    await session.commit();
    session.expungeAll();
  }

  test("a flush of many objects has no budget and always a WHERE", async () => {
    await add(9, 3);
    const order = new Order({ description: "a" });
    for (let i = 0; i < 9; i += 1) order.items.push(new Item({ description: `${i}` }));
    session.add(order);
    await session.commit();
    order.items.length = 0;
    for (const user of await session.scalars(select(User), {}, { executionOptions: { maxRows: null } }).all()) user.name = "changed";
    await session.delete(order);
    await session.commit();
    expect(await session.scalars(select(User).where(User.name.eq("changed")).limit(4)).all()).toHaveLength(4);
    await session.execute(
      insert(User),
      Array.from({ length: 9 }, (_, i) => ({ id: 100 + i, name: "inserted" })),
    );
    await session.execute(
      update(User),
      Array.from({ length: 9 }, (_, i) => ({ id: 100 + i, name: "updated" })),
    );
    await session.commit();
  });

  test("statements for classes need a WHERE of their own", async () => {
    await add(2, 1);
    session.addAll([new Dog({ name: "a" }), new Animal({ name: "b" })]);
    await session.commit();
    const refused = [
      delete_(Address),
      delete_(Address).where(),
      delete_(Address).where(and()),
      update(User).values({ name: "x" }),
      // the condition on the discriminator is not the program's
      delete_(Dog),
      delete_(Dog).where(and()),
      update(Dog).values({ name: "x" }),
    ];
    for (const statement of refused) {
      for (const synchronizeSession of ["auto", "fetch", "evaluate", false]) {
        await expect((async () => session.execute(statement as never, {}, { executionOptions: { synchronizeSession } }))()).rejects.toThrow(
          MissingWhereError,
        );
      }
    }
    await session.rollback();
    expect(await session.scalars(select(Dog)).all()).toHaveLength(1);
    await session.execute(delete_(Dog).where(true_()));
    expect(await session.scalars(select(Animal)).all()).toHaveLength(1);
    await session.execute(delete_(Address), {}, { executionOptions: { requireWhere: false } });
    await session.execute(update(User).values({ name: "x" }).executionOptions({ requireWhere: false }));
    expect(await session.scalars(select(User.name)).all()).toEqual(["x", "x"]);
    expect(await session.scalars(select(Address)).all()).toEqual([]);
  });

  test("rows of objects are counted before there are objects", async () => {
    await add(5, 0);
    await expect((async () => session.scalars(select(User)).all())()).rejects.toThrow(MaxRowsExceededError);
    await expect((async () => session.scalars(select(User).selectFrom(User)).first())()).rejects.toThrow(MaxRowsExceededError);
    expect([...session].length).toBe(0);
    const read: unknown[] = [];
    const reading = (async () => {
      for await (const user of session.stream(select(User).orderBy(User.id)).scalars()) read.push(user.id);
    })();
    await expect(reading).rejects.toThrow(MaxRowsExceededError);
    expect(read).toEqual([1, 2, 3, 4]);
    session.expungeAll();
    expect(await session.scalars(select(User).limit(4)).all()).toHaveLength(4);
    expect(await session.scalars(select(User), {}, { executionOptions: { maxRows: 5 } }).all()).toHaveLength(5);
    expect((await session.get(User, 5))?.id).toBe(5);
  });

  test("what is loaded with the objects is counted by statements", async () => {
    await add(2, 3);
    // 6 rows of the join; 6 rows of the second statement
    for (const load of [joinedload, selectinload, subqueryload]) {
      const statement = select(User).options(load(User.addresses));
      await expect((async () => session.scalars(statement).unique().all())(), load.name).rejects.toThrow(MaxRowsExceededError);
      session.expungeAll();
      const lifted = await session
        .scalars(statement.executionOptions({ maxRows: null }))
        .unique()
        .all();
      expect(lifted.map((user) => user.addresses.length)).toEqual([3, 3]);
      session.expungeAll();
      const called = await session
        .scalars(statement, {}, { executionOptions: { maxRows: 6 } })
        .unique()
        .all();
      expect(called.map((user) => user.addresses.length)).toEqual([3, 3]);
      session.expungeAll();
    }
    const [user] = await session.scalars(select(User).limit(1)).all();
    expect(await user!.awaitableAttrs.addresses).toHaveLength(3);
    session.expungeAll();
    const both = await session.scalars(select(User)).all();
    await expect(Promise.all(both.map((each) => each.awaitableAttrs.addresses))).rejects.toThrow(MaxRowsExceededError);
  });

  test("the keys that a session reads to keep its objects right are not counted", async () => {
    await add(6, 0);
    const criteria = User.id.gt(text("0") as never);
    await session.execute(update(User).where(criteria).values({ name: "x" }), {}, { executionOptions: { synchronizeSession: "fetch" } });
    await session.execute(delete_(User).where(criteria), {}, { executionOptions: { synchronizeSession: "fetch" } });
    expect(await session.scalars(select(User)).all()).toEqual([]);
  });
});

describe("TSX-30: the options of a session", () => {
  test("say otherwise than its engine", async () => {
    const engine = createEngine("sqlite://", { requireWhere: true, maxRows: 2 });
    const Models = declarativeBase();
    class Thing extends Models<typeof Thing> {
      static table = this.mapTo("things");
      static id = mappedColumn(t.integer(), { primaryKey: true });
    }
    await Models.metadata.createAll(engine);
    const Free = sessionmaker({ bind: engine, executionOptions: { maxRows: null, requireWhere: false } });
    const session = Free();
    session.addAll([new Thing({}), new Thing({}), new Thing({})]);
    await session.commit();
    expect(await session.scalars(select(Thing)).all()).toHaveLength(3);
    await session.execute(delete_(Thing));
    await session.commit();
    await session.close();
    await engine.dispose();
  });
});
