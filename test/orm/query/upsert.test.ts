// Upserts of mapped classes go by the names of attributes, as their values do.
import { createEngine, declarativeBase, type Engine, mappedColumn, select, Session, t } from "athanor";
import { dumps, loads } from "athanor/ext";
import * as mysql from "athanor/mysql";
import * as postgresql from "athanor/postgresql";
import * as sqlite from "athanor/sqlite";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { OnConflictDoUpdate } from "../../../src/dialects/on-conflict.ts";
import { describeEachDatabase } from "../../support/databases.ts";

const Base = declarativeBase();

class Account extends Base<typeof Account> {
  static table = this.mapTo("upsert_accounts");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static eMail = mappedColumn("email_address", t.string(50), { unique: true });
  static loginCount = mappedColumn(t.integer());
  // names that are those of each other's columns
  static first = mappedColumn("second", t.string(20), { nullable: true });
  static second = mappedColumn("first", t.string(20), { nullable: true });
}

describeEachDatabase("upserts of mapped classes", (db) => {
  let engine: Engine;
  let session: Session;
  const rows = [
    { id: 1, eMail: "a@x", loginCount: 1, first: "one", second: "two" },
    { id: 2, eMail: "b@x", loginCount: 5, first: "three", second: "four" },
  ];
  beforeAll(async () => {
    engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
  });
  beforeEach(async () => {
    session = new Session(engine);
    await session.execute(mysql.insert(Account).values(rows[0]!) as never);
    return () => session.close();
  });
  afterAll(() => engine.dispose());

  const read = async (): Promise<unknown> =>
    await session.execute(select(Account.eMail, Account.loginCount, Account.first, Account.second).orderBy(Account.id)).all();
  const again = rows.map((row) => ({ ...row, loginCount: row.loginCount * 10, first: `${row.first}!`, second: `${row.second}!` }));

  if (db.dialect === "mysql") {
    test("ON DUPLICATE KEY UPDATE", async () => {
      const added = mysql.insert(Account).values(again);
      const { inserted } = added;
      await session.execute(
        added.onDuplicateKeyUpdate({ loginCount: Account.loginCount.add(inserted.loginCount), first: inserted.first, second: "set" }),
      );
      expect(await read()).toEqual([
        ["a@x", 11, "one!", "set"],
        ["b@x", 50, "three!", "four!"],
      ]);
    });
    return;
  }

  const { insert } = db.dialect === "sqlite" ? sqlite : (postgresql as unknown as typeof sqlite);

  test("ON CONFLICT DO UPDATE, by names of attributes", async () => {
    const added = insert(Account).values(again);
    const { excluded } = added;
    expect(Object.keys(excluded)).toEqual(["id", "eMail", "loginCount", "first", "second"]);
    await session.execute(
      added.onConflictDoUpdate({
        indexElements: ["eMail"],
        set: { loginCount: Account.loginCount.add(excluded.loginCount), first: excluded.first, second: "set" },
        where: excluded.loginCount.gt(Account.loginCount),
      }),
    );
    expect(await read()).toEqual([
      ["a@x", 11, "one!", "set"],
      ["b@x", 50, "three!", "four!"],
    ]);
  });

  test("the whole row that could not be inserted, and columns as keys", async () => {
    const added = insert(Account).values(again[0]!);
    await session.execute(added.onConflictDoUpdate({ indexElements: [Account.eMail], set: added.excluded }));
    expect(await read()).toEqual([["a@x", 10, "one!", "two!"]]);
    await session.execute(added.onConflictDoUpdate({ indexElements: ["eMail"], set: new Map([[Account.first, "map"]]) }));
    expect(await read()).toEqual([["a@x", 10, "map", "two!"]]);
  });

  test("ON CONFLICT DO NOTHING", async () => {
    await session.execute(
      insert(Account)
        .values(again)
        .onConflictDoNothing({ indexElements: ["eMail"] }),
    );
    expect(await read()).toEqual([
      ["a@x", 1, "one", "two"],
      ["b@x", 50, "three!", "four!"],
    ]);
  });

  test("keys of columns that are the name of no attribute still lead to their columns", async () => {
    const added = insert(Account).values(again[0]!);
    const excluded = added.excluded as unknown as Record<string, typeof added.excluded.eMail>;
    await session.execute(
      added.onConflictDoUpdate({ indexElements: ["email_address"], set: { login_count: 7, first: excluded["email_address"]! } }),
    );
    expect(await read()).toEqual([["a@x", 7, "a@x", "two"]]);
  });

  test("written down as text", async () => {
    const added = insert(Account).values(again[0]!);
    const statement = added.onConflictDoUpdate({ indexElements: ["eMail"], set: { first: added.excluded.first } });
    const classes = { Upsert: added.constructor, OnConflictDoUpdate } as never;
    const written = loads(dumps(statement, { classes }), { classes, metadata: Base.metadata, registry: Base.registry });
    await session.execute(written as never);
    expect(await read()).toEqual([["a@x", 1, "one!", "two"]]);
  });
});
