import {
  aliased,
  createEngine,
  delete_,
  type Engine,
  except,
  exists,
  func,
  immediateload,
  insert,
  joinedload,
  join,
  outerjoin,
  type Session,
  select,
  selectinload,
  subqueryload,
  union,
  update,
} from "athanor";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Account, accountTags, Base, Order, Other, sessionsOf, Tag } from "./soft-delete-and-tenants.ts";

describeEachDatabase("soft delete and tenants", (db) => {
  let engine: Engine;
  let sessionOf: (tenant: number) => Session;
  let s: Session;

  beforeAll(() => {
    engine = createEngine(db.url);
    sessionOf = sessionsOf(engine);
  });
  afterAll(() => engine.dispose());

  beforeEach(async () => {
    await Base.metadata.createAll(engine);
    for (const tenant of [1, 2]) {
      await using session = sessionOf(tenant);
      const tag = new Tag({ label: `tag ${tenant}` });
      const root = new Account({ name: `root ${tenant}`, tags: [tag] });
      root.orders = [new Order({ total: 10 * tenant }), new Order({ total: 100 * tenant })];
      const child = new Account({ name: `child ${tenant}`, parent: root });
      child.orders = [new Order({ total: 1000 * tenant })];
      session.addAll([root, child]);
      await session.commit();
    }
    // what no session of the program should do: rows of two tenants that refer to each other
    await engine.begin(async (conn) => {
      await conn.execute(insert(Order.table as never).values({ total: 7, account_id: 1, tenant_id: 2 } as never));
      await conn.execute(insert(accountTags).values({ accountId: 1, tagId: 2 }));
      await conn.execute(insert(Account.table as never).values({ name: "stray", parent_id: 1, tenant_id: 2 } as never));
    });
    s = sessionOf(1);
  });
  afterEach(async () => {
    await s.close();
    await Base.metadata.dropAll(engine);
  });

  const names = async (statement: object): Promise<string[]> =>
    ((await s.scalars(statement as never).all()) as { name: string }[]).map((each) => each.name).sort();

  test("tenants: classes, columns, functions and joins", async () => {
    expect(await names(select(Account))).toEqual(["child 1", "root 1"]);
    expect(await s.scalars(select(Account.name).orderBy(Account.id)).all()).toEqual(["root 1", "child 1"]);
    expect(await s.scalar(select(func.count(Account.id)))).toBe(2);
    expect(await s.scalar(select(func.count()).selectFrom(Account))).toBe(2);
    expect(await s.scalar(select(func.sum(Order.total.mul(2))))).toBe(2220);
    expect(await s.scalars(select(Order.total.add(Account.id)).where(Order.accountId.eq(Account.id)).orderBy(Order.total)).all()).toEqual([
      11, 101, 1002,
    ]);
    expect(await names(select(Account).join(Account.orders).where(Order.total.eq(7)))).toEqual([]);
    expect(await names(select(Account).join(Order, Order.accountId.eq(Account.id)).where(Order.total.lt(50)).distinct())).toEqual([
      "root 1",
    ]);
    expect(await s.scalars(select(Order.total).selectFrom(Account).join(Account.orders).orderBy(Order.total)).all()).toEqual([
      10, 100, 1000,
    ]);
    expect(
      await s.execute(select(Account.name, Order.total).outerjoin(Account.orders).where(Account.id.eq(1)).orderBy(Order.id)).all(),
    ).toEqual([
      ["root 1", 10],
      ["root 1", 100],
    ]);
    expect(await s.scalars(select(Tag.label).selectFrom(Account).join(Account.tags)).all()).toEqual(["tag 1"]);
  });

  test("tenants: joins that are written by hand", async () => {
    const inner = select(Order.total)
      .selectFrom(join(Account, Order, Order.accountId.eq(Account.id)))
      .orderBy(Order.total);
    expect(await s.scalars(inner).all()).toEqual([10, 100, 1000]);
    const nested = select(Account.name, Order.total, Other.name)
      .selectFrom(
        outerjoin(Account, join(Order, Other, Order.accountId.eq(Other.id)), Order.accountId.eq(Account.id).and(Order.total.eq(7))),
      )
      .orderBy(Account.id);
    expect(await s.execute(nested).all()).toEqual([
      ["root 1", null, null],
      ["child 1", null, null],
    ]);
    const outer = select(Account.name, Order.total)
      .selectFrom(outerjoin(Account, Order, and2()))
      .orderBy(Account.id);
    expect(await s.execute(outer).all()).toEqual([
      ["root 1", null],
      ["child 1", null],
    ]);
    function and2() {
      return Order.accountId.eq(Account.id).and(Order.total.eq(7));
    }
  });

  test("tenants: aliases, subqueries, EXISTS, any, has", async () => {
    expect(await names(select(Other))).toEqual(["child 1", "root 1"]);
    expect(await s.execute(select(Account.name, Other.name).join(Account.parent.ofType(Other))).all()).toEqual([["child 1", "root 1"]]);
    expect(await s.execute(select(Account.name, Other.name).join(Account.children.ofType(Other))).all()).toEqual([["root 1", "child 1"]]);
    expect(await names(select(Account).where(Account.orders.any(Order.total.eq(7))))).toEqual([]);
    expect(await names(select(Account).where(Account.orders.any()))).toEqual(["child 1", "root 1"]);
    expect(await names(select(Account).where(Account.children.any({ name: "stray" })))).toEqual([]);
    expect(await names(select(Account).where(Account.children.ofType(Other).any(Other.name.eq("stray"))))).toEqual([]);
    expect(await names(select(Account).where(Account.children.any({ name: "child 1" })))).toEqual(["root 1"]);
    expect(await names(select(Account).where(Account.parent.has({ name: "root 1" })))).toEqual(["child 1"]);
    expect(await names(select(Account).where(Account.tags.any(Tag.label.eq("tag 2"))))).toEqual([]);
    expect(await s.scalars(select(Order.total).where(Order.account.has(Account.name.like("%1")))).all()).toHaveLength(3);
    expect(await names(select(Account).where(exists().where(Order.accountId.eq(Account.id), Order.total.eq(7))))).toEqual([]);
    expect(await names(select(Account).where(Account.id.in(select(Order.accountId).where(Order.total.eq(7)))))).toEqual([]);
    expect(await names(select(Account).where(Account.id.in(select(Order.accountId))))).toEqual(["child 1", "root 1"]);
    const total = select(func.sum(Order.total)).where(Order.accountId.eq(Account.id)).scalarSubquery();
    expect(await s.execute(select(Account.name, total).orderBy(Account.id)).all()).toEqual([
      ["root 1", 110],
      ["child 1", 1000],
    ]);
    const counts = select({ id: Order.accountId, n: func.count() }).groupBy(Order.accountId).subquery();
    expect(await s.execute(select(Account.name, counts.c.n).join(counts, counts.c.id.eq(Account.id)).orderBy(Account.id)).all()).toEqual([
      ["root 1", 2],
      ["child 1", 1],
    ]);
    const cte = select(Order).where(Order.total.lt(50)).cte("small");
    const Small = aliased(Order, cte);
    expect((await s.scalars(select(Small)).all()).map((order) => order.total)).toEqual([10]);
    const First = aliased(Account, select(Account).where(Account.name.notLike("child%")).subquery());
    expect(await names(select(First))).toEqual(["root 1"]);
  });

  test("tenants: set operations", async () => {
    const all = union(select(Account.name), select(Tag.label));
    expect((await s.execute(all).all()).map(([name]) => name).sort()).toEqual(["child 1", "root 1", "tag 1"]);
    expect(
      await names(select(Account).fromStatement(union(select(Account).where(Account.id.eq(1)), select(Account).where(Account.id.gt(1))))),
    ).toEqual(["child 1", "root 1"]);
    const Either = aliased(Account, union(select(Account), select(Account)).subquery());
    expect(await names(select(Either))).toEqual(["child 1", "root 1"]);
    expect((await s.execute(except(select(Account.name), select(Tag.label))).all()).length).toBe(2);
  });

  test.each([
    ["selectinload", selectinload],
    ["joinedload", joinedload],
    ["subqueryload", subqueryload],
    ["immediateload", immediateload],
  ] as const)("tenants: %s", async (_name, strategy) => {
    const root = await s
      .scalars(
        select(Account).where(Account.id.eq(1)).options(strategy(Account.orders), strategy(Account.tags), strategy(Account.children)),
      )
      .unique()
      .one();
    expect(root.orders.map((order) => order.total)).toEqual([10, 100]);
    expect(root.tags.map((tag) => tag.label)).toEqual(["tag 1"]);
    expect(root.children.map((child) => child.name)).toEqual(["child 1"]);
    const nested = await s
      .scalars(
        select(Account)
          .where(Account.id.eq(1))
          .options(strategy(Account.children)[strategy.name as "selectinload"](Account.orders))
          .executionOptions({ populateExisting: true }),
      )
      .unique()
      .one();
    expect(nested.children.flatMap((child) => child.orders.map((order) => order.total))).toEqual([1000]);
  });

  test("tenants: on demand, get and refresh", async () => {
    expect(await s.get(Account, 2)).not.toBeNull();
    expect(await s.get(Account, 3)).toBeNull();
    expect(await s.get(Account, 5)).toBeNull();
    const root = await s.getOne(Account, 1);
    expect((await root.awaitableAttrs.orders).map((order) => order.total)).toEqual([10, 100]);
    expect((await root.awaitableAttrs.children).map((child) => child.name)).toEqual(["child 1"]);
    await s.refresh(root, ["orders", "tags"]);
    expect(root.orders).toHaveLength(2);
    expect(root.tags).toHaveLength(1);

    // of an object that this very session has made, and which no query has brought
    const fresh = new Account({ name: "fresh", parentId: 5 });
    s.add(fresh);
    await s.flush();
    s.expire(fresh);
    expect(await fresh.awaitableAttrs.parent).toBeNull();
    expect(await fresh.awaitableAttrs.name).toBe("fresh");
  });

  test("tenants: the same statement in sessions of both, in turn", async () => {
    const statement = select(Account)
      .where(Account.orders.any(Order.total.ge(100)))
      .options(selectinload(Account.orders))
      .orderBy(Account.id);
    for (let round = 0; round < 3; round += 1) {
      for (const tenant of [1, 2]) {
        await using session = sessionOf(tenant);
        const found = await session.scalars(statement).all();
        expect(found.map((account) => account.name)).toEqual([`root ${tenant}`, `child ${tenant}`]);
        expect(found.flatMap((account) => account.orders.map((order) => order.total))).toEqual([10 * tenant, 100 * tenant, 1000 * tenant]);
        expect(found.every((account) => account.orders.every((order) => order.tenantId === tenant))).toBe(true);
        expect((await found[0]!.awaitableAttrs.children).map((child) => child.name).sort()).toEqual([`child ${tenant}`]);
      }
    }
  });

  test("tenants: UPDATE and DELETE", async () => {
    await s.execute(update(Account).values({ name: "all" }));
    await s.execute(
      update(Order)
        .where(Order.account.has(Account.name.eq("root 2")))
        .values({ total: 0 }),
    );
    await s.execute(delete_(Order).where(Order.total.lt(50)));
    await s.execute(update(Account), [{ id: 3, name: "by key" }]);
    await s.commit();
    await s.close();
    s = sessionOf(2);
    expect(await names(select(Account))).toEqual(["child 2", "root 2", "stray"]);
    expect(await s.scalars(select(Order.total).orderBy(Order.total)).all()).toEqual([7, 20, 200, 2000]);
    await s.close();
    s = sessionOf(1);
    expect(await s.scalars(select(Order.total).orderBy(Order.total)).all()).toEqual([100, 1000]);
    const copies = insert(Tag).fromSelect(["label", "tenantId"], select(Account.name, Account.tenantId));
    await s.execute(copies);
    expect(await s.scalars(select(Tag.label).orderBy(Tag.id)).all()).toEqual(["tag 1", "all", "all"]);
  });

  test("tenants: new objects are given theirs, those of others are refused", async () => {
    const tag = new Tag({ label: "new" });
    s.add(tag);
    await s.flush();
    expect(tag.tenantId).toBe(1);
    tag.tenantId = 2;
    await expect(s.flush()).rejects.toThrow("an object of tenant 2 in a session of tenant 1");
    await s.rollback();
    await expect(s.execute(insert(Tag), [{ label: "x", tenantId: 2 }])).rejects.toThrow("a row of tenant 2");
  });

  test("soft delete: marks, hides, shows on demand, restores", async () => {
    const root = await s.getOne(Account, 1);
    await s.delete(root);
    await s.commit();
    expect(await s.get(Account, 1)).toBeNull();
    expect(await names(select(Account))).toEqual(["child 1"]);
    // the cascade has come to its orders
    expect(await s.scalars(select(Order.total)).all()).toEqual([1000]);
    const child = await s.scalars(select(Account).filterBy({ name: "child 1" }).options(selectinload(Account.parent))).one();
    expect(child.parent).toBeNull();
    expect(await s.scalar(select(func.count()).selectFrom(Order.table as never))).toBe(7);

    const all = { executionOptions: { includeDeleted: true } };
    const gone = await s.scalars(select(Account).filterBy({ name: "root 1" }).options(selectinload(Account.orders)), all as never).one();
    expect(gone.deletedAt).toBeInstanceOf(Date);
    expect(gone.orders).toHaveLength(2);
    gone.deletedAt = null;
    for (const order of gone.orders) order.deletedAt = null;
    await s.commit();
    expect(await names(select(Account))).toEqual(["child 1", "root 1"]);
  });

  test("soft delete: statements do not meet what is deleted", async () => {
    await s.execute(
      update(Order)
        .where(Order.total.eq(10))
        .values({ deletedAt: new Date(0) }),
    );
    const updated = await s.execute(update(Order).values({ total: Order.total.add(1) }));
    expect(updated.rowcount).toBe(2);
    const root = await s
      .scalars(select(Account).where(Account.id.eq(1)).options(joinedload(Account.orders)))
      .unique()
      .one();
    expect(root.orders.map((order) => order.total)).toEqual([101]);
    const stream: number[] = [];
    for await (const order of s.streamScalars(select(Order).orderBy(Order.total))) stream.push(order.total);
    expect(stream).toEqual([101, 1001]);
  });
});
