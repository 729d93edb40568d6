import {
  aliased,
  type ColumnElement,
  createEngine,
  declarativeBase,
  extend,
  foreignKey,
  func,
  insert,
  mappedColumn,
  relationship,
  select,
  sessionmaker,
  t,
  update,
} from "athanor";
import { Comparator, hybridMethod, hybridProperty } from "athanor/ext";
import { describe, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";

function models() {
  const Base = declarativeBase();

  class IgnoreCase extends Comparator<string> {
    eq(other: unknown) {
      return func.lower(this.expression).eq(func.lower(other as string));
    }
  }

  class Person extends Base<typeof Person> {
    static table = this.mapTo("people", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "person" });
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static kind = mappedColumn(t.string(20), { init: false });
    static first = mappedColumn(t.string(50));
    static last = mappedColumn(t.string(50));
    static score = mappedColumn(t.integer(), { default: 0, deferred: true });
    static pets = relationship(() => [Pet], { backPopulates: "owner" });

    static full = hybridProperty((self: { first: string; last: string }) => `${self.first} ${self.last}`, {
      expression: (cls: typeof Person) => cls.first.concat(" ").concat(cls.last),
      setter: (self: { first: string; last: string }, value: string) => {
        [self.first, self.last] = value.split(" ") as [string, string];
      },
      updateExpression: (cls: typeof Person, value: string) => {
        const [first, last] = value.split(" ");
        return [
          [cls.first, first],
          ["last", last],
        ] as const;
      },
      bulkDml: (_cls: typeof Person, row: Record<string, unknown>, value: string) => {
        [row["first"], row["last"]] = value.split(" ");
      },
    });
    static nick = hybridProperty((self: { first: string }) => self.first);
    static initial = hybridProperty((self: { last: string }) => self.last.charAt(0), {
      expression: (cls: typeof Person) => func.substr(cls.last, 1, 1),
    });
    static double = hybridProperty((self: { score: number }) => self.score * 2, { expression: (cls: typeof Person) => cls.score.mul(2) });
    static word = hybridProperty((self: { last: string }) => self.last, { comparator: (cls: typeof Person) => new IgnoreCase(cls.last) });
    static petCount = hybridProperty((self: { pets: readonly unknown[] }) => self.pets.length, {
      expression: (cls: typeof Person) => select(func.count(Pet.id)).where(Pet.ownerId.eq(cls.id)).scalarSubquery(),
    });
    static longer = hybridMethod((self: { last: string }, n: number) => self.last.length > n, {
      expression: (cls: typeof Person, n: number) => func.length(cls.last).gt(n),
    });
  }

  class Worker extends extend(Person)<typeof Worker> {
    static table = this.mapTo("workers", { polymorphicIdentity: "worker" });
    static id = mappedColumn(
      foreignKey(() => Person.id),
      { primaryKey: true },
    );
    static job = mappedColumn(t.string(20));
  }

  class Pet extends Base<typeof Pet> {
    static table = this.mapTo("pets");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(20));
    static ownerId = mappedColumn(
      foreignKey(() => Person.id),
      { nullable: true },
    );
    static owner = relationship(() => Person, { backPopulates: "pets", nullable: true });
  }

  return { Base, Person, Worker, Pet };
}

const sql = (statement: unknown): string => String(statement).replaceAll(/\s+/g, " ");

