// What is written first: rows that others refer to; and what is deleted last: the same.
import {
  CircularDependencyError,
  createEngine,
  declarativeBase,
  type DeclarativeBase,
  type Engine,
  foreignKey,
  IntegrityError,
  mappedColumn,
  relationship,
  select,
  Session,
  t,
  text,
} from "athanor";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Statements } from "../support/blog.ts";
import { Choices, randomObjects, randomSchema } from "./order/schema.ts";

/** A tree in one table. */
function tree() {
  const Base: DeclarativeBase = declarativeBase();
  class Node extends Base<typeof Node> {
    static table = this.mapTo("nodes");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(20));
    static parentId = mappedColumn(foreignKey("nodes.id"), { nullable: true });
    static children = relationship(() => [Node], { backPopulates: "parent", cascade: "all" });
    static parent = relationship(() => Node, { backPopulates: "children", remoteSide: () => Node.id, nullable: true });
  }
  return { Base, Node };
}

/** Two classes that refer to each other; `postUpdate` for one of the ways. */
function circle(postUpdate: boolean) {
  const Base: DeclarativeBase = declarativeBase();
  class Left extends Base<typeof Left> {
    static table = this.mapTo("lefts");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static rightId = mappedColumn(foreignKey("rights.id", { name: "fk_left_right" }), { nullable: true });
    static right = relationship(() => Right, { foreignKeys: () => Left.rightId, postUpdate, nullable: true });
  }
  class Right extends Base<typeof Right> {
    static table = this.mapTo("rights");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static leftId = mappedColumn(foreignKey("lefts.id", { name: "fk_right_left" }), { nullable: true });
    static left = relationship(() => Left, { foreignKeys: () => Right.leftId, nullable: true });
  }
  return { Base, Left, Right };
}

