// SEC-05, SEC-15, SEC-21 to SEC-23: what reaches SQL, or a log, by the engine rather than by a statement.
import { inspect as show } from "node:util";
import {
  ArgumentError,
  AthanorError,
  Column,
  column,
  type Connection,
  createEngine,
  DBAPIError,
  type Engine,
  type ExecutionOptions,
  inspect,
  insert,
  listen,
  makeUrl,
  MetaData,
  select,
  t,
  Table,
  table,
  text,
} from "athanor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { Canary } from "./canary.ts";
import { PAYLOADS } from "./payloads.ts";

describeEachDatabase(
  "SEC-05: names that the engine sends",
  (db) => {
    let engine: Engine;
    let canary: Canary;
    beforeAll(async () => {
      engine = createEngine(db.url);
      canary = new Canary(engine, db.dialect);
      await canary.setUp();
    });
    afterAll(async () => engine.dispose());

    const payloads = PAYLOADS.filter((one) => db.dialect !== "mysql" || !/\s$|[\u{10000}-\u{10ffff}]/u.test(one));

    test("schemaTranslateMap", async () => {
      await engine
        .begin(async (conn) => {
          for (const name of payloads) {
            const translated = conn.executionOptions({ schemaTranslateMap: { a: name } });
            const run = translated.execute(select(table("victim", column("id"), { schema: "a" })));
            await expect(run).rejects.toThrow(AthanorError);
            if (db.dialect === "postgresql") break; // the transaction has failed
          }
        })
        .catch((error: unknown) => expect(error).toBeInstanceOf(AthanorError));
      for (const wrong of [1, {}, { value: "x", quote: false }, ["a"], true, undefined, Symbol("a")]) {
        const run = engine.begin(async (conn) => {
          const translated = conn.executionOptions({ schemaTranslateMap: { a: wrong as never } });
          await translated.execute(select(table("victim", column("id"), { schema: "a" })));
        });
        await expect(run).rejects.toThrow();
      }
      expect(await canary.harm()).toBeNull();
    });

    test("what is looked up", async () => {
      await engine.begin(async (conn) => {
        const inspector = inspect(conn);
        for (const name of payloads) {
          expect(await inspector.hasTable(name), name).toBe(false);
          if (db.dialect !== "sqlite") expect(await inspector.hasTable("victim", { schema: name }), name).toBe(false);
        }
      });
      expect(await canary.harm()).toBeNull();
    });

    test("isolation levels, names of transactions, sizes of batches", async () => {
      for (const given of [...PAYLOADS, "SERIALIZABLE; DELETE FROM victim", {}, 1, ["SERIALIZABLE"], true]) {
        await expect(engine.begin(async (conn) => conn.executionOptions({ isolationLevel: given as never }))).rejects.toThrow();
        expect(() => createEngine(db.url, { isolationLevel: given as never })).toThrow(AthanorError);
        const streamed = async (conn: Connection): Promise<void> => {
          for await (const _row of conn.stream(text("SELECT 1"), {}, { yieldPer: given as never } as ExecutionOptions)) break;
        };
        if (given !== 1) await expect(engine.begin(streamed)).rejects.toThrow(AthanorError);
      }
      if (db.dialect !== "sqlite") {
        const conn = await engine.connect();
        for (const xid of [...PAYLOADS.filter((one) => !/^[\w.:-]+$/.test(one)), "", "x".repeat(65), {}, 1]) {
          await expect((async () => conn.beginTwophase(xid as never))()).rejects.toThrow(AthanorError);
          await expect((async () => conn.commitPrepared(xid as never))()).rejects.toThrow(AthanorError);
          await expect((async () => conn.rollbackPrepared(xid as never))()).rejects.toThrow(AthanorError);
        }
        await conn.close();
      }
      expect(await canary.harm()).toBeNull();
    });
  },
  { only: ["sqlite", "postgresql", "mariadb"] },
);

describe("SEC-15: options of a connection", () => {
  test.for(["gbk", "latin1", "sjis", "utf8mb4'; DROP TABLE victim", "big5"])(
    "charset %s is refused by the drivers of MySQL",
    async (charset) => {
      for (const engine of [
        createEngine(`mariadb://localhost/x?charset=${encodeURIComponent(charset)}`),
        createEngine("mariadb://localhost/x", { connectArgs: { charset } }),
      ]) {
        await expect(engine.connect()).rejects.toThrow(ArgumentError);
        await engine.dispose();
      }
    },
  );

  test.for(["multipleStatements", "namedPlaceholders", "timezone", "rowsAsArray", "typeCast", "flags", "stringifyObjects", "dateStrings"])(
    "%s is not for connectArgs of MySQL",
    async (name) => {
      const engine = createEngine("mysql://localhost/x", { connectArgs: { [name]: true } });
      if (name !== "stringifyObjects") await expect(engine.connect()).rejects.toThrow(ArgumentError);
      await engine.dispose();
    },
  );
});

