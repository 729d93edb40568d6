import {
  ArgumentError,
  Column,
  declarativeBase,
  foreignKey,
  func,
  getHistory,
  inspect,
  InvalidRequestError,
  joinedload,
  load,
  mappedColumn,
  relationship,
  select,
  selectinload,
  type Session,
  setCommittedValue,
  t,
  Table,
  text,
  WriteOnlyCollection,
} from "athanor";
import { associationProxy } from "athanor/ext";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { openSession, type Opened } from "../support/open.ts";

function bank() {
  const Base = declarativeBase();

  class Account extends Base<typeof Account> {
    static table = this.mapTo("accounts");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(50));
    static entries = relationship(() => [Entry], {
      lazy: "write_only",
      backPopulates: "account",
      orderBy: () => Entry.id,
      cascade: "all, delete-orphan",
      passiveDeletes: true,
    });
    /** without anything that would have them deleted */
    static notes = relationship(() => [Note], { lazy: "write_only", orderBy: () => Note.id });
  }

  class Entry extends Base<typeof Entry> {
    static table = this.mapTo("entries");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static accountId = mappedColumn(
      "account_id",
      foreignKey(() => Account.id, { ondelete: "CASCADE" }),
    );
    static text = mappedColumn(t.string(50));
    static amount = mappedColumn(t.integer(), { default: 0 });
    static account = relationship(() => Account, { backPopulates: "entries" });
  }

  class Note extends Base<typeof Note> {
    static table = this.mapTo("notes");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static accountId = mappedColumn(
      "account_id",
      foreignKey(() => Account.id),
      { nullable: true },
    );
    static text = mappedColumn(t.string(50));
  }

  const audited = new Table("audited", Base.metadata, {
    auditId: new Column("audit_id", foreignKey("audits.id", { ondelete: "CASCADE" }), { primaryKey: true }),
    entryId: new Column("entry_id", foreignKey("entries.id", { ondelete: "CASCADE" }), { primaryKey: true }),
  });

  class Audit extends Base<typeof Audit> {
    static table = this.mapTo("audits");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static year = mappedColumn(t.integer());
    static entries = relationship(() => [Entry], { lazy: "write_only", secondary: audited, passiveDeletes: true, orderBy: () => Entry.id });
  }

  return { Base, Account, Entry, Note, Audit, audited };
}