describe("on the class", () => {
  test("a hybrid is a labelled expression", () => {
    const { Person } = models();
    expect(sql(select(Person.initial))).toBe("SELECT substr(people.last, ?, ?) AS substr_1 FROM people");
    expect(sql(select(Person.nick).where(Person.full.like("A%")))).toBe(
      "SELECT people.first FROM people WHERE (people.first || ? || people.last) LIKE ?",
    );
    expect(Object.keys(select(Person.nick, Person.initial).subquery().c)).toEqual(["nick", "initial"]);
    expect(sql(select(Person.id).orderBy(Person.initial.desc()))).toContain("ORDER BY substr(people.last, ?, ?) DESC");
  });

  test("can be the first use of the class", () => {
    const { Person } = models();
    expect(Person.full.toString()).toBe("a hybrid of a class that is not mapped yet");
    expect(sql(Person.full.eq("a"))).toBe("(people.first || ? || people.last) = ?");
    expect(String(Person.full)).toBe("Person.full");
    expect(Person.full.key).toBe("full");
  });

  test("is asked anew each time, so that it may look at the time or at settings", () => {
    const Base = declarativeBase();
    let limit = 1;
    class Thing extends Base<typeof Thing> {
      static table = this.mapTo("things");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static small = hybridProperty((self: { id: number }) => self.id < limit, { expression: (cls: typeof Thing) => cls.id.lt(limit) });
    }
    const params = () =>
      select(Thing.id)
        .where(Thing.small as never)
        .compile().params;
    expect(params()).toEqual([1]);
    limit = 5;
    expect(params()).toEqual([5]);
  });

  test("aliases and subclasses are asked for themselves", () => {
    const { Person, Worker } = models();
    const other = aliased(Person, { name: "other" });
    expect(sql(select(other.initial, other.nick).where(other.longer(3)))).toBe(
      "SELECT substr(other.last, ?, ?) AS substr_1, other.first FROM people AS other WHERE length(other.last) > ?",
    );
    expect(sql(select(Worker.full))).toContain("FROM people JOIN workers ON people.id = workers.id");
    expect(String(Worker.full)).toBe("Worker.full");
    const late = models();
    void late.Person.table.c;
    class Boss extends extend(late.Person)<typeof Boss> {
      static table = this.mapSingle({ polymorphicIdentity: "boss" });
    }
    expect(sql(select(Boss.initial))).toContain("WHERE people.kind IN");
    expect(new Boss({ first: "a", last: "bc" }).initial).toBe("b");
  });

  test("filterBy, has and any know it", () => {
    const { Person, Pet } = models();
    expect(sql(select(Person.id).filterBy({ full: "a b" }))).toContain("WHERE (people.first || ? || people.last) = ?");
    expect(sql(select(Pet.id).where(Pet.owner.has({ nick: "x" })))).toContain("people.first = ?");
  });

  test("a comparator says what operators do", () => {
    const { Person } = models();
    expect(sql(Person.word.eq("X"))).toBe("lower(people.last) = lower(?)");
    expect(sql(Person.word.like("X"))).toBe("people.last LIKE ?");
    expect(sql(select(Person.word))).toBe("SELECT people.last FROM people");
  });

  test("a comparator's methods have the names of the operators' methods", () => {
    class Codes extends Comparator<string> {
      like(other: unknown, options?: { readonly escape?: string }): ColumnElement<unknown> {
        return func.lower(this.expression).like(other as string, options);
      }
      in(others: readonly string[]): ColumnElement<unknown> {
        return func.lower(this.expression).in(others.map((other) => other.toLowerCase()));
      }
      between(lower: unknown, upper: unknown): ColumnElement<unknown> {
        return func.lower(this.expression).between(lower as string, upper as string);
      }
    }
    const Base = declarativeBase();
    class Item extends Base<typeof Item> {
      static table = this.mapTo("items");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static code = mappedColumn(t.string());
      static word = hybridProperty((self: { code: string }) => self.code, { comparator: (cls: typeof Item) => new Codes(cls.code) });
    }
    expect(sql(Item.word.like("x/_", { escape: "/" }))).toBe("lower(items.code) LIKE ? ESCAPE '/'");
    expect(Item.word.in(["A", "B"]).compile().params).toEqual(["a", "b"]);
    expect(sql(Item.word.between("a", "b"))).toBe("lower(items.code) BETWEEN ? AND ?");
    expect(sql(Item.word.desc())).toBe("items.code DESC");
  });

  test("mistakes are explained", () => {
    const Base = declarativeBase();
    class Thing extends Base<typeof Thing> {
      static table = this.mapTo("things");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static name = mappedColumn(t.string());
      static upper = hybridProperty((self: { name: string }) => self.name.toUpperCase());
      static constant = hybridProperty(() => 5);
    }
    expect(() => select(Thing.upper)).toThrow(/Thing\.upper has no SQL expression: its getter fails for the class .*expression: \(cls\)/);
    expect(() => select(Thing.constant)).toThrow(/Thing\.constant gives 5 for the class/);
    const thing = new Thing({ name: "x" });
    expect(() => {
      (thing as { upper: string }).upper = "y";
    }).toThrow(/Thing\.upper cannot be set/);
    expect(() => new Thing({ name: "x", upper: "y" } as never)).toThrow(/Thing\.upper cannot be set/);
    expect(() => hybridProperty("x" as never)).toThrow(/takes a function/);
    expect(() => {
      class Wrong extends Base<typeof Wrong> {
        static table = this.mapTo("wrongs");
        static id = mappedColumn(t.integer(), { primaryKey: true });
        static x = hybridProperty(() => 5);
        get x(): number {
          return 1;
        }
      }
      return new Wrong();
    }).toThrow(/Wrong\.x is an attribute, and the class has a method or accessor/);
  });

  test("mixins give each class its own", () => {
    const Base = declarativeBase();
    class Named {
      static name = mappedColumn(t.string(20));
      static loud = hybridProperty((self: { name: string }) => self.name.toUpperCase(), {
        expression: (cls: { name: typeof Named.name }) => func.upper(cls.name),
      });
    }
    class A extends Base.with(Named)<typeof A> {
      static table = this.mapTo("a");
      static id = mappedColumn(t.integer(), { primaryKey: true });
    }
    class B extends Base.with(Named)<typeof B> {
      static table = this.mapTo("b");
      static id = mappedColumn(t.integer(), { primaryKey: true });
    }
    expect(sql(select(A.loud, B.loud))).toContain("SELECT upper(a.name) AS upper_1, upper(b.name) AS upper_2");
    expect(new B({ name: "x" }).loud).toBe("X");
  });
});

