// Classes over tables that exist: what their objects have, and what their constructor takes.
import {
  Column,
  declarativeBase,
  type Engine,
  extend,
  foreignKey,
  type Init,
  join,
  type Mapped,
  mappedColumn,
  type MappedColumn,
  MetaData,
  relationship,
  type RowOf,
  select,
  t,
  Table,
} from "athanor";
import { expectTypeOf, test } from "vitest";

const metadata = new MetaData();
const Base = declarativeBase({ metadata });

const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(50), { nullable: false }),
  nick: new Column(t.string(50)),
  visits: new Column(t.integer(), { nullable: false, default: 0 }),
  secret: new Column(t.string(50)),
});

const addresses = new Table("addresses", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  userId: new Column(
    foreignKey(() => users.c.id),
    { nullable: false },
  ),
  email: new Column(t.string(50), { nullable: false }),
});

export class User extends Base.withTable(users, { excludeProperties: ["secret", "nick"] })<typeof User> {
  static table = this.mapTo(users);
  static nickname = mappedColumn(users.c.nick);
  static addresses = relationship(() => [Address]);

  shout(): string {
    return this.name.toUpperCase();
  }
}

export class Address extends Base.withTable(addresses, { includeProperties: ["id", "email", "userId"] })<typeof Address> {
  static table = this.mapTo(addresses);
}

export class Admin extends extend(User)<typeof Admin> {
  static table = this.mapSingle({ polymorphicIdentity: "admin" });
}

const both = join(users, addresses);

export class UserAddress extends Base<typeof UserAddress> {
  static table = this.mapTo(both, { includeProperties: [] });
  static id = mappedColumn([users.c.id, addresses.c.userId]);
  static email = mappedColumn(addresses.c.email, { init: false });
}

declare const user: User;
declare const engine: Engine;

test("the columns of the table are attributes", () => {
  expectTypeOf(user.id).toEqualTypeOf<number>();
  expectTypeOf(user.name).toEqualTypeOf<string>();
  expectTypeOf(user.nickname).toEqualTypeOf<string | null>();
  expectTypeOf(user.addresses).toEqualTypeOf<Address[]>();
  expectTypeOf(User.visits).toEqualTypeOf<MappedColumn<number, true>>();
  expectTypeOf<keyof Mapped<typeof User>>().toEqualTypeOf<"id" | "name" | "visits" | "nickname" | "addresses">();
  expectTypeOf<keyof Mapped<typeof Address>>().toEqualTypeOf<"id" | "email" | "userId">();
  const names = select(User.name, User.nickname);
  expectTypeOf<RowOf<typeof names>>().toEqualTypeOf<[string, string | null]>();
  // @ts-expect-error: it is excluded
  void user.secret;
  // @ts-expect-error: it is known by another name
  void user.nick;
  // @ts-expect-error: the table has no such column
  Base.withTable(users, { excludeProperties: ["pasword"] });
});

test("the constructor demands what the table demands", () => {
  new User({ name: "x" });
  // a relationship gives the key
  new Address({ email: "x" });
  new Admin({ name: "x", visits: 1 });
  // @ts-expect-error: NOT NULL without a default
  new User({ visits: 1 });
  // @ts-expect-error: a number
  new User({ name: "x", visits: "1" });
  expectTypeOf<{ id?: number; email?: string }>().toExtend<Init<typeof UserAddress>>();
  new UserAddress({});
});

test("tables that are read from the database are typed as far as the program says", async () => {
  const plain = await Table.autoload("users", metadata, engine);
  class Plain extends Base.withTable(plain, { excludeProperties: ["whatever"] })<typeof Plain> {
    static table = this.mapTo(plain);
    static id = mappedColumn(users.c.id);
  }
  expectTypeOf<keyof Mapped<typeof Plain>>().toEqualTypeOf<"id">();
  const typed = await Table.autoload("users", metadata, engine, { columns: { id: new Column(t.integer(), { primaryKey: true }) } });
  class Typed extends Base.withTable(typed)<typeof Typed> {
    static table = this.mapTo(typed);
  }
  expectTypeOf(new Typed().id).toEqualTypeOf<number>();
});

test("options of the table are for tables that the class makes", () => {
  void class extends Base<typeof User> {
    // @ts-expect-error: the table is there
    static table = this.mapTo(users, { schema: "x" });
  };
});
