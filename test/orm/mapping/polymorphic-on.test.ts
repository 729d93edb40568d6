// MAP-07: discriminators that are expressions, and classes of a hierarchy that have no objects.
import {
  case_,
  createEngine,
  declarativeBase,
  extend,
  foreignKey,
  func,
  inspect,
  literal,
  mappedColumn,
  select,
  selectinPolymorphic,
  Session,
  t,
  withPolymorphic,
} from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";

describeEachDatabase("discriminators", (db) => {
  test("MAP-07 by an expression: the program sets what it is made of", async () => {
    const Base = declarativeBase();
    class Account extends Base<typeof Account> {
      static table = this.mapTo("accounts", {
        polymorphicOn: (cls) => case_([cls.kind.eq("S"), "savings"], [cls.kind.eq("T"), "savings"], { else: "account" }),
        polymorphicIdentity: "account",
      });
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static kind = mappedColumn(t.string(1));
    }
    class Savings extends extend(Account)<typeof Savings> {
      static table = this.mapSingle({ polymorphicIdentity: "savings" });
      static rate = mappedColumn(t.integer(), { nullable: true });
    }
    class Lower extends Base<typeof Lower> {
      static table = this.mapTo("lowers", { polymorphicOn: (cls) => func.lower(cls.kind), polymorphicIdentity: "a" });
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static kind = mappedColumn(t.string(10));
    }
    class LowerB extends extend(Lower)<typeof LowerB> {
      static table = this.mapTo("lower_bs", { polymorphicIdentity: "b" });
      static id = mappedColumn(
        foreignKey(() => Lower.id),
        { primaryKey: true },
      );
      static more = mappedColumn(t.integer());
    }
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    try {
      await using session = new Session(engine);
      session.addAll([new Account({ kind: "x" }), new Savings({ kind: "S", rate: 1 }), new Savings({ kind: "T", rate: 2 })]);
      session.addAll([new Lower({ kind: "A" }), new LowerB({ kind: "B", more: 3 })]);
      await session.commit();
      session.expungeAll();
      const all = await session.scalars(select(Account).orderBy(Account.id)).all();
      expect(all.map((one) => one.constructor.name)).toEqual(["Account", "Savings", "Savings"]);
      expect((await session.scalars(select(Savings).orderBy(Savings.id)).all()).map((one) => one.rate)).toEqual([1, 2]);
      session.expungeAll();
      const lowers = await session
        .scalars(
          select(Lower)
            .orderBy(Lower.id)
            .options(selectinPolymorphic(Lower, [LowerB])),
        )
        .all();
      expect(lowers.map((one) => [one.constructor.name, (one as LowerB).more])).toEqual([
        ["Lower", undefined],
        ["LowerB", 3],
      ]);
      session.expungeAll();
      const Both = withPolymorphic(Lower, { LowerB });
      expect((await session.scalars(select(Both).where(Both.LowerB.more.eq(3))).one()).kind).toBe("B");
    } finally {
      await Base.metadata.dropAll(engine);
      await engine.dispose();
    }
  });

  test("MAP-07 a class in the middle that has no objects, in the same table and in one of its own", async () => {
    const Base = declarativeBase();
    class Employee extends Base<typeof Employee> {
      static table = this.mapTo("employees", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "employee" });
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static kind = mappedColumn(t.string(20), { init: false });
      static name = mappedColumn(t.string(20));
    }
    class Executive extends extend(Employee)<typeof Executive> {
      static table = this.mapSingle({ polymorphicAbstract: true });
      static background = mappedColumn(t.string(20), { nullable: true });
    }
    class Manager extends extend(Executive)<typeof Manager> {
      static table = this.mapSingle({ polymorphicIdentity: "manager" });
    }
    class Principal extends extend(Executive)<typeof Principal> {
      static table = this.mapSingle({ polymorphicIdentity: "principal" });
    }
    class Technologist extends extend(Employee)<typeof Technologist> {
      static table = this.mapTo("technologists", { polymorphicAbstract: true });
      static id = mappedColumn(
        foreignKey(() => Employee.id),
        { primaryKey: true },
      );
      static competencies = mappedColumn(t.string(20));
    }
    class Engineer extends extend(Technologist)<typeof Engineer> {
      static table = this.mapTo("engineers", { polymorphicIdentity: "engineer" });
      static id = mappedColumn(
        foreignKey(() => Technologist.id),
        { primaryKey: true },
      );
      static language = mappedColumn(t.string(20));
    }
    class SysAdmin extends extend(Technologist)<typeof SysAdmin> {
      static table = this.mapSingle({ polymorphicIdentity: "sysadmin" });
    }
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    try {
      expect(() => new Executive({ name: "x" })).toThrow("Executive is polymorphicAbstract");
      await using session = new Session(engine);
      session.addAll([
        new Employee({ name: "a" }),
        new Manager({ name: "b", background: "law" }),
        new Principal({ name: "c", background: "art" }),
        new Engineer({ name: "d", competencies: "x", language: "ts" }),
        new SysAdmin({ name: "e", competencies: "y" }),
      ]);
      await session.commit();
      session.expungeAll();
      const executives = await session.scalars(select(Executive).orderBy(Executive.name)).all();
      expect(executives.map((one) => [one.constructor.name, one.background])).toEqual([
        ["Manager", "law"],
        ["Principal", "art"],
      ]);
      const technologists = await session.scalars(select(Technologist).orderBy(Technologist.name)).all();
      expect(technologists.map((one) => [one.constructor.name, one.competencies])).toEqual([
        ["Engineer", "x"],
        ["SysAdmin", "y"],
      ]);
      expect(await session.scalars(select(SysAdmin.name)).all()).toEqual(["e"]);
      expect((await session.scalars(select(Employee)).all()).length).toBe(5);
      expect(await session.scalar(select(func.count()).selectFrom(Technologist).where(literal(1).eq(1)))).toBe(2);
    } finally {
      await Base.metadata.dropAll(engine);
      await engine.dispose();
    }
  });
});

test("MAP-07 subclasses that nothing has used yet count", () => {
  const Base = declarativeBase();
  class Top extends Base<typeof Top> {
    static table = this.mapTo("tops", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "top" });
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static kind = mappedColumn(t.string(20), { init: false });
  }
  class Middle extends extend(Top)<typeof Middle> {
    static table = this.mapSingle({ polymorphicIdentity: "middle" });
  }
  class Bottom extends extend(Middle)<typeof Bottom> {
    static table = this.mapSingle({ polymorphicIdentity: "bottom" });
  }
  expect(Object.values(select(Middle.id).compile().params)).toEqual(["middle", "bottom"]);
  expect(Bottom.name).toBe("Bottom");
});

test("MAP-07 polymorphicAbstract needs a discriminator", () => {
  const Base = declarativeBase();
  class Alone extends Base<typeof Alone> {
    static table = this.mapTo("alones", { polymorphicAbstract: true });
    static id = mappedColumn(t.integer(), { primaryKey: true });
  }
  expect(() => inspect(Alone)).toThrow("Alone: polymorphicAbstract needs a hierarchy with polymorphicOn");
});
