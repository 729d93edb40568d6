// SEC-21: no password is shown, wherever it may come up: engines, connections and pools that are looked at, errors of connecting and their
// causes, the log; and no value where values are hidden.
import { createServer } from "node:net";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { createEngine, Column, type Engine, type EngineOptions, insert, listen, makeUrl, MetaData, t, Table, text, Url } from "athanor";
import { describeEachDatabase, describeEachDriver } from "../support/databases.ts";

const SECRET = "s3cr3t!pa:ss";
const ENCODED = encodeURIComponent(SECRET);

/** All that a program may print of a thing: what consoles, JSON and crash reports make of it, own and inherited, causes included. */
function everythingOf(value: unknown): string {
  const parts = [
    String(value),
    inspect(value, { depth: 12, showHidden: true, getters: true }),
    inspect(value, { depth: 12, showHidden: true, customInspect: false }),
  ];
  if (value instanceof Error) {
    for (let error: unknown = value; error instanceof Error; error = error.cause) {
      parts.push(error.message, error.stack ?? "", JSON.stringify(error), JSON.stringify(Object.values(error).map(String)));
    }
  }
  return parts.join("\n");
}

function expectNoSecret(shown: string): void {
  expect(shown.length).toBeGreaterThan(0);
  for (const secret of [SECRET, ENCODED]) expect(shown).not.toContain(secret);
}

const urls = ["postgresql", "postgresql+postgresjs", "mariadb", "mariadb+mariadb"].map(
  (scheme) => `${scheme}://ann:${ENCODED}@127.0.0.1:1/films`,
);

describe("the password", () => {
  test.each(urls)("is not in what is shown of engines for %#", async (url) => {
    const engine = createEngine(url, { connectArgs: { password: SECRET } });
    for (const thing of [engine, engine.url, engine.pool, engine.executionOptions({}), { nested: [engine] }]) {
      expectNoSecret(inspect(thing, { depth: 12, showHidden: true }));
      expectNoSecret(inspect(thing, { depth: 12, showHidden: true, customInspect: false }));
      expectNoSecret(String(thing));
    }
    expectNoSecret(JSON.stringify({ engine, url: engine.url }));
    // it is there for those who ask for it
    expect(engine.url.password).toBe(SECRET);
    expect(engine.url.renderAsString({ hidePassword: false })).toContain(ENCODED);
    await engine.dispose();
  });

  test.each(urls)("is not in the error of a server that is not there, nor in the log, for %#", async (url) => {
    const records: unknown[] = [];
    const engine = createEngine(url, { echo: "debug", logger: (record) => void records.push(record) });
    const error: unknown = await engine.connect().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expectNoSecret(everythingOf(error));
    expectNoSecret(`-${inspect(records, { depth: 12 })}`);
    await engine.dispose();
  });

  test.each(urls)("is not in the error of a server that speaks another language, for %#", async (url) => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined).resume();
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const engine = createEngine(makeUrl(url).set({ port }), { poolTimeout: 2 });
    const error: unknown = await engine.connect().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expectNoSecret(everythingOf(error));
    await engine.dispose();
    await new Promise((resolve) => server.close(resolve));
  });

  test("is not in the errors of URLs and options that are wrong", () => {
    const wrong: (() => unknown)[] = [
      () => createEngine(`nothing://ann:${ENCODED}@db/films`),
      () => createEngine(`postgresql://ann:${ENCODED}@db:port/films`),
      () => createEngine(`postgresql://ann:${ENCODED}@db/films?nothing=1`),
      () => createEngine(`postgresql://ann:${ENCODED}%@db/films`),
      () => createEngine(`postgresql//ann:${ENCODED}@db/films`),
      () => createEngine(`postgresql://ann:${ENCODED}@db/films`, { poolSize: -1 }),
      () => createEngine(`postgresql://ann:${ENCODED}@db/films`, { password: SECRET } as EngineOptions),
      () => Url.create({ drivername: "postgresql", username: "ann", password: SECRET, port: -1 }),
    ];
    for (const make of wrong) {
      let thrown: unknown = null;
      try {
        make();
      } catch (error) {
        thrown = error;
      }
      expect(thrown, make.toString()).toBeInstanceOf(Error);
      expectNoSecret(everythingOf(thrown));
    }
  });
});

