// Companies and their employees, of several classes with relationships of their own: what options along subclasses are tested with.
import { createEngine, declarativeBase, type Engine, extend, foreignKey, mappedColumn, relationship, sessionmaker, t } from "athanor";
import { StatementRecorder } from "athanor/testing";

export const Base = declarativeBase();

export class Company extends Base<typeof Company> {
  static table = this.mapTo("companies");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(50));
  static employees = relationship(() => [Employee], { backPopulates: "company", orderBy: () => Employee.id });
}

export class Employee extends Base<typeof Employee> {
  static table = this.mapTo("employees", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "employee" });
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static kind = mappedColumn(t.string(20), { init: false });
  static name = mappedColumn(t.string(50));
  static companyId = mappedColumn(foreignKey(() => Company.id));
  static company = relationship(() => Company, { backPopulates: "employees" });
}

export class Engineer extends extend(Employee)<typeof Engineer> {
  static table = this.mapTo("engineers", { polymorphicIdentity: "engineer" });
  static id = mappedColumn(
    foreignKey(() => Employee.id),
    { primaryKey: true },
  );
  static language = mappedColumn(t.string(50));
  static things = relationship(() => [Machine], { orderBy: () => Machine.id });
}

export class Manager extends extend(Employee)<typeof Manager> {
  static table = this.mapTo("managers", { polymorphicIdentity: "manager" });
  static id = mappedColumn(
    foreignKey(() => Employee.id),
    { primaryKey: true },
  );
  static level = mappedColumn(t.integer());
  /** of the same name as what engineers have */
  static things = relationship(() => [Paper], { orderBy: () => Paper.id });
}

export class Machine extends Base<typeof Machine> {
  static table = this.mapTo("machines");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static engineerId = mappedColumn(foreignKey(() => Engineer.id));
}

export class Paper extends Base<typeof Paper> {
  static table = this.mapTo("papers");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static managerId = mappedColumn(foreignKey(() => Manager.id));
}

export interface Office {
  readonly engine: Engine;
  readonly sent: StatementRecorder;
  session(): ReturnType<ReturnType<typeof sessionmaker>>;
  close(): Promise<void>;
}

export async function openOffice(url: string): Promise<Office> {
  const engine = createEngine(url);
  await Base.metadata.createAll(engine);
  const Session = sessionmaker({ bind: engine });
  await Session.begin((session) => {
    for (const name of ["one", "two"]) {
      const ann = new Engineer({ name: "ann", language: "ts", things: [new Machine({}), new Machine({})] });
      const ben = new Manager({ name: "ben", level: 3, things: [new Paper({}), new Paper({})] });
      session.add(new Company({ name, employees: [ann, ben, new Employee({ name: "cleo" })] }));
    }
  });
  const sent = new StatementRecorder(engine);
  return {
    engine,
    sent,
    session: () => Session(),
    async close() {
      await Base.metadata.dropAll(engine);
      await engine.dispose();
    },
  };
}