describe("SEC-21: secrets", () => {
  const PASSWORD = "s3cret-p@ss";
  const url = `postgresql://ann:${encodeURIComponent(PASSWORD)}@localhost:1/x`;

  test("are in no text of a URL, an engine or a connection", () => {
    const engine = createEngine(url);
    for (const thing of [engine, engine.url, makeUrl(url), engine.dialect, engine.pool, { engine }]) {
      for (const written of [String(thing), show(thing, { depth: 20, showHidden: false }), safeJson(thing)]) {
        expect(written).not.toContain(PASSWORD);
        expect(written).not.toContain(encodeURIComponent(PASSWORD));
      }
    }
  });

  test("are in no error of a connection that cannot be made", async () => {
    for (const of of [url, url.replace("postgresql", "mysql"), url.replace("postgresql", "mariadb")]) {
      const engine = createEngine(of);
      const error: unknown = await engine.connect().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(AthanorError);
      for (const written of [String(error), show(error, { depth: 20 }), (error as Error).stack ?? "", safeJson(error)]) {
        expect(written).not.toContain(PASSWORD);
        expect(written).not.toContain(encodeURIComponent(PASSWORD));
      }
      await engine.dispose();
    }
  });

  test("are in no error of a URL that cannot be read", () => {
    for (const wrong of [
      `postgresql://ann:${PASSWORD}@localhost:99999999/x`,
      `://ann:${PASSWORD}@h/x`,
      `nosuch://ann:${PASSWORD}@h/x`,
      `postgresql://ann:%zz${PASSWORD}@h/x`,
      `postgresql://ann:${PASSWORD}@h/x?nosuch=1`,
    ]) {
      const error = (() => {
        try {
          createEngine(wrong);
          return new Error("none");
        } catch (thrown) {
          return thrown as Error;
        }
      })();
      expect(`${String(error)}${show(error)}`).not.toContain(PASSWORD);
    }
  });

  test("values are hidden in errors, logs and causes where that is asked for", async () => {
    const lines: string[] = [];
    const logger = {
      debug: (line: unknown) => lines.push(show(line)),
      info: (line: unknown) => lines.push(show(line)),
      warn: (line: unknown) => lines.push(show(line)),
      error: (line: unknown) => lines.push(show(line)),
    };
    const engine = createEngine("sqlite://", { hideParameters: true, echo: "debug", logger } as never);
    const things = new Table("things", new MetaData(), {
      id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
      x: new Column(t.string()),
    });
    await things.create(engine);
    const error: unknown = await engine
      .begin(async (conn) => {
        await conn.execute(insert(things), { id: 1, x: PASSWORD });
        await conn.execute(insert(things), { id: 1, x: PASSWORD });
      })
      .then(
        () => null,
        (thrown: unknown) => thrown,
      );
    expect(error).toBeInstanceOf(DBAPIError);
    for (const written of [String(error), show(error, { depth: 20 }), safeJson(error), (error as Error).stack ?? "", ...lines]) {
      expect(written).not.toContain(PASSWORD);
    }
    await engine.dispose();
  });
});

describe("SEC-22: URLs", () => {
  test.for([
    "postgresql://h/x?multipleStatements=true",
    "mysql://h/x?multipleStatements=true",
    "mysql://h/x?flags=%2BLOCAL_FILES",
    "sqlite:///x.db?nosuch=1",
    "postgresql://h/x?sslmode=prefer",
    "postgresql://h/x?__proto__=1",
    "postgresql://h/x?constructor=1",
  ])("%s is refused", async (url) => {
    const connected = (async () => {
      const engine = createEngine(url);
      try {
        await (await engine.connect()).close();
      } finally {
        await engine.dispose();
      }
    })();
    await expect(connected).rejects.toThrow(ArgumentError);
  });

  test("parts that are encoded are parts", () => {
    const made = makeUrl("postgresql://a%40b:p%2Fw%3A%0d%0a@[::1]:5432/d%3Fb%23?application_name=x%26host%3Devil");
    expect([made.username, made.password, made.host, made.port, made.database]).toEqual(["a@b", "p/w:\r\n", "::1", 5432, "d?b#"]);
    expect(made.queryValue("application_name")).toBe("x&host=evil");
    expect(made.queryValue("host")).toBeNull();
    expect(makeUrl(made.renderAsString({ hidePassword: false })).password).toBe("p/w:\r\n");
  });
});

test("SEC-23: nothing is added to statements, so that no comment can end in one", async () => {
  const engine = createEngine("sqlite://");
  const seen: unknown[] = [];
  listen(engine, "beforeCursorExecute", (...args: readonly unknown[]) => {
    seen.push(...args);
  });
  await engine.begin(async (conn) => (await conn.execute(select(table("sqlite_master", column("name"))))).all());
  const [sql] = seen.filter((one) => typeof one === "string");
  expect(sql).toBe(select(table("sqlite_master", column("name"))).compile({ dialect: engine }).sql);
  await engine.dispose();
});

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}
