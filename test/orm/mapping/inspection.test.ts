// INS-02: what a mapper tells of its class.
import { composite, declarativeBase, type DeclarativeBase, inspect, mappedColumn, relationship, synonym, t, foreignKey } from "athanor";
import { hybridProperty } from "athanor/ext";
import { expect, test } from "vitest";

const Base: DeclarativeBase = declarativeBase();
class Point {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}
class Place extends Base<typeof Place> {
  static table = this.mapTo("places");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(20));
  static x = mappedColumn(t.integer(), { init: false });
  static y = mappedColumn(t.integer(), { init: false });
  static at = composite(Point, "x", "y");
  static title = synonym("name");
  static loud = hybridProperty((self: { name: string }) => self.name, { expression: (cls: typeof Place) => cls.name });
  static partOfId = mappedColumn(foreignKey("places.id"), { nullable: true });
  static partOf = relationship(() => Place, { remoteSide: () => Place.id, nullable: true });
}

test("INS-02 a mapper has its properties by kind, and every attribute of the class by name", () => {
  const mapper = inspect(Place);
  const keys = (properties: readonly { readonly key: string }[]): string[] => properties.map(({ key }) => key);
  expect(keys(mapper.columnAttrs).toSorted()).toEqual(["id", "name", "partOfId", "x", "y"]);
  expect(keys(mapper.relationships)).toEqual(["partOf"]);
  expect(keys(mapper.composites)).toEqual(["at"]);
  expect(keys(mapper.synonyms)).toEqual(["title"]);
  const all = mapper.allOrmDescriptors;
  expect([...all.keys()].toSorted()).toEqual(["at", "id", "loud", "name", "partOf", "partOfId", "title", "x", "y"]);
  // a hybrid is made anew for each class that it is read from
  const own = Place as unknown as Record<string, object>;
  for (const [key, attribute] of all)
    expect([key, String(attribute), (attribute as object).constructor]).toEqual([key, String(own[key]), own[key]!.constructor]);
  expect(all.get("name")).toBe(Place.name);
  expect(all.get("partOf")).toBe(Place.partOf);
});