describeEachDatabase("hybrids", (db) => {
  test("are read, set, selected and written", async () => {
    const { Base, Person, Worker } = models();
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    const Session = sessionmaker({ bind: engine });
    await using session = Session();
    const ada = new Person({ full: "Ada Lovelace" } as never);
    const bob = new Worker({ first: "Bob", last: "Li", job: "cook" });
    expect([ada.first, ada.last, ada.full, ada.longer(3), bob.longer(3)]).toEqual(["Ada", "Lovelace", "Ada Lovelace", true, false]);
    session.addAll([ada, bob]);
    await session.commit();

    expect(await session.scalars(select(Person.full).orderBy(Person.id)).all()).toEqual(["Ada Lovelace", "Bob Li"]);
    expect(
      await session
        .execute(select(Person.initial, Person.double).where(Person.longer(3)))
        .mappings()
        .all(),
    ).toEqual([{ initial: "L", double: 0 }]);
    expect((await session.scalars(select(Person).where(Person.word.eq("LI"))).one()).first).toBe("Bob");
    expect(await session.execute(select(Person.first, Person.petCount).orderBy(Person.id)).mappings().all()).toEqual([
      { first: "Ada", petCount: 0 },
      { first: "Bob", petCount: 0 },
    ]);
    expect((await session.scalars(select(Worker).filterBy({ nick: "Bob" })).one()).job).toBe("cook");

    await session.execute(update(Person).where(Person.initial.eq("L"), Person.id.eq(ada.id)).values({ full: "Ida King" }));
    expect([ada.first, ada.last]).toEqual(["Ida", "King"]);
    await session.execute(
      update(Person)
        .where(Person.id.eq(ada.id))
        .values(
          new Map<object, unknown>([
            [Person.full, "Eva Noll"],
            [Person.score, 3],
          ]),
        ),
    );
    expect(ada.full).toBe("Eva Noll");
    await session.execute(update(Person).where(Person.nick.eq("Eva")).values({ nick: "Eve" }));
    expect(ada.first).toBe("Eve");
    await session.execute(insert(Person).values({ full: "Cid Moor", kind: "person" }));
    await session.execute(insert(Person).values([{ full: "Dan Poe", kind: "person", score: 1 }]));
    await session.execute(insert(Person), [{ full: "Fay Ray", kind: "person" }]);
    await session.execute(update(Person), [{ id: ada.id, full: "Gus Tell" }]);
    expect(ada.full).toBe("Gus Tell");
    expect(await session.scalars(select(Person.full).orderBy(Person.id)).all()).toEqual([
      "Gus Tell",
      "Bob Li",
      "Cid Moor",
      "Dan Poe",
      "Fay Ray",
    ]);
    await expect(session.execute(update(Person).values({ initial: "x" }))).rejects.toThrow(
      /Person\.initial is a SQL expression.*updateExpression/,
    );
    await expect(session.execute(insert(Person), [{ initial: "x" }])).rejects.toThrow(/Person\.initial stands in rows of a bulk INSERT/);
    await session.close();
    await engine.dispose();
  });

  test("awaitableAttrs loads what the getter reads", async () => {
    const { Base, Person, Pet } = models();
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    const Session = sessionmaker({ bind: engine });
    await using session = Session();
    session.add(new Person({ first: "a", last: "b", score: 4, pets: [new Pet({ name: "x" })] }));
    await session.commit();
    session.expungeAll();
    const person = await session.scalars(select(Person).orderBy(Person.id.desc())).first();
    expect(() => person!.double).toThrow(/Person\.score is deferred/);
    expect(await person!.awaitableAttrs.double).toBe(8);
    expect(await person!.awaitableAttrs.petCount).toBe(1);
    expect(await person!.awaitableAttrs.full).toBe("a b");
    await session.close();
    await engine.dispose();
  });
});
