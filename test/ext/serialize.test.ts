import {
  ArgumentError,
  attributeKeyedDict,
  createEngine,
  declarativeBase,
  extend,
  foreignKey,
  loadOnly,
  mappedColumn,
  NotLoadedError,
  relationship,
  select,
  selectinload,
  sessionmaker,
  t,
} from "athanor";
import { associationProxy, hybridProperty, serialize } from "athanor/ext";
import { StatementRecorder } from "athanor/testing";
import { expect, test } from "vitest";
import { inspect } from "node:util";

const Base = declarativeBase();

class User extends Base<typeof User> {
  static table = this.mapTo("users");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(50));
  static password = mappedColumn(t.string(100), { hidden: true });
  static visits = mappedColumn(t.bigInteger(), { default: 0n });
  static seen = mappedColumn(t.dateTime(), { nullable: true });
  static avatar = mappedColumn(t.largeBinary(), { nullable: true });
  static settings = mappedColumn(t.json<{ theme: string }>(), { nullable: true });
  static notes = relationship(() => [Note], { backPopulates: "user", orderBy: () => Note.id });
  static byLabel = relationship(() => [Note], { collectionClass: attributeKeyedDict("label"), viewonly: true });
  static secrets = relationship(() => [Note], { viewonly: true, hidden: true });
  static shout = hybridProperty((self: { name: string }) => self.name.toUpperCase(), { setter: () => {} });
  static labels = associationProxy("notes", "label");
}

class Note extends Base<typeof Note> {
  static table = this.mapTo("notes");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static label = mappedColumn(t.string(50));
  static userId = mappedColumn(foreignKey(() => User.id));
  static user = relationship(() => User, { backPopulates: "notes" });
}

const seen = new Date("2024-05-06T07:08:09.123Z");

async function open() {
  const engine = createEngine("sqlite://");
  await Base.metadata.createAll(engine);
  const session = sessionmaker({ bind: engine })();
  const user = new User({
    name: "ann",
    password: "hush",
    visits: 2n ** 60n,
    seen,
    avatar: new Uint8Array([1, 2, 255]),
    settings: { theme: "dark" },
  });
  user.notes = [new Note({ label: "a" }), new Note({ label: "b" })];
  session.add(user);
  await session.commit();
  session.expungeAll();
  return { engine, session };
}

test("columns as JSON has them, without what is hidden and without loading", async () => {
  const { engine, session } = await open();
  const user = await session.getOne(User, 1);
  const sent = new StatementRecorder(engine);
  const plain = serialize(user);
  const expected = { id: 1, name: "ann", visits: String(2n ** 60n), seen: seen.toISOString(), avatar: "AQL/", settings: { theme: "dark" } };
  expect(plain).toEqual(expected);
  expect(JSON.parse(JSON.stringify(user))).toEqual(expected);
  expect(serialize([user], { only: ["name", "shout"] })).toEqual([{ name: "ann", shout: "ANN" }]);
  expect(Object.keys(serialize(user, { omit: ["avatar", "settings", "seen"] }))).toEqual(["id", "name", "visits"]);
  expect(sent.sql).toEqual([]);
  await session.close();
});

test("relationships where they are named, with options of their own", async () => {
  const { session } = await open();
  const user = await session
    .scalars(select(User).options(selectinload(User.notes).selectinload(Note.user), selectinload(User.byLabel)))
    .one();
  expect(
    serialize(user, { only: ["id", "labels"], with: { notes: { only: ["label"], with: { user: { only: ["name"] } } }, byLabel: true } }),
  ).toEqual({
    id: 1,
    labels: ["a", "b"],
    notes: [
      { label: "a", user: { name: "ann" } },
      { label: "b", user: { name: "ann" } },
    ],
    byLabel: { a: { id: 1, label: "a", userId: 1 }, b: { id: 2, label: "b", userId: 1 } },
  });
  // JSON.stringify() cuts circles
  expect(JSON.stringify(user)).not.toContain("hush");
  expect(JSON.parse(JSON.stringify(user.notes[0]))).toMatchObject({ label: "a", user: { name: "ann", notes: [{ label: "b" }] } });
  await session.close();
});

test("what is hidden is hidden everywhere", async () => {
  const { session } = await open();
  const user = await session.scalars(select(User).options(selectinload(User.secrets))).one();
  expect(user.password).toBe("hush");
  expect(user.secrets).toHaveLength(2);
  expect(JSON.stringify({ user, list: [user] })).not.toMatch(/hush|secrets/);
  expect(inspect(user)).toContain("password: [hidden]");
  expect(inspect(user)).not.toContain("hush");
  expect(() => serialize(user, { only: ["password" as "name"] })).toThrow(ArgumentError);
  expect(() => serialize(user, { only: ["password" as "name"] })).toThrow("User.password is hidden");
  expect(() => serialize(user, { with: { secrets: true } as never })).toThrow("User.secrets is hidden");

  class Admin extends extend(User)<typeof Admin> {
    static table = this.mapTo("admins");
    static id = mappedColumn(
      foreignKey(() => User.id),
      { primaryKey: true },
    );
    static key = mappedColumn(t.string(10), { hidden: true });
  }
  expect(JSON.stringify(new Admin({ name: "x", password: "hush", key: "k1" }))).toBe('{"name":"x"}');
  await session.close();
});

test("what is not there is an error, with the ways to load it", async () => {
  const { session } = await open();
  const user = await session.scalars(select(User).options(loadOnly(User.name))).one();
  expect(() => serialize(user)).toThrow(NotLoadedError);
  expect(serialize(user, { only: ["id", "name"] })).toEqual({ id: 1, name: "ann" });
  expect(() => serialize(user, { only: [], with: { notes: true } })).toThrow(NotLoadedError);
  expect(() => serialize(user, { only: ["nam" as "name"] })).toThrow('User.nam is no attribute. Did you mean "name"?');
  expect(() => serialize(user, { only: [], with: { name: true } as never })).toThrow("User.name is no relationship");
  expect(() => serialize({} as User)).toThrow("takes mapped objects");
  await session.close();
});
