// MAP-02, MAP-08, MAP-09: classes over tables, joins and subqueries that exist.
import {
  aliased,
  Column,
  columnProperty,
  createEngine,
  declarativeBase,
  delete_,
  extend,
  foreignKey,
  func,
  inspect,
  join,
  mappedColumn,
  MetaData,
  relationship,
  select,
  selectinload,
  Session,
  t,
  Table,
  text,
  update,
} from "athanor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { StatementRecorder } from "../../../src/testing/index.ts";

function schema() {
  const metadata = new MetaData();
  const users = new Table("users", metadata, {
    id: new Column(t.integer(), { primaryKey: true }),
    name: new Column(t.string(50), { nullable: false }),
    user_nick: new Column(t.string(50)),
    password: new Column(t.string(50)),
  });
  const addresses = new Table("addresses", metadata, {
    id: new Column(t.integer(), { primaryKey: true }),
    userId: new Column(
      "user_id",
      foreignKey(() => users.c.id),
      { nullable: false },
    ),
    email: new Column(t.string(50), { nullable: false }),
  });
  return { metadata, users, addresses, Base: declarativeBase({ metadata }) };
}

describe("a class over a table", () => {
  test("MAP-09 a subset of the columns, other names, later additions", () => {
    const { users, addresses, Base } = schema();
    class User extends Base.withTable(users, { excludeProperties: ["password", "user_nick"] })<typeof User> {
      static table = this.mapTo(users);
      static nick = mappedColumn(users.c.user_nick, { deferred: true });
    }
    class Address extends Base.withTable(addresses)<typeof Address> {
      static table = this.mapTo(addresses);
      static user = relationship(() => User);
    }
    expect(
      inspect(User)
        .columnAttrs.map((prop) => prop.key)
        .toSorted(),
    ).toEqual(["id", "name", "nick"]);
    expect(String(select(User))).toBe("SELECT users.id, users.name FROM users");
    expect(String(select(User.nick))).toBe("SELECT users.user_nick FROM users");
    inspect(User).addProperty(
      "addresses",
      relationship(() => [Address], { backPopulates: undefined as never, overlaps: "user" }),
    );
    inspect(User).addProperty("secret", users.c.password);
    inspect(User).addProperty(
      "shout",
      columnProperty(() => func.upper(users.c.name)),
    );
    expect([...inspect(User).props.keys()]).toContain("addresses");
    expect(String(select(User))).toBe("SELECT upper(users.name) AS upper_1, users.id, users.name, users.password FROM users");
    const user = new User({ name: "sandy" }) as User & { addresses: Address[]; secret: string };
    user.addresses.push(new Address({ email: "s@example.org" }));
    user.secret = "x";
    expect(user.addresses).toHaveLength(1);
    expect(() => inspect(User).addProperty("name", users.c.name)).toThrow('User has a mapped attribute "name" already');
    expect(() => inspect(User).addProperty("odd", "x" as never)).toThrow("User.odd: an attribute is a column of the table, or what");
  });

  test("MAP-09 includeProperties: only what is named, and what the class itself names", () => {
    const { users, Base } = schema();
    class User extends Base<typeof User> {
      static table = this.mapTo(users, { includeProperties: ["id", users.c.name] });
      static nick = mappedColumn(users.c.user_nick);
    }
    expect(
      inspect(User)
        .columnAttrs.map((prop) => prop.key)
        .toSorted(),
    ).toEqual(["id", "name", "nick"]);
    class None extends Base<typeof None> {
      static table = this.mapTo(users, { includeProperties: [] });
      static id = mappedColumn(users.c.id);
    }
    expect(inspect(None).columnAttrs.map((prop) => prop.key)).toEqual(["id"]);
  });

  test("MAP-09 what cannot be, and what to do", () => {
    const { users, Base } = schema();
    class Added extends Base<typeof Added> {
      static table = this.mapTo(users);
      static more = mappedColumn(t.integer());
    }
    expect(() => inspect(Added)).toThrow(
      "Added.more: users exists already, and this would be another column. Name the column that is meant, mappedColumn(users.c.more), or add it to the table",
    );
    const Other = declarativeBase();
    class Wrong extends Other<typeof Wrong> {
      static table = this.mapTo("wrong");
      static id = mappedColumn(users.c.id);
    }
    expect(() => inspect(Wrong)).toThrow("Wrong.id: mappedColumn() names a column that exists, and this class makes its own table");
    class Misspelt extends Other<typeof Misspelt> {
      static table = this.mapTo(users, { excludeProperties: ["pasword"] });
    }
    expect(() => inspect(Misspelt)).toThrow(
      'Misspelt: excludeProperties names "pasword", which is no column of users; it has id, name, user_nick, password',
    );
    class Keyless extends Other<typeof Keyless> {
      static table = this.mapTo(users, { excludeProperties: ["id"] });
    }
    expect(() => inspect(Keyless)).toThrow("Keyless has no primary key");
    expect(() => Other.withTable("users" as never)).toThrow(
      'Base.withTable() takes a table, join or subquery that exists; it was given "users"',
    );
    expect(() => {
      class Options extends Other<typeof Options> {
        // @ts-expect-error: the table is there, with its own comment
        static table = this.mapTo(users, { comment: "x" });
      }
      return Options;
    }).toThrow("Options: mapTo() has the option comment, which is one of the table, and the table exists already");
    expect(() => mappedColumn(users.c.id, { primaryKey: true } as never)).toThrow("takes options of the attribute");
    expect(() => mappedColumn([] as never)).toThrow("mappedColumn([…]) takes columns of a table that exists");
  });

  test("names that objects and classes have already", () => {
    const metadata = new MetaData();
    const odd = new Table("odd", metadata, {
      id: new Column(t.integer(), { primaryKey: true }),
      metadata: new Column(t.string(10)),
      toJSON: new Column(t.string(10)),
    });
    const Base = declarativeBase();
    expect(() => Base.withTable(odd)).toThrow("Base.withTable().metadata: classes have metadata already, from their base");
    class Odd extends Base.withTable(odd, { excludeProperties: ["metadata", "toJSON"] })<typeof Odd> {
      static table = this.mapTo(odd);
      static meta = mappedColumn(odd.c.metadata);
      static json = mappedColumn(odd.c.toJSON);
    }
    expect(String(select(Odd))).toBe('SELECT odd.id, odd.metadata, odd."toJSON" FROM odd');
    class Plain {}
    expect(() => Base.registry.mapImperatively(Plain, odd)).toThrow(
      "Plain.toJSON: objects have toJSON already, which JSON.stringify() calls",
    );
    Base.registry.mapImperatively(Plain, odd, { excludeProperties: ["toJSON"] });
    expect(inspect(Plain as never as typeof Odd).hasProperty("metadata")).toBe(true);
  });

  test("MAP-02 a superclass over a table, single and joined subclasses", () => {
    const { metadata, users, Base } = schema();
    const admins = new Table("admins", metadata, {
      id: new Column(
        foreignKey(() => users.c.id),
        { primaryKey: true },
      ),
      level: new Column(t.integer()),
    });
    class User extends Base.withTable(users)<typeof User> {
      static table = this.mapTo(users, { polymorphicOn: (cls) => cls.user_nick, polymorphicIdentity: "user" });
    }
    class Admin extends extend(User)<typeof Admin> {
      static table = this.mapTo(admins, { polymorphicIdentity: "admin" });
      static level = mappedColumn(admins.c.level);
      static id = mappedColumn(admins.c.id);
    }
    class Guest extends extend(User)<typeof Guest> {
      static table = this.mapSingle({ polymorphicIdentity: "guest" });
    }
    expect(String(select(Admin.name, Admin.level))).toBe("SELECT users.name, admins.level FROM users JOIN admins ON users.id = admins.id");
    expect(String(select(Guest.name))).toBe("SELECT users.name FROM users WHERE users.user_nick IN (?)");
    expect(new Admin({ name: "x", level: 3 }).user_nick).toBe("admin");
  });
});

