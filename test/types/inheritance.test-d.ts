// Classes with tables of their own: what they inherit by their types.
import {
  declarativeBase,
  extend,
  foreignKey,
  type Init,
  type Mapped,
  mappedColumn,
  polymorphicUnion,
  relationship,
  select,
  t,
} from "athanor";
import { expectTypeOf, test } from "vitest";

const Base = declarativeBase();

export class Company extends Base<typeof Company> {
  static table = this.mapTo("companies");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static vehicles = relationship(() => [Vehicle], { backPopulates: "owner" });
}

export class Vehicle extends Base<typeof Vehicle> {
  static {
    this.mapConcreteBase({ discriminator: "kind" });
  }
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static plate = mappedColumn(t.string(10));
  static ownerId = mappedColumn(foreignKey(() => Company.id));
  static owner = relationship(() => Company, { backPopulates: "vehicles" });

  shout(): string {
    return this.plate;
  }
}

export class Car extends extend(Vehicle)<typeof Car> {
  static table = this.mapTo("cars", { concrete: true, polymorphicIdentity: "car" });
  static seats = mappedColumn(t.integer());
}

declare const car: Car;

test("subclasses of a class without a table have its attributes", () => {
  expectTypeOf<Mapped<typeof Car>>().toExtend<{ id: number; plate: string; seats: number; owner: Company }>();
  expectTypeOf(car.owner.vehicles).toEqualTypeOf<Vehicle[]>();
  expectTypeOf(car.shout()).toEqualTypeOf<string>();
  expectTypeOf<{ plate: string; seats: number; ownerId?: number }>().toExtend<Init<typeof Car>>();
  expectTypeOf(select(Vehicle)).toHaveProperty("where");
  // @ts-expect-error: seats are required
  new Car({ plate: "x" });
  // @ts-expect-error: there is no such option
  Base.mapConcreteBase({ discriminatr: "x" });
  // @ts-expect-error: the base itself cannot be mapped to a table
  void Base.mapTo("x", { concreteBase: "yes" });
  // @ts-expect-error: tables are wanted
  polymorphicUnion({ car: 1 }, "kind");
  expectTypeOf(polymorphicUnion({ car: Car.table }, "kind").c.anything).not.toBeAny();
});
