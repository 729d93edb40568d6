// Statements on aliases that are made anew each time are compiled once, and what was compiled serves other aliases of the same structure.
import {
  aliased,
  containsEager,
  createEngine,
  type Engine,
  joinedload,
  type ExecutionOptions,
  inspect,
  relational,
  type Select,
  select,
  selectinload,
  Session,
  subqueryload,
  withLoaderCriteria,
  withPolymorphic,
} from "athanor";
import { StatementRecorder } from "athanor/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cacheKeyOf } from "../../../src/sql/elements/clause-element.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { Chief, type Choices, fill, Node, show, statementOf, Worker } from "./alias-models.ts";

type NodeClass = typeof Node;
type NodeAlias = NodeClass & object;

/** The same alias, as the type checker sees the class: several of them stand in one statement, in any order. */
const anew = (...given: readonly unknown[]): NodeAlias => (aliased as (...args: unknown[]) => unknown)(Node, ...given) as NodeAlias;

const choices: fc.Arbitrary<Choices> = fc.record({
  aliases: fc.array(fc.nat(4), { minLength: 1, maxLength: 3 }),
  joins: fc.array(fc.nat(15), { minLength: 2, maxLength: 2 }),
  picks: fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }),
  condition: fc.tuple(fc.nat(2), fc.nat(3)),
  loads: fc.array(fc.tuple(fc.nat(2), fc.nat(8)), { maxLength: 2 }),
  criteria: fc.nat(5),
  limit: fc.constantFrom(0, 0, 4),
});

/** Statements of all kinds; each call makes its aliases anew. */
const makers: Readonly<Record<string, () => object>> = {
  "an alias": () => select(anew()),
  "a column of an alias": () => {
    const a = anew();
    return select(a.name).where(a.id.gt(1));
  },
  "an alias joined to another along a relationship": () => {
    const [a, b] = [anew(), anew()];
    return select(a, b).join(a.parent.ofType(b)).where(b.name.eq("a"));
  },
  "the other way round": () => {
    const [a, b] = [anew(), anew()];
    return select(b, a).join(a.parent.ofType(b)).where(b.name.eq("a"));
  },
  "a class joined to an alias": () => {
    const a = anew();
    return select(Node, a.name).join(a, a.id.eq(Node.parentId)).orderBy(a.id);
  },
  "an alias of a subquery": () => {
    const a = anew(select(Node).where(Node.id.gt(1)).subquery());
    return select(a).where(a.id.lt(5));
  },
  "an alias with a name": () => select(anew({ name: "n" })),
  "an alias of several classes": () => {
    const poly = withPolymorphic(Worker, { Chief }, { flat: true });
    return select(poly).where(poly.Chief.rank.gt(1)).orderBy(poly.id);
  },
  "options along an alias": () => {
    const a = anew();
    return select(a).options(selectinload(a.children).selectinload(Node.staff), joinedload(a.parent));
  },
  "options with an alias as target": () => {
    const a = anew();
    return select(Node).options(selectinload(Node.children.ofType(a)).selectinload(a.staff));
  },
  "options with values": () => {
    const a = anew();
    return select(a).options(selectinload(a.children.and(Node.id.gt(2))));
  },
  "containsEager() with an alias": () => {
    const a = anew();
    return select(Node)
      .join(a, a.id.eq(Node.parentId))
      .options(containsEager(Node.parent, { alias: a }));
  },
  "containsEager() with an alias by ofType()": () => {
    const a = anew();
    return select(Node)
      .join(Node.parent.ofType(a))
      .options(containsEager(Node.parent.ofType(a)).selectinload(a.staff));
  },
  "criteria of an alias": () => {
    const a = anew();
    return select(a).options(withLoaderCriteria(a, a.id.gt(2)));
  },
  "an alias in EXISTS": () => {
    const a = anew();
    return select(Node).where(select(a.id).where(a.parentId.eq(Node.id)).exists());
  },
  "rows within rows of an alias": () => relational(anew(), { with: { children: { columns: ["name"] } } }),
};