describeEachDatabase("classes over what exists", (db) => {
  const { metadata, users, addresses } = schema();
  const engine = () => createEngine(db.url);
  let bind: ReturnType<typeof engine>;
  beforeAll(async () => {
    bind = engine();
    await metadata.createAll(bind);
  });
  afterAll(async () => {
    await metadata.dropAll(bind);
    await bind.dispose();
  });

  test("MAP-02 a reflected table", async () => {
    const Base = declarativeBase();
    const reflected = await Table.autoload("users", Base.metadata, bind, {
      columns: { id: new Column(t.integer(), { primaryKey: true }), name: new Column(t.string(50), { nullable: false }) },
    });
    class User extends Base.withTable(reflected, { excludeProperties: ["name"] })<typeof User> {
      static table = this.mapTo(reflected);
      static fullName = mappedColumn(reflected.c.name);
    }
    await using session = new Session(bind);
    const user = new User({ fullName: "gary" });
    session.add(user);
    await session.commit();
    const found = await session.scalars(select(User).where(User.fullName.eq("gary"))).one();
    expect(found).toBe(user);
    expect(Object.keys(found.toJSON()).toSorted()).toEqual(["fullName", "id", "password", "user_nick"]);
    await session.delete(found);
    await session.commit();
  });

  test("MAP-08 a join that is written", async () => {
    const Base = declarativeBase({ metadata });
    const userAddress = join(addresses, users);
    class UserAddress extends Base<typeof UserAddress> {
      static table = this.mapTo(userAddress, { excludeProperties: [users.c.password] });
      static id = mappedColumn([users.c.id, addresses.c.userId]);
      static addressId = mappedColumn(addresses.c.id);
      static name = mappedColumn(users.c.name);
      static email = mappedColumn(addresses.c.email);
    }
    const mapper = inspect(UserAddress);
    expect(mapper.primaryKey.map((column) => String(column)).toSorted()).toEqual(["addresses.id", "users.id"]);
    await using session = new Session(bind);
    const recorder = new StatementRecorder(bind);
    const both = [new UserAddress({ name: "a", email: "a@x" }), new UserAddress({ name: "b", email: "b@x" })];
    session.addAll(both);
    await session.flush();
    const tables = recorder.statements.map(({ sql }) => /^INSERT INTO [`"]?(\w+)/.exec(sql)?.[1]);
    expect(tables.indexOf("addresses")).toBeGreaterThan(tables.lastIndexOf("users"));
    const key = mapper.primaryKeyFromInstance(both[1]!) as number[];
    await session.commit();
    session.expungeAll();
    expect(await session.execute(select(users.c.id, addresses.c.userId, addresses.c.email).join(addresses)).all()).toHaveLength(2);

    const first = await session.scalars(select(UserAddress).where(UserAddress.email.eq("a@x"))).one();
    expect([first.name, first.id]).toEqual(["a", await session.scalar(select(users.c.id).where(users.c.name.eq("a")))]);
    const Other = aliased(UserAddress);
    expect((await session.scalars(select(Other).where(Other.name.eq("b"))).one()).email).toBe("b@x");

    recorder.clear();
    first.name = "c";
    await session.flush();
    expect(recorder.statements.map(({ sql }) => sql.split(" ").slice(0, 2).join(" ").replaceAll(/[`"]/g, ""))).toEqual(["UPDATE users"]);
    recorder.clear();
    first.name = "d";
    first.email = "d@x";
    await session.flush();
    expect(recorder.statements).toHaveLength(2);
    recorder.clear();
    await session.delete(first);
    await session.flush();
    expect(recorder.statements.map(({ sql }) => sql.split(" ").slice(0, 3).join(" ").replaceAll(/[`"]/g, ""))).toEqual([
      "DELETE FROM addresses",
      "DELETE FROM users",
    ]);
    recorder.stop();
    await session.commit();
    expect(await session.execute(select(users.c.name)).all()).toEqual([["b"]]);
    expect((await session.get(UserAddress, key))?.name).toBe("b");
    await session.execute(delete_(addresses).where(addresses.c.id.gt(0)));
    await session.execute(delete_(users).where(users.c.id.gt(0)));
    await session.commit();
  });

  test("MAP-08 columns of one name in a join must be told apart or joined", () => {
    const Base = declarativeBase({ metadata });
    class UserAddress extends Base<typeof UserAddress> {
      static table = this.mapTo(join(users, addresses));
    }
    expect(() => inspect(UserAddress)).toThrow(
      "UserAddress.id would be the columns users.id and addresses.id at once. Say that they are one: static id = mappedColumn([users.c.id, addresses.c.id]); or give one of them another attribute name",
    );
  });

  test("MAP-08 a subquery, a view, a statement: read, related, and not written", async () => {
    const Base = declarativeBase({ metadata });
    class User extends Base.withTable(users)<typeof User> {
      static table = this.mapTo(users);
      static counted = relationship(() => Counted, { viewonly: true, nullable: true });
    }
    const counts = select(addresses.c.userId, func.count().label("total")).groupBy(addresses.c.userId).subquery("counts");
    class Counted extends Base.withTable(counts)<typeof Counted> {
      static table = this.mapTo(counts, { primaryKey: (cls) => cls.userId });
      static user = relationship(() => User, { viewonly: true });
    }
    await using session = new Session(bind);
    await session.execute(text("INSERT INTO users (id, name) VALUES (7, 'x'), (8, 'y')"));
    await session.execute(text("INSERT INTO addresses (id, user_id, email) VALUES (11, 7, 'a'), (12, 7, 'b')"));
    const found = await session.scalars(select(Counted).options(selectinload(Counted.user))).all();
    const one = found[0]!;
    expect([found.length, one.userId, Number(one.total), one.user.name]).toEqual([1, 7, 2, "x"]);
    expect(await session.get(Counted, 7)).toBe(one);
    const loaded = await session.scalars(select(User).options(selectinload(User.counted)).orderBy(User.id)).all();
    expect(loaded.map((user) => user.counted)).toEqual([one, null]);
    expect(await session.scalars(select(User.name).where(User.counted.has(Counted.total.gt(1)))).all()).toEqual(["x"]);
    await session.execute(update(users).values({ name: "z" }).where(users.c.id.eq(7)));
    await session.rollback();
  });
});
