// The values of the matrix of types as elements of a JSON document, read by asInteger(), asString() and the like.
import { afterAll, beforeAll, expect, test } from "vitest";
import { Column, type ColumnElement, type Engine, insert, MetaData, select, t, Table } from "../../../src/index.ts";
import * as pg from "../../../src/dialects/postgresql/index.ts";
import type { NumericType } from "../../../src/sql/types/numeric.ts";
import type { TypeEngine } from "../../../src/sql/types/type-engine.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { CASES } from "./support/cases.ts";
import { engineFor } from "./support/engine.ts";
import { held, show } from "./support/sample.ts";

interface Way {
  /** the value as it stands in a document; undefined for one that no document holds */
  toJson(given: unknown, type: TypeEngine<unknown>): unknown;
  read(element: ColumnElement<unknown>, type: TypeEngine<unknown>): ColumnElement<unknown>;
  /** what is read, of the value in the document */
  readonly expected?: (value: unknown, type: TypeEngine<unknown>) => unknown;
}

const text: Way = { toJson: (given) => (typeof given === "string" ? given : undefined), read: (element) => element.asString() };
const scaleOf = (type: TypeEngine<unknown>): number => (type as NumericType).scale ?? 10;

/** By the affinity of the type. Dates, times, intervals and UUIDs are texts in JSON. */
const WAYS: Readonly<Record<string, Way>> = {
  integer: {
    // asInteger() is the INTEGER of the database, of 32 bits on PostgreSQL; larger ones are read by asNumeric()
    toJson: (given) => (Math.abs(Number(given)) < 2 ** 31 ? Number(given) : undefined),
    read: (element) => element.asInteger(),
  },
  float: {
    toJson: (given) => (typeof given === "number" && Number.isFinite(given) ? given : undefined),
    read: (element) => element.asFloat(),
    // JSON has no sign for nothing
    expected: (value) => (value === 0 ? 0 : value),
  },
  numeric: {
    // a number of JSON is one of JavaScript: what is more exact does not fit
    toJson: (given, type) => {
      const number = Number(given);
      return Number.isFinite(number) && trimmed(number.toFixed(Math.min(scaleOf(type), 15))) === trimmed(String(given))
        ? number
        : undefined;
    },
    read: (element, type) => element.asNumeric(30, scaleOf(type)),
    expected: (value, type) => (value as number).toFixed(scaleOf(type)),
  },
  boolean: { toJson: (given) => (typeof given === "boolean" ? given : undefined), read: (element) => element.asBoolean() },
  string: text,
  date: text,
  time: text,
  interval: text,
  uuid: text,
  json: {
    // SQLite takes 1000 levels, two of which are the document's
    toJson: (given) => (given === t.json.NULL || JSON.stringify(given).startsWith("[".repeat(999)) ? undefined : given),
    read: (element) => element.asJson(),
  },
};

const trimmed = (digits: string): string => digits.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

describeEachDatabase(
  "elements of JSON",
  (db) => {
    let engine: Engine;
    const metadata = new MetaData();
    const docs = new Table("typed_docs", metadata, {
      id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
      doc: new Column(t.json<unknown>()),
      binary: new Column(t.json<unknown>().withVariant(pg.t.JSONB(), "postgresql")),
    });

    beforeAll(async () => {
      engine = await engineFor(db);
      await metadata.createAll(engine);
    });
    afterAll(() => engine.dispose());

    const used = new Set<string>();
    for (const one of CASES) {
      if (one.only !== undefined && !one.only.includes(db.dialect)) continue;
      const type = one.type();
      const way = WAYS[type.affinity];
      if (way === undefined) continue;
      const values = held(one.samples, db.dialect)
        .map(({ given }) => (given === null ? null : way.toJson(given, type)))
        .filter((value) => value !== undefined);
      if (!values.some((value) => value !== null)) continue;
      used.add(type.affinity);

      test(`${one.id} ${one.name}`, async () => {
        await using conn = await engine.connect();
        const wrap = (value: unknown): object => ({ k: value, list: [0, { "odd key": value }] });
        await conn.execute(
          insert(docs),
          values.map((value, id) => ({ id, doc: wrap(value), binary: wrap(value) })),
        );
        for (const column of [docs.c.doc, docs.c.binary] as readonly ColumnElement<unknown>[]) {
          const byKey = way.read(column.at("k"), type);
          const byPath = way.read(column.at(["list", 1, "odd key"]), type);
          const rows = await conn.execute(select(byKey, byPath).orderBy(docs.c.id)).all();
          for (const [i, value] of values.entries()) {
            const expected = value === null ? null : (way.expected?.(value, type) ?? value);
            expect(rows[i], `${column.name ?? ""}: ${show(value)}`).toStrictEqual([expected, expected]);
          }
        }
      });
    }

    test("every kind of type was there", () => {
      expect([...used].toSorted()).toEqual(Object.keys(WAYS).toSorted());
    });
  },
  { only: ["sqlite", "better-sqlite3", "pglite", "postgresql", "mariadb"] },
);
