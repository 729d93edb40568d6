import {
  immediateload,
  inspect,
  joinedload,
  loadOnly,
  select,
  selectinload,
  selectinPolymorphic,
  subqueryload,
  withPolymorphic,
} from "athanor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Company, Employee, Engineer, Manager, type Office, openOffice } from "./office.ts";

/** What of an employee is there. */
function shown(employee: Employee): string {
  const { unloaded } = inspect(employee) as { unloaded: Set<string> };
  const parts = [employee.name];
  if (employee instanceof Engineer && !unloaded.has("language")) parts.push(employee.language);
  if (employee instanceof Manager && !unloaded.has("level")) parts.push(String(employee.level));
  if ((employee instanceof Engineer || employee instanceof Manager) && !unloaded.has("things"))
    parts.push(`${employee.things.length} things`);
  return parts.join(", ");
}

describeEachDatabase("loader options along subclasses", (db) => {
  let office: Office;
  beforeAll(async () => {
    office = await openOffice(db.url);
  });
  afterAll(() => office.close());

  const companies = select(Company).orderBy(Company.id);
  const employees = select(Employee).orderBy(Employee.id);
  const sent = (): number => office.sent.clear().length;

  const strategies = [
    ["selectinload", selectinload],
    ["joinedload", joinedload],
    ["subqueryload", subqueryload],
    ["immediateload", immediateload],
  ] as const;

  describe.each(strategies)("%s", (name, load) => {
    test("ofType() of a subclass brings its columns, and leaves out no members", async () => {
      await using session = office.session();
      const found = await session
        .scalars(companies.options(load(Company.employees.ofType(Engineer))))
        .unique()
        .all();
      expect(found.map((company) => company.employees.map(shown))).toEqual([
        ["ann, ts", "ben", "cleo"],
        ["ann, ts", "ben", "cleo"],
      ]);
    });

    test("and goes on along it", async () => {
      await using session = office.session();
      sent();
      const found = await session
        .scalars(companies.options(load(Company.employees.ofType(Engineer)).selectinload(Engineer.things)))
        .unique()
        .all();
      expect(found.map((company) => company.employees.map(shown))).toEqual([
        ["ann, ts, 2 things", "ben", "cleo"],
        ["ann, ts, 2 things", "ben", "cleo"],
      ]);
      expect(sent()).toBe({ selectinload: 3, joinedload: 2, subqueryload: 3, immediateload: 5 }[name]);
    });

    test("ofType() of several classes, and what each of them has", async () => {
      await using session = office.session();
      const Any = withPolymorphic(Employee, { Engineer, Manager });
      const options = load(Company.employees.ofType(Any)).options(selectinload(Any.Engineer.things), joinedload(Any.Manager.things));
      const found = await session.scalars(companies.options(options)).unique().all();
      expect(found.map((company) => company.employees.map(shown))).toEqual([
        ["ann, ts, 2 things", "ben, 3, 2 things", "cleo"],
        ["ann, ts, 2 things", "ben, 3, 2 things", "cleo"],
      ]);
    });
  });

  test("options of an alias of several classes speak of one of them", async () => {
    for (const [engineers, managers, statements] of [
      [selectinload, joinedload, 2],
      [joinedload, joinedload, 1],
      [subqueryload, selectinload, 3],
    ] as const) {
      await using session = office.session();
      const Any = withPolymorphic(Employee, { Engineer, Manager });
      sent();
      const found = await session
        .scalars(select(Any).orderBy(Any.id).options(engineers(Any.Engineer.things), managers(Any.Manager.things)))
        .unique()
        .all();
      expect(found.map(shown).slice(0, 3)).toEqual(["ann, ts, 2 things", "ben, 3, 2 things", "cleo"]);
      expect(sent()).toBe(statements);
    }
    await using session = office.session();
    const Any = withPolymorphic(Employee, { Engineer, Manager });
    // an attribute of the same name in another class is another one
    const found = await session.scalars(select(Any).orderBy(Any.id).options(selectinload(Any.Engineer.things))).all();
    expect(found.map(shown).slice(0, 3)).toEqual(["ann, ts, 2 things", "ben, 3", "cleo"]);
  });

  test("selectinPolymorphic(), with relationships of the subclasses", async () => {
    await using session = office.session();
    sent();
    const options = [selectinPolymorphic(Employee, [Engineer, Manager]), selectinload(Engineer.things)];
    const found = await session.scalars(employees.options(...options)).all();
    expect(found.map(shown).slice(0, 3)).toEqual(["ann, ts, 2 things", "ben, 3", "cleo"]);
    expect(sent()).toBe(4);
    session.expungeAll();
    const below = await session.scalars(companies.options(selectinload(Company.employees).options(...options))).all();
    expect(below[1]!.employees.map(shown)).toEqual(["ann, ts, 2 things", "ben, 3", "cleo"]);
    expect(sent()).toBe(5);
  });

  test("loadOnly() leaves what says which class a row is of", async () => {
    await using session = office.session();
    const found = await session.scalars(employees.options(loadOnly(Employee.name))).all();
    expect(found.map((employee) => [employee.id, employee.kind]).slice(0, 3)).toEqual([
      [found[0]!.id, "engineer"],
      [found[1]!.id, "manager"],
      [found[2]!.id, "employee"],
    ]);
  });
});
