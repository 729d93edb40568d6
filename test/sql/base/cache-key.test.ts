import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import {
  and,
  bindparam,
  case_,
  cast,
  type ClauseElement,
  column,
  type ColumnElement,
  func,
  literal,
  not,
  or,
  type Select,
  select,
  sql,
  t,
  table,
  text,
  tuple,
} from "athanor";
import { CacheKey, cacheKeyWriter, interpretedCacheKeyWriter, type WriterFrame } from "../../../src/sql/base/cache-key.ts";
import { clonedTraverse, iterate, replacementTraverse } from "../../../src/sql/base/traversal.ts";
import { cacheKeyOf, NO_ANNOTATIONS } from "../../../src/sql/elements/clause-element.ts";
import { setCodeGeneration } from "../../../src/util/codegen.ts";

const numbers = table("n", column("x", t.integer()), column("y", t.integer()), column("s", t.string()));
const { x, y, s } = numbers.c as unknown as { x: ColumnElement<number>; y: ColumnElement<number>; s: ColumnElement<string> };

/** A tree of expressions whose shape is fixed and whose values come one by one from `next`. */
type Shape = (next: () => number) => ColumnElement<unknown>;

const { number, condition } = fc.letrec<{ number: Shape; condition: Shape; text: Shape }>((tie) => ({
  number: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Shape>(
      () => x as ColumnElement<unknown>,
      () => y as ColumnElement<unknown>,
      (next) => literal(next()) as ColumnElement<unknown>,
      () => func.count() as ColumnElement<unknown>,
    ),
    fc.tuple(tie("number"), tie("number"), fc.constantFrom("add", "sub", "mul", "truediv", "mod", "pow") as fc.Arbitrary<"add">).map(
      ([a, b, op]): Shape =>
        (next) =>
          a(next)[op](b(next)),
    ),
    tie("number").map(
      (a): Shape =>
        (next) =>
          a(next).neg(),
    ),
    tie("number").map(
      (a): Shape =>
        (next) =>
          func.foo!(a(next), next(), { type: t.integer() }),
    ),
    fc.tuple(tie("condition"), tie("number")).map(
      ([a, b]): Shape =>
        (next) =>
          case_([a(next), b(next)], { else: next() }),
    ),
    tie("number").map(
      (a): Shape =>
        (next) =>
          cast(a(next), t.numeric(10, 2)),
    ),
    tie("number").map(
      (a): Shape =>
        (next) =>
          func.sum(a(next)).over({ orderBy: [y.desc()], rows: [-next(), 0] }),
    ),
    tie("number").map(
      (a): Shape =>
        (next) =>
          select(a(next)).scalarSubquery() as ColumnElement<unknown>,
    ),
  ),
  text: fc.constantFrom<Shape>(
    () => s as ColumnElement<unknown>,
    (next) => s.add(String(next())) as ColumnElement<unknown>,
    (next) => func.lower(`v${next()}`) as ColumnElement<unknown>,
  ),
  condition: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.tuple(tie("number"), fc.constantFrom("eq", "ne", "lt", "ge") as fc.Arbitrary<"eq">).map(
      ([a, op]): Shape =>
        (next) =>
          a(next)[op](next()),
    ),
    fc.tuple(tie("number"), tie("number")).map(
      ([a, b]): Shape =>
        (next) =>
          a(next).eq(b(next)),
    ),
    tie("number").map(
      (a): Shape =>
        (next) =>
          a(next).in([next(), next()]),
    ),
    tie("number").map(
      (a): Shape =>
        (next) =>
          a(next).between(next(), next()),
    ),
    tie("text").map(
      (a): Shape =>
        (next) =>
          a(next).like(`%${next()}`, { escape: "/" }) as ColumnElement<unknown>,
    ),
    fc.constant<Shape>((next) => tuple(x, y).in([[next(), next()]])),
    fc.constant<Shape>((next) => and(text("a = :v").bindparams({ v: next() }), true)),
    fc.constant<Shape>((next) => x.eq(bindparam("named", next()))),
    fc.constant<Shape>((next) => and(sql`${x} > ${next()} or ${y} = 1`, x.eq(1))),
    fc.tuple(tie("condition"), tie("condition")).map(
      ([a, b]): Shape =>
        (next) =>
          and(a(next) as never, b(next) as never),
    ),
    fc.tuple(tie("condition"), tie("condition")).map(
      ([a, b]): Shape =>
        (next) =>
          or(a(next) as never, b(next) as never),
    ),
    tie("condition").map(
      (a): Shape =>
        (next) =>
          not(a(next) as never),
    ),
  ),
}));

/** Values that are all different, from `start` up; all of them positive, since the sign of a frame's bound is structure. */
function counter(start: number): () => number {
  let n = start;
  return () => ++n;
}

function statement(conditions: Shape, columns: Shape, start: number): Select<unknown> {
  const next = counter(start);
  return select(columns(next), x.label("x"))
    .where(conditions(next) as never)
    .orderBy("x")
    .limit(next()) as unknown as Select<unknown>;
}

afterEach(() => setCodeGeneration(true));