describeEachDatabase("the order of a flush", (db) => {
  let engine: Engine;
  let statements: Statements;
  beforeAll(() => {
    engine = createEngine(db.url);
    statements = new Statements(engine);
  });
  afterAll(async () => {
    await engine.dispose();
  });
  beforeEach(() => {
    statements.takeAll();
  });

  const runs = Number(process.env["ATHANOR_TEST_RUNS"] ?? (db.name === "sqlite" ? 300 : 6));

  test("UOW-09 follows the foreign keys of any schema without a circle", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(9999), { minLength: 200, maxLength: 200, size: "max" }), async (drawn) => {
        const choices = new Choices(drawn);
        const schema = randomSchema(choices);
        const { objects, expected } = randomObjects(choices, schema);
        await schema.metadata.createAll(engine);
        try {
          await using session = new Session(engine);
          session.addAll(choices.shuffled(objects.flat()));
          await session.commit();
          for (const [i, table] of schema.tables.entries()) {
            const found = await session
              .execute(select(...table.c).orderBy(table.c["id"]!))
              .mappings()
              .all();
            expect(found.map((row) => ({ ...row }))).toEqual(expected[i]);
          }
          // those that are not loaded have to be found
          if (choices.take(2) === 0) session.expungeAll();
          const all: object[] = [];
          for (const class_ of schema.classes) all.push(...(await session.scalars(select(class_)).all()));
          expect(all.length).toBe(objects.flat().length);
          await session.noAutoflush(async () => {
            for (const object of choices.shuffled(all)) await session.delete(object);
          });
          await session.commit();
          for (const table of schema.tables) expect(await session.execute(select(table.c["id"]!)).all()).toEqual([]);
        } catch (error) {
          const names = schema.tables.map((table) => table.name);
          // the numbers that were drawn tell nobody anything
          throw new Error(JSON.stringify({ names, references: schema.references, expected }), { cause: error });
        } finally {
          await schema.metadata.dropAll(engine);
        }
      }),
      { numRuns: runs },
    );
  });

  test("UOW-10 a chain of 1,000 levels is written from its root and deleted from its end", { timeout: 120_000 }, async () => {
    const { Base, Node } = tree();
    await Base.metadata.createAll(engine);
    try {
      await using session = new Session(engine);
      const nodes = Array.from({ length: 1000 }, (_, i) => new Node({ name: `n${i}` }));
      for (let i = 999; i > 0; i--) nodes[i - 1]!.children.push(nodes[i]!);
      session.add(nodes[500]!);
      // the cascade goes both ways
      expect(session.new.size).toBe(1000);
      await session.commit();
      const rows = await session.execute(select(Node.name, Node.parentId, Node.id).orderBy(Node.id)).all();
      expect(rows.map(([name]) => name)).toEqual(nodes.map(({ name }) => name));
      expect(rows.slice(1).map(([, parent]) => parent)).toEqual(rows.slice(0, -1).map(([, , id]) => id));
      await session.delete(nodes[0]!);
      await session.commit();
      expect(await session.execute(select(Node.id)).all()).toEqual([]);
    } finally {
      await Base.metadata.dropAll(engine);
    }
  });

  test("UOW-10 a tree of 1,000 levels that is not loaded is deleted with its root", { timeout: 120_000 }, async () => {
    const { Base, Node } = tree();
    await Base.metadata.createAll(engine);
    try {
      await using session = new Session(engine);
      const root = new Node({ name: "root" });
      let last = root;
      for (let i = 0; i < 1000; i++) {
        const [next, leaf] = [new Node({ name: `n${i}` }), new Node({ name: `leaf${i}` })];
        last.children.push(leaf, next);
        last = next;
      }
      session.add(root);
      await session.commit();
      session.expungeAll();
      expect((await session.execute(select(Node.id)).all()).length).toBe(2001);
      await session.delete(await session.scalars(select(Node).where(Node.name.eq("root"))).one());
      await session.commit();
      expect(await session.execute(select(Node.id)).all()).toEqual([]);
    } finally {
      await Base.metadata.dropAll(engine);
    }
  });

  test("UOW-11 two rows that refer to each other, with postUpdate", async () => {
    const { Base, Left, Right } = circle(true);
    await Base.metadata.createAll(engine);
    try {
      await using session = new Session(engine);
      const [left, right] = [new Left(), new Right()];
      left.right = right;
      right.left = left;
      session.add(left);
      statements.take();
      await session.commit();
      expect(statements.take()).toEqual(["INSERT lefts", "INSERT rights", "UPDATE lefts"]);
      expect([left.rightId, right.leftId]).toEqual([right.id, left.id]);
      session.expungeAll();
      const [a, b] = [await session.getOne(Left, left.id), await session.getOne(Right, right.id)];
      statements.take();
      await session.noAutoflush(async () => {
        await session.delete(a);
        await session.delete(b);
      });
      await session.commit();
      expect(statements.take().filter((sent) => !sent.startsWith("SELECT"))).toEqual(["UPDATE lefts", "DELETE rights", "DELETE lefts"]);
      expect(await session.execute(text("SELECT id FROM lefts")).all()).toEqual([]);
    } finally {
      await Base.metadata.dropAll(engine);
    }
  });

  test("UOW-11 without postUpdate they are an error that names the columns, and nothing is written", async () => {
    const { Base, Left, Right } = circle(false);
    await Base.metadata.createAll(engine);
    try {
      await using session = new Session(engine);
      const [left, right] = [new Left(), new Right()];
      left.right = right;
      right.left = left;
      session.add(left);
      const error = await session.flush().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(CircularDependencyError);
      expect(String(error)).toContain("lefts.right_id");
      expect(String(error)).toContain("rights.left_id");
      expect(String(error)).toContain("postUpdate");
      await session.rollback();
      expect(await session.execute(text("SELECT id FROM lefts")).all()).toEqual([]);
      // in two flushes it can be done
      left.right = null;
      right.left = left;
      session.add(right);
      await session.flush();
      left.right = right;
      await session.commit();
      expect(await session.execute(select(Left.rightId)).all()).toEqual([[right.id]]);
      // one row is in the way of the other
      await session.noAutoflush(() => session.delete(left));
      await expect(session.flush()).rejects.toThrow(IntegrityError);
      await session.rollback();
    } finally {
      await engine.begin((conn) => conn.execute(text("UPDATE lefts SET right_id = NULL")));
      await Base.metadata.dropAll(engine);
    }
  });
});
