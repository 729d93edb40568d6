// MAP-06: subclasses with tables of their own, read together.
import {
  aliased,
  Column,
  createEngine,
  declarativeBase,
  type DeclarativeBase,
  delete_,
  extend,
  foreignKey,
  inspect,
  joinedload,
  mappedColumn,
  MultipleResultsFound,
  polymorphicUnion,
  relationship,
  select,
  selectinload,
  Session,
  subqueryload,
  t,
  Table,
  update,
  withPolymorphic,
} from "athanor";
import { describe, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";

const flat = (value: unknown): string => String(value).replaceAll(/\s+/g, " ");

/** A base without a table. */
function abstractly() {
  const Base: DeclarativeBase = declarativeBase();

  class Company extends Base<typeof Company> {
    static table = this.mapTo("companies");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(50));
    static employees = relationship(() => [Employee], { backPopulates: "company", orderBy: () => Employee.name });
  }

  class Employee extends Base<typeof Employee> {
    static {
      this.mapConcreteBase({ discriminator: "kind" });
    }
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(50));
    static companyId = mappedColumn(
      foreignKey(() => Company.id),
      { nullable: true },
    );
    static company = relationship(() => Company, { backPopulates: "employees", nullable: true });
    hello(): string {
      return `hello, ${this.name}`;
    }
  }

  class Manager extends extend(Employee)<typeof Manager> {
    static table = this.mapTo("managers", { concrete: true, polymorphicIdentity: "manager" });
    static level = mappedColumn(t.integer());
  }

  class Engineer extends extend(Employee)<typeof Engineer> {
    static table = this.mapTo("engineers", { concrete: true, polymorphicIdentity: "engineer" });
    static language = mappedColumn(t.string(20));
  }

  return { Base, Company, Employee, Manager, Engineer };
}

/** A base with a table of its own. */
function concretely() {
  const Base: DeclarativeBase = declarativeBase();

  class Shape extends Base<typeof Shape> {
    static table = this.mapTo("shapes", { concreteBase: true, polymorphicIdentity: "shape" });
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(50));
    static note = mappedColumn(t.string(50), { nullable: true });
  }

  class Circle extends extend(Shape)<typeof Circle> {
    static table = this.mapTo("circles", { concrete: true, polymorphicIdentity: "circle" });
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(50));
    static radius = mappedColumn(t.integer());
  }

  return { Base, Shape, Circle };
}

