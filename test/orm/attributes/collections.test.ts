import { inspect as show } from "node:util";
import { getHistory, inspect, listen } from "athanor";
import { describe, expect, test } from "vitest";
import { films, shelves } from "../models.ts";

const { Film, Cast, Actor } = films();
const film = (): InstanceType<typeof Film> => new Film({ title: "x" });
const cast = (n: number): InstanceType<typeof Cast>[] => Array.from({ length: n }, (_, id) => new Cast({ id }));
const ids = (list: readonly { id: number }[]): number[] => list.map((one) => one.id);

describe("a list", () => {
  test("is an array", () => {
    const f = film();
    const [a, b] = cast(2) as [InstanceType<typeof Cast>, InstanceType<typeof Cast>];
    f.characters = [a, b];
    expect(Array.isArray(f.characters)).toBe(true);
    expect(f.characters).toEqual([a, b]);
    expect(f.characters.map((c) => c.id)).toEqual([0, 1]);
    expect(f.characters.filter((c) => c.id > 0).constructor).toBe(Array);
    expect([...f.characters, a]).toHaveLength(3);
    expect(f.characters.concat([a])).toHaveLength(3);
    expect(Object.keys(f.characters)).toEqual(["0", "1"]);
    expect(show(f.characters)).toBe(show([a, b]));
    expect(f.characters.at(-1)).toBe(b);
  });

  test("keeps the other side in step, however it is changed", () => {
    const f = film();
    const c = cast(6);
    const list = f.characters;
    const members = (): number[] => ids(c.filter((one) => one.film === f));

    expect(list.push(c[0]!, c[1]!)).toBe(2);
    expect(members()).toEqual([0, 1]);
    expect(list.unshift(c[2]!)).toBe(3);
    expect(ids(list)).toEqual([2, 0, 1]);
    expect(list.pop()).toBe(c[1]);
    expect(list.shift()).toBe(c[2]);
    expect(members()).toEqual([0]);
    list[0] = c[3]!;
    expect(members()).toEqual([3]);
    list[1] = c[4]!;
    expect(members()).toEqual([3, 4]);
    expect(list.splice(0, 1, c[0]!, c[1]!)).toEqual([c[3]]);
    expect(ids(list)).toEqual([0, 1, 4]);
    expect(members()).toEqual([0, 1, 4]);
    list.reverse();
    expect(ids(list)).toEqual([4, 1, 0]);
    expect(list.sort((x, y) => x.id - y.id)).toBe(list);
    expect(ids(list)).toEqual([0, 1, 4]);
    list.length = 1;
    expect(members()).toEqual([0]);
    list.fill(c[5]!);
    expect(members()).toEqual([5]);
    list.push(c[0]!);
    list.copyWithin(0, 1);
    expect(ids(list)).toEqual([0, 0]);
    expect(members()).toEqual([0]);
    list.splice(0);
    expect(members()).toEqual([]);
  });

  test("loses a member that is given to another object", () => {
    const [one, two] = [film(), film()];
    const [c] = cast(1);
    one.characters.push(c!);
    c!.film = two;
    expect(one.characters).toEqual([]);
    expect(two.characters).toEqual([c]);
    c!.film = null;
    expect(two.characters).toEqual([]);
  });

  test("a member that is there twice goes when it is taken out for the last time", () => {
    const f = film();
    const [c] = cast(1);
    f.characters.push(c!, c!);
    f.characters.splice(0, 1);
    expect(c!.film).toBe(f);
    f.characters.splice(0, 1);
    expect(c!.film).toBe(null);
  });

  test("may be assigned as a whole; the old one then belongs to nobody", () => {
    const f = film();
    const [a, b] = cast(2);
    const old = f.characters;
    f.characters = [a!];
    f.characters = [b!];
    expect(a!.film).toBe(null);
    expect(b!.film).toBe(f);
    const before = f.characters;
    f.characters = before;
    expect(f.characters).toBe(before);
    old.push(a!);
    expect(a!.film).toBe(null);
    expect(f.characters).toEqual([b]);
  });

  test("refuses what is no member, and holes", () => {
    const f = film();
    expect(() => f.characters.push(new Actor({ name: "x" }) as never)).toThrow(
      "Film.characters takes objects of Cast, not <Actor (transient)>",
    );
    expect(() => f.characters.push(undefined as never)).toThrow("Film.characters: undefined is not a value");
    expect(() => (f.characters[3] = new Cast())).toThrow("a collection has no holes");
    f.characters.push(new Cast());
    expect(() => Reflect.deleteProperty(f.characters, 0)).toThrow("would leave a hole; use splice(0, 1)");
    expect(() => (f.characters.length = 7)).toThrow("the length cannot be set to 7");
    expect(() => (f.characters = null as never)).toThrow("Film.characters is a collection and takes an array, not null");
    expect(() => (f.characters = new Set() as never)).toThrow("takes an array, not an object of Set");
    expect(f.characters).toHaveLength(1);
  });

  test("remembers what was added and taken away", () => {
    const f = film();
    const [a, b, c] = cast(3);
    f.characters = [a!, b!];
    const state = inspect(f) as never as { _commitAll(): void };
    state._commitAll();
    f.characters.push(c!);
    f.characters.splice(0, 1);
    const history = getHistory(f, "characters");
    expect(history).toMatchObject({ added: [c], unchanged: [b], deleted: [a] });
    expect(history.hasChanges()).toBe(true);
  });

  test("that is only read is no value yet", () => {
    const f = film();
    void f.characters;
    expect(inspect(f)).toMatchObject({ unloaded: new Set(["id", "releaseDate", "characters"]) });
    expect(f.characters).toBe(f.characters);
    f.characters.push(new Cast());
    expect((inspect(f) as { unloaded: Set<string> }).unloaded.has("characters")).toBe(false);
  });
});

