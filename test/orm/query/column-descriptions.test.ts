// columnDescriptions: what a statement selects, for programs that are given statements.
import { aliased, Bundle, declarativeBase, func, insert, literal, mappedColumn, select, t, text } from "athanor";
import { expect, test } from "vitest";

const Base = declarativeBase();
class User extends Base<typeof User> {
  static table = this.mapTo("users");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static nickName = mappedColumn(t.string(5));
}
const users = User.table;
const other = aliased(User, { name: "other" });

test("of tables and expressions", () => {
  const { id } = users.c as unknown as { id: typeof User.id };
  expect(select(users).columnDescriptions).toMatchObject([
    { name: "id", entity: null, aliased: false },
    { name: "nick_name", entity: null, aliased: false },
  ]);
  const described = select(id.label("z"), func.now(), id.add(1), literal("a"), text("x")).columnDescriptions;
  expect(described.map(({ name }) => name)).toEqual(["z", "now", null, null, null]);
  expect(described[0]!.type).toBe((id as unknown as { type: object }).type);
  expect(described[0]!.expr).toMatchObject({ name: "z" });
  expect(select({ a: id, b: func.count() }).columnDescriptions.map(({ name }) => name)).toEqual(["a", "b"]);
});

test("of mapped classes, aliases, attributes and bundles", () => {
  const bundle = new Bundle("pair", User.id, User.nickName);
  const described = select(User, other, User.nickName, other.nickName, func.count(User.id), bundle, select(User.id).scalarSubquery());
  expect(described.columnDescriptions.map(({ name, entity, aliased: isAliased }) => [name, entity, isAliased])).toEqual([
    ["User", User, false],
    ["other", other, true],
    ["nickName", User, false],
    ["nickName", other, true],
    ["count", User, false],
    ["pair", User, false],
    [null, null, false],
  ]);
  const [user, alias, nickName, , , pair] = described.columnDescriptions;
  expect([user!.type, user!.expr]).toEqual([User, User]);
  expect([alias!.type, alias!.expr]).toEqual([User, other]);
  expect(String(nickName!.expr)).toBe("users.nick_name");
  expect([pair!.type, pair!.expr]).toEqual([Bundle, bundle]);
});

test("of RETURNING", () => {
  expect(insert(User).returningColumnDescriptions).toEqual([]);
  expect(insert(User).returning(User, User.id).returningColumnDescriptions).toMatchObject([
    { name: "User", type: User, entity: User },
    { name: "id", entity: User, aliased: false },
  ]);
  const { id } = users.c as unknown as { id: typeof User.id };
  expect(
    insert(users)
      .returning(id, func.now())
      .returningColumnDescriptions.map(({ name }) => name),
  ).toEqual(["id", "now"]);
});
