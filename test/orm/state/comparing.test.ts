// What test libraries see of objects.
import { declarativeBase, foreignKey, mappedColumn, relationship, t } from "athanor";
import { expect, test } from "vitest";

const Base = declarativeBase();
class Film extends Base<typeof Film> {
  static table = this.mapTo("films");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(100));
  static parts = relationship(() => [Part]);
}
class Part extends Base<typeof Part> {
  static table = this.mapTo("parts");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static filmId = mappedColumn(foreignKey("films.id"));
}

test("objects are equal when their values are", () => {
  expect(new Film({ title: "a" })).toEqual(new Film({ title: "a" }));
  expect(new Film({ title: "a" })).not.toEqual(new Film({ title: "b" }));
  expect(new Film({ title: "a" })).toMatchObject({ title: "a" });
  expect(new Film({ title: "a" })).not.toMatchObject({ title: "b" });
  const part = new Part();
  expect(new Film({ title: "a", parts: [part] }).parts).toEqual([part]);
});

test("a comparison with a plain object fails, and shows what differs", () => {
  expect(() => expect(new Film({ title: "a" })).toEqual({ id: null, title: "a", parts: [] })).toThrow("to deeply equal");
});
