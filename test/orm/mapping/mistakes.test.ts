// What is told of mistakes in mappings: the class, the attribute, and what to do.
import { composite, declarativeBase, foreignKey, inspect, mappedColumn, objectSession, relationship, synonym, t } from "athanor";
import { describe, expect, test } from "vitest";

/** A class with one attribute more. */
function oddWith(name: string, attribute: object): object {
  const Base = declarativeBase();
  class Odd extends Base<typeof Odd> {
    static table = this.mapTo("odds");
    static id = mappedColumn(t.integer(), { primaryKey: true });
  }
  return Object.defineProperty(Odd, name, { value: attribute, enumerable: true, configurable: true });
}

describe("names of the base's own members are refused", () => {
  test.each(["awaitableAttrs", "toJSON"])("%s of objects", (name) => {
    expect(() => inspect(oddWith(name, mappedColumn(t.string(10))))).toThrow(
      new RegExp(
        `^Odd\\.${name}: objects have ${name} already, .*\\. Give the column its name and the attribute another: static ${name}_ = mappedColumn\\("${name}", …\\)$`,
      ),
    );
  });

  test.each(["metadata", "registry", "mapTo", "mapSingle", "with", "withTable"])("%s of classes", (name) => {
    expect(() => inspect(oddWith(name, mappedColumn(t.string(10))))).toThrow(
      `Odd.${name}: classes have ${name} already, from their base. Give the column its name and the attribute another`,
    );
  });

  test("relationships, composites and synonyms too", () => {
    class Point {
      compositeValues(): number[] {
        return [];
      }
    }
    for (const made of [relationship(() => []), synonym("id"), composite(Point, "id")]) {
      expect(() => inspect(oddWith("toJSON", made))).toThrow(
        "Odd.toJSON: objects have toJSON already, which JSON.stringify() calls. Give the attribute another name",
      );
    }
  });

  test("a method of the program takes the place of toJSON()", () => {
    const Base = declarativeBase();
    class Own extends Base<typeof Own> {
      static table = this.mapTo("owns");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      override toJSON(): Record<string, unknown> {
        return { own: this.id };
      }
    }
    expect(JSON.stringify(new Own({ id: 1 }))).toBe('{"own":1}');
  });
});

describe("the class, the attribute and the fix", () => {
  test("no primary key", () => {
    const Base = declarativeBase();
    class Keyless extends Base<typeof Keyless> {
      static table = this.mapTo("keyless");
      static name = mappedColumn(t.string(10));
    }
    expect(() => inspect(Keyless)).toThrow(
      'Keyless has no primary key: at least one column of "keyless" needs { primaryKey: true }, so that the session can tell its rows apart',
    );
  });

  test("several foreign keys: which columns could be meant", () => {
    const Base = declarativeBase();
    class Address extends Base<typeof Address> {
      static table = this.mapTo("addresses");
      static id = mappedColumn(t.integer(), { primaryKey: true });
    }
    class Customer extends Base<typeof Customer> {
      static table = this.mapTo("customers");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static billingId = mappedColumn(foreignKey(() => Address.id));
      static shippingId = mappedColumn(foreignKey(() => Address.id));
      static billing = relationship(() => Address);
    }
    expect(() => inspect(Customer)).toThrow(
      "Customer.billing: several foreign keys connect the tables customers and addresses. Say which is meant: { foreignKeys: () => Customer.billingId } " +
        "(or Customer.shippingId)",
    );
  });

  test("a way back that is not there", () => {
    const Base = declarativeBase();
    class Parent extends Base<typeof Parent> {
      static table = this.mapTo("parents");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static children = relationship(() => [Child], { backPopulates: "father" });
    }
    class Child extends Base<typeof Child> {
      static table = this.mapTo("children");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static parentId = mappedColumn(foreignKey(() => Parent.id));
    }
    expect(() => inspect(Child)).toThrow(
      'Parent.children has backPopulates: "father", and Child has no such attribute. Add static father = relationship(() => …, { backPopulates: "children" }) to Child, or correct the name',
    );
  });

  test("a field of objects that hides an attribute", () => {
    const Base = declarativeBase();
    class Hidden extends Base<typeof Hidden> {
      static table = this.mapTo("hiddens");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static title = mappedColumn(t.string(10));
      // @ts-ignore: what programs write by habit
      title = "x";
    }
    expect(() => objectSession(new Hidden())).toThrow(
      'Hidden has an instance field "title", which hides the mapped attribute of that name; take the field out of the class',
    );
  });
});
