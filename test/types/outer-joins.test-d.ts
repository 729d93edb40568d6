// Outer joins: what is of the side that may be missing is nullable, everything else is not.
import {
  aliased,
  Column,
  createEngine,
  declarativeBase,
  foreignKey,
  func,
  literal,
  mappedColumn,
  MetaData,
  relationship,
  type RowOf,
  select,
  t,
  Table,
} from "athanor";
import { expectTypeOf, test } from "vitest";

const metadata = new MetaData();
const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(50), { nullable: false }),
  nick: new Column(t.string(50)),
});
const orders = new Table("orders", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  userId: new Column(
    foreignKey(() => users.c.id),
    { nullable: false },
  ),
  total: new Column(t.numeric(10, 2), { nullable: false }),
});
const items = new Table("items", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  orderId: new Column(foreignKey("orders.id"), { nullable: false }),
});

test("LEFT JOIN: the joined side", () => {
  const byName = select({ id: users.c.id, orderId: orders.c.id }).outerjoinFrom(users, orders, orders.c.userId.eq(users.c.id));
  expectTypeOf<RowOf<typeof byName>>().toEqualTypeOf<{ id: number; orderId: number | null }>();
  const tuple = select(users.c.id, orders.c.id, users.c.nick).selectFrom(users).outerjoin(orders);
  expectTypeOf<RowOf<typeof tuple>>().toEqualTypeOf<[number, number | null, string | null]>();
  const inner = select(users.c.id, orders.c.id).join(orders);
  expectTypeOf<RowOf<typeof inner>>().toEqualTypeOf<[number, number]>();
  const option = select(users.c.id, orders.c.id).join(orders, { isouter: true });
  expectTypeOf<RowOf<typeof option>>().toEqualTypeOf<[number, number | null]>();
  const behindOn = select(users.c.id, orders.c.id).join(orders, orders.c.userId.eq(users.c.id), { isouter: true });
  expectTypeOf<RowOf<typeof behindOn>>().toEqualTypeOf<[number, number | null]>();
  const maybe = select(users.c.id, orders.c.id).join(orders, { isouter: Math.random() > 0.5 });
  expectTypeOf<RowOf<typeof maybe>>().toEqualTypeOf<[number, number | null]>();
});

test("FULL JOIN: both sides", () => {
  const full = select(users.c.id, orders.c.id, literal(5)).outerjoinFrom(users, orders, null, { full: true });
  expectTypeOf<RowOf<typeof full>>().toEqualTypeOf<[number | null, number | null, number]>();
  const other = select(users.c.id, orders.c.id).join(orders, { full: true });
  expectTypeOf<RowOf<typeof other>>().toEqualTypeOf<[number | null, number | null]>();
});

test("a chain of joins", () => {
  const two = select(users.c.id, orders.c.id, items.c.id).outerjoin(orders).outerjoin(items);
  expectTypeOf<RowOf<typeof two>>().toEqualTypeOf<[number, number | null, number | null]>();
  const more = select(users.c.id).outerjoin(orders).addColumns(orders.c.id, users.c.name);
  expectTypeOf<RowOf<typeof more>>().toEqualTypeOf<[number, number | null, string]>();
  const other = select(users.c.id).outerjoin(orders).withOnlyColumns(orders.c.id, users.c.name);
  expectTypeOf<RowOf<typeof other>>().toEqualTypeOf<[number | null, string]>();
  const shape = select(users.c.id).outerjoin(orders).withOnlyColumns({ a: orders.c.id, b: users.c.name });
  expectTypeOf<RowOf<typeof shape>>().toEqualTypeOf<{ a: number | null; b: string }>();
});

test("expressions of the side that may be missing", () => {
  const computed = select({
    twice: orders.c.id.mul(2),
    big: orders.c.id.gt(5),
    mixed: users.c.id.add(orders.c.id),
    own: users.c.id.add(1),
    labelled: orders.c.id.label("x"),
    isThere: orders.c.id.isNot(null),
    count: func.count(orders.c.id),
    cast: orders.c.id.cast(t.string()),
    constant: literal("x"),
  }).outerjoinFrom(users, orders);
  expectTypeOf<RowOf<typeof computed>>().toEqualTypeOf<{
    twice: number | null;
    big: boolean | null;
    mixed: number | null;
    own: number;
    labelled: number | null;
    isThere: boolean;
    count: number;
    cast: string | null;
    constant: string;
  }>();
});

test("aliases, subqueries and CTEs", () => {
  const boss = users.alias("boss");
  const both = select(users.c.name, boss.c.name).selectFrom(users).outerjoin(boss, boss.c.id.eq(users.c.id));
  expectTypeOf<RowOf<typeof both>>().toEqualTypeOf<[string, string | null]>();
  const unnamed = users.alias();
  const again = select(users.c.name, unnamed.c.name).selectFrom(users).outerjoin(unnamed, unnamed.c.id.eq(users.c.id));
  expectTypeOf<RowOf<typeof again>>().toEqualTypeOf<[string, string | null]>();
  const totals = select(orders.c.userId, func.count().label("n")).groupBy(orders.c.userId).subquery();
  const joined = select(users.c.name, totals.c.n).outerjoin(totals, totals.c.userId.eq(users.c.id));
  expectTypeOf<RowOf<typeof joined>>().toEqualTypeOf<[string, number | null]>();
  const cte = select({ userId: orders.c.userId, n: func.count() }).groupBy(orders.c.userId).cte("totals");
  const withCte = select({ name: users.c.name, n: cte.c.n }).outerjoinFrom(users, cte, cte.c.userId.eq(users.c.id));
  expectTypeOf<RowOf<typeof withCte>>().toEqualTypeOf<{ name: string; n: number | null }>();
  const inside = select(users.c.name, orders.c.id).outerjoin(orders).subquery();
  const outside = select(inside.c.name, inside.c.id);
  expectTypeOf<RowOf<typeof outside>>().toEqualTypeOf<[string, number | null]>();
});

