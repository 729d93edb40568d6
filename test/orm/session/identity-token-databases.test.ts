// SES-16: identity tokens say in which of several databases a row is.
import {
  type Connection,
  createEngine,
  delete_,
  type Engine,
  insert,
  listen,
  type Result,
  select,
  selectinload,
  Session,
  text,
  update,
} from "athanor";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Blog, inspect, openBlog } from "../support/blog.ts";
import { token, under } from "../support/tokens.ts";

/** Two databases with the same tables, each with rows of its own under the same keys. */
describeEachDatabase(
  "SES-16 identity tokens say in which database a row is",
  (db) => {
    let blog: Blog;
    let engines: Map<unknown, Engine>;
    let s: Session;
    beforeEach(async () => {
      blog = await openBlog(db.url);
      const second = createEngine(db.url);
      await blog.Base.metadata.createAll(second);
      engines = new Map([
        ["eu", blog.engine],
        ["us", second],
      ]);
      s = sharded();
    });
    afterEach(async () => {
      await s.close();
      for (const engine of engines.values()) await engine.dispose();
    });

    function sharded(): Session {
      return new Session({
        getBind: ({ identityToken }) => {
          const engine = engines.get(identityToken);
          if (engine === undefined) throw new Error(`no database for ${String(identityToken)}`);
          return engine;
        },
      });
    }

    function put<O extends object>(shard: string, object: O): O {
      inspect(object).identityToken = shard;
      return object;
    }

    async function filled() {
      const { User, Address, Order, Item } = blog;
      const users = ["eu", "us"].map((shard) => {
        const address = put(shard, new Address({ email: `${shard} 1` }));
        const order = put(shard, new Order({ description: shard, items: [put(shard, new Item({ description: shard }))] }));
        return put(shard, new User({ name: `${shard} user`, addresses: [address], orders: [order] }));
      });
      s.addAll(users);
      await s.commit();
      return users as [InstanceType<typeof User>, InstanceType<typeof User>];
    }

    const names = async (sql: string): Promise<unknown[]> =>
      Promise.all(
        [...engines.values()].map(async (engine) => {
          await using connection: Connection = await engine.connect();
          return (await connection.execute(text(sql)).all()).map((row) => row[0]);
        }),
      );

    test("a flush writes each object where it belongs, and loads read it there", async () => {
      const { User, Address } = blog;
      const [eu, us] = await filled();
      expect([eu.id, us.id]).toEqual([1, 1]);
      expect(await names("SELECT name FROM users")).toEqual([["eu user"], ["us user"]]);
      expect(await names("SELECT item_id FROM order_items")).toEqual([[1], [1]]);
      expect(await s.get(User, 1, { identityToken: "us" })).toBe(us);
      s.expungeAll();
      const found = await s.getOne(User, 1, { identityToken: "us" });
      expect(found.name).toBe("us user");
      expect((await found.awaitableAttrs.addresses).map(({ email }) => email)).toEqual(["us 1"]);
      expect((await s.scalars(select(Address).options(selectinload(Address.user)), under("eu")).one()).user!.name).toBe("eu user");
      found.name = "changed";
      const other = await s.getOne(User, 1, { identityToken: "eu" });
      other.age = 5;
      await s.commit();
      expect(await names("SELECT name FROM users")).toEqual([["eu user"], ["changed"]]);
      expect(await names("SELECT age FROM users")).toEqual([[5], [null]]);
      s.expire(found);
      expect(await found.awaitableAttrs.name).toBe("changed");
      await s.refresh(other);
      expect(other.age).toBe(5);
    });

    test("statements go where their token leads: UPDATE, DELETE, INSERT, streams and those of Core", async () => {
      const { User } = blog;
      const [eu, us] = await filled();
      await s.execute(update(User).values({ name: "all" }), under("us"));
      expect([eu.name, us.name]).toEqual(["eu user", "all"]);
      await s.execute(insert(User), [{ name: "more" }], under("eu"));
      await s.execute(insert(User.table as never).values({ name: "core" } as never), under("us"));
      await s.execute(text("INSERT INTO users (name) VALUES ('text')").executionOptions({ identityToken: "us" }));
      await s.commit();
      expect(await names("SELECT name FROM users ORDER BY id")).toEqual([
        ["eu user", "more"],
        ["all", "core", "text"],
      ]);
      const streamed: string[] = [];
      for await (const user of s.streamScalars(select(User).orderBy(User.id), under("us"))) streamed.push(user.name);
      expect(streamed).toEqual(["all", "core", "text"]);
      await s.execute(delete_(User).where(User.name.in(["core", "text", "more"])), under("us"));
      await s.commit();
      expect(await names("SELECT count(*) FROM users")).toEqual([[2], [1]]);
      await expect(s.scalars(select(User), under("mars")).all()).rejects.toThrow("no database for mars");
      await expect(s.get(User, 1, { identityToken: "mars" })).rejects.toThrow("no database for mars");
      const connection = await s.connection({ identityToken: "us" });
      expect(connection.engine).toBe(engines.get("us"));
      expect(s.getBind({ mapper: User, identityToken: "eu" })).toBe(engines.get("eu"));
    });

    test("objects are deleted where they are, with what hangs on them", async () => {
      const [eu] = await filled();
      await s.delete(eu.orders[0]!);
      await s.delete(eu);
      await s.commit();
      expect(await names("SELECT count(*) FROM users")).toEqual([[0], [1]]);
      expect(await names("SELECT count(*) FROM addresses")).toEqual([[0], [1]]);
      expect(await names("SELECT count(*) FROM order_items")).toEqual([[0], [1]]);
    });

    test("a listener reads from all of them, and puts the results together", async () => {
      const { User } = blog;
      await filled();
      s.expungeAll();
      listen(s, "doOrmExecute", async (state) => {
        if (!state.isSelect || state.executionOptions["identityToken"] !== undefined) return undefined;
        const results: Result<unknown>[] = [];
        for (const identityToken of engines.keys()) {
          state.updateExecutionOptions({ identityToken });
          results.push((await state.invokeStatement()) as Result<unknown>);
        }
        return results[0]!.merge(...results.slice(1));
      });
      const users = await s.scalars(select(User).options(selectinload(User.addresses))).all();
      expect(users.map((user) => [token(user), user.id, user.addresses[0]!.email])).toEqual([
        ["eu", 1, "eu 1"],
        ["us", 1, "us 1"],
      ]);
    });

    test("a savepoint of both is rolled back in both", async () => {
      const [eu, us] = await filled();
      const savepoint = await s.beginNested();
      eu.name = "x";
      us.name = "y";
      await s.flush();
      await savepoint.rollback();
      expect([await eu.awaitableAttrs.name, await us.awaitableAttrs.name]).toEqual(["eu user", "us user"]);
    });
  },
  { only: ["sqlite", "better-sqlite3"] },
);

