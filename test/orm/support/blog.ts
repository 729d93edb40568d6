// Models for tests of sessions and flushes: fresh classes per call, so that listeners of one test do not reach another one.
import {
  Column,
  declarativeBase,
  type Engine,
  foreignKey,
  inspect as inspectAny,
  type InstanceState,
  listen,
  mappedColumn,
  relationship,
  sessionmaker,
  t,
  Table,
} from "athanor";
import { withFreshTables } from "./fresh-tables.ts";

/** What the ORM knows about an object. */
export const inspect = (object: object): InstanceState => inspectAny(object) as InstanceState;

/** Users with addresses (deleted with them), orders (kept), and orders with items (many to many). */
export function blogModels() {
  const Base = declarativeBase();
  const orderItems = new Table("order_items", Base.metadata, {
    order_id: new Column(foreignKey("orders.id"), { primaryKey: true }),
    item_id: new Column(foreignKey("items.id"), { primaryKey: true }),
  });

  class User extends Base<typeof User> {
    static table = this.mapTo("users");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(50));
    static age = mappedColumn(t.integer(), { nullable: true });
    static addresses = relationship(() => [Address], { backPopulates: "user", cascade: "all, delete-orphan", orderBy: () => Address.id });
    static orders = relationship(() => [Order], { backPopulates: "user", orderBy: () => Order.id });
    static profile = relationship(() => Profile, { backPopulates: "user", uselist: false, nullable: true, cascade: "all" });
  }

  class Address extends Base<typeof Address> {
    static table = this.mapTo("addresses");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static email = mappedColumn(t.string(100));
    static userId = mappedColumn(foreignKey("users.id"), { nullable: true });
    static user = relationship(() => User, { backPopulates: "addresses", nullable: true });
  }

  class Profile extends Base<typeof Profile> {
    static table = this.mapTo("profiles");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static bio = mappedColumn(t.string(100), { nullable: true });
    static userId = mappedColumn(foreignKey("users.id"), { nullable: true });
    static user = relationship(() => User, { backPopulates: "profile", nullable: true });
  }

  class Order extends Base<typeof Order> {
    static table = this.mapTo("orders");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static description = mappedColumn(t.string(50), { nullable: true });
    static userId = mappedColumn(foreignKey("users.id"), { nullable: true });
    static user = relationship(() => User, { backPopulates: "orders", nullable: true });
    static items = relationship(() => [Item], { secondary: orderItems, backPopulates: "orders", orderBy: () => Item.id });
  }

  class Item extends Base<typeof Item> {
    static table = this.mapTo("items");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static description = mappedColumn(t.string(50), { nullable: true });
    static orders = relationship(() => [Order], { secondary: orderItems, backPopulates: "items", orderBy: () => Order.id });
  }

  class Node extends Base<typeof Node> {
    static table = this.mapTo("nodes");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(50));
    static parentId = mappedColumn(foreignKey("nodes.id"), { nullable: true });
    static children = relationship(() => [Node], { backPopulates: "parent", cascade: "all", orderBy: () => Node.id });
    static parent = relationship(() => Node, { backPopulates: "children", remoteSide: () => Node.id, nullable: true });
  }

  class Doc extends Base<typeof Doc> {
    static table = this.mapTo("docs", { versionIdCol: (cls: { version: unknown }) => cls.version });
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static title = mappedColumn(t.string(50));
    static version = mappedColumn(t.integer(), { init: false });
  }

  class Slot extends Base<typeof Slot> {
    static table = this.mapTo("slots");
    static id = mappedColumn(t.string(20), { primaryKey: true });
    static position = mappedColumn(t.integer(), { nullable: true, unique: true });
  }

  return { Base, User, Address, Profile, Order, Item, Node, Doc, Slot, orderItems };
}

/** The statements that an engine sends: verb, table and, for many rows, their number. */
export class Statements {
  readonly all: string[] = [];
  #last: unknown = null;
  #count = 0;

  constructor(engine: Engine) {
    listen(engine, "begin", () => void this.all.push("BEGIN"));
    listen(engine, "commit", () => void this.all.push("COMMIT"));
    listen(engine, "rollback", () => void this.all.push("ROLLBACK"));
    listen(engine, "beforeCursorExecute", (_conn, _cursor, sql, parameters, context, executemany) => {
      const groups = /^\s*insert/i.test(sql) ? Math.max(1, sql.match(/\bVALUES\s*(.*)$/is)?.[1]?.match(/\)\s*,\s*\(/g)?.length ?? 0, 0) : 0;
      const values = /\)\s*,\s*\(/.test(sql) ? groups + 1 : 1;
      const rows = executemany && values === 1 ? (parameters as readonly unknown[]).length : values;
      const kind = /^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)/i.exec(sql);
      const name =
        kind === null
          ? (/^\s*(\w+(?:\s+TO)?)/.exec(sql)?.[1]?.toUpperCase() ?? sql)
          : `${kind[1]!.split(/\s/)[0]!.toUpperCase()} ${kind[2]}`;
      const from = name === "SELECT" ? `SELECT ${/\bFROM\s+"?(\w+)/i.exec(sql)?.[1] ?? ""}`.trim() : name;
      if (context !== null && context === this.#last && this.all.length > 0) {
        this.#count += rows;
        this.all[this.all.length - 1] = `${from} x${this.#count}`;
        return;
      }
      this.#last = context;
      this.#count = rows;
      this.all.push(rows > 1 ? `${from} x${rows}` : from);
    });
  }

  /** What was sent since the last call, transaction control left out. */
  take(): string[] {
    const taken = this.all.filter((each) => !["BEGIN", "COMMIT", "ROLLBACK"].includes(each));
    this.all.length = 0;
    return taken;
  }

  /** Everything that was sent since the last call. */
  takeAll(): string[] {
    return this.all.splice(0);
  }
}

export type Blog = ReturnType<typeof blogModels> & {
  readonly engine: Engine;
  readonly statements: Statements;
  readonly Session: ReturnType<typeof sessionmaker>;
};

/** Models with their tables in a database, and an eye on what is sent. */
export async function openBlog(url: string, options: Record<string, unknown> = {}): Promise<Blog> {
  const models = blogModels();
  const engine = await withFreshTables(url, models.Base.metadata);
  return { ...models, engine, statements: new Statements(engine), Session: sessionmaker({ bind: engine, ...options }) };
}
