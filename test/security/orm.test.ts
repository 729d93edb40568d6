// SEC-09, SEC-16, SEC-18: what a body of JSON may hold, given to the ORM: objects where a value belongs, keys that are none of the class's, and keys
// that reach for prototypes.
import {
  AthanorError,
  createEngine,
  declarativeBase,
  type Engine,
  foreignKey,
  insert,
  mappedColumn,
  relationship,
  select,
  type Session,
  sessionmaker,
  t,
  update,
} from "athanor";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { Canary } from "./canary.ts";
import { IMAGES, OBJECTS } from "./objects.ts";

const Base = declarativeBase();
class User extends Base<typeof User> {
  static table = this.mapTo("users");
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static name = mappedColumn(t.string(200));
  static token = mappedColumn(t.string(200), { nullable: true });
  static notes = relationship(() => [Note], { backPopulates: "user" });
}
class Note extends Base<typeof Note> {
  static table = this.mapTo("notes");
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static userId = mappedColumn(
    foreignKey(() => User.id),
    { nullable: true },
  );
  static data = mappedColumn(t.json(), { nullable: true });
  static user = relationship(() => User, { backPopulates: "notes", nullable: true });
}

/** A Date of one's own class is a value: a Date. */
const { "a subclass of Date": _date, ...NO_VALUES } = OBJECTS;
const GIVEN = { ...NO_VALUES, ...IMAGES, "an operator": { not: "" }, "an operator of Mongo": { $ne: 1 }, "a length": { length: 1e9 } };

describeEachDatabase(
  "what is given to the ORM",
  (db) => {
    let engine: Engine;
    let session: Session;
    let canary: Canary;
    beforeAll(async () => {
      engine = createEngine(db.url);
      await Base.metadata.createAll(engine);
      canary = new Canary(engine, db.dialect);
      await canary.setUp("INSERT INTO users (id, name, token) VALUES (1, 'one', 'secret')");
    });
    afterAll(async () => engine.dispose());
    beforeEach(() => {
      session = sessionmaker({ bind: engine })();
    });
    afterEach(async () => {
      await session.rollback();
      await session.close();
    });

    const refused = async (name: string, run: () => unknown): Promise<void> => {
      const outcome: unknown = await (async () => run())().then(
        (value) => ({ value }),
        (error: unknown) => error,
      );
      expect(outcome, name).toBeInstanceOf(AthanorError);
      await session.rollback();
      session.expungeAll();
    };

    const WAYS: Readonly<Record<string, (given: never) => unknown>> = {
      "get()": (x) => session.get(User, x),
      "get() by name": (x) => session.get(User, { id: x }),
      "getOne()": (x) => session.getOne(User, x),
      "filterBy()": (x) => session.scalars(select(User).filterBy({ token: x })).all(),
      "where()": (x) => session.scalars(select(User).where(User.token.eq(x))).all(),
      "where() of it alone": (x) => session.scalars(select(User).where(x)).all(),
      "in()": (x) => session.scalars(select(User).where(User.token.in([x]))).all(),
      "has()": (x) => session.scalars(select(Note).where(Note.user.has({ token: x } as never))).all(),
      "insert().values()": (x) => session.execute(insert(User).values({ id: 5, name: x })),
      "rows of an INSERT": (x) => session.execute(insert(User), [{ id: 5, name: x }]),
      "update().values()": (x) => session.execute(update(User).where(User.id.eq(1)).values({ name: x })),
      "rows of an UPDATE": (x) => session.execute(update(User), [{ id: 1, name: x }]),
      "the key of an UPDATE of rows": (x) => session.execute(update(User), [{ id: x, name: "a" }]),
      "a new object": async (x) => {
        session.add(new User({ id: 5, name: x }));
        await session.flush();
      },
      "an attribute": async (x) => {
        (await session.getOne(User, 1)).name = x;
        await session.flush();
      },
      "a related object": (x) => new Note({ id: 1, user: x }),
      "members of a collection": (x) => new User({ id: 5, name: "a", notes: [x] }),
      "a collection": (x) => new User({ id: 5, name: "a", notes: x }),
    };

    test.for(Object.entries(WAYS))("SEC-09: %s takes values alone", async ([way, run]) => {
      for (const [name, given] of Object.entries(GIVEN)) {
        // no key at all, or a key of no columns, are questions that can be asked; an empty collection and a promise are what they are
        if (way === "a collection" && (name === "[]" || name === "a Set" || name === "an array of an array" || name === "a Map")) continue;
        await refused(`${way}: ${name}`, () => run(given as never));
      }
      expect(await canary.harm()).toBeNull();
    });

    test("SEC-16, SEC-18: keys that a class does not have are refused", async () => {
      const bodies = [
        '{"id": 9, "name": "a", "role": "admin"}',
        '{"id": 9, "name": "a", "__proto__": {"token": "x"}}',
        '{"id": 9, "name": "a", "constructor": {"prototype": {"token": "x"}}}',
        '{"id": 9, "name": "a", "toString": "x"}',
        '{"id": 9, "name": "a", "_sa_instance_state": {}}',
        '{"id": 9, "name": "a", "metadata": {}}',
        '{"id": 9, "name": "a", "table": "x"}',
      ];
      for (const text of bodies) {
        const body = JSON.parse(text) as never;
        await refused(`new: ${text}`, () => new User(body));
        await refused(`insert: ${text}`, () => session.execute(insert(User).values(body)));
        await refused(`rows: ${text}`, () => session.execute(insert(User), [body]));
        await refused(`update: ${text}`, () => session.execute(update(User).where(User.id.eq(1)).values(body)));
        await refused(`merge: ${text}`, () => session.merge(body));
        await refused(`add: ${text}`, () => session.add(body));
        await refused(`filterBy: ${text}`, () => session.scalars(select(User).filterBy(body)).all());
      }
      expect(await canary.harm()).toBeNull();
      expect(({} as Record<string, unknown>)["token"]).toBeUndefined();
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    });

    test("SEC-16: JSON that is stored keeps its keys, and touches no prototype", async () => {
      const data: unknown = JSON.parse(
        '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}, "a": [{"__proto__": 1}]}',
      );
      session.add(new Note({ id: 1, data }));
      await session.flush();
      session.expungeAll();
      const note = await session.getOne(Note, 1);
      expect(JSON.stringify(note.data)).toBe(JSON.stringify(data));
      const merged = await session.merge(new Note({ id: 1, data }));
      expect(merged).toBe(note);
      expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
      expect((note as unknown as Record<string, unknown>)["polluted"]).toBeUndefined();
    });
  },
  { only: ["sqlite", "postgresql", "mariadb"] },
);