describe("concrete inheritance", () => {
  test("MAP-06 a union of the tables takes the place of the base", () => {
    const { Shape, Circle } = concretely();
    expect(flat(select(Shape).where(Shape.name.eq("x")))).toBe(
      "SELECT pjoin.id, pjoin.name, pjoin.note, pjoin.radius, pjoin.type FROM (SELECT shapes.id AS id, shapes.name AS name, shapes.note AS note, " +
        "CAST(NULL AS INTEGER) AS radius, 'shape' AS type FROM shapes UNION ALL SELECT circles.id AS id, circles.name AS name, " +
        "CAST(NULL AS VARCHAR(50)) AS note, circles.radius AS radius, 'circle' AS type FROM circles) AS pjoin WHERE pjoin.name = ?",
    );
    expect(flat(select(Circle))).toBe("SELECT circles.id, circles.name, circles.radius FROM circles");
    expect(flat(select(Shape.name))).toMatch(/^SELECT pjoin\.name FROM \(SELECT .* AS pjoin$/);
    const Other = aliased(Shape);
    expect(flat(select(Other.id).where(Other.name.eq("x")))).toMatch(
      /^SELECT pjoin_1\.id FROM \(SELECT .* AS pjoin_1 WHERE pjoin_1\.name = \?$/,
    );
  });

  test("MAP-06 what the superclass has and the subclass has not", () => {
    const { Circle } = concretely();
    const circle = new Circle({ name: "c", radius: 1 });
    const message = "Circle.note: Circle has a table of its own (concrete), which has nothing for Shape.note; declare note in Circle, too";
    expect(() => circle.note).toThrow(message);
    expect(() => (circle.note = "x")).toThrow(message);
    expect(() => new Circle({ name: "c", radius: 1, note: "x" })).toThrow(message);
    expect(() => select(Circle.note)).toThrow(message);
  });

  test("MAP-06 the abstract base has no objects, and needs subclasses with identities, declared in time", () => {
    const { Employee } = abstractly();
    expect(() => new Employee({ name: "x" })).toThrow("Employee is polymorphicAbstract");
    const Base = declarativeBase();
    class Lonely extends Base<typeof Lonely> {
      static {
        this.mapConcreteBase();
      }
      static id = mappedColumn(t.integer(), { primaryKey: true });
    }
    expect(() => inspect(Lonely)).toThrow("Lonely reads the tables of its subclasses, and there is none yet");
    class Nameless extends extend(Lonely)<typeof Nameless> {
      static table = this.mapTo("nameless", { concrete: true });
    }
    expect(() => inspect(Nameless)).toThrow(
      "Nameless needs { polymorphicIdentity: … }, by which rows of Lonely are told to be its objects",
    );

    const { Shape } = concretely();
    void inspect(Shape);
    class Late extends extend(Shape)<typeof Late> {
      static table = this.mapTo("late", { concrete: true, polymorphicIdentity: "late" });
      static id = mappedColumn(t.integer(), { primaryKey: true });
    }
    expect(() => inspect(Late)).toThrow(
      "Late is declared after Shape, which reads the tables of its subclasses, was first used; import Late before",
    );
  });

  test("MAP-06 a column of the discriminator's name", () => {
    const Base = declarativeBase();
    class Odd extends Base<typeof Odd> {
      static table = this.mapTo("odds", { concreteBase: true, polymorphicIdentity: "odd" });
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static type = mappedColumn(t.integer());
    }
    expect(() => inspect(Odd)).toThrow(
      'The discriminator of a polymorphic union cannot be called "type", since odds has a column of that name',
    );
  });
});

/** A superclass that is read without its subclasses. */
function apart() {
  const Base: DeclarativeBase = declarativeBase();

  class Tool extends Base<typeof Tool> {
    static table = this.mapTo("tools");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(50));
  }

  class Saw extends extend(Tool)<typeof Saw> {
    static table = this.mapTo("saws", { concrete: true });
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(50));
    static teeth = mappedColumn(t.integer());
  }

  return { Base, Tool, Saw };
}