describeEachDatabase("write-only collections", (db) => {
  let model: ReturnType<typeof bank>;
  let opened: Opened;
  let s: Session;
  beforeEach(async () => {
    model = bank();
    opened = await openSession(db.url, model.Base);
    s = opened.session;
  });
  afterEach(() => opened.close());

  const count = async (table: string): Promise<number> => Number(await s.scalar(text(`SELECT count(*) FROM ${table}`)));

  async function account(...texts: string[]) {
    const made = new model.Account({ name: "a", entries: texts.map((each) => new model.Entry({ text: each })) });
    s.add(made);
    await s.commit();
    opened.take();
    return made;
  }

  test("a new object takes first members; then only add() and remove() change them", async () => {
    const { Account, Entry } = model;
    const made = new Account({ name: "a", entries: new Set([new Entry({ text: "one" }), new Entry({ text: "two" })]) });
    expect(made.entries).toBeInstanceOf(WriteOnlyCollection);
    expect(made.entries).toBe(made.entries);
    expect(made.entries.instance).toBe(made);
    (made as unknown as { entries: unknown }).entries = [new Entry({ text: "first" }), new Entry({ text: "second" })];
    s.add(made);
    await s.commit();
    expect(opened.take()).toEqual(["INSERT accounts", "INSERT entries x2"]);
    const members = await s.scalars(made.entries.select()).all();
    expect(members.map((each) => [each.text, each.accountId])).toEqual([
      ["first", made.id],
      ["second", made.id],
    ]);
    expect(() => ((made as unknown as { entries: unknown }).entries = [])).toThrow(
      "Account.entries of <Account 1> cannot be replaced: it is never loaded",
    );
    made.entries.addAll([new Entry({ text: "third" }), new Entry({ text: "fourth" })]);
    made.entries.remove(members[0]!);
    opened.take();
    await s.commit();
    expect(opened.take()).toEqual(["INSERT entries x2", "DELETE entries"]);
    expect((await s.scalars(made.entries.select()).all()).map((each) => each.text)).toEqual(["second", "third", "fourth"]);
  });

  test("nothing is ever loaded: not by reading, refreshing, on demand or by the flush", async () => {
    const made = await account("one");
    await s.refresh(made);
    await s.refresh(made, ["entries"]);
    expect(opened.take()).toEqual(["SELECT accounts"]);
    expect(await made.awaitableAttrs.entries).toBe(made.entries);
    made.entries.add(new model.Entry({ text: "two" }));
    await s.flush();
    expect(opened.take()).toEqual(["INSERT entries"]);
    s.expireAll();
    // the key of the account is known by its identity
    made.entries.add(new model.Entry({ text: "three" }));
    await s.flush();
    expect(opened.take()).toEqual(["INSERT entries"]);
    expect((await s.scalars(made.entries.select()).all()).length).toBe(3);
    opened.take();
    const found = await s.scalars(select(model.Account)).one();
    expect(found.entries).toBe(made.entries);
    expect(opened.take()).toEqual(["SELECT accounts"]);
    expect(JSON.parse(JSON.stringify(found))).toEqual({ id: 1, name: "a" });
  });

  test("the SELECT can be narrowed, limited, counted, joined and streamed", async () => {
    const made = await account("one", "two", "three");
    const other = await account("four");
    const { Entry } = model;
    expect((await s.scalars(made.entries.select().where(Entry.text.like("t%")).limit(1)).all()).map((each) => each.text)).toEqual(["two"]);
    expect(await s.scalars(made.entries.select().filterBy({ text: "four" })).first()).toBeNull();
    expect(await s.scalar(select(func.count()).selectFrom(made.entries.select().orderBy(null).subquery()))).toBe(3);
    expect(await s.scalars(other.entries.select().withOnlyColumns(Entry.text)).all()).toEqual(["four"]);
    const seen: string[] = [];
    for await (const each of s.streamScalars(made.entries.select())) seen.push(each.text);
    expect(seen).toEqual(["one", "two", "three"]);
    const first = await s.scalars(made.entries.select().options(joinedload(Entry.account)).limit(1)).one();
    expect(first.account).toBe(made);
    // the relationship is one to joins and criteria as any other
    const owner = select(model.Account).where(model.Account.entries.any(Entry.text.eq("four")));
    expect(await s.scalars(owner).all()).toEqual([other]);
    expect(await s.scalars(select(model.Account).join(model.Account.entries).where(Entry.text.eq("two"))).all()).toEqual([made]);
  });

  test("autoflush writes what was added before it is read, a rollback forgets it", async () => {
    const made = await account("one");
    made.entries.add(new model.Entry({ text: "two" }));
    const statement = made.entries.select();
    expect((await s.scalars(statement).all()).map((each) => each.text)).toEqual(["one", "two"]);
    await s.rollback();
    expect((await s.scalars(statement).all()).map((each) => each.text)).toEqual(["one"]);
    made.entries.add(new model.Entry({ text: "three" }));
    await s.rollback();
    expect(getHistory(made, "entries").hasChanges()).toBe(false);
    expect(await count("entries")).toBe(1);
  });

  test("a savepoint that is rolled back takes what was added with it", async () => {
    const made = await account("one");
    const nested = await s.beginNested();
    made.entries.add(new model.Entry({ text: "two" }));
    await s.flush();
    await nested.rollback();
    made.entries.add(new model.Entry({ text: "three" }));
    await s.commit();
    expect((await s.scalars(made.entries.select()).all()).map((each) => each.text)).toEqual(["one", "three"]);
  });

  test("the other side is kept in step", async () => {
    const { Account, Entry } = model;
    const made = new Account({ name: "a" });
    const entry = new Entry({ text: "one" });
    made.entries.add(entry);
    expect(entry.account).toBe(made);
    const other = new Account({ name: "b" });
    entry.account = other;
    expect(getHistory(made, "entries").added).toEqual([]);
    expect(getHistory(other, "entries").added).toEqual([entry]);
    s.addAll([made, other]);
    await s.commit();
    expect(entry.accountId).toBe(other.id);

    made.entries.add(entry);
    expect(entry.account).toBe(made);
    expect(getHistory(other, "entries").deleted).toEqual([entry]);
    await s.commit();
    expect(entry.accountId).toBe(made.id);
    expect(await count("entries")).toBe(1);
    // nothing of the other side is loaded
    s.expungeAll();
    const [again, its] = [await s.getOne(Account, other.id), await s.getOne(Entry, entry.id)];
    again.entries.add(its);
    await s.commit();
    expect(its.accountId).toBe(other.id);
    expect(await count("entries")).toBe(1);
  });

  test("the history is what was added and removed, and no more", async () => {
    const { Entry } = model;
    const made = await account("one", "two");
    const [one, two] = await s.scalars(made.entries.select()).all();
    const three = new Entry({ text: "three" });
    const changes = () => {
      const { added, unchanged, deleted } = getHistory(made, "entries");
      return [added, unchanged, deleted];
    };
    expect(changes()).toEqual([[], [], []]);
    expect(s.isModified(made)).toBe(false);
    made.entries.add(three);
    made.entries.remove(two!);
    expect(changes()).toEqual([[three], [], [two]]);
    expect(s.isModified(made)).toBe(true);
    expect(s.isModified(made, { includeCollections: false })).toBe(false);
    expect(inspect(made).attrs["entries"]!.history.added).toEqual([three]);
    made.entries.remove(three);
    made.entries.add(two!);
    made.entries.add(one!);
    await s.commit();
    expect(changes()).toEqual([[], [], []]);
    expect((await s.scalars(made.entries.select()).all()).map((each) => each.text)).toEqual(["one", "two"]);
  });

  test("an object that is known to be another one's cannot be removed", async () => {
    const made = await account("one");
    const other = await account("two");
    const two = await s.scalars(other.entries.select()).one();
    expect(() => made.entries.remove(two)).toThrow("<Entry 2> is not in Account.entries of <Account 1>");
    await s.commit();
    expect(await count("entries")).toBe(2);
  });

  test("a member that is removed without delete-orphan loses its foreign key", async () => {
    const { Account, Note } = model;
    const [n1, n2] = [new Note({ text: "one" }), new Note({ text: "two" })];
    const made = new Account({ name: "a", notes: [n1, n2] });
    s.add(made);
    await s.commit();
    s.expireAll();
    made.notes.remove(n1);
    await s.commit();
    expect(await s.scalars(made.notes.select()).all()).toEqual([n2]);
    expect(n1.accountId).toBeNull();
    expect(await count("notes")).toBe(2);
  });

  test("a delete leaves the members to the database, and is refused where it may not", async () => {
    const { Account, Note } = model;
    const made = new Account({ name: "a", notes: [new Note({ text: "one" })] });
    s.add(made);
    await s.commit();
    await s.delete(made);
    await expect(s.flush()).rejects.toThrow(
      "Account.notes is write_only, and what the database has for <Account 1> would have to be loaded here. To delete the object, leave its " +
        "members to the database: give the relationship { passiveDeletes: true }",
    );
    await s.rollback();
    expect(await count("notes")).toBe(1);
    expect(await count("accounts")).toBe(1);
  });

  test("members are deleted by the database", async () => {
    const Base = declarativeBase();
    class A extends Base<typeof A> {
      static table = this.mapTo("a");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static bs = relationship(() => [B], { lazy: "write_only", cascade: "all, delete-orphan", passiveDeletes: true });
    }
    class B extends Base<typeof B> {
      static table = this.mapTo("b");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static aId = mappedColumn(
        "a_id",
        foreignKey(() => A.id, { ondelete: "CASCADE" }),
      );
    }
    await Base.metadata.dropAll(opened.engine);
    await Base.metadata.createAll(opened.engine);
    const a = new A({ bs: [new B(), new B()] });
    s.add(a);
    await s.commit();
    opened.take();
    await s.delete(a);
    await s.commit();
    expect(opened.take()).toEqual(["DELETE a"]);
    expect(await count("b")).toBe(0);
  });

  test("a new member may be taken out again before anything is written", async () => {
    const { Entry } = model;
    const made = await account();
    const entry = new Entry({ text: "one" });
    made.entries.add(entry);
    expect(s.has(entry)).toBe(true);
    made.entries.remove(entry);
    await s.commit();
    expect(await count("entries")).toBe(0);
  });

  test("what is changed while a flush is under way is written by the next one", async () => {
    const { Entry } = model;
    const made = await account("one");
    const [one] = await s.scalars(made.entries.select()).all();
    made.entries.add(new Entry({ text: "two" }));
    made.name = "b";
    const flushing = s.flush();
    await Promise.resolve();
    const three = new Entry({ text: "three" });
    made.entries.add(three);
    made.entries.remove(one!);
    await flushing;
    await s.commit();
    expect((await s.scalars(made.entries.select()).all()).map((each) => each.text)).toEqual(["two", "three"]);
  });

  test("merge brings the members of a new object, and is refused where the old ones would have to be known", async () => {
    const { Account, Entry } = model;
    const merged = await s.merge(new Account({ name: "a", entries: [new Entry({ text: "one" })] }));
    await s.commit();
    expect((await s.scalars(merged.entries.select()).all()).map((each) => each.text)).toEqual(["one"]);
    // without members there is nothing in the way
    expect((await s.merge(new Account({ id: merged.id, name: "b" }))).name).toBe("b");
    await expect(s.merge(new Account({ id: merged.id, name: "c", entries: [new Entry({ text: "x" })] }))).rejects.toThrow(
      /merge\(\): Account.entries of <Account \(transient\)> has changes, and the row is there already/,
    );
    await s.rollback();
    expect(await count("entries")).toBe(1);
  });

  test("INSERT of many members, with what the database returns", async () => {
    const { Account, Entry } = model;
    const made = new Account({ name: "a" });
    s.add(made);
    // it has no key yet: the statement takes it when it runs, after the autoflush
    const statement = made.entries.insert();
    await s.execute(statement, [{ text: "one" }, { text: "two", amount: 5 }]);
    const returned = await s.scalars(statement.returning(Entry), [{ text: "three" }, { text: "four" }]).all();
    expect(returned.map((each) => [each.text, each.accountId])).toEqual([
      ["three", made.id],
      ["four", made.id],
    ]);
    await s.execute(made.entries.insert().values({ text: "five", amount: 7 }));
    await s.commit();
    const all = await s.scalars(made.entries.select()).all();
    expect(all.map((each) => each.text)).toEqual(["one", "two", "three", "four", "five"]);
    expect(all.map((each) => each.amount)).toEqual([0, 5, 0, 0, 7]);
  });

  test("UPDATE and DELETE of the members, and the session follows", async () => {
    const made = await account("one", "two", "three");
    await account("four");
    const { Entry } = model;
    const [one, two] = await s.scalars(made.entries.select()).all();
    const updated = await s.execute(
      made.entries
        .update()
        .values({ amount: Entry.amount.add(10) })
        .where(Entry.text.ne("two")),
    );
    expect(updated.rowcount).toBe(2);
    expect([one!.amount, two!.amount]).toEqual([10, 0]);
    const deleted = await s.execute(made.entries.delete().where(Entry.amount.ge(10)));
    expect(deleted.rowcount).toBe(2);
    expect(inspect(one!).deleted).toBe(true);
    await s.commit();
    expect(await s.scalars(select(Entry.text).orderBy(Entry.id)).all()).toEqual(["two", "four"]);
  });

  test("many to many: rows between both, SELECT, UPDATE and DELETE of members", async () => {
    const { Audit, Entry } = model;
    const made = await account("one", "two", "three", "four");
    const [one, two, three] = await s.scalars(made.entries.select()).all();
    const audit = new Audit({ year: 2026, entries: [one!] });
    const other = new Audit({ year: 2025, entries: [three!] });
    s.addAll([audit, other]);
    audit.entries.addAll([two!, three!]);
    await s.commit();
    expect(await count("audited")).toBe(4);
    audit.entries.remove(three!);
    await s.commit();
    expect(await count("audited")).toBe(3);
    expect(await s.scalars(audit.entries.select()).all()).toEqual([one, two]);
    expect(await s.scalars(audit.entries.select().filterBy({ text: "two" })).all()).toEqual([two]);
    expect((await s.scalars(audit.entries.select().join(Entry.account).where(model.Account.name.eq("a"))).all()).length).toBe(2);
    expect(() => audit.entries.insert()).toThrow("Audit.entries: insert() is for one-to-many collections");

    await s.execute(audit.entries.update().values({ amount: 3 }));
    await s.refresh(one!);
    expect(await s.scalars(select(Entry.amount).orderBy(Entry.id)).all()).toEqual([3, 3, 0, 0]);
    const deleted = await s.execute(audit.entries.delete().where(Entry.text.eq("two")));
    expect(deleted.rowcount).toBe(1);
    await s.commit();
    expect(await s.scalars(select(Entry.text).orderBy(Entry.id)).all()).toEqual(["one", "three", "four"]);
    expect(await count("audited")).toBe(2);
    await s.delete(audit);
    await s.commit();
    expect(await count("audited")).toBe(1);
  });

  test("what would load it says what to do instead", async () => {
    const { Account, Entry } = model;
    const made = await account("one");
    const said = 'Account.entries is never loaded as a whole (lazy: "write_only" or "dynamic")';
    for (const option of [selectinload(Account.entries), joinedload(Account.entries)])
      await expect(s.scalars(select(Account).options(option)).all()).rejects.toThrow(`${said}: no loader option applies to it`);
    await expect(load(made, Account.entries)).rejects.toThrow(said);
    expect(() => [...(made.entries as unknown as Iterable<unknown>)]).toThrow("cannot be iterated");
    expect(() => setCommittedValue(made, "entries", [])).toThrow(InvalidRequestError);
    expect(() => made.entries.add(made as never)).toThrow(ArgumentError);
    expect(() => made.entries.add(null as never)).toThrow(ArgumentError);
    expect(() => new Account({ name: "x", entries: new Entry({ text: "y" }) as never })).toThrow(
      "Account.entries is a collection and takes an array or another iterable",
    );
    // of all attributes, it is none
    expect((await s.scalars(select(Account).options(selectinload("*"))).all()).length).toBe(1);
  });
});

