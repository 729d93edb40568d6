import {
  DetachedInstanceError,
  declarativeBase,
  flagModified,
  getHistory,
  inspect,
  type InstanceState,
  mappedColumn,
  relationship,
  setCommittedValue,
  validates,
} from "athanor";
import { afterEach, describe, expect, test } from "vitest";
import { setCodeGeneration } from "../../../src/util/codegen.ts";
import { films, foreignKey, t } from "../models.ts";

const { Film, Cast, Actor } = films();
const stateOf = (obj: object): InstanceState => inspect(obj) as InstanceState;
/** Makes an object look as if it had been loaded. */
function persistent<O extends object>(obj: O, ...key: unknown[]): O {
  const state = stateOf(obj);
  state.key = state.mapper.identityKeyFromPrimaryKey(key);
  state._commitAll();
  return obj;
}

afterEach(() => setCodeGeneration(true));

describe("reading", () => {
  test("everything is known on a new object", () => {
    const film = new Film({ title: "x" });
    expect(film.id).toBe(null);
    expect(film.releaseDate).toBe(null);
    expect(film.characters).toEqual([]);
    expect(new Cast().film).toBe(null);
  });

  test("what is not known throws and says how to load it", () => {
    const film = persistent(new Film({ title: "x" }), 1);
    expect(film.title).toBe("x");
    expect(() => film.releaseDate).toThrow(DetachedInstanceError);
    expect(() => film.characters).toThrow(
      "Film.characters is not loaded on <Film 1>, and the object belongs to no session that could load it. Load it before the session is closed: " +
        'with the option selectinload(Film.characters), with `await film.awaitableAttrs.characters`, or with `await session.refresh(film, ["characters"])`',
    );
  });

  test("of an object that was inserted just now, what was not touched is nothing", () => {
    const film = persistent(new Film({ title: "x" }), 1);
    stateOf(film).justInserted = true;
    expect(film.releaseDate).toBe(null);
    expect(film.characters).toEqual([]);
    stateOf(film)._expireAttributes(["releaseDate", "characters"]);
    expect(() => film.releaseDate).toThrow("Film.releaseDate has expired");
    expect(() => film.characters).toThrow("Film.characters is not loaded");
  });

  test("a reference is known to be none when its foreign key is NULL", () => {
    const cast = persistent(new Cast({ filmId: null as never, actorId: 3 }), 1);
    expect(cast.film).toBe(null);
    expect(() => cast.actor).toThrow("Cast.actor is not loaded");
  });

  test("an expired object forgets everything", () => {
    const film = persistent(new Film({ title: "x" }), 1);
    film.title = "y";
    const list = (setCommittedValue(film, "characters", []), film.characters);
    stateOf(film)._expire();
    expect(() => film.title).toThrow("Film.title has expired on <Film 1>");
    expect(stateOf(film)).toMatchObject({ expired: true, modified: false, expiredAttributes: new Set(["id", "title", "releaseDate"]) });
    const cast = new Cast();
    list.push(cast);
    expect(cast.film).toBe(null);
  });
});

describe("history", () => {
  test("of a column", () => {
    const film = new Film({ title: "x" });
    expect(getHistory(film, "title")).toMatchObject({ added: ["x"], unchanged: [], deleted: [] });
    expect(getHistory(film, "id")).toMatchObject({ added: [], unchanged: [], deleted: [] });
    persistent(film, 1);
    expect(getHistory(film, "title")).toMatchObject({ added: [], unchanged: ["x"], deleted: [] });
    film.title = "y";
    expect(stateOf(film).modified).toBe(true);
    expect(getHistory(film, "title")).toMatchObject({ added: ["y"], unchanged: [], deleted: ["x"] });
    film.title = "x";
    expect(getHistory(film, "title").hasChanges()).toBe(false);
    // never loaded: the old value is not known
    film.releaseDate = "2020-01-01";
    expect(getHistory(film, "releaseDate")).toMatchObject({ added: ["2020-01-01"], deleted: [] });
  });

  test("of a reference", () => {
    const [one, two] = [new Film({ title: "1" }), new Film({ title: "2" })];
    const cast = new Cast({ film: one });
    expect(getHistory(cast, "film")).toMatchObject({ added: [one], deleted: [] });
    persistent(cast, 1);
    cast.film = two;
    expect(getHistory(cast, "film")).toMatchObject({ added: [two], deleted: [one] });
    cast.film = null;
    expect(getHistory(cast, "film")).toMatchObject({ added: [null], deleted: [one] });
  });

  test("of a collection that is not loaded: what is put in waits for it", () => {
    const film = persistent(new Film({ title: "x" }), 1);
    const [a, b] = [new Cast({ film }), new Cast()];
    expect(() => film.characters).toThrow("not loaded");
    expect(getHistory(film, "characters")).toMatchObject({ added: [a], deleted: [] });
    setCommittedValue(film, "characters", [b]);
    expect(film.characters).toEqual([b, a]);
    expect(getHistory(film, "characters")).toMatchObject({ added: [a], unchanged: [b], deleted: [] });
  });

  test("of a collection that was replaced unseen is completed by the flush", () => {
    const film = persistent(new Film({ title: "x" }), 1);
    const [kept, gone, fresh] = [new Cast(), new Cast(), new Cast()];
    film.characters = [kept, fresh];
    const impl = stateOf(film).getImpl("characters");
    expect(impl.historyIncomplete(stateOf(film))).toBe(true);
    setCommittedValue(gone, "film", film);
    impl.completeHistory(stateOf(film), [kept, gone]);
    expect(getHistory(film, "characters")).toMatchObject({ added: [fresh], unchanged: [kept], deleted: [gone] });
    expect(gone.film).toBe(null);
  });

  test("flagModified() marks a change in place", () => {
    const film = persistent(new Film({ title: "x" }), 1);
    flagModified(film, "title");
    expect(getHistory(film, "title")).toMatchObject({ added: ["x"], deleted: [] });
    expect(() => flagModified(film, "releaseDate")).toThrow("Film.releaseDate has no value on <Film 1>");
  });
});

