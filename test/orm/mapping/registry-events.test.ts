// EVT-06: what registries tell while classes are mapped.
import { describe, expect, test } from "vitest";
import {
  configureMappers,
  contains,
  declarativeBase,
  foreignKey,
  InvalidRequestError,
  listen,
  mappedColumn,
  registry,
  relationship,
  remove,
  t,
} from "athanor";

const NAMES = [
  "beforeConfigured",
  "afterConfigured",
  "instrumentClass",
  "afterMapperConstructed",
  "beforeMapperConfigured",
  "mapperConfigured",
] as const;

function told(target: object): string[] {
  const calls: string[] = [];
  for (const name of NAMES)
    listen(
      target,
      name,
      ((_subject: object, class_?: { name: string }) => void calls.push(class_ ? `${name} ${class_.name}` : name)) as never,
    );
  return calls;
}

/** A base with two classes that lead to each other. */
function mapped() {
  const Base = declarativeBase();
  const calls = told(Base.registry);
  class Parent extends Base<typeof Parent> {
    static table = this.mapTo("parents");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static children = relationship(() => [Child], { backPopulates: "parent" });
  }
  class Child extends Base<typeof Child> {
    static table = this.mapTo("children");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static parentId = mappedColumn(foreignKey(() => Parent.id));
    static parent = relationship(() => Parent, { backPopulates: "children" });
  }
  return { Base, Parent, Child, calls };
}

describe("events of registries", () => {
  test("come in the order of mapping, once", () => {
    const { Base, Parent, calls } = mapped();
    expect(calls).toEqual([]);
    configureMappers(Base.registry);
    expect(calls).toEqual([
      "beforeConfigured",
      "instrumentClass Parent",
      "afterMapperConstructed Parent",
      "instrumentClass Child",
      "afterMapperConstructed Child",
      "beforeMapperConfigured Parent",
      "beforeMapperConfigured Child",
      "mapperConfigured Parent",
      "mapperConfigured Child",
      "afterConfigured",
    ]);
    configureMappers(Base.registry);
    new Parent();
    expect(calls).toHaveLength(10);
  });

  test("see what is known when they happen", () => {
    const { Base, Parent } = mapped();
    const seen: unknown[] = [];
    listen(Base.registry, "instrumentClass", (mapper) => seen.push(mapper.props.size));
    listen(Base.registry, "afterMapperConstructed", (mapper) => seen.push(mapper.props.size > 0 && !mapper.configured));
    listen(Base.registry, "mapperConfigured", (mapper, class_) => seen.push(mapper.configured && mapper.class_ === class_));
    listen(Base.registry, "afterConfigured", (which) => seen.push(which === Base.registry && which.ready));
    new Parent();
    expect(seen).toEqual([0, true, 0, true, true, true, true]);
  });

  test("have a base, a registry or all registries as target", () => {
    const { Base, Parent } = mapped();
    const calls: string[] = [];
    const one = (): void => void calls.push("base");
    const all = (): void => void calls.push("all");
    listen(Base, "afterConfigured" as never, one as never);
    listen(registry, "afterConfigured", all);
    try {
      expect(contains(Base.registry, "afterConfigured", one)).toBe(true);
      configureMappers(Base.registry);
      configureMappers(mapped().Base.registry);
    } finally {
      remove(registry, "afterConfigured", all);
    }
    expect(calls).toEqual(["all", "base", "all"]);
    expect(() => listen(Parent, "afterConfigured" as never, one as never)).toThrow(InvalidRequestError);
  });

  test("that throw leave the registry to be configured again", () => {
    const { Base, calls } = mapped();
    const fail = (): never => {
      throw new Error("not today");
    };
    listen(Base.registry, "beforeMapperConfigured", fail);
    expect(() => configureMappers(Base.registry)).toThrow("not today");
    remove(Base.registry, "beforeMapperConfigured", fail);
    configureMappers(Base.registry);
    expect(calls.at(-1)).toBe("afterConfigured");
    expect(calls.filter((call) => call.startsWith("mapperConfigured"))).toEqual(["mapperConfigured Parent", "mapperConfigured Child"]);
  });
});