describeEachDatabase("aliases made anew", (db) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = createEngine(db.url, { queryCacheSize: 2000 });
    await fill(engine);
  });
  afterAll(() => engine.dispose());

  /** The rows of a statement, and the SQL of all that was sent for it. */
  async function run(statement: object, options: ExecutionOptions = {}): Promise<{ rows: unknown; sql: readonly string[] }> {
    await using session = new Session(engine);
    using sent = new StatementRecorder(engine);
    const rows: readonly unknown[] = await session
      .execute(statement as Select, {}, { executionOptions: options })
      .unique()
      .all();
    const found = show(rows);
    // what is loaded on demand afterwards goes by the options of the statement
    const nodes = rows.flat().filter((each) => each instanceof Node);
    for (const node of nodes) await node.awaitableAttrs.children;
    return { rows: [found, show(nodes)], sql: sent.sql };
  }

  const uncached = { compiledCache: null };

  test.for(Object.entries(makers))("%s is compiled once", async ([, make]) => {
    engine.clearCompiledCache();
    const first = await run(make());
    const { misses } = engine.compiledCache.stats;
    expect(misses).toBeGreaterThan(0);
    expect(await run(make())).toEqual(first);
    expect(engine.compiledCache.stats.misses).toBe(misses);
    expect(await run(make(), uncached)).toEqual(first);
  });

  test("a load by subqueries finds the alias of the statement that runs", async () => {
    const make = (): object => {
      const [a, b] = [anew(), anew()];
      return select(a, b).join(a.children.ofType(b)).options(subqueryload(b.children)).orderBy(b.id);
    };
    const first = await run(make(), uncached);
    for (let i = 0; i < 3; i += 1) expect(await run(make())).toEqual(first);
    const { misses } = engine.compiledCache.stats;
    expect(await run(make())).toEqual(first);
    expect(engine.compiledCache.stats.misses).toBe(misses);
  });

  test("aliases that change places are other statements", async () => {
    const [a, b] = [anew(), anew()];
    const forms = [
      select(a.name, b.name).join(a.parent.ofType(b)),
      select(b.name, a.name).join(a.parent.ofType(b)),
      select(a.name, b.name).join(b.parent.ofType(a)),
      select(b.name, a.name).join(b.parent.ofType(a)),
      select(a.name, b.name).join(a.parent.ofType(b)).where(a.id.gt(4)),
      select(a.name, b.name).join(a.parent.ofType(b)).where(b.id.gt(4)),
    ];
    for (const form of [...forms, ...forms]) expect((await run(form)).rows).toEqual((await run(form, uncached)).rows);
  });

  test("options of two aliases that change places are other statements, and so are the loads that follow", async () => {
    const [a, b] = [anew(), anew()];
    const nodes = select(a, b).join(a.parent.ofType(b)).orderBy(a.id);
    const forms = [
      nodes.options(selectinload(a.children).selectinload(Node.staff), selectinload(b.children)),
      nodes.options(selectinload(b.children).selectinload(Node.staff), selectinload(a.children)),
      nodes.options(selectinload(a.children), selectinload(b.children).selectinload(Node.staff)),
      nodes.options(selectinload(a.children).joinedload(Node.staff), selectinload(b.children).selectinload(Node.staff)),
      nodes.options(selectinload(b.children).joinedload(Node.staff), selectinload(a.children).selectinload(Node.staff)),
    ];
    for (const form of [...forms, ...forms]) expect(await run(form)).toEqual(await run(form, uncached));
  });

  test("an alias of a class is told apart from the alias in SQL below it", () => {
    const a = anew();
    const { selectable } = inspect(a) as unknown as { selectable: typeof Node };
    const key = (statement: object): string => cacheKeyOf(statement as Select).text;
    expect(key(select(a.id).selectFrom(a))).toBe(key(select(a.id).selectFrom(a)));
    expect(key(select(a.id).selectFrom(selectable))).not.toBe(key(select(a.id).selectFrom(a)));
  });

  test("names of aliases are names of rows", async () => {
    const from = (): object => select(Node).where(Node.id.eq(1)).subquery();
    for (const name of ["one", "two"]) {
      await using session = new Session(engine);
      const [row] = await session
        .execute(select(anew(from(), { name }), anew(from(), { name: "other" })))
        .mappings()
        .all();
      expect(Object.keys(row as object)).toEqual([name, "other"]);
    }
  });

  test("a part of an alias of several classes belongs to its own alias", async () => {
    const [p, q] = [withPolymorphic(Worker, { Chief }, { flat: true }), withPolymorphic(Worker, { Chief }, { flat: true })];
    for (const statement of [
      select(p.id, q.id).where(p.Chief.rank.eq(1), q.Chief.rank.eq(2)),
      select(p.id, q.id).where(q.Chief.rank.eq(1), p.Chief.rank.eq(2)),
    ])
      expect((await run(statement)).rows).toEqual((await run(statement, uncached)).rows);
  });

  if (db.name === "sqlite") {
    test("statements of any aliases give the same with and without the cache", async () => {
      await fc.assert(
        fc.asyncProperty(choices, async (chosen) => {
          const expected = await run(statementOf(chosen), uncached);
          expect(await run(statementOf(chosen))).toEqual(expected);
          expect(await run(statementOf(chosen))).toEqual(expected);
          const { misses } = engine.compiledCache.stats;
          expect(await run(statementOf(chosen))).toEqual(expected);
          expect(engine.compiledCache.stats.misses).toBe(misses);
        }),
        { numRuns: 150 },
      );
    });
  }
});
