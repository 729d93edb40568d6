// Concrete classes count their keys each for itself: peers of one are not to be taken for those of another.
import { createEngine, declarativeBase, extend, foreignKey, inspect, mappedColumn, relationship, select, sessionmaker, t } from "athanor";
import { StatementRecorder } from "athanor/testing";
import { expect, test } from "vitest";

const Base = declarativeBase();

class Owner extends Base<typeof Owner> {
  static table = this.mapTo("owners");
  static id = mappedColumn(t.integer(), { primaryKey: true });
}

class Vehicle extends Base<typeof Vehicle> {
  static {
    this.mapConcreteBase({ discriminator: "kind" });
  }
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static ownerId = mappedColumn(foreignKey(() => Owner.id));
  static owner = relationship(() => Owner);
}

class Car extends extend(Vehicle)<typeof Car> {
  static table = this.mapTo("cars", { concrete: true, polymorphicIdentity: "car" });
}

class Truck extends extend(Vehicle)<typeof Truck> {
  static table = this.mapTo("trucks", { concrete: true, polymorphicIdentity: "truck" });
}

test("peers of concrete classes", async () => {
  const engine = createEngine("sqlite://");
  await Base.metadata.createAll(engine);
  const Session = sessionmaker({ bind: engine });
  await Session.begin((session) => {
    for (const id of [1, 2, 3])
      session.addAll([new Car({ id, owner: new Owner({ id }) }), new Truck({ id, owner: new Owner({ id: 10 + id }) })]);
    session.add(new Truck({ id: 4, owner: new Owner({ id: 14 }) }));
    session.add(new Car({ id: 4, owner: new Owner({ id: 4 }) }));
  });
  await using session = Session();
  // the session has it, and it is not among what comes
  const other = await session.getOne(Car, 4);
  const vehicles = await session.scalars(select(Vehicle).where(Vehicle.ownerId.notIn([4]))).all();
  expect(vehicles.length).toBe(7);
  using sent = new StatementRecorder(engine);
  for (const vehicle of vehicles) expect((await vehicle.awaitableAttrs.owner).id % 10).toBe(vehicle.id);
  expect(sent.statements.length).toBe(2);
  expect((inspect(other) as unknown as { unloaded: Set<string> }).unloaded.has("owner")).toBe(true);
  await engine.dispose();
});