describe("the key of a statement", () => {
  test("is the same for the same structure, and the compiled form then serves both", () => {
    fc.assert(
      fc.property(condition, number, (where, columns) => {
        const first = statement(where, columns, 0);
        const second = statement(where, columns, 1000);
        const key = cacheKeyOf(first);
        const other = cacheKeyOf(second);
        expect(other.text).toBe(key.text);
        const compiled = first.compile({ dialect: "sqlite", cacheKey: key });
        const fresh = second.compile({ dialect: "sqlite" });
        expect(compiled.bind(null, other.binds)).toEqual({ sql: fresh.sql, params: fresh.params });
        expect(compiled.bind(null, key.binds)).toEqual({ sql: compiled.sql, params: compiled.params });
      }),
      { numRuns: 300 },
    );
  });

  test("differs where the SQL differs", () => {
    fc.assert(
      fc.property(condition, condition, number, number, (w1, w2, c1, c2) => {
        const [a, b] = [statement(w1, c1, 0), statement(w2, c2, 0)];
        if (cacheKeyOf(a).text === cacheKeyOf(b).text)
          expect(a.compile({ dialect: "postgresql" }).sql).toBe(b.compile({ dialect: "postgresql" }).sql);
      }),
      { numRuns: 300 },
    );
  });

  test("does not change by being compiled", () => {
    fc.assert(
      fc.property(condition, number, (where, columns) => {
        const one = statement(where, columns, 0);
        const before = cacheKeyOf(one).text;
        one.compile({ dialect: "default" });
        expect(cacheKeyOf(one).text).toBe(before);
      }),
      { numRuns: 50 },
    );
  });

  test("is the same from the generated and from the interpreted writers", () => {
    const classes = new Map<string, typeof ClauseElement>();
    for (const [where, columns] of fc.sample(fc.tuple(condition, number), 100)) {
      for (const element of iterate(statement(where, columns, 0) as ClauseElement)) {
        const type = element.constructor as typeof ClauseElement;
        classes.set(type.name, type);
        const frame: WriterFrame = {
          prototype: Object.getPrototypeOf(element) as object,
          otherwise: () => expect.unreachable(),
          identityCounts: type.identityCounts,
          noAnnotations: NO_ANNOTATIONS,
        };
        const [generated, interpreted] = [
          cacheKeyWriter(7, type.fields, frame, type.name),
          interpretedCacheKeyWriter(7, type.fields, frame),
        ].map((write) => new CacheKey({ _cacheKey: (key) => write.call(element as never, key) }, 0)) as [CacheKey, CacheKey];
        expect(interpreted.text, type.name).toBe(generated.text);
        expect(interpreted.binds).toEqual(generated.binds);
      }
    }
    expect(classes.size).toBeGreaterThan(15);
  });
});

describe("copies", () => {
  test("render and compare like the original, and find its values", () => {
    fc.assert(
      fc.property(condition, number, (where, columns) => {
        const one = statement(where, columns, 0);
        for (const copy of [clonedTraverse(one, () => {}), replacementTraverse(one, () => null)]) {
          expect(one.compare(copy)).toBe(true);
          const rendered = copy.compile({ dialect: "sqlite" });
          const original = one.compile({ dialect: "sqlite" });
          expect([rendered.sql, rendered.params]).toEqual([original.sql, original.params]);
          const key = cacheKeyOf(copy);
          expect(key.text).toBe(cacheKeyOf(one).text);
          expect(copy.compile({ dialect: "sqlite", cacheKey: key }).bind(null, cacheKeyOf(one).binds)).toEqual({
            sql: original.sql,
            params: original.params,
          });
        }
      }),
      { numRuns: 150 },
    );
  });

  test("differ by value when a value differs", () => {
    expect(x.eq(5).compare(x.eq(6))).toBe(false);
    expect(x.eq(5).compare(x.eq(5))).toBe(true);
    expect(x.in([1, 2]).compare(x.in([1, 2]))).toBe(true);
    expect(x.in([1, 2]).compare(x.in([1, 3]))).toBe(false);
    expect(x.eq(5).compare(x.ne(5))).toBe(false);
    expect(x.eq(5).compare(y.eq(5))).toBe(false);
  });
});

describe("what tells structures apart", () => {
  const different: readonly (readonly [string, ClauseElement, ClauseElement])[] = [
    ["names", column("ab"), column("a")],
    ["names with marks in them", func.foo!(column("a,b")), func.foo!(column("a"), column("b"))],
    ["types", column("a", t.integer()), column("a", t.string())],
    ["lengths", cast(x, t.string(5)), cast(x, t.string(50))],
    ["operators", x.op("@")(1), x.op("#")(1)],
    ["precedence", x.op("@", { precedence: 1 })(1), x.op("@", { precedence: 2 })(1)],
    ["modifiers", s.like("a", { escape: "/" }), s.like("a", { escape: "^" })],
    ["functions", func.a!(x), func.b!(x)],
    ["packages", func.p!.a!(x), func.q!.a!(x)],
    ["brackets", func.a!(and(x.eq(1), y.eq(1)), x), func.a!(and(x.eq(1), y.eq(1), x as never))],
    ["text", text("a = 1"), text("a = 2")],
    ["text with parameters", text("a = :a"), text("a = :b")],
    ["one bind twice", shared(), x.eq(5).and(y.eq(5))],
    ["names of binds", x.eq(bindparam("p", 1)), x.eq(bindparam("q", 1))],
    ["IN and =", x.in([1]), x.eq(1)],
    ["null", x.eq(null), x.eq(1)],
    ["labels", x.label("a"), x.label("b")],
    ["a tuple's length", tuple(x, y), tuple(x, y, x)],
    ["literals of sql``", sql`a${1}`, sql`b${1}`],
    ["the place of a value in sql``", sql`a${1}b`, sql`ab${1}`],
  ];

  function shared(): ClauseElement {
    const five = literal(5);
    return x.eq(five).and(y.eq(five));
  }

  for (const [what, a, b] of different) {
    test(what, () => {
      expect(cacheKeyOf(a).text).not.toBe(cacheKeyOf(b).text);
      expect(a.compare(b)).toBe(false);
    });
  }

  test("labels without a name are numbered by their order", () => {
    expect(cacheKeyOf(select(x.add(1).label(), y.label())).text).toBe(cacheKeyOf(select(x.add(2).label(), y.label())).text);
  });
});
