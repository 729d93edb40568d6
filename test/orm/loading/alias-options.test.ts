// Options that begin at an alias, or lead over one, hold for what is loaded later as well: on demand, and when objects are read again.
import {
  aliased,
  containsEager,
  createEngine,
  defaultload,
  defer,
  type Engine,
  inspect,
  InvalidRequestError,
  joinedload,
  lazyload,
  Load,
  raiseload,
  select,
  selectinload,
  Session,
  withPolymorphic,
} from "athanor";
import { StatementRecorder } from "athanor/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Chief, fill, Node, Worker } from "../query/alias-models.ts";

/** Whether an attribute is loaded. */
const loaded = (object: object, name: string): boolean =>
  !(inspect(object) as unknown as { unloaded: ReadonlySet<string> }).unloaded.has(name);

describeEachDatabase("options of aliases", (db) => {
  let engine: Engine;
  let session: Session;
  beforeAll(async () => {
    engine = createEngine(db.url);
    await fill(engine);
  });
  beforeEach(() => {
    session = new Session(engine);
    return () => session.close();
  });
  afterAll(() => engine.dispose());

  const first = (id: number) => {
    const a = aliased(Node);
    return { a, statement: select(a).where(a.id.eq(id)) };
  };

  test("what follows a relationship that is loaded on demand", async () => {
    const { a, statement } = first(1);
    const node = await session.scalars(statement.options(lazyload(a.children).selectinload(Node.staff))).one();
    expect(loaded(node, "children")).toBe(false);
    const children = await node.awaitableAttrs.children;
    expect(children.map((child) => child.staff.length)).toEqual([2, 2]);
  });

  test("defaultload() leaves the strategy, and what follows is joined", async () => {
    const { a, statement } = first(1);
    const node = await session.scalars(statement.options(defaultload(a.children).joinedload(Node.staff))).one();
    using sent = new StatementRecorder(engine);
    const children = await node.awaitableAttrs.children;
    expect(children.map((child) => child.staff.length)).toEqual([2, 2]);
    expect(sent.statements).toHaveLength(1);
  });

  test("criteria of the relationship", async () => {
    const { a, statement } = first(1);
    const node = await session.scalars(statement.options(lazyload(a.children.and(Node.id.gt(2))))).one();
    expect((await node.awaitableAttrs.children).map(({ id }) => id)).toEqual([3]);
  });

  test("raiseload() of a relationship, of all of them, and of a column", async () => {
    for (const make of [(a: typeof Node) => raiseload(a.children), (a: typeof Node) => new Load(a).raiseload("*")]) {
      await using own = new Session(engine);
      const { a, statement } = first(1);
      const node = await own.scalars(statement.options(make(a as unknown as typeof Node))).one();
      await expect(node.awaitableAttrs.children).rejects.toThrow(InvalidRequestError);
    }
    const { a, statement } = first(1);
    const node = await session.scalars(statement.options(defer(a.name, { raiseload: true }))).one();
    await expect(node.awaitableAttrs.name).rejects.toThrow(/raiseload/);
  });

  test("objects of two aliases have the options of their own", async () => {
    const [a, b] = [aliased(Node), aliased(Node)];
    const [x, y] = await session
      .execute(
        select(a, b)
          .join(b, b.parentId.eq(a.id))
          .where(b.id.eq(2))
          .options(raiseload(a.children), lazyload(b.children).selectinload(Node.staff)),
      )
      .one();
    await expect(x.awaitableAttrs.children).rejects.toThrow(/raiseload/);
    expect((await y.awaitableAttrs.children).map((child) => child.staff.length)).toEqual([2, 2]);
  });

  test("a loop over the objects of an alias is one statement, and leaves those of another alias alone", async () => {
    const [a, b] = [aliased(Node), aliased(Node)];
    const rows = await session
      .execute(
        select(a, b).join(b, b.parentId.eq(a.id)).where(a.id.gt(1)).options(lazyload(a.staff), lazyload(b.staff)).orderBy(a.id, b.id),
      )
      .all();
    using sent = new StatementRecorder(engine);
    for (const [x] of rows) expect((await x.awaitableAttrs.staff).length).toBe(2);
    expect(sent.statements).toHaveLength(1);
    expect(rows.map(([, y]) => loaded(y, "staff"))).toEqual([false, false, false]);
    for (const [, y] of rows) expect((await y.awaitableAttrs.staff).length).toBe(2);
    expect(sent.statements).toHaveLength(2);
  });

  test("an alias on the way, by ofType()", async () => {
    const o = aliased(Node);
    for (const [statement, one] of [
      [select(Node).options(selectinload(Node.children.ofType(o)).raiseload(o.staff)), false],
      [select(Node).options(joinedload(Node.children.ofType(o)).raiseload(o.staff)), false],
      [
        select(Node)
          .join(Node.children.ofType(o))
          .options(containsEager(Node.children.ofType(o)).raiseload(o.staff)),
        false,
      ],
      [select(Node).options(lazyload(Node.children.ofType(o)).raiseload(o.staff)), true],
    ] as const) {
      await using own = new Session(engine);
      const [node] = await own
        .scalars(statement.where(Node.id.eq(1)))
        .unique()
        .all();
      const children = one ? await node!.awaitableAttrs.children : node!.children;
      await expect(children[0]!.awaitableAttrs.staff).rejects.toThrow(/raiseload/);
    }
  });

  test("an alias of several classes, and its parts", async () => {
    const poly = withPolymorphic(Worker, { Chief }, { flat: true });
    const workers = await session
      .scalars(
        select(poly)
          .options(defer(poly.Chief.rank, { raiseload: true }))
          .where(poly.id.lt(3))
          .orderBy(poly.id),
      )
      .all();
    await expect((workers[1] as Chief).awaitableAttrs.rank).rejects.toThrow(/raiseload/);
  });

  test("objects that are read again are read with what the statement has asked for", async () => {
    const { a, statement } = first(1);
    const node = await session.scalars(statement.options(selectinload(a.children).selectinload(Node.staff))).one();
    for (const again of ["expire", "refresh"] as const) {
      if (again === "refresh") await session.refresh(node);
      else {
        session.expireAll();
        await node.awaitableAttrs.name;
      }
      expect(loaded(node, "children"), again).toBe(true);
      expect(node.children.map((child) => child.staff.length)).toEqual([2, 2]);
    }
  });
});