describe("setting", () => {
  test("undefined is no value", () => {
    const film = new Film({ title: "x" });
    expect(() => (film.title = undefined as never)).toThrow("Film.title was set to undefined, which is not a value; use null for NULL");
    expect(() => new Film({ title: undefined as never })).toThrow("new Film(): title is undefined, which is not a value");
  });

  test("the constructor knows the attributes of its class", () => {
    expect(() => new Film({ title: "x", titel: "y" } as never)).toThrow(
      'new Film() was given "titel", which is no attribute of Film; it has id, title, releaseDate, characters',
    );
    expect(() => new Cast({ film: new Actor({ name: "x" }) as never })).toThrow(
      "Cast.film takes an object of Film, not <Actor (transient)>",
    );
    expect(() => new Cast({ film: {} as never })).toThrow("Cast.film takes an object of Film, not a plain object");
  });

  test("a scalar allocates nothing but the note of its old value", () => {
    const film = persistent(new Film({ title: "x" }), 1);
    film.title = "a";
    const { committed, values } = stateOf(film);
    film.title = "b";
    expect(stateOf(film).committed).toBe(committed);
    expect(stateOf(film).values).toBe(values);
    expect([...committed!]).toEqual([["title", "x"]]);
  });
});

test("objects print and serialise without cycles", () => {
  const film = new Film({ title: "x", characters: [new Cast({ actor: new Actor({ name: "a" }) })] });
  expect(JSON.parse(JSON.stringify(film))).toEqual({ title: "x", characters: [{ actor: { name: "a", movies: [] } }] });
});

test("interpreted accessors do what generated ones do", () => {
  setCodeGeneration(false);
  const plain = films();
  const film = new plain.Film({ title: "x" });
  film.characters.push(new plain.Cast());
  expect(film.characters[0]!.film).toBe(film);
  expect(film.title).toBe("x");
  expect(film.releaseDate).toBe(null);
  expect(() => (film.title = undefined as never)).toThrow("Film.title was set to undefined");
  expect(stateOf(film)._expire).toBeTypeOf("function");
});

describe("validators", () => {
  function signups() {
    const Base = declarativeBase();
    const seen: unknown[][] = [];
    class Signup extends Base<typeof Signup> {
      static table = this.mapTo("signups");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static email = mappedColumn(t.string());
      static notes = relationship(() => [Note], { backPopulates: "signup" });
      static checkEmail = validates("email", (_self: object, _key: string, value: string) => {
        if (!value.includes("@")) throw new Error("no address");
        return value.toLowerCase();
      });
      static checkNotes = validates(
        "notes",
        (_self: object, key: string, value: object, isRemove: boolean) => {
          seen.push([key, isRemove]);
          return value;
        },
        { includeRemoves: true, includeBackrefs: false },
      );
    }
    class Note extends Base<typeof Note> {
      static table = this.mapTo("notes");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static signupId = mappedColumn(foreignKey("signups.id"), { nullable: true });
      static signup = relationship(() => Signup, { backPopulates: "notes", nullable: true });
    }
    return { Base, Signup, Note, seen };
  }

  test("look at values before they are set", () => {
    const { Signup } = signups();
    expect(new Signup({ email: "A@B" }).email).toBe("a@b");
    expect(() => new Signup({ email: "x" })).toThrow("no address");
  });

  test("see members, removals when asked, and no back references when not", () => {
    const { Signup, Note, seen } = signups();
    const signup = new Signup({ email: "a@b" });
    const note = new Note({ signup });
    expect(seen).toEqual([]);
    signup.notes.pop();
    signup.notes.push(note);
    signup.notes = [];
    expect(seen).toEqual([
      ["notes", true],
      ["notes", false],
      ["notes", true],
    ]);
  });

  test("name attributes that exist", () => {
    const Base = declarativeBase();
    class A extends Base<typeof A> {
      static table = this.mapTo("a");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static check = validates("nme", (_self: object, _key: string, value: unknown) => value);
    }
    expect(() => new A()).toThrow('A: validates() names "nme", which is no mapped attribute of A');
  });
});
