// The unit of work against a plain model: whatever is done to the objects, in whatever order, the tables hold what the objects say.
import { select, selectinload, type Session, text } from "athanor";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Blog, openBlog } from "../support/blog.ts";

type UserModel = { name: string; age: number | null; addresses: string[]; orders: string[] };

/** What is in memory (work) and what the last commit left (saved), by name; names are never used twice. */
interface Model {
  users: Map<string, UserModel>;
  /** orders by name: the user's name and the items */
  orders: Map<string, { user: string | null; items: Set<string> }>;
}

const copyOf = (model: Model): Model => structuredClone(model);

type Step =
  | { kind: "addUser"; addresses: number }
  | { kind: "setAge"; user: number; age: number | null }
  | { kind: "push"; user: number }
  | { kind: "removeAddress"; user: number; at: number }
  | { kind: "moveAddress"; user: number; at: number; to: number }
  | { kind: "replaceAddresses"; user: number; count: number }
  | { kind: "addOrder"; user: number }
  | { kind: "moveOrder"; order: number; to: number }
  | { kind: "orphanOrder"; order: number }
  | { kind: "addItem"; order: number }
  | { kind: "shareItem"; order: number; from: number }
  | { kind: "removeItem"; order: number; at: number }
  | { kind: "deleteOrder"; order: number }
  | { kind: "deleteUser"; user: number }
  | { kind: "flush" | "commit" | "rollback" | "forget" };

const n = fc.nat(30);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("addUser" as const), addresses: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("setAge" as const), user: n, age: fc.option(fc.nat(5)) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("push" as const), user: n }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("removeAddress" as const), user: n, at: n }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("moveAddress" as const), user: n, at: n, to: n }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("replaceAddresses" as const), user: n, count: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("addOrder" as const), user: n }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("moveOrder" as const), order: n, to: n }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("orphanOrder" as const), order: n }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("addItem" as const), order: n }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("shareItem" as const), order: n, from: n }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("removeItem" as const), order: n, at: n }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("deleteOrder" as const), order: n }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("deleteUser" as const), user: n }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom("flush" as const, "commit" as const, "rollback" as const, "forget" as const) }),
  },
);

describeEachDatabase(
  "the unit of work does what a plain model does",
  (db) => {
    let blog: Blog;
    beforeAll(async () => {
      blog = await openBlog(db.url);
    });
    afterAll(async () => {
      await blog.engine.dispose();
    });

    test("for any sequence of changes", { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
          for (const table of ["order_items", "items", "orders", "addresses", "profiles", "users"]) {
            await blog.engine.begin((conn) => conn.execute(text(`DELETE FROM ${table}`)));
          }
          await using session = blog.Session();
          const run = new Run(blog, session);
          for (const each of steps) await run.do(each);
          await session.commit();
          run.saved = copyOf(run.work);
          await run.check();
          blog.statements.take();
          await session.flush();
          expect(blog.statements.take()).toEqual([]);
        }),
        { numRuns: db.name === "sqlite" ? 400 : 15 },
      );
    });
  },
  { only: ["sqlite", "better-sqlite3", "pglite", "postgresql"] },
);

type AnyUser = { name: string; age: number | null; addresses: AnyAddress[]; orders: AnyOrder[] };
type AnyAddress = { email: string; user: AnyUser | null };
type AnyOrder = { description: string; user: AnyUser | null; items: AnyItem[] };
type AnyItem = { description: string };

class Run {
  readonly blog: Blog;
  readonly session: Session;
  work: Model = { users: new Map(), orders: new Map() };
  saved: Model = { users: new Map(), orders: new Map() };
  users = new Map<string, AnyUser>();
  orders = new Map<string, AnyOrder>();
  count = 0;

  constructor(blog: Blog, session: Session) {
    this.blog = blog;
    this.session = session;
  }

