import { inspect as inspectAny, type InstanceState, select, selectinload, type Session, type SessionTransaction, text } from "athanor";
import { expect } from "vitest";
import type { Blog } from "../../support/blog.ts";
import { at, copyOf, emptyModel, type Model, subtree } from "./model.ts";
import type { Step, Verb } from "./steps.ts";

type User = InstanceType<Blog["User"]>;
type Address = InstanceType<Blog["Address"]>;
type Profile = InstanceType<Blog["Profile"]>;
type Order = InstanceType<Blog["Order"]>;
type Item = InstanceType<Blog["Item"]>;
type Node = InstanceType<Blog["Node"]>;

const stateOf = (object: object): InstanceState => inspectAny(object) as InstanceState;

const sorted = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

const namesOf = (objects: readonly { readonly description: string | null }[]): string[] =>
  objects.map(({ description }) => String(description)).sort();

interface Savepoint {
  readonly transaction: SessionTransaction;
  readonly model: Model;
  /** how many objects had been made by then */
  readonly made: number;
}

/** One sequence of steps: on the objects of a session, and on a model. */
export class Run {
  readonly #blog: Blog;
  readonly #session: Session;
  work: Model = emptyModel();
  saved: Model = emptyModel();
  readonly #savepoints: Savepoint[] = [];
  /** the objects of this transaction, in the order in which they were made */
  #made: object[] = [];
  users: Map<string, User> = new Map();
  addresses: Map<string, Address> = new Map();
  profiles: Map<string, Profile> = new Map();
  orders: Map<string, Order> = new Map();
  items: Map<string, Item> = new Map();
  nodes: Map<string, Node> = new Map();
  #count = 0;

  constructor(blog: Blog, session: Session) {
    this.#blog = blog;
    this.#session = session;
  }

  async do({ verb, a, b, c }: Step): Promise<void> {
    const act = this.#acts[verb];
    await act(a, b, c);
  }

