// Relationships of objects that have no row, loaded by the keys that these have.
import {
  Column,
  declarativeBase,
  DetachedInstanceError,
  foreignKey,
  inspect,
  load,
  mappedColumn,
  NotLoadedError,
  relationship,
  select,
  Session,
  t,
  Table,
} from "athanor";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Opened, openSession } from "../support/open.ts";

function family(loadOnPending: boolean) {
  const Base = declarativeBase();

  const friends = new Table("friends", Base.metadata, {
    parentId: new Column("parent_id", foreignKey("parents.id"), { primaryKey: true }),
    childId: new Column("child_id", foreignKey("children.id"), { primaryKey: true }),
  });

  class Parent extends Base<typeof Parent> {
    static table = this.mapTo("parents");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(20), { nullable: true });
    static children = relationship(() => [Child], { backPopulates: "parent", orderBy: () => Child.id, loadOnPending });
    static friends = relationship(() => [Child], { secondary: friends, orderBy: () => Child.id, loadOnPending });
    /** found by something else than the key */
    static namesakes = relationship(() => [Child], {
      primaryjoin: () => Parent.name.eq(Child.name),
      foreignKeys: () => Child.name,
      viewonly: true,
      orderBy: () => Child.id,
      loadOnPending,
    });
  }

  class Child extends Base<typeof Child> {
    static table = this.mapTo("children");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(20), { nullable: true });
    static parentId = mappedColumn(
      "parent_id",
      foreignKey(() => Parent.id),
      { nullable: true },
    );
    static parent = relationship(() => Parent, { backPopulates: "children", nullable: true, loadOnPending });
  }

  return { Base, Parent, Child };
}