describe("an association proxy along a write-only collection", () => {
  test("makes conditions, and cannot be read", () => {
    const Base = declarativeBase();
    class A extends Base<typeof A> {
      static table = this.mapTo("a");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static bs = relationship(() => [B], { lazy: "write_only" });
      static ids = associationProxy("bs", "id");
    }
    class B extends Base<typeof B> {
      static table = this.mapTo("b");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static aId = mappedColumn(foreignKey(() => A.id));
    }
    expect(String(select(A.id).where(A.ids.eq(3)))).toContain("EXISTS");
    expect(() => (new A() as { ids?: unknown }).ids).toThrow("A.ids cannot be read: A.bs is never loaded");
  });
});

describe("the mapping of write-only collections", () => {
  test("is refused where there is no collection", () => {
    for (const lazy of ["write_only", "dynamic"] as const) {
      const Base = declarativeBase();
      class A extends Base<typeof A> {
        static table = this.mapTo("a");
        static id = mappedColumn(t.integer(), { primaryKey: true });
      }
      class B extends Base<typeof B> {
        static table = this.mapTo("b");
        static id = mappedColumn(t.integer(), { primaryKey: true });
        static aId = mappedColumn(foreignKey(() => A.id));
        static a = relationship(() => A, { lazy });
      }
      void B;
      expect(() => Base.registry.configure()).toThrow(`B.a: lazy: "${lazy}" is for collections`);
    }
  });
});