describeEachDriver("hidden values", (db) => {
  const metadata = new MetaData();
  const users = new Table("users", metadata, {
    id: new Column(t.integer(), { primaryKey: true }),
    name: new Column(t.string(200), { unique: true }),
    age: new Column(t.integer()),
  });

  /** The error of a statement, and what the log has, with the values hidden. */
  async function failing(run: (engine: Engine) => Promise<unknown>): Promise<string> {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    const engine = createEngine(db.url, {
      hideParameters: true,
      echo: "debug",
      logger: { info: write, debug: write, warn: write, error: write },
    });
    try {
      await metadata.createAll(engine);
      const error: unknown = await run(engine).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(Error);
      expect(lines.some((line) => line.includes("failed: "))).toBe(true);
      return `${everythingOf(error)}\n${lines.join("\n")}`;
    } finally {
      await metadata.dropAll(engine);
      await engine.dispose();
    }
  }

  test("are not in errors, in their causes or in the log", async () => {
    const insertTwice = async (engine: Engine): Promise<void> => {
      for (let i = 0; i < 2; i++) await engine.begin((conn) => conn.execute(insert(users).values({ name: SECRET, age: 1 })));
    };
    expectNoSecret(await failing(insertTwice));
    const manyTwice = (engine: Engine): Promise<unknown> =>
      engine.begin((conn) =>
        conn.execute(insert(users), [
          { name: SECRET, age: 1 },
          { name: SECRET, age: 2 },
        ]),
      );
    expectNoSecret(await failing(manyTwice));
    const wrong = (engine: Engine): Promise<unknown> =>
      engine.begin((conn) => conn.execute(text("SELECT nothing FROM users WHERE name = :name"), { name: SECRET }).all());
    expectNoSecret(await failing(wrong));
  });
});

describeEachDatabase(
  "the password of a connection that is there",
  (db) => {
    test("is not in what is shown of it, of what it gives, and of its errors", async () => {
      const root = createEngine(db.url);
      const user = `secret_${crypto.randomUUID().slice(0, 8)}`;
      const isMysql = db.dialect === "mysql";
      if (isMysql) {
        await root.begin(async (conn) => {
          await conn.execDriverSql(`CREATE USER '${user}'@'%' IDENTIFIED BY '${SECRET}'`);
          await conn.execDriverSql(`GRANT ALL ON *.* TO '${user}'@'%'`);
        });
      }
      const engine = createEngine(makeUrl(db.url).set(isMysql ? { username: user, password: SECRET } : { password: SECRET }));
      try {
        const things: unknown[] = [engine, engine.pool, engine.dialect, engine.driver];
        listen(engine, "checkout", (_connection, record) => void things.push(record));
        listen(engine, "afterCursorExecute", (_conn, _cursor, _statement, _parameters, context) => void things.push(context));
        listen(engine, "handleError", (context) => void things.push({ ...context }));
        await using conn = await engine.connect();
        const failure: unknown = await conn.execute(text("SELECT nothing FROM nowhere")).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        await conn.rollback();
        things.push(conn, await conn.getRawConnection(), await conn.execute(text("SELECT 1")), conn.getTransaction(), failure);
        expect(things).toHaveLength(12);
        for (const thing of things) {
          for (const customInspect of [true, false]) expectNoSecret(inspect(thing, { depth: 12, customInspect }));
        }
        for (const thing of [engine, conn, failure]) expectNoSecret(JSON.stringify(thing));
        expectNoSecret(everythingOf(failure));
        await conn.close();
      } finally {
        await engine.dispose();
        if (isMysql) await root.begin((conn) => conn.execDriverSql(`DROP USER '${user}'@'%'`));
        await root.dispose();
      }
    });
  },
  { only: ["postgresql", "postgresjs", "mariadb", "mariadb-connector"] },
);
