import { describe, expect, test } from "vitest";
import {
  AmbiguousColumnError,
  InvalidRequestError,
  MultipleResultsFound,
  NoResultFound,
  NoSuchColumnError,
  ResourceClosedError,
} from "../../src/errors.ts";
import { PendingResult } from "../../src/engine/result/pending-result.ts";
import { Result, ScalarResult } from "../../src/engine/result/result.ts";
import { generateObjectMaker, generateRowProcessor } from "../../src/engine/result/row-codegen.ts";
import { interpretObjectMaker, interpretRowProcessor } from "../../src/engine/result/row-interp.ts";

const make = (): Result<[number, string]> =>
  Result.fromRows<[number, string]>(
    ["id", "name"],
    [
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ],
  );

describe("Result", () => {
  test("gives what was not read yet", () => {
    const result = make();
    expect(result.fetchone()).toEqual([1, "a"]);
    expect(result.fetchmany(1)).toEqual([[2, "b"]]);
    expect(result.all()).toEqual([[3, "c"]]);
    expect(result.all()).toEqual([]);
    expect(result.fetchone()).toBe(null);
    expect([...make()]).toHaveLength(3);
    expect(make().keys()).toEqual(["id", "name"]);
  });

  test("first() and its like end it", () => {
    const result = make();
    expect(result.first()).toEqual([1, "a"]);
    expect(result.closed).toBe(true);
    expect(() => result.all()).toThrow(ResourceClosedError);
    expect(Result.fromRows(["id"], []).first()).toBe(null);
  });

  test("one() wants exactly one", () => {
    expect(() => make().one()).toThrow(MultipleResultsFound);
    expect(() => Result.fromRows(["id"], []).one()).toThrow(NoResultFound);
    expect(() => make().oneOrNone()).toThrow(MultipleResultsFound);
    expect(Result.fromRows(["id"], []).oneOrNone()).toBe(null);
    expect(Result.fromRows(["id"], [[1]]).one()).toEqual([1]);
  });

  test("scalars", () => {
    expect(make().scalars().all()).toEqual([1, 2, 3]);
    expect(make().scalars(1).all()).toEqual(["a", "b", "c"]);
    expect(make().scalars("name").first()).toBe("a");
    expect(make().scalar()).toBe(1);
    expect(() => make().scalarOne()).toThrow(MultipleResultsFound);
    expect(() => Result.fromRows(["id"], []).scalarOne()).toThrow(NoResultFound);
    expect(Result.fromRows(["id"], []).scalarOneOrNone()).toBe(null);
    expect(Result.fromRows(["id"], []).scalar()).toBe(null);
    expect(() => make().scalars("nmae")).toThrow(/no column "nmae". Did you mean "name"\?/);
    expect(() => make().scalars(2)).toThrow(NoSuchColumnError);
    expect(make().scalars(-1).first()).toBe("a");
  });

  test("mappings, columns and tuples", () => {
    expect(make().mappings().first()).toEqual({ id: 1, name: "a" });
    expect(make().columns("name", 0).first()).toEqual(["a", 1]);
    expect(make().columns("name").mappings().all()).toEqual([{ name: "a" }, { name: "b" }, { name: "c" }]);
    const objects = Result.fromRows<{ id: number }>(["id"], [[1]], { objects: true });
    expect(objects.all()).toEqual([{ id: 1 }]);
    expect(
      Result.fromRows<{ id: number }>(["id"], [[1]], { objects: true })
        .tuples()
        .all(),
    ).toEqual([[1]]);
    expect(
      Result.fromRows<{ id: number }>(["id"], [[1]], { objects: true })
        .scalars()
        .all(),
    ).toEqual([1]);
  });

  test("a key that two columns have is not guessed at", () => {
    const result = Result.fromRows(["id", "id"], [[1, 2]]);
    expect(() => result.mappings().all()).toThrow(AmbiguousColumnError);
    expect(() => result.scalars("id")).toThrow(AmbiguousColumnError);
    expect(result.scalars(1).all()).toEqual([2]);
  });

  test("partitions", () => {
    expect([...make().partitions(2)].map((part) => part.length)).toEqual([2, 1]);
    expect([...make().yieldPer(1).partitions()]).toHaveLength(3);
    expect(() => make().fetchmany(0)).toThrow("at least 1");
  });

  test("unique() compares by value, dates and bytes too, and objects by identity", () => {
    const entity = {};
    const rows = [
      [entity, new Date(5), new Uint8Array([1]), 1n],
      [entity, new Date(5), new Uint8Array([1]), 1n],
      [{}, new Date(5), new Uint8Array([1]), 1n],
      [entity, new Date(6), new Uint8Array([1]), 1n],
    ];
    expect(Result.fromRows(["a", "b", "c", "d"], rows).unique().all()).toHaveLength(3);
    expect(Result.fromRows(["a", "b", "c", "d"], rows).unique().scalars().all()).toEqual([entity, {}]);
    expect(
      Result.fromRows(["a"], [["x"], ["X"]])
        .unique((row) => String(row).toLowerCase())
        .all(),
    ).toEqual([["x"]]);
    expect(
      Result.fromRows(["a"], [[1], [1], [2]])
        .scalars()
        .unique()
        .fetchmany(2),
    ).toEqual([1, 2]);
    expect(
      Result.fromRows(["a"], [[1], [1], [2]])
        .mappings()
        .unique()
        .all(),
    ).toEqual([{ a: 1 }, { a: 2 }]);
    expect(
      Result.fromRows(["a"], [[1], [1]])
        .unique()
        .one(),
    ).toEqual([1]);
  });

  test("takes bare values as rows of one column", () => {
    const films = [{ id: 1 }, { id: 2 }];
    const of = () => Result.fromRows<[{ id: number }]>(["Film"], films, { source: "scalars" });
    expect(of().scalars().all()).toEqual(films);
    expect(of().all()).toEqual([[films[0]], [films[1]]]);
    expect(of().mappings().first()).toEqual({ Film: films[0] });
    expect(of().scalar()).toBe(films[0]);
    expect(of().columns(0).all()).toHaveLength(2);
    const handedOut = of().scalars().all();
    handedOut.pop();
    expect(films).toHaveLength(2);
  });

  test("can demand unique(), or have done it already", () => {
    const rows = [[1], [1]];
    const demanding = () => Result.fromRows(["a"], rows, { requiresUnique: "call unique() first" });
    expect(() => demanding().all()).toThrow(InvalidRequestError);
    expect(() => demanding().scalars().all()).toThrow("call unique() first");
    expect(demanding().unique().scalars().all()).toEqual([1]);
    expect(demanding().scalars().unique().all()).toEqual([1]);
    expect(Result.fromRows(["a"], rows, { unique: true }).all()).toEqual([[1]]);
    expect(
      Result.fromRows(["a"], rows, { uniqueStrategies: [() => "same"] })
        .unique()
        .all(),
    ).toEqual([[1]]);
  });

  test("freeze() and merge()", () => {
    const frozen = make().freeze();
    expect(frozen().all()).toEqual(frozen().all());
    expect(frozen().scalars().all()).toEqual([1, 2, 3]);
    expect(make().merge(make()).all()).toHaveLength(6);
  });

  test("a statement without rows has none to read", () => {
    const result = Result.fromRows([], [], { returnsRows: false, rowcount: 3 });
    expect(result.rowcount).toBe(3);
    expect(() => result.all()).toThrow(/gives no rows/);
    expect(() => result.scalars()).toThrow(ResourceClosedError);
  });
});

