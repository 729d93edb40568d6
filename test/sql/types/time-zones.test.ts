// Dates and times, whatever the time zone of the process and of the session is.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Column, type Connection, type Engine, func, insert, literal, MetaData, select, t, Table } from "../../../src/index.ts";
import * as mysql from "../../../src/dialects/mysql/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { engineFor } from "./support/engine.ts";
import { CASES as GENERIC_CASES } from "./support/cases.ts";
import { MYSQL_CASES } from "./support/cases-mysql.ts";
import { POSTGRESQL_CASES } from "./support/cases-postgresql.ts";
import { SQLITE_CASES } from "./support/cases-sqlite.ts";
import { Base, COMPARED, CORE, mapType, ORM } from "./support/paths.ts";
import { held } from "./support/sample.ts";

/** With the offset from UTC that each has on 1 July 2021, in minutes as `getTimezoneOffset()` counts them. */
const ZONES = { UTC: 0, "America/St_Johns": 150, "Asia/Kathmandu": -345, "Pacific/Apia": -780, "Europe/Rome": -120 } as const;

const WAYS = {
  bind: CORE["bind"]!,
  "literalBinds and SQL text": CORE["literalBinds and SQL text"]!,
  "many rows": CORE["many rows"]!,
  RETURNING: CORE["RETURNING"]!,
  "WHERE =": COMPARED["WHERE ="]!,
  "flush and load": ORM["flush and load"]!,
  "joined load": ORM["joined load"]!,
};

const CASES = [...GENERIC_CASES, ...POSTGRESQL_CASES, ...MYSQL_CASES, ...SQLITE_CASES].filter((one) => one.isTemporal === true);
const MAPPED = CASES.map(({ type }, at) => mapType(at, type));

const before = process.env["TZ"];

function useZone(zone: keyof typeof ZONES): void {
  process.env["TZ"] = zone;
  expect(new Date("2021-07-01T00:00:00Z").getTimezoneOffset(), "the time zone was not changed").toBe(ZONES[zone]);
}

afterEach(() => {
  if (before === undefined) delete process.env["TZ"];
  else process.env["TZ"] = before;
});

describeEachDatabase(
  "time zones",
  (db) => {
    let engine: Engine;
    const tables: Table[] = [];
    const cases = CASES.flatMap((one, at) => {
      if (one.only !== undefined && !one.only.includes(db.dialect)) return [];
      const mapped = MAPPED[at]!;
      tables.push(mapped.Owner.table as never, mapped.Item.table as never);
      return [{ one, mapped }];
    });

    beforeAll(async () => {
      engine = await engineFor(db);
      await Base.metadata.createAll(engine, { tables: tables as never });
    });
    afterAll(() => engine.dispose());

    async function everyWay(prepare: (conn: Connection) => Promise<unknown> = async () => {}): Promise<void> {
      for (const { one, mapped } of cases) {
        for (const [way, run] of Object.entries(WAYS)) {
          if (way === "WHERE =" && one.notComparable?.includes(db.dialect)) continue;
          await using conn = await engine.connect();
          await prepare(conn);
          try {
            await run(conn, mapped, held(one.samples, db.dialect));
          } catch (error) {
            throw new Error(`${one.id} ${one.name}, ${way}`, { cause: error });
          }
        }
      }
    }

    for (const zone of Object.keys(ZONES) as (keyof typeof ZONES)[]) {
      test(`TYP-01 TYP-03 TYP-04 the process is in ${zone}`, async () => {
        useZone(zone);
        await everyWay();
      }, 60_000);
    }

    test("TYP-04 an instant that was written in one zone is read in another", async () => {
      const metadata = new MetaData();
      const instants = new Table("instants", metadata, {
        id: new Column(t.integer(), { primaryKey: true }),
        at: new Column(t.dateTime({ timezone: true })),
        clock: new Column(t.dateTime()),
        day: new Column(t.date()),
      });
      await metadata.createAll(engine);
      const moments = ["2021-03-28T01:30:00.250Z", "2021-10-31T00:30:00Z", "2021-10-31T01:30:00Z", "2011-12-30T12:00:00Z"].map(
        (text) => new Date(text),
      );
      for (const zone of Object.keys(ZONES) as (keyof typeof ZONES)[]) {
        useZone(zone);
        await engine.begin((conn) =>
          conn.execute(
            insert(instants),
            moments.map((at) => ({ at, clock: at, day: at.toISOString().slice(0, 10) })),
          ),
        );
      }
      for (const zone of Object.keys(ZONES) as (keyof typeof ZONES)[]) {
        useZone(zone);
        await using conn = await engine.connect();
        const rows = await conn.execute(select(instants.c.at, instants.c.clock, instants.c.day).orderBy(instants.c.id)).all();
        expect(rows.map((row) => [...(row as never as unknown[])])).toEqual(
          Object.keys(ZONES).flatMap(() => moments.map((at) => [at, at, at.toISOString().slice(0, 10)])),
        );
      }
    });

    if (db.dialect === "sqlite") return;

    test("TYP-04 the session's time zone is UTC", async () => {
      await using conn = await engine.connect();
      const zone = db.dialect === "postgresql" ? "SHOW TIME ZONE" : "SELECT @@session.time_zone";
      expect(await conn.execDriverSql(zone).scalar()).toMatch(/^(?:UTC|\+00:00)$/);
      const now = (await conn.scalar(select(func.now()))) as Date;
      expect(Math.abs(now.getTime() - Date.now())).toBeLessThan(3_600_000);
    });

    if (db.dialect === "postgresql") {
      test("TYP-04 another time zone of the session changes nothing", async () => {
        // text has the offset of the session, which is what it says
        const text = cases.findIndex(({ one }) => one.name === "timestamptz as text");
        const [left] = cases.splice(text, 1);
        try {
          await everyWay((conn) => conn.execDriverSql("SET TIME ZONE 'Asia/Kathmandu'").then(() => {}));
        } finally {
          cases.splice(text, 0, left!);
        }
        await using conn = await engine.connect();
        await conn.execDriverSql("SET TIME ZONE 'Asia/Kathmandu'");
        const type = t.dateTime({ timezone: true, mode: "string" });
        expect(await conn.scalar(select(literal("2024-01-01 10:00:00+00", type)))).toBe("2024-01-01 15:45:00+05:45");
      }, 60_000);
    } else {
      test("TYP-05 TIMESTAMP is a point in time for the server, DATETIME is not", async () => {
        const metadata = new MetaData();
        const kinds = new Table("kinds", metadata, {
          id: new Column(t.integer(), { primaryKey: true }),
          at: new Column(mysql.t.TIMESTAMP({ fsp: 3 })),
          clock: new Column(mysql.t.DATETIME({ fsp: 3 })),
        });
        await metadata.createAll(engine);
        const at = new Date("2021-03-28T02:30:00.250Z");
        await engine.begin((conn) => conn.execute(insert(kinds).values({ at, clock: at })));
        await using conn = await engine.connect();
        expect([...((await conn.execute(select(kinds.c.at, kinds.c.clock)).one()) as never as unknown[])]).toEqual([at, at]);
        await conn.execDriverSql("SET time_zone = '+05:00'");
        const moved = new Date(at.getTime() + 5 * 3_600_000);
        expect([...((await conn.execute(select(kinds.c.at, kinds.c.clock)).one()) as never as unknown[])]).toEqual([moved, at]);
      });
    }
  },
  { only: ["sqlite", "better-sqlite3", "pglite", "postgresql", "mariadb"] },
);