test("any sequence of changes leaves both sides the same as with plain arrays", () => {
  let seed = 7;
  const random = (n: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % n;
  };
  for (let round = 0; round < 60; round += 1) {
    const f = film();
    const pool = cast(8);
    const plain: InstanceType<typeof Cast>[] = [];
    for (let step = 0; step < 12; step += 1) {
      const fresh = pool.find((one) => !plain.includes(one));
      const list = f.characters;
      const i = random(plain.length + 1);
      switch (random(8)) {
        case 0:
          if (fresh) expect(list.push(fresh)).toBe(plain.push(fresh));
          break;
        case 1:
          expect(list.pop()).toBe(plain.pop());
          break;
        case 2:
          expect(list.splice(i, random(3), ...(fresh ? [fresh] : []))).toEqual(
            plain.splice(i, (seed % 3) as number, ...(fresh ? [fresh] : [])),
          );
          break;
        case 3:
          if (fresh && i < plain.length) list[i] = plain[i] = fresh;
          break;
        case 4:
          list.length = plain.length = i;
          break;
        case 5:
          list.reverse();
          plain.reverse();
          break;
        case 6:
          if (fresh) expect(list.unshift(fresh)).toBe(plain.unshift(fresh));
          break;
        default:
          f.characters = plain.slice(i);
          plain.splice(0, i);
      }
      expect(ids(f.characters)).toEqual(ids(plain));
      expect(pool.filter((one) => one.film === f)).toEqual(pool.filter((one) => plain.includes(one)));
    }
  }
});

describe("a set", () => {
  const { Shelf, Jar } = shelves();

  test("keeps the other side in step", () => {
    const shelf = new Shelf();
    const [a, b] = [new Jar(), new Jar({ shelf })];
    expect(shelf.jars.has(b)).toBe(true);
    shelf.jars.add(a).add(a);
    expect(shelf.jars.size).toBe(2);
    expect(shelf.jars.delete(b)).toBe(true);
    expect(b.shelf).toBe(null);
    shelf.jars = new Set([b]);
    expect(a.shelf).toBe(null);
    shelf.jars.clear();
    expect(b.shelf).toBe(null);
    expect(() => (shelf.jars = [a] as never)).toThrow("Shelf.jars is a collection and takes a Set, not an array");
    expect(getHistory(shelf, "jars").added).toEqual([]);
  });
});

describe("a map", () => {
  const { Shelf, Label } = shelves();

  test("has its members by an attribute", () => {
    const shelf = new Shelf();
    const [a, b] = [new Label({ key: "a" }), new Label({ key: "b" })];
    shelf.labels.set("a", a);
    (shelf.labels as unknown as { add(member: object): void }).add(b);
    expect([...shelf.labels.keys()]).toEqual(["a", "b"]);
    expect(getHistory(shelf, "labels").added).toEqual([a, b]);
    shelf.labels.delete("a");
    expect([...shelf.labels.values()]).toEqual([b]);
    shelf.labels = new Map([["a", a]]);
    expect(shelf.labels.get("a")).toBe(a);
    expect(() => (shelf.labels = new Map([["x", a]]))).toThrow("a member with the key a is given under x");
  });

  test("tells of a member that is put in and is there already", () => {
    const { Shelf: Own, Label: Tag, Jar } = shelves();
    const log: unknown[] = [];
    const tell = (_target: object, member: object): void => void log.push(member);
    listen(Own.labels as never, "appendWoMutation", tell as never);
    listen(Own.jars as never, "appendWoMutation", tell as never);
    const [label, jar] = [new Tag({ key: "a" }), new Jar()];
    const shelf = new Own();
    shelf.labels.set("a", label).set("a", label);
    shelf.jars.add(jar).add(jar);
    expect(log).toEqual([label, jar]);
  });

  test("takes no member under another key than it has", () => {
    const shelf = new Shelf();
    expect(() => shelf.labels.set("x", new Label({ key: "a" }))).toThrow("Shelf.labels: a member with the key a is given under x");
    expect(shelf.labels.size).toBe(0);
    expect(getHistory(shelf, "labels").hasChanges()).toBe(false);
  });
});