describeEachDatabase("concrete inheritance", (db) => {
  test("MAP-06 UPDATE and DELETE by condition change the table of the class, and its objects alone", async () => {
    const { Base, Tool, Saw } = apart();
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    try {
      for (const synchronizeSession of ["auto", "evaluate", "fetch"] as const) {
        const options = { executionOptions: { synchronizeSession } };
        await using session = new Session(engine);
        const [tool, saw] = [new Tool({ id: 1, name: "a" }), new Saw({ id: 1, name: "a", teeth: 9 })];
        session.addAll([tool, saw]);
        await session.flush();
        await session.execute(update(Tool).where(Tool.name.eq("a")).values({ name: "b" }), null, options);
        expect([tool.name, saw.name]).toEqual(["b", "a"]);
        await session.execute(update(Saw).where(Saw.name.eq("a")).values({ name: "c" }), null, options);
        expect([tool.name, saw.name]).toEqual(["b", "c"]);
        await session.execute(update(Tool), [{ id: 1, name: "d" }]);
        expect([tool.name, saw.name]).toEqual(["d", "c"]);
        await session.execute(update(Saw), [{ id: 1, teeth: 10 }]);
        await session.execute(delete_(Tool).where(Tool.id.eq(1)), null, options);
        expect([inspect(tool).deleted, inspect(saw).deleted]).toEqual([true, false]);
        expect(await session.execute(select(Saw.name, Saw.teeth)).all()).toEqual([["c", 10]]);
        expect(await session.scalars(select(Tool.name)).all()).toEqual([]);
        await session.execute(delete_(Saw).where(Saw.teeth.gt(9)), null, options);
        expect(inspect(saw).deleted).toBe(true);
        await session.rollback();
      }
    } finally {
      await Base.metadata.dropAll(engine);
      await engine.dispose();
    }
  });

  test("MAP-06 a subclass of a union is changed in its own table; the union cannot be", async () => {
    for (const models of [abstractly, concretely]) {
      const found = models();
      const Super = "Shape" in found ? found.Shape : found.Employee;
      const Sub = "Circle" in found ? found.Circle : found.Manager;
      const engine = createEngine(db.url);
      await found.Base.metadata.createAll(engine);
      try {
        await using session = new Session(engine);
        const object =
          "Circle" in found ? new found.Circle({ id: 1, name: "a", radius: 1 }) : new found.Manager({ id: 1, name: "a", level: 1 });
        session.add(object);
        await session.flush();
        await session.execute(update(Sub).where(Sub.name.eq("a")).values({ name: "b" }));
        expect(object.name).toBe("b");
        expect(await session.scalars(select(Super)).all()).toEqual([object]);
        expect(() => update(Super)).toThrow(/reads other tables: name the one that is meant, or a class that has a table/);
        expect(() => delete_(Super)).toThrow(/Subject table for an INSERT, UPDATE or DELETE expected/);
        await session.execute(delete_(Sub).where(Sub.name.eq("b")));
        expect(inspect(object).deleted).toBe(true);
        expect(await session.scalars(select(Super)).all()).toEqual([]);
      } finally {
        await found.Base.metadata.dropAll(engine);
        await engine.dispose();
      }
    }
  });

  test("MAP-06 objects of the right classes, with keys of their own", async () => {
    const { Base, Company, Employee, Manager, Engineer } = abstractly();
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    try {
      await using session = new Session(engine);
      const company = new Company({ name: "krusty" });
      // the company's key goes to the rows of both tables, though only the company is added
      company.employees.push(new Manager({ name: "krabs", level: 3 }), new Engineer({ name: "sandy", language: "ts" }));
      session.add(company);
      session.add(new Engineer({ name: "alone", language: "js" }));
      await session.commit();
      session.expungeAll();

      const all = await session.scalars(select(Employee).orderBy(Employee.name)).all();
      expect(all.map((one) => [one.constructor.name, one.name, one.hello()])).toEqual([
        ["Engineer", "alone", "hello, alone"],
        ["Manager", "krabs", "hello, krabs"],
        ["Engineer", "sandy", "hello, sandy"],
      ]);
      const [alone, krabs, sandy] = all as [InstanceType<typeof Engineer>, InstanceType<typeof Manager>, InstanceType<typeof Engineer>];
      expect([krabs.level, sandy.language]).toEqual([3, "ts"]);
      // one of each table has the key 1
      expect(await session.get(Manager, krabs.id)).toBe(krabs);
      expect(await session.scalars(select(Engineer).where(Engineer.language.eq("js"))).one()).toBe(alone);
      expect(await krabs.awaitableAttrs.company).toBe(await sandy.awaitableAttrs.company);

      krabs.level = 4;
      await session.delete(sandy);
      await session.commit();
      session.expungeAll();

      for (const load of [selectinload, joinedload, subqueryload]) {
        session.expungeAll();
        const one = await session
          .scalars(select(Company).options(load(Company.employees)))
          .unique()
          .one();
        expect(one.employees.map((each) => [each.constructor.name, each.name])).toEqual([["Manager", "krabs"]]);
        expect((one.employees[0] as InstanceType<typeof Manager>).level).toBe(4);
        session.expungeAll();
        const employees = await session
          .scalars(select(Employee).options(load(Employee.company)).orderBy(Employee.name))
          .unique()
          .all();
        expect(employees.map((each) => each.company?.name ?? null)).toEqual([null, "krusty"]);
      }
      session.expungeAll();
      const lazily = await session.scalars(select(Company)).one();
      expect((await lazily.awaitableAttrs.employees).map((each) => each.name)).toEqual(["krabs"]);
      expect(await session.scalars(select(Company.name).where(Company.employees.any(Employee.name.eq("krabs")))).all()).toEqual(["krusty"]);
      expect(await session.scalars(select(Company.name).join(Company.employees).where(Employee.name.eq("krabs"))).all()).toEqual([
        "krusty",
      ]);
      expect(await session.scalars(select(Employee.name).where(Employee.company.has(Company.name.eq("krusty")))).all()).toEqual(["krabs"]);
      const Both = withPolymorphic(Employee, { Manager, Engineer });
      expect((await session.scalars(select(Both).where(Both.Manager.level.eq(4))).one()).name).toBe("krabs");
      const manager = (await session.scalars(select(Employee).where(Employee.name.eq("krabs"))).one()) as InstanceType<typeof Manager>;
      await session.refresh(manager);
      session.expire(manager);
      expect(await manager.awaitableAttrs.level).toBe(4);
      await session.rollback();
    } finally {
      await Base.metadata.dropAll(engine);
      await engine.dispose();
    }
  });

  test("MAP-06 a base with rows of its own", async () => {
    const { Base, Shape, Circle } = concretely();
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    try {
      await using session = new Session(engine);
      session.addAll([new Shape({ name: "a", note: "n" }), new Circle({ name: "b", radius: 2 })]);
      await session.commit();
      const known = await session.scalars(select(Shape).orderBy(Shape.name)).all();
      expect(known.map((one) => [one.constructor.name, one.name])).toEqual([
        ["Shape", "a"],
        ["Circle", "b"],
      ]);
      known[0]!.name = "z";
      await session.commit();
      session.expungeAll();
      await expect(session.get(Shape, 1)).rejects.toThrow(MultipleResultsFound);
      const names = await session.execute(select(Shape.name, Shape.id).orderBy(Shape.name)).all();
      expect(names.map(([name]) => name)).toEqual(["b", "z"]);
      const found = (await session.scalars(select(Shape).where(Shape.name.eq("b"))).one()) as InstanceType<typeof Circle>;
      expect(found.radius).toBe(2);
      for (const one of await session.scalars(select(Shape)).all()) await session.delete(one);
      await session.commit();
      expect(await session.scalars(select(Shape)).all()).toEqual([]);
    } finally {
      await Base.metadata.dropAll(engine);
      await engine.dispose();
    }
  });

  test("MAP-06 imperatively, with a union that the program writes", async () => {
    const Base = declarativeBase();
    const cats = new Table("cats", Base.metadata, {
      id: new Column(t.integer(), { primaryKey: true }),
      name: new Column(t.string(20)),
      lives: new Column(t.integer()),
    });
    const dogs = new Table("dogs", Base.metadata, { id: new Column(t.integer(), { primaryKey: true }), name: new Column(t.string(20)) });
    const union = polymorphicUnion({ cat: cats, dog: dogs }, "species", { name: "animals" });
    class Animal {
      declare name: string;
    }
    class Cat extends Animal {
      declare lives: number;
    }
    class Dog extends Animal {}
    const { registry } = Base;
    registry.mapImperatively(Animal, union, {
      polymorphicSelectable: union,
      polymorphicOn: union.c.species as never,
      includeProperties: ["id", "name", "species"],
      polymorphicAbstract: true,
    });
    registry.mapImperatively(Cat, cats, { inherits: Animal, concrete: true, polymorphicIdentity: "cat" });
    registry.mapImperatively(Dog, dogs, { inherits: Animal, concrete: true, polymorphicIdentity: "dog" });
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    try {
      await using session = new Session(engine);
      session.addAll([Object.assign(new Cat(), { name: "tom", lives: 9 }), Object.assign(new Dog(), { name: "spike" })]);
      await session.commit();
      session.expungeAll();
      const all = await session.scalars(select(Animal)).all();
      expect(
        all.map((one) => [one.constructor.name, one.name, (one as Cat).lives]).toSorted((a, b) => String(a[0]).localeCompare(String(b[0]))),
      ).toEqual([
        ["Cat", "tom", 9],
        ["Dog", "spike", undefined],
      ]);
    } finally {
      await Base.metadata.dropAll(engine);
      await engine.dispose();
    }
  });
});
