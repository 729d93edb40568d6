// Numbers in DDL, and in the names of types: a text is none.
import { Column, CreateSequence, identity, MetaData, Sequence, t, Table } from "athanor";
import * as mysql from "athanor/mysql";
import * as pg from "athanor/postgresql";
import { create } from "./made.ts";
import type { Sink } from "./sink.ts";

export const NUMBERS: readonly Sink[] = [
  ...["start", "increment", "minvalue", "maxvalue", "cache"].flatMap((name): Sink[] => [
    {
      name: `Sequence({ ${name} })`,
      protection: "validated",
      passes: [],
      families: ["default", "postgresql", "mysql"],
      build: (value) => new CreateSequence(new Sequence("s", { [name]: value as never })),
    },
    {
      name: `identity({ ${name} })`,
      protection: "validated",
      passes: [],
      families: ["default", "postgresql"],
      build: (value) =>
        create(new Table("made", new MetaData(), { x: new Column(t.integer(), identity({ [name]: value as never })) }) as unknown as Table),
    },
  ]),
  ...(
    [
      ["t.string(length)", (n) => t.string(n)],
      ["t.VARCHAR(length)", (n) => t.VARCHAR(n)],
      ["t.CHAR(length)", (n) => t.CHAR(n)],
      ["t.text(length)", (n) => t.text(n)],
      ["t.numeric(precision)", (n) => t.numeric(n)],
      ["t.numeric(scale)", (n) => t.numeric(5, n)],
      ["t.float(precision)", (n) => t.float(n)],
      ["t.largeBinary(length)", (n) => t.largeBinary(n)],
      ["t.BINARY(length)", (n) => t.BINARY(n)],
      ["t.VARBINARY(length)", (n) => t.VARBINARY(n)],
      ["t.interval({ secondPrecision })", (n) => t.interval({ secondPrecision: n })],
      ["t.interval({ dayPrecision })", (n) => t.interval({ dayPrecision: n })],
      ["t.enum({ length })", (n) => t.enum(["a"], { length: n, nativeEnum: false })],
      ["t.array({ dimensions })", (n) => t.array(t.integer(), { dimensions: n })],
      ["pg.t.TIMESTAMP({ precision })", (n) => pg.t.TIMESTAMP({ precision: n })],
      ["pg.t.TIME({ precision })", (n) => pg.t.TIME({ precision: n })],
      ["pg.t.INTERVAL({ precision })", (n) => pg.t.INTERVAL({ precision: n })],
      ["pg.t.INTERVAL({ fields })", (n) => pg.t.INTERVAL({ fields: n as never })],
      ["pg.t.BIT(length)", (n) => pg.t.BIT(n)],
      ["pg.t.BYTEA(length)", (n) => pg.t.BYTEA(n)],
      ["mysql.t.INTEGER({ displayWidth })", (n) => mysql.t.INTEGER({ displayWidth: n })],
      ["mysql.t.SMALLINT({ displayWidth })", (n) => mysql.t.SMALLINT({ displayWidth: n })],
      ["mysql.t.BIGINT({ displayWidth })", (n) => mysql.t.BIGINT({ displayWidth: n })],
      ["mysql.t.MEDIUMINT({ displayWidth })", (n) => mysql.t.MEDIUMINT({ displayWidth: n })],
      ["mysql.t.TINYINT({ displayWidth })", (n) => mysql.t.TINYINT({ displayWidth: n })],
      ["mysql.t.NUMERIC(precision)", (n) => mysql.t.NUMERIC(n)],
      ["mysql.t.DECIMAL(scale)", (n) => mysql.t.DECIMAL(5, n)],
      ["mysql.t.FLOAT(precision)", (n) => mysql.t.FLOAT(n)],
      ["mysql.t.FLOAT({ scale })", (n) => mysql.t.FLOAT(5, { scale: n })],
      ["mysql.t.DOUBLE({ scale })", (n) => mysql.t.DOUBLE(5, { scale: n })],
      ["mysql.t.REAL({ scale })", (n) => mysql.t.REAL(5, { scale: n })],
      ["mysql.t.BIT(length)", (n) => mysql.t.BIT(n)],
      ["mysql.t.YEAR(displayWidth)", (n) => mysql.t.YEAR(n)],
      ["mysql.t.DATETIME({ fsp })", (n) => mysql.t.DATETIME({ fsp: n })],
      ["mysql.t.TIMESTAMP({ fsp })", (n) => mysql.t.TIMESTAMP({ fsp: n })],
      ["mysql.t.TIME({ fsp })", (n) => mysql.t.TIME({ fsp: n })],
      ["mysql.t.VARCHAR(length)", (n) => mysql.t.VARCHAR(n)],
      ["mysql.t.CHAR(length)", (n) => mysql.t.CHAR(n)],
      ["mysql.t.TEXT(length)", (n) => mysql.t.TEXT(n)],
    ] satisfies [string, (n: never) => unknown][]
  ).map(([name, type]): Sink => ({
    name,
    protection: "validated",
    passes: [],
    families: name.startsWith("pg.")
      ? ["postgresql"]
      : name.startsWith("mysql.")
        ? ["mysql"]
        : name.includes("array")
          ? ["postgresql"]
          : ["default", "sqlite", "postgresql", "mysql"],
    build: (value) => create(new Table("made", new MetaData(), { x: new Column(type(value as never) as never) }) as unknown as Table),
  })),
];
