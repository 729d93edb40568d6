// SES-16: identity tokens and mappings of several kinds.
import { createEngine, declarativeBase, type Engine, extend, foreignKey, mappedColumn, relationship, select, Session, t } from "athanor";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { inspect } from "../support/blog.ts";
import { token, under } from "../support/tokens.ts";

describeEachDatabase("SES-16 identity tokens of other mappings", (db) => {
  function model() {
    const Base = declarativeBase();
    class Animal extends Base<typeof Animal> {
      static table = this.mapTo("animals", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "animal" });
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static kind = mappedColumn(t.string(10), { init: false });
      static name = mappedColumn(t.string(50));
      static note = mappedColumn(t.string(50), { nullable: true, deferred: true });
    }
    class Cat extends extend(Animal)<typeof Cat> {
      static table = this.mapTo("cats", { polymorphicIdentity: "cat", polymorphicLoad: "selectin" });
      static id = mappedColumn(foreignKey("animals.id"), { primaryKey: true });
      static lives = mappedColumn(t.integer(), { nullable: true });
    }
    class Seat extends Base<typeof Seat> {
      static table = this.mapTo("seats");
      static hall = mappedColumn(t.string(10), { primaryKey: true });
      static row = mappedColumn(t.integer(), { primaryKey: true });
      static taken = mappedColumn(t.boolean());
    }
    class Account extends Base<typeof Account> {
      static table = this.mapTo("accounts");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static written = relationship(() => [Entry], { lazy: "write_only", orderBy: () => Entry.id, overlaps: "read" });
      static read = relationship(() => [Entry], { lazy: "dynamic", orderBy: () => Entry.id, overlaps: "written" });
      static favouriteId = mappedColumn(t.integer(), { nullable: true });
      static favourite = relationship(() => Entry, {
        primaryjoin: () => Account.favouriteId.eq(Entry.id),
        foreignKeys: () => Account.favouriteId,
        postUpdate: true,
        nullable: true,
      });
    }
    class Entry extends Base<typeof Entry> {
      static table = this.mapTo("entries");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static amount = mappedColumn(t.integer());
      static accountId = mappedColumn(foreignKey("accounts.id"), { nullable: true });
    }
    return { Base, Animal, Cat, Seat, Account, Entry };
  }

  let m: ReturnType<typeof model>;
  let engine: Engine;
  let s: Session;
  beforeAll(async () => {
    m = model();
    engine = createEngine(db.url);
    await m.Base.metadata.createAll(engine);
  });
  beforeEach(() => {
    s = new Session({ bind: engine });
  });
  afterEach(() => s.close());
  afterAll(() => engine.dispose());

  test("columns of subclasses and deferred columns come with the token", async () => {
    const { Animal, Cat } = m;
    s.addAll([new Cat({ name: "tom", lives: 9, note: "n" }), new Animal({ name: "rex" })]);
    await s.flush();
    for (const identityToken of ["a", "b"]) {
      const animals = await s.scalars(select(Animal).orderBy(Animal.name.desc()), under(identityToken)).all();
      expect(animals.map(token)).toEqual([identityToken, identityToken]);
      expect((animals[0] as InstanceType<typeof Cat>).lives).toBe(9);
      expect(await animals[0]!.awaitableAttrs.note).toBe("n");
      expect(await s.get(Cat, animals[0]!.id, { identityToken })).toBe(animals[0]);
      expect(await s.get(Cat, animals[1]!.id, { identityToken })).toBe(null);
    }
  });

  test("keys of several columns", async () => {
    const { Seat } = m;
    const seats = ["a", "b"].map((identityToken, row) => {
      const seat = new Seat({ hall: "h", row, taken: false });
      inspect(seat).identityToken = identityToken;
      return seat;
    });
    s.addAll(seats);
    await s.flush();
    expect(await s.get(Seat, { hall: "h", row: 0 }, { identityToken: "a" })).toBe(seats[0]);
    expect(await s.get(Seat, ["h", 0], { identityToken: "b" })).not.toBe(seats[0]);
    const found = await s.scalars(select(Seat).orderBy(Seat.row), under("b")).all();
    expect(found[1]).toBe(seats[1]);
    expect(found[0]).not.toBe(seats[0]);
    expect(await s.scalars(select(Seat).orderBy(Seat.row), under("b")).all()).toEqual(found);
    seats[0]!.row = 7;
    await s.flush();
    expect(inspect(seats[0]!).identityKey).toMatchObject({ identity: ["h", 7], identityToken: "a" });
    s.expire(seats[0]!);
    expect(await seats[0]!.awaitableAttrs.taken).toBe(false);
  });

  test("collections that are never loaded make statements with the token", async () => {
    const { Account, Entry } = m;
    const made = ["a", "b"].map((identityToken, i) => {
      const account = new Account({ id: i + 1 });
      const entries = [1, 2].map((amount) => new Entry({ id: i * 10 + amount, amount }));
      account.written.addAll(entries);
      for (const each of [account, ...entries]) inspect(each).identityToken = identityToken;
      s.add(account);
      return { account, entries };
    });
    await s.flush();
    for (const { account, entries } of made) {
      expect(await s.scalars(account.written.select()).all()).toEqual(entries);
      expect(await account.read.all()).toEqual(entries);
      expect(await account.read.first()).toBe(entries[0]);
      expect(await account.read.count()).toBe(2);
      const streamed: object[] = [];
      for await (const entry of account.read) streamed.push(entry);
      expect(streamed).toEqual(entries);
      await s.execute(account.written.update().values({ amount: 5 }));
      expect(entries.map(({ amount }) => amount)).toEqual([5, 5]);
      await s.execute(account.written.delete().where(Entry.id.eq(entries[1]!.id)));
      expect(entries.map((entry) => inspect(entry).persistent)).toEqual([true, false]);
    }
    for (const { account, entries } of made) account.favourite = entries[0]!;
    await s.flush();
    expect(made.map(({ account }) => account.favouriteId)).toEqual([1, 11]);
    s.expireAll();
    for (const { account, entries } of made) expect(await account.awaitableAttrs.favourite).toBe(entries[0]);
  });
});