  #name(prefix: string): string {
    this.#count += 1;
    return `${prefix}${this.#count}`;
  }

  #made_<O extends object>(object: O): O {
    this.#made.push(object);
    return object;
  }

  #newAddress(): [string, Address] {
    const email = this.#name("a");
    const address = this.#made_(new this.#blog.Address({ email }));
    this.addresses.set(email, address);
    return [email, address];
  }

  #newUser(addresses: readonly [string, Address][]): User {
    const name = this.#name("u");
    const user = this.#made_(new this.#blog.User({ name, addresses: addresses.map(([, address]) => address), orders: [], profile: null }));
    this.users.set(name, user);
    this.work.users.set(name, { age: null, addresses: addresses.map(([email]) => email) });
    return user;
  }

  #user(index: number): [string, User] | null {
    const name = at(this.work.users.keys(), index);
    return name === null ? null : [name, this.users.get(name)!];
  }

  #order(index: number): [string, Order, { user: string | null; items: Set<string> }] | null {
    const name = at(this.work.orders.keys(), index);
    return name === null ? null : [name, this.orders.get(name)!, this.work.orders.get(name)!];
  }

  #node(index: number): [string, Node] | null {
    const name = at(this.work.nodes.keys(), index);
    return name === null ? null : [name, this.nodes.get(name)!];
  }

  /** What has no row yet cannot be deleted. */
  async #persist(object: object): Promise<void> {
    if (stateOf(object).key === null) await this.#session.flush();
  }

  readonly #acts: Readonly<Record<Verb, (a: number, b: number, c: number) => void | Promise<void>>> = {
    addUser: (a) => {
      this.#session.add(this.#newUser(Array.from({ length: a % 3 }, () => this.#newAddress())));
    },
    addUserByAddress: () => {
      // the address is added, and its user with it
      const [email, address] = this.#newAddress();
      const user = this.#newUser([]);
      address.user = user;
      this.work.users.get(user.name)!.addresses.push(email);
      this.#session.add(address);
    },
    setAge: (a, b) => {
      const found = this.#user(a);
      if (found === null) return;
      const age = b % 5 === 0 ? null : b;
      found[1].age = age;
      this.work.users.get(found[0])!.age = age;
    },
    pushAddress: (a) => {
      const found = this.#user(a);
      if (found === null) return;
      const [email, address] = this.#newAddress();
      found[1].addresses.push(address);
      this.work.users.get(found[0])!.addresses.push(email);
    },
    addAddressByUser: (a) => {
      const found = this.#user(a);
      if (found === null) return;
      const [email, address] = this.#newAddress();
      address.user = found[1];
      // the way back does not bring it in
      this.#session.add(address);
      this.work.users.get(found[0])!.addresses.push(email);
    },
    removeAddress: (a, b) => {
      const found = this.#user(a);
      if (found === null) return;
      const email = at(this.work.users.get(found[0])!.addresses, b);
      if (email === null) return;
      const { addresses } = found[1];
      addresses.splice(addresses.indexOf(this.addresses.get(email)!), 1);
      this.#drop(found[0], email);
    },
    moveAddress: (a, b, c) => {
      const [from, to] = [this.#user(a), this.#user(b)];
      if (from === null || to === null || from[0] === to[0]) return;
      const email = at(this.work.users.get(from[0])!.addresses, c);
      if (email === null) return;
      const address = this.addresses.get(email)!;
      if (c % 2 === 0) address.user = to[1];
      else to[1].addresses.push(address);
      this.#drop(from[0], email);
      this.work.users.get(to[0])!.addresses.push(email);
    },
    replaceAddresses: (a, b) => {
      const found = this.#user(a);
      if (found === null) return;
      const model = this.work.users.get(found[0])!;
      const kept = model.addresses.filter((_, i) => (b >> i) % 2 === 0);
      const [email, address] = this.#newAddress();
      found[1].addresses = [...kept.map((one) => this.addresses.get(one)!), address];
      model.addresses = [...kept, email];
    },
    clearAddresses: (a, b) => {
      const found = this.#user(a);
      if (found === null) return;
      if (b % 2 === 0) found[1].addresses.length = 0;
      else found[1].addresses = [];
      this.work.users.get(found[0])!.addresses = [];
    },
    setProfile: async (a, b) => {
      const found = this.#user(a);
      if (found === null) return;
      const bio = this.#name("p");
      const profile = this.#made_(new this.#blog.Profile({ bio }));
      this.profiles.set(bio, profile);
      for (const [one, user] of this.work.profiles) if (user === found[0]) this.work.profiles.set(one, null);
      if (b % 2 === 0) found[1].profile = profile;
      else {
        // the one before would keep its user if neither had a row yet
        await this.#session.flush();
        profile.user = found[1];
        this.#session.add(profile);
      }
      this.work.profiles.set(bio, found[0]);
    },
    dropProfile: (a) => {
      const found = this.#user(a);
      if (found === null) return;
      found[1].profile = null;
      for (const [one, user] of this.work.profiles) if (user === found[0]) this.work.profiles.set(one, null);
    },
    addOrder: (a) => {
      const found = this.#user(a);
      if (found === null) return;
      const description = this.#name("o");
      const order = this.#made_(new this.#blog.Order({ description, items: [] }));
      this.orders.set(description, order);
      found[1].orders.push(order);
      this.work.orders.set(description, { user: found[0], items: new Set() });
    },
    moveOrder: (a, b, c) => {
      const [found, to] = [this.#order(a), this.#user(b)];
      if (found === null || to === null) return;
      if (c % 2 === 0) found[1].user = to[1];
      else if (!to[1].orders.includes(found[1])) to[1].orders.push(found[1]);
      found[2].user = to[0];
    },
    orphanOrder: (a) => {
      const found = this.#order(a);
      if (found === null) return;
      found[1].user = null;
      found[2].user = null;
    },
    deleteOrder: async (a, b) => {
      const found = this.#order(a);
      if (found === null) return;
      // rows of items that are new would be inserted for an order that is gone
      await this.#session.flush();
      const owner = found[2].user === null ? null : this.users.get(found[2].user)!;
      if (owner !== null && b % 2 === 0) owner.orders.splice(owner.orders.indexOf(found[1]), 1);
      await this.#session.delete(found[1]);
      this.work.orders.delete(found[0]);
      await this.#session.flush();
      await this.#refreshed(owner, ["orders"]);
      for (const item of found[2].items) await this.#refreshed(this.items.get(item)!, ["orders"]);
    },
    deleteUser: async (a) => {
      const found = this.#user(a);
      if (found === null) return;
      // a pending address or profile would be inserted for a user that is gone
      await this.#session.flush();
      // orders are kept, without a user; addresses and the profile go with it
      const orders = [...this.work.orders].filter(([, { user }]) => user === found[0]);
      await this.#session.delete(found[1]);
      await this.#session.flush();
      for (const [name, order] of orders) {
        order.user = null;
        await this.#refreshed(this.orders.get(name)!, ["user", "userId"]);
      }
      for (const [name, user] of this.work.profiles) if (user === found[0]) this.work.profiles.delete(name);
      this.work.users.delete(found[0]);
    },
    addItem: (a) => {
      const found = this.#order(a);
      if (found === null) return;
      const description = this.#name("i");
      const item = this.#made_(new this.#blog.Item({ description, orders: [] }));
      this.items.set(description, item);
      found[1].items.push(item);
      this.work.items.add(description);
      found[2].items.add(description);
    },
    shareItem: (a, b, c) => {
      const [found, name] = [this.#order(a), at(this.work.items, b)];
      if (found === null || name === null || found[2].items.has(name)) return;
      const item = this.items.get(name)!;
      if (c % 2 === 0) found[1].items.push(item);
      else item.orders.push(found[1]);
      found[2].items.add(name);
    },
    removeItem: (a, b, c) => {
      const found = this.#order(a);
      const name = found === null ? null : at(found[2].items, b);
      if (found === null || name === null) return;
      const item = this.items.get(name)!;
      if (c % 2 === 0) found[1].items.splice(found[1].items.indexOf(item), 1);
      else item.orders.splice(item.orders.indexOf(found[1]), 1);
      found[2].items.delete(name);
    },
    deleteItem: async (a) => {
      const name = at(this.work.items, a);
      if (name === null) return;
      const item = this.items.get(name)!;
      await this.#session.flush();
      await this.#session.delete(item);
      await this.#session.flush();
      this.work.items.delete(name);
      for (const [order, { items }] of this.work.orders) {
        if (!items.delete(name)) continue;
        await this.#refreshed(this.orders.get(order)!, ["items"]);
      }
    },
    addNode: (a, b) => {
      const name = this.#name("n");
      const parent = b % 3 === 0 ? null : this.#node(a);
      const node = this.#made_(new this.#blog.Node({ name, children: [], parent: parent === null ? null : parent[1] }));
      this.nodes.set(name, node);
      this.#session.add(node);
      this.work.nodes.set(name, parent === null ? null : parent[0]);
    },
    moveNode: async (a, b, c) => {
      const [found, to] = [this.#node(a), this.#node(b)];
      if (found === null || to === null || subtree(this.work, found[0]).has(to[0])) return;
      // two that change places in one flush are a circle
      await this.#session.flush();
      if (c % 3 === 0) found[1].parent = null;
      else if (c % 3 === 1) found[1].parent = to[1];
      else if (!to[1].children.includes(found[1])) to[1].children.push(found[1]);
      this.work.nodes.set(found[0], c % 3 === 0 ? null : to[0]);
    },
    deleteNode: async (a) => {
      const found = this.#node(a);
      if (found === null) return;
      await this.#session.flush();
      const parent = this.work.nodes.get(found[0])!;
      await this.#session.delete(found[1]);
      await this.#session.flush();
      for (const name of subtree(this.work, found[0])) this.work.nodes.delete(name);
      if (parent !== null) await this.#refreshed(this.nodes.get(parent)!, ["children"]);
    },
    expungePending: () => {
      const user = new this.#blog.User({ name: "never stored", addresses: [new this.#blog.Address({ email: "never stored" })] });
      this.#session.add(user);
      expect(this.#session.new.has(user.addresses[0])).toBe(true);
      this.#session.expunge(user);
      expect(stateOf(user).transient).toBe(true);
    },
    mergeUser: async (a, b) => {
      const found = this.#user(a);
      if (found === null) return;
      await this.#persist(found[1]);
      const merged = await this.#session.merge(new this.#blog.User({ id: found[1].id, age: b } as never));
      expect(merged).toBe(found[1]);
      this.work.users.get(found[0])!.age = b;
    },
    expireUser: async (a) => {
      const found = this.#user(a);
      if (found === null) return;
      await this.#session.flush();
      this.#session.expire(found[1]);
      await this.#refreshed(found[1]);
      await this.#refreshed(found[1], ["addresses", "orders", "profile"]);
      expect(found[1].age).toBe(this.work.users.get(found[0])!.age);
    },
    query: async (a) => {
      // changes are written before
      const ages = await this.#session.scalars(select(this.#blog.User.name).where(this.#blog.User.age.gt(a))).all();
      expect(ages.sort()).toEqual(
        [...this.work.users]
          .filter(([, { age }]) => (age ?? -1) > a)
          .map(([name]) => name)
          .sort(),
      );
    },
    identity: async (a) => {
      const found = this.#user(a);
      if (found === null) return;
      await this.#persist(found[1]);
      const { User } = this.#blog;
      expect(await this.#session.get(User, found[1].id)).toBe(found[1]);
      expect(await this.#session.scalars(select(User).where(User.name.eq(found[0]))).one()).toBe(found[1]);
    },
    flush: async () => {
      await this.#session.flush();
      await this.check();
      this.#blog.statements.take();
      await this.#session.flush();
      expect(this.#blog.statements.take()).toEqual([]);
    },
    commit: async () => {
      await this.#session.commit();
      this.#ended();
      this.saved = copyOf(this.work);
    },
    rollback: async () => {
      await this.#session.rollback();
      this.work = copyOf(this.saved);
      await this.#restored(0);
      this.#ended();
    },
    savepoint: async () => {
      if (this.#savepoints.length === 3) return;
      const transaction = await this.#session.beginNested();
      this.#savepoints.push({ transaction, model: copyOf(this.work), made: this.#made.length });
    },
    rollbackSavepoint: async () => {
      const last = this.#savepoints.pop();
      if (last === undefined) return;
      await last.transaction.rollback();
      this.work = last.model;
      // what was only read since the savepoint stays as it was read
      this.#session.expireAll();
      await this.#restored(last.made);
    },
    releaseSavepoint: async () => {
      await this.#savepoints.pop()?.transaction.commit();
    },
    forget: async () => {
      await this.#session.commit();
      this.#ended();
      this.saved = copyOf(this.work);
      this.#session.expungeAll();
      await this.#reload();
    },
  };

  #drop(user: string, email: string): void {
    const { addresses } = this.work.users.get(user)!;
    addresses.splice(addresses.indexOf(email), 1);
  }

  async #refreshed(object: object | null, names?: readonly string[]): Promise<void> {
    if (object !== null) await this.#session.refresh(object, names);
  }

  #ended(): void {
    this.#savepoints.length = 0;
    this.#made = [];
  }

  /** After a rollback: what was made since is not known to the session any more. */
  async #restored(since: number): Promise<void> {
    for (const object of this.#made.splice(since)) {
      const state = stateOf(object);
      expect([state.transient, state.key]).toEqual([true, null]);
    }
    expect([...this.#session.new]).toEqual([]);
    await this.#reload();
    await this.check();
  }

  /** Finds the objects again, with their relationships loaded. */
  async #reload(): Promise<void> {
    const { User, Address, Profile, Order, Item, Node } = this.#blog;
    const session = this.#session;
    this.#blog.statements.take();
    const users = await session.scalars(select(User).options(selectinload("*"))).all();
    const addresses = await session.scalars(select(Address).options(selectinload("*"))).all();
    const profiles = await session.scalars(select(Profile).options(selectinload("*"))).all();
    const orders = await session.scalars(select(Order).options(selectinload("*"))).all();
    const items = await session.scalars(select(Item).options(selectinload("*"))).all();
    const nodes = await session.scalars(select(Node).options(selectinload(Node.children), selectinload(Node.parent))).all();
    this.users = new Map(users.map((one) => [one.name, one]));
    this.addresses = new Map(addresses.map((one) => [one.email, one]));
    this.profiles = new Map(profiles.map((one) => [one.bio!, one]));
    this.orders = new Map(orders.map((one) => [one.description!, one]));
    this.items = new Map(items.map((one) => [one.description!, one]));
    this.nodes = new Map(nodes.map((one) => [one.name, one]));
    // what is only read is not written
    this.#blog.statements.take();
    await session.flush();
    expect(this.#blog.statements.take()).toEqual([]);
    expect([...this.users.keys()].sort()).toEqual([...this.work.users.keys()].sort());
  }

  /** The tables hold what the model says, and so do the objects. */
  async check(): Promise<void> {
    const rows = async (sql: string): Promise<string[]> =>
      sorted((await this.#session.execute(text(sql)).all()).map((row) => (row as unknown[]).map((value) => value ?? null)));
    const { users, profiles, orders, items, nodes } = this.work;
    expect(await rows("SELECT name, age FROM users")).toEqual(sorted([...users].map(([name, { age }]) => [name, age])));
    expect(await rows("SELECT a.email, u.name FROM addresses a LEFT JOIN users u ON u.id = a.user_id")).toEqual(
      sorted([...users].flatMap(([name, { addresses }]) => addresses.map((email) => [email, name]))),
    );
    expect(await rows("SELECT p.bio, u.name FROM profiles p LEFT JOIN users u ON u.id = p.user_id")).toEqual(sorted([...profiles]));
    expect(await rows("SELECT o.description, u.name FROM orders o LEFT JOIN users u ON u.id = o.user_id")).toEqual(
      sorted([...orders].map(([name, { user }]) => [name, user])),
    );
    expect(await rows("SELECT description FROM items")).toEqual(sorted([...items].map((name) => [name])));
    expect(
      await rows(
        "SELECT o.description, i.description FROM order_items x JOIN orders o ON o.id = x.order_id JOIN items i ON i.id = x.item_id",
      ),
    ).toEqual(sorted([...orders].flatMap(([name, order]) => [...order.items].map((item) => [name, item]))));
    expect(await rows("SELECT n.name, p.name FROM nodes n LEFT JOIN nodes p ON p.id = n.parent_id")).toEqual(sorted([...nodes]));
    this.#checkObjects();
  }

  #checkObjects(): void {
    const { users, orders, nodes, profiles } = this.work;
    for (const [name, { addresses, age }] of users) {
      const user = this.users.get(name)!;
      expect([user.age ?? null, ...user.addresses.map(({ email }) => email).sort()]).toEqual([age, ...addresses.toSorted()]);
      expect(user.addresses.every((address) => address.user === user)).toBe(true);
      const own = [...orders].filter(([, order]) => order.user === name).map(([order]) => order);
      expect(namesOf(user.orders)).toEqual(own.sort());
      const profile = [...profiles].find(([, owner]) => owner === name);
      expect(user.profile?.bio ?? null).toBe(profile?.[0] ?? null);
    }
    for (const [name, { user, items }] of orders) {
      const order = this.orders.get(name)!;
      expect(order.user?.name ?? null).toBe(user);
      expect(namesOf(order.items)).toEqual([...items].sort());
    }
    for (const [name, parent] of nodes) expect(this.nodes.get(name)!.parent?.name ?? null).toBe(parent);
  }
}