test("joins as FROM elements", () => {
  const join = users.outerjoin(orders);
  const rows = select(users.c.id, orders.c.id).selectFrom(join);
  expectTypeOf<RowOf<typeof rows>>().toEqualTypeOf<[number, number | null]>();
  const inner = select(users.c.id, orders.c.id).selectFrom(users.join(orders));
  expectTypeOf<RowOf<typeof inner>>().toEqualTypeOf<[number, number]>();
  const full = select(users.c.id, orders.c.id).selectFrom(users.join(orders, { full: true }));
  expectTypeOf<RowOf<typeof full>>().toEqualTypeOf<[number | null, number | null]>();
  const nested = select(users.c.id, orders.c.id, items.c.id).selectFrom(users.outerjoin(orders.join(items)));
  expectTypeOf<RowOf<typeof nested>>().toEqualTypeOf<[number, number | null, number | null]>();
  const three = select(users.c.id, orders.c.id, items.c.id).selectFrom(users.outerjoin(orders).join(items));
  expectTypeOf<RowOf<typeof three>>().toEqualTypeOf<[number, number | null, number]>();
  const target = select(items.c.id, users.c.id, orders.c.id).selectFrom(items).join(join, orders.c.id.eq(items.c.orderId));
  expectTypeOf<RowOf<typeof target>>().toEqualTypeOf<[number, number, number | null]>();
});

test("all columns of a table", () => {
  const rows = select(orders).outerjoinFrom(users, orders);
  expectTypeOf<RowOf<typeof rows>[number]>().toEqualTypeOf<number | string | null>();
});

const Base = declarativeBase();
class User extends Base<typeof User> {
  static table = this.mapTo("users");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(50));
  static addresses = relationship(() => [Address], { backPopulates: "user" });
}
class Address extends Base<typeof Address> {
  static table = this.mapTo("addresses");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static email = mappedColumn(t.string(50));
  static userId = mappedColumn(foreignKey(() => User.id));
  static user = relationship(() => User, { backPopulates: "addresses" });
}
class Node extends Base<typeof Node> {
  static table = this.mapTo("nodes");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static parentId = mappedColumn(
    foreignKey(() => Node.id),
    { nullable: true },
  );
  static parent = relationship(() => Node, { nullable: true, remoteSide: () => Node.id });
}
const session = new (class {
  engine = createEngine("sqlite://");
})();
void session;

test("entities", () => {
  const rows = select(User, Address).outerjoin(User.addresses);
  expectTypeOf<RowOf<typeof rows>>().toEqualTypeOf<[User, Address | null]>();
  const plain = select(User, Address).outerjoin(Address, Address.userId.eq(User.id));
  expectTypeOf<RowOf<typeof plain>>().toEqualTypeOf<[User, Address | null]>();
  const inner = select(User, Address).join(User.addresses);
  expectTypeOf<RowOf<typeof inner>>().toEqualTypeOf<[User, Address]>();
  const option = select(User, Address).join(User.addresses, { isouter: true });
  expectTypeOf<RowOf<typeof option>>().toEqualTypeOf<[User, Address | null]>();
  const shape = select({ user: User, address: Address, n: func.count() }).outerjoin(User.addresses);
  expectTypeOf<RowOf<typeof shape>>().toEqualTypeOf<{ user: User; address: Address | null; n: number }>();
  const full = select(User, Address).outerjoin(User.addresses, { full: true });
  expectTypeOf<RowOf<typeof full>>().toEqualTypeOf<[User | null, Address | null]>();
  const one = select(User).outerjoin(User.addresses);
  expectTypeOf<RowOf<typeof one>>().toEqualTypeOf<[User]>();
  const core = select(users.c.id, Address).outerjoinFrom(users, Address, Address.userId.eq(users.c.id));
  expectTypeOf<RowOf<typeof core>>().toEqualTypeOf<[number, Address | null]>();
});

test("aliased entities", () => {
  const Parent = aliased(Node);
  const rows = select(Node, Parent).outerjoin(Node.parent.ofType(Parent));
  expectTypeOf<RowOf<typeof rows>>().toEqualTypeOf<[Node, Node | null]>();
  const Named = aliased(Node, { name: "parent" });
  const named = select(Node, Named).outerjoin(Named, Named.id.eq(Node.parentId));
  expectTypeOf<RowOf<typeof named>>().toEqualTypeOf<[Node, Node | null]>();
});

test("attributes: the types do not know of which class they are", () => {
  const rows = select(User.name, Address.email, func.count()).outerjoin(User.addresses);
  expectTypeOf<RowOf<typeof rows>>().toEqualTypeOf<[string | null, string | null, number]>();
});