describeEachDatabase(
  "SES-16 one flush of several classes on several connections",
  (db) => {
    test("each connection has one statement at a time", async () => {
      const blog = await openBlog(db.url);
      const { User, Item, Node, Slot } = blog;
      const second = createEngine(db.url);
      if (db.dialect === "sqlite") await blog.Base.metadata.createAll(second);
      await using s = new Session({ getBind: ({ identityToken }) => (identityToken === "us" ? second : blog.engine) });
      const made = ["eu", "us"].flatMap((shard, i) =>
        [1, 2].flatMap((n) => {
          const id = i * 10 + n;
          const objects = [
            new User({ id, name: shard }),
            new Item({ id, description: shard }),
            new Node({ id, name: shard }),
            new Slot({ id: `${id}`, position: id }),
          ];
          for (const object of objects) inspect(object).identityToken = shard;
          return objects;
        }),
      );
      s.addAll(made);
      await s.flush();
      expect([blog.engine, second].map((engine) => engine.pool.checkedout())).toEqual([1, 1]);
      await s.commit();
      expect([blog.engine, second].map((engine) => engine.pool.checkedout())).toEqual([0, 0]);
      expect(made.every((object) => inspect(object).persistent)).toBe(true);
      for (const object of made) if (object instanceof User) object.name = "changed";
      for (const object of made) if (object instanceof Slot) await s.delete(object);
      await s.commit();
      expect((await s.scalars(select(User).orderBy(User.id), under("us")).all()).slice(-2)).toEqual(
        made.filter((object) => object instanceof User).slice(2),
      );
      expect(await s.scalars(select(Slot), under("us")).all()).toEqual([]);
      await s.close();
      await second.dispose();
      await blog.engine.dispose();
    });
  },
  { only: ["sqlite", "better-sqlite3", "postgresql", "mariadb"] },
);
