// Every kind of mapping within nested rows.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  columnProperty,
  composite,
  createEngine,
  declarativeBase,
  type Engine,
  extend,
  foreign,
  foreignKey,
  mappedColumn,
  relational,
  relationship,
  remote,
  Session,
  synonym,
  t,
  withLoaderCriteria,
} from "../../../src/index.ts";
import { hybridProperty } from "../../../src/ext/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";

class Span {
  readonly from: number;
  readonly to: number;
  constructor(from: number, to: number) {
    this.from = from;
    this.to = to;
  }
  compositeValues(): readonly unknown[] {
    return [this.from, this.to];
  }
}

const Base = declarativeBase();

class Company extends Base<typeof Company> {
  static table = this.mapTo("rel_company");
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static name = mappedColumn(t.string(50));
  static label = synonym<string>("name");
  static staff = relationship(() => [Employee], { orderBy: () => Employee.id });
  static engineers = relationship(() => [Engineer], { viewonly: true, orderBy: () => Engineer.id });
  static projects = relationship(() => [Project], { orderBy: () => Project.id });
  static large = relationship(() => [LargeProject], { viewonly: true });
  static elders = relationship(() => [Employee], {
    primaryjoin: () => Company.id.eq(foreign(remote(Employee.companyId))).and(Employee.age.ge(50)),
    viewonly: true,
  });
}

class Employee extends Base<typeof Employee> {
  static table = this.mapTo("rel_employee", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "employee" });
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static kind = mappedColumn(t.string(20));
  static name = mappedColumn(t.string(50));
  static age = mappedColumn(t.integer());
  static companyId = mappedColumn(foreignKey(() => Company.id));
  static company = relationship(() => Company, { viewonly: true });
}

class Engineer extends extend(Employee)<typeof Engineer> {
  static table = this.mapTo("rel_engineer", { polymorphicIdentity: "engineer" });
  static id = mappedColumn(
    foreignKey(() => Employee.id),
    { primaryKey: true },
  );
  static language = mappedColumn(t.string(20));
}

class Project extends Base<typeof Project> {
  static table = this.mapTo("rel_project", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "small" });
  static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static kind = mappedColumn(t.string(20));
  static companyId = mappedColumn(foreignKey(() => Company.id));
  static first = mappedColumn(t.integer());
  static last = mappedColumn(t.integer());
  static isDeleted = mappedColumn(t.boolean(), { default: false });
  static span = composite(Span, "first", "last");
  static days = columnProperty(() => Project.last.sub(Project.first));
  static later = columnProperty(() => Project.last.add(1), { deferred: true });
  static secret = mappedColumn(t.string(10), { hidden: true, default: "x" });
  static length = hybridProperty((self: { first: number; last: number }) => self.last - self.first, {
    expression: (cls: typeof Project) => cls.last.sub(cls.first),
  });
}

class LargeProject extends extend(Project)<typeof LargeProject> {
  static table = this.mapSingle({ polymorphicIdentity: "large" });
}

describeEachDatabase("mappings in nested rows", (db) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    await using session = new Session(engine);
    session.addAll([new Company({ id: 1, name: "Acme" }), new Company({ id: 2, name: "Void" })]);
    await session.flush();
    session.addAll([
      new Employee({ id: 1, name: "Ed", age: 60, companyId: 1 } as never),
      new Engineer({ id: 2, name: "Flo", age: 50, companyId: 1, language: "ts" } as never),
      new Engineer({ id: 3, name: "Gus", age: 20, companyId: 1, language: "c" } as never),
      new Project({ id: 1, companyId: 1, first: 1, last: 5 } as never),
      new LargeProject({ id: 2, companyId: 1, first: 10, last: 90 } as never),
      new Project({ id: 3, companyId: 1, first: 7, last: 9, isDeleted: true } as never),
    ]);
    await session.commit();
  });
  afterAll(() => engine.dispose());

  async function read<R>(statement: R): Promise<Record<string, unknown>[]> {
    await using session = new Session(engine);
    return (await session.execute(statement as never).all()) as never;
  }

  test("classes that are joined to those they extend", async () => {
    expect(
      await read(
        relational(Company, {
          columns: ["label"],
          with: {
            staff: { columns: ["name"] },
            engineers: { columns: ["name", "language"], where: Engineer.age.ge(30), with: { company: { columns: ["name"] } } },
            elders: { columns: ["name"], orderBy: Employee.age },
          },
          extras: { engineerCount: Company.engineers.count(), oldest: Company.staff.max(Employee.age) },
          orderBy: Company.id,
        }),
      ),
    ).toEqual([
      {
        label: "Acme",
        staff: [{ name: "Ed" }, { name: "Flo" }, { name: "Gus" }],
        engineers: [{ name: "Flo", language: "ts", company: { name: "Acme" } }],
        elders: [{ name: "Flo" }, { name: "Ed" }],
        engineerCount: 2,
        oldest: 60,
      },
      { label: "Void", staff: [], engineers: [], elders: [], engineerCount: 0, oldest: null },
    ]);
    expect(
      await read(relational(Engineer, { columns: ["name", "language"], with: { company: { columns: ["name"] } }, orderBy: Engineer.id })),
    ).toEqual([
      { name: "Flo", language: "ts", company: { name: "Acme" } },
      { name: "Gus", language: "c", company: { name: "Acme" } },
    ]);
    expect((await read(relational(Engineer, { orderBy: Engineer.id })))[0]).toEqual({
      id: 2,
      kind: "engineer",
      name: "Flo",
      age: 50,
      companyId: 1,
      language: "ts",
    });
  });

  test("classes of one table, and what stands for several columns or none", async () => {
    expect(
      await read(
        relational(Company, {
          columns: ["id"],
          with: {
            projects: { columns: ["id", "span", "days", "length", "later", "secret"], where: Project.isDeleted.eq(false) },
            large: { columns: ["id"] },
          },
          where: Company.id.eq(1),
        }),
      ),
    ).toEqual([
      {
        id: 1,
        projects: [
          { id: 1, span: new Span(1, 5), days: 4, length: 4, later: 6, secret: "x" },
          { id: 2, span: new Span(10, 90), days: 80, length: 80, later: 91, secret: "x" },
        ],
        large: [{ id: 2 }],
      },
    ]);
    const statement = relational(LargeProject, { columns: ["id", "span", "days"] });
    expect(await read(statement)).toEqual([{ id: 2, span: new Span(10, 90), days: 80 }]);
    const conn = await engine.connect();
    expect(await conn.execute(statement).all()).toEqual([{ id: 2, span: new Span(10, 90), days: 80 }]);
    await conn.close();
    expect((await read(relational(Project, { where: Project.id.eq(1) })))[0]).toEqual({
      id: 1,
      kind: "small",
      companyId: 1,
      first: 1,
      last: 5,
      isDeleted: false,
      days: 4,
    });
  });

  test("loader criteria hold at every depth", async () => {
    const statement = relational(Company, {
      columns: ["id"],
      with: {
        projects: { columns: ["id"] },
        staff: { columns: ["id"], with: { company: { columns: [], with: { projects: { columns: ["id"] } } } }, limit: 1 },
      },
      extras: { projectCount: Company.projects.count() },
      where: Company.id.eq(1),
    }).options(withLoaderCriteria(Project, Project.isDeleted.eq(false)));
    expect(await read(statement)).toEqual([
      {
        id: 1,
        projects: [{ id: 1 }, { id: 2 }],
        staff: [{ id: 1, company: { projects: [{ id: 1 }, { id: 2 }] } }],
        projectCount: 2,
      },
    ]);
  });
});