  #name(prefix: string): string {
    this.count += 1;
    return `${prefix}${this.count}`;
  }

  #user(index: number): [AnyUser, UserModel] | null {
    const names = [...this.work.users.keys()];
    if (names.length === 0) return null;
    const name = names[index % names.length]!;
    return [this.users.get(name)!, this.work.users.get(name)!];
  }

  #order(index: number): [AnyOrder, { user: string | null; items: Set<string> }, string] | null {
    const names = [...this.work.orders.keys()];
    if (names.length === 0) return null;
    const name = names[index % names.length]!;
    return [this.orders.get(name)!, this.work.orders.get(name)!, name];
  }

  #address(email: string): AnyAddress {
    return new this.blog.Address({ email }) as AnyAddress;
  }

  async do(step: Step): Promise<void> {
    const { session, blog } = this;
    switch (step.kind) {
      case "addUser": {
        const name = this.#name("u");
        const emails = Array.from({ length: step.addresses }, () => this.#name("a"));
        const user = new blog.User({
          name,
          addresses: emails.map((email) => this.#address(email)) as never,
          orders: [],
        }) as unknown as AnyUser;
        session.add(user);
        this.users.set(name, user);
        this.work.users.set(name, { name, age: null, addresses: emails, orders: [] });
        return;
      }
      case "setAge": {
        const found = this.#user(step.user);
        if (found === null) return;
        found[0].age = found[1].age = step.age;
        return;
      }
      case "push": {
        const found = this.#user(step.user);
        if (found === null) return;
        const email = this.#name("a");
        found[0].addresses.push(this.#address(email));
        found[1].addresses.push(email);
        return;
      }
      case "removeAddress": {
        const found = this.#user(step.user);
        if (found === null || found[1].addresses.length === 0) return;
        const at = step.at % found[1].addresses.length;
        found[0].addresses.splice(at, 1);
        found[1].addresses.splice(at, 1);
        return;
      }
      case "moveAddress": {
        const [found, to] = [this.#user(step.user), this.#user(step.to)];
        if (found === null || to === null || found[0] === to[0] || found[1].addresses.length === 0) return;
        const at = step.at % found[1].addresses.length;
        to[0].addresses.push(found[0].addresses[at]!);
        to[1].addresses.push(found[1].addresses.splice(at, 1)[0]!);
        return;
      }
      case "replaceAddresses": {
        const found = this.#user(step.user);
        if (found === null) return;
        const emails = Array.from({ length: step.count }, () => this.#name("a"));
        found[0].addresses = emails.map((email) => this.#address(email));
        found[1].addresses = emails;
        return;
      }
      case "addOrder": {
        const found = this.#user(step.user);
        if (found === null) return;
        const name = this.#name("o");
        const order = new blog.Order({ description: name, items: [] }) as unknown as AnyOrder;
        found[0].orders.push(order);
        found[1].orders.push(name);
        this.orders.set(name, order);
        this.work.orders.set(name, { user: found[1].name, items: new Set() });
        return;
      }
      case "moveOrder": {
        const [found, to] = [this.#order(step.order), this.#user(step.to)];
        if (found === null || to === null) return;
        found[0].user = to[0];
        this.#leave(found[1].user, found[2]);
        found[1].user = to[1].name;
        to[1].orders.push(found[2]);
        return;
      }
      case "orphanOrder": {
        const found = this.#order(step.order);
        if (found === null) return;
        found[0].user = null;
        this.#leave(found[1].user, found[2]);
        found[1].user = null;
        return;
      }
      case "addItem": {
        const found = this.#order(step.order);
        if (found === null) return;
        const name = this.#name("i");
        found[0].items.push(new blog.Item({ description: name, orders: [] }) as unknown as AnyItem);
        found[1].items.add(name);
        return;
      }
      case "shareItem": {
        const [found, from] = [this.#order(step.order), this.#order(step.from)];
        if (found === null || from === null) return;
        const item = from[0].items[0];
        if (item === undefined || found[1].items.has(item.description)) return;
        found[0].items.push(item);
        found[1].items.add(item.description);
        return;
      }
      case "removeItem": {
        const found = this.#order(step.order);
        if (found === null || found[0].items.length === 0) return;
        const [gone] = found[0].items.splice(step.at % found[0].items.length, 1);
        found[1].items.delete(gone!.description);
        return;
      }
      case "deleteOrder": {
        const found = this.#order(step.order);
        if (found === null) return;
        // deleting flushes first, so that the order has a row
        await session.flush();
        await session.delete(found[0]);
        await session.flush();
        const owner = found[0].user;
        if (owner !== null) owner.orders.splice(owner.orders.indexOf(found[0]), 1);
        this.#leave(found[1].user, found[2]);
        this.work.orders.delete(found[2]);
        return;
      }
      case "deleteUser": {
        const found = this.#user(step.user);
        if (found === null) return;
        await session.flush();
        for (const order of [...found[0].orders]) order.user = null;
        await session.delete(found[0]);
        await session.flush();
        for (const name of found[1].orders) this.work.orders.get(name)!.user = null;
        this.work.users.delete(found[1].name);
        return;
      }
      case "flush":
        await session.flush();
        await this.check();
        return;
      case "commit":
        await session.commit();
        this.saved = copyOf(this.work);
        return;
      case "rollback":
        await session.rollback();
        this.work = copyOf(this.saved);
        await this.#reload();
        return;
      case "forget":
        await session.commit();
        this.saved = copyOf(this.work);
        session.expungeAll();
        await this.#reload();
    }
  }

  #leave(user: string | null, order: string): void {
    if (user === null) return;
    const { orders } = this.work.users.get(user)!;
    orders.splice(orders.indexOf(order), 1);
  }

  /** Finds the objects again, with their relationships loaded. */
  async #reload(): Promise<void> {
    const { blog, session } = this;
    this.users.clear();
    this.orders.clear();
    const users = await session.scalars(select(blog.User).options(selectinload(blog.User.addresses), selectinload(blog.User.orders))).all();
    for (const user of users) this.users.set(user.name, user as unknown as AnyUser);
    const orders = await session.scalars(select(blog.Order).options(selectinload(blog.Order.items), selectinload(blog.Order.user))).all();
    for (const order of orders) this.orders.set(order.description!, order as unknown as AnyOrder);
    // the model lists members in the order of their rows
    for (const [name, model] of this.work.users) {
      model.addresses = this.users.get(name)!.addresses.map((address) => address.email);
      model.orders = this.users.get(name)!.orders.map((order) => order.description);
    }
    for (const model of this.saved.users.values()) model.addresses.sort();
    expect([...this.users.keys()].sort()).toEqual([...this.work.users.keys()].sort());
    expect([...this.orders.keys()].sort()).toEqual([...this.work.orders.keys()].sort());
  }

  /** The tables hold what the model says. */
  async check(): Promise<void> {
    const rows = async (sql: string): Promise<unknown[][]> => (await this.session.execute(text(sql)).all()) as unknown[][];
    const sorted = (list: unknown[][]): unknown[][] =>
      list.map((row) => row.map((value) => value ?? null)).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    const { users, orders } = this.work;
    expect(sorted(await rows("SELECT name, age FROM users"))).toEqual(sorted([...users.values()].map((u) => [u.name, u.age])));
    expect(sorted(await rows("SELECT a.email, u.name FROM addresses a LEFT JOIN users u ON u.id = a.user_id"))).toEqual(
      sorted([...users.values()].flatMap((u) => u.addresses.map((email) => [email, u.name]))),
    );
    expect(sorted(await rows("SELECT o.description, u.name FROM orders o LEFT JOIN users u ON u.id = o.user_id"))).toEqual(
      sorted([...orders].map(([name, order]) => [name, order.user])),
    );
    expect(
      sorted(
        await rows(
          "SELECT o.description, i.description FROM order_items x JOIN orders o ON o.id = x.order_id JOIN items i ON i.id = x.item_id",
        ),
      ),
    ).toEqual(sorted([...orders].flatMap(([name, order]) => [...order.items].map((item) => [name, item]))));
  }
}