describe("PendingResult", () => {
  for (const [name, start] of [
    ["that is there", () => make()],
    ["that is awaited", () => Promise.resolve(make())],
  ] as const) {
    const pending = () => new PendingResult<[number, string]>(start);
    test(`reads a result ${name}`, async () => {
      expect((await pending()).all()).toHaveLength(3);
      expect(await pending().all()).toHaveLength(3);
      expect(await pending().first()).toEqual([1, "a"]);
      expect(await pending().scalars().all()).toEqual([1, 2, 3]);
      expect(await pending().scalars().unique().first()).toBe(1);
      expect(await pending().mappings().first()).toEqual({ id: 1, name: "a" });
      expect(await pending().columns("name").unique().all()).toHaveLength(3);
      await expect(pending().one()).rejects.toThrow(MultipleResultsFound);
      const parts: unknown[] = [];
      for await (const part of pending().partitions(2)) parts.push(part);
      for await (const row of pending()) parts.push(row);
      expect(parts).toHaveLength(5);
    });
  }

  test("turns what is thrown into a rejection", async () => {
    const pending = new PendingResult(() => {
      throw new Error("at once");
    });
    await expect(pending.all()).rejects.toThrow("at once");
    await expect(pending).rejects.toThrow("at once");
    expect(await pending.catch(() => "caught")).toBe("caught");
  });
});

describe("rows made by generated code", () => {
  const processors = [
    null,
    (value: unknown) => `<${String(value)}>`,
    null,
    (value: unknown) => (value === null ? null : Number(value) * 2),
  ];
  test("are the same as those of the interpreter", () => {
    const rows = (): unknown[][] => [
      [1, 2, 3, 4],
      [null, null, null, null],
    ];
    const [a, b] = [rows(), rows()];
    generateRowProcessor(processors, String)(a);
    interpretRowProcessor(processors, String)(b);
    expect(a).toEqual(b);
    expect(a[0]).toEqual([1, "<2>", 3, 8]);
  });

  test("take any key", () => {
    const keys = ["__proto__", "constructor", 'a"b', "`${x}`", "a\u2028b", "1", "toString", "}); process.exit(1); ({"];
    const row = keys.map((_key, index) => index);
    const [a] = generateObjectMaker(keys)([row]);
    const [b] = interpretObjectMaker(keys)([row]);
    expect(Object.getOwnPropertyDescriptors(a)).toEqual(Object.getOwnPropertyDescriptors(b));
    expect(Object.keys(a!).toSorted()).toEqual(keys.toSorted());
    expect(Object.getPrototypeOf(a)).toBe(Object.prototype);
  });
});

test("ScalarResult.fromValues()", () => {
  expect(ScalarResult.fromValues([1, 2, 2]).unique().all()).toEqual([1, 2]);
});