describeEachDatabase("relationships of objects without a row", (db) => {
  let opened: Opened;
  let s: Session;
  afterEach(() => opened.close());

  async function open(loadOnPending: boolean) {
    const model = family(loadOnPending);
    opened = await openSession(db.url, model.Base);
    s = opened.session;
    const { Parent, Child } = model;
    s.add(new Parent({ name: "ann", children: [new Child({ name: "ann" }), new Child({ name: "bob" })] }));
    await s.flush();
    s.add(new Parent({ name: "cat", friends: [new Child({ name: "ann" })] }));
    await s.commit();
    s.expungeAll();
    opened.take();
    return model;
  }

  let model: Awaited<ReturnType<typeof open>>;
  beforeEach(async () => {
    model = await open(false);
  });

  test("are not loaded unless it is asked for", async () => {
    const { Child, Parent } = model;
    const child = new Child({ parentId: 1 });
    s.add(child);
    await s.noAutoflush(async () => {
      expect(child.parent).toBeNull();
      expect(await child.awaitableAttrs.parent).toBeNull();
      expect(await new Parent({ id: 1 }).awaitableAttrs.children).toEqual([]);
    });
    expect(opened.take()).toEqual([]);
  });

  test("enableRelationshipLoading: a transient object loads by what is set on it, and nothing of it is written", async () => {
    const { Child, Parent } = model;
    const child = new Child({ parentId: 1 });
    s.enableRelationshipLoading(child);
    expect(() => child.parent).toThrow(NotLoadedError);
    const parent = await child.awaitableAttrs.parent;
    expect(parent!.name).toBe("ann");
    expect(child.parent).toBe(parent);
    expect(opened.take()).toEqual(["SELECT parents"]);
    expect(inspect(child).session).toBe(s);
    expect(s.has(child)).toBe(false);

    const twin = new Parent({ id: 1, name: "ann" });
    s.enableRelationshipLoading(twin);
    expect((await twin.awaitableAttrs.children).map((each) => each.id)).toEqual([1, 2]);
    expect((await twin.awaitableAttrs.friends).map((each) => each.id)).toEqual([]);
    expect((await twin.awaitableAttrs.namesakes).map((each) => each.id)).toEqual([1, 3]);
    const other = new Parent({ id: 2 });
    s.enableRelationshipLoading(other);
    await load([other], Parent.friends);
    expect(other.friends.map((each) => each.id)).toEqual([3]);
    // without a name there is nothing to be found by it
    expect(other.namesakes).toEqual([]);
    await s.commit();
    expect(await s.scalars(select(Child.id).orderBy(Child.id)).all()).toEqual([1, 2, 3]);
    expect(await s.scalars(select(Parent.id).orderBy(Parent.id)).all()).toEqual([1, 2]);
  });

  test("what is asked for in one tick is one SELECT", async () => {
    const { Child, Parent } = model;
    const children = [new Child({ parentId: 1 }), new Child({ parentId: 2 }), new Child({ parentId: 1 }), new Child()];
    const parents = [new Parent({ id: 1 }), new Parent({ id: 2 })];
    for (const each of [...children, ...parents]) s.enableRelationshipLoading(each);
    const found = await Promise.all(children.map((each) => each.awaitableAttrs.parent));
    expect(found.map((each) => each?.id)).toEqual([1, 2, 1, undefined]);
    expect(opened.take()).toEqual(["SELECT parents"]);
    const lists = await Promise.all(parents.map((each) => each.awaitableAttrs.children));
    expect(lists.map((list) => list.map((each) => each.id))).toEqual([[1, 2], []]);
    expect(opened.take()).toEqual(["SELECT children"]);
  });

  test("one that is added later is inserted, with what it was given", async () => {
    const { Child } = model;
    const child = new Child({ parentId: 1 });
    s.enableRelationshipLoading(child);
    await child.awaitableAttrs.parent;
    s.add(child);
    await s.commit();
    expect(opened.take().filter((each) => !each.startsWith("SELECT"))).toEqual(["INSERT children"]);
    expect(await s.scalar(select(Child.parentId).where(Child.id.eq(child.id)))).toBe(1);
  });

  test("without the session it is as it was", async () => {
    const { Child } = model;
    const child = new Child({ parentId: 1 });
    s.enableRelationshipLoading(child);
    const other = new Session(opened.engine);
    expect(() => other.enableRelationshipLoading(child)).toThrow("already attached to session");
    s.expungeAll();
    expect(inspect(child).session).toBeNull();
    expect(child.parent).toBeNull();
    other.add(child);
    other.expunge(child);
    await other.close();
  });

  test("a detached object loads as if it were in the session", async () => {
    const { Child } = model;
    const child = await s.getOne(Child, 1);
    s.expunge(child);
    await expect(child.awaitableAttrs.parent).rejects.toThrow(DetachedInstanceError);
    s.enableRelationshipLoading(child);
    expect((await child.awaitableAttrs.parent)!.id).toBe(1);
    expect(s.has(child)).toBe(false);
  });

  test("loadOnPending: pending objects load, and are not flushed for it", async () => {
    await opened.close();
    const { Child, Parent } = await open(true);
    const child = new Child({ parentId: 2 });
    // in no session there is nowhere to load from
    expect(await child.awaitableAttrs.parent).toBeNull();
    s.add(child);
    expect((await child.awaitableAttrs.parent)!.name).toBe("cat");
    const twin = new Parent({ id: 1 });
    s.add(twin);
    expect((await twin.awaitableAttrs.children).length).toBe(2);
    expect(opened.take()).toEqual(["SELECT parents", "SELECT children"]);
    expect([...s.new]).toEqual([child, twin]);
    const empty = new Parent();
    s.add(empty);
    expect(empty.children).toEqual([]);
    s.expunge(twin);
    // set, and not loaded: the other side hears of it
    const late = new Child({ parentId: 2 });
    s.add(late);
    late.parent = empty;
    expect(empty.children).toEqual([late]);
    await s.commit();
    expect(late.parentId).toBe(empty.id);
    expect(child.parentId).toBe(2);
  });
});
