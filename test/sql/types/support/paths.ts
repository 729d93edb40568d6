// Every way by which a value gets into a database and out of it again.
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import {
  bindparam,
  case_,
  Column,
  type Connection,
  declarativeBase,
  desc,
  foreignKey,
  insert,
  joinedload,
  literal,
  mappedColumn,
  type MetaData,
  relational,
  relationship,
  select,
  selectinload,
  Session,
  t,
  Table,
  text,
  update,
} from "../../../../src/index.ts";
import type { TypeEngine } from "../../../../src/sql/types/type-engine.ts";
import { show } from "./sample.ts";

/** A value that a database holds, and what it comes back as. */
export interface Held {
  readonly given: unknown;
  readonly expected: unknown;
}

/** From so many rows on, PostgreSQL is sent one array for each column. */
const MANY = 210;

export const Base = declarativeBase();

/** The tables and classes of one type: the attribute is always called `value`. */
export function mapType(at: number, type: () => TypeEngine<unknown>) {
  const shared = type();
  class Owner extends Base<typeof Owner> {
    static table = this.mapTo(`owner_${at}`);
    static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
    static items = relationship(() => [Item], { orderBy: () => Item.id });
  }
  class Item extends Base<typeof Item> {
    static table = this.mapTo(`item_${at}`);
    static id = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
    static ownerId = mappedColumn(
      foreignKey(() => Owner.id),
      { nullable: true },
    );
    static value = mappedColumn(shared, { nullable: true });
  }
  return { Owner, Item, type: shared };
}

export type Mapped = ReturnType<typeof mapType>;

/** Compares with what was given in the message: a value says little without the place that it came from. */
function same(actual: readonly unknown[], held: readonly Held[], where: string): void {
  // asking for each takes time, and is for what a message has to say
  if (
    isDeepStrictEqual(
      actual,
      held.map(({ expected }) => expected),
    )
  )
    return;
  expect(actual.length, where).toBe(held.length);
  for (const [i, { given, expected }] of held.entries()) expect(actual[i], `${where}: ${show(given)}`).toStrictEqual(expected);
}

async function read(conn: Connection, { Item }: Mapped): Promise<unknown[]> {
  const rows = await conn.execute(select(Item.table.c["value"]!).orderBy(Item.table.c["id"]!)).all();
  return rows.map((row) => (row as unknown as unknown[])[0]);
}

const rowsOf = (held: readonly Held[]): { id: number; value: never }[] => held.map(({ given }, id) => ({ id, value: given as never }));

/** The samples over and over again, until there are so many that they are sent in another way. */
function many(held: readonly Held[]): Held[] {
  return Array.from({ length: Math.ceil(MANY / held.length) }).flatMap(() => held);
}

export type Path = (conn: Connection, mapped: Mapped, held: readonly Held[]) => Promise<void>;

/** The ways of Core. Each gets a connection whose transaction is rolled back afterwards. */
export const CORE: Readonly<Record<string, Path>> = {
  async bind(conn, mapped, held) {
    for (const [id, { given }] of held.entries()) await conn.execute(insert(mapped.Item.table).values({ id, value: given as never }));
    same(await read(conn, mapped), held, "INSERT");
  },

  async "literal in the statement"(conn, mapped, held) {
    for (const [id, { given }] of held.entries()) {
      await conn.execute(insert(mapped.Item.table).values({ id, value: literal(given, mapped.type, { literalExecute: true }) as never }));
    }
    same(await read(conn, mapped), held, "INSERT with a literal");
  },

  async "literalBinds and SQL text"(conn, mapped, held) {
    for (const [id, { given }] of held.entries()) {
      const statement = insert(mapped.Item.table).values({ id, value: given as never });
      const { sql, params } = statement.compile({ dialect: conn.dialect, compileKwargs: { literalBinds: true } });
      expect(params).toEqual([]);
      await conn.execDriverSql(sql);
    }
    same(await read(conn, mapped), held, "SQL text");
  },

  async "few rows"(conn, mapped, held) {
    await conn.execute(insert(mapped.Item.table), rowsOf(held));
    same(await read(conn, mapped), held, "few rows");
  },

  async "many rows"(conn, mapped, held) {
    const all = many(held);
    await conn.execute(insert(mapped.Item.table), rowsOf(all));
    same(await read(conn, mapped), all, "many rows");
  },

  async "rows of VALUES"(conn, mapped, held) {
    await conn.execute(insert(mapped.Item.table).values(rowsOf(held)));
    same(await read(conn, mapped), held, "VALUES");
  },

  async RETURNING(conn, mapped, held) {
    if (!conn.dialect.insertReturning) return;
    const { table } = mapped.Item;
    for (const [id, one] of held.entries()) {
      const value = await conn.scalar(
        insert(table)
          .values({ id, value: one.given as never })
          .returning(table.c["value"]!),
      );
      same([value], [one], "RETURNING");
    }
    const all = many(held);
    const rows = all.map(({ given }, id) => ({ id: id + 10_000, value: given as never }));
    const returned = await conn
      .execute(insert(table).returning(table.c["value"]!, table.c["id"]!, { sortByParameterOrder: true } as never), rows)
      .all();
    same(
      returned.map((row) => (row as unknown as unknown[])[0]),
      all,
      "RETURNING of many rows",
    );
  },

  async UPDATE(conn, mapped, held) {
    const { table } = mapped.Item;
    await conn.execute(
      insert(table),
      held.map((_, id) => ({ id, value: null as never })),
    );
    for (const [id, { given }] of held.entries()) {
      await conn.execute(
        update(table)
          .where(table.c["id"]!.eq(id as never))
          .values({ value: given as never }),
      );
    }
    same(await read(conn, mapped), held, "UPDATE");
  },

  async "UPDATE of many rows"(conn, mapped, held) {
    const { table } = mapped.Item;
    const all = many(held);
    await conn.execute(
      insert(table),
      all.map((_, id) => ({ id, value: null as never })),
    );
    await conn.execute(
      update(table)
        .where(table.c["id"]!.eq(bindparam("theId") as never))
        .values({ value: bindparam("theValue") as never }),
      all.map(({ given }, id) => ({ theId: id, theValue: given as never })),
    );
    same(await read(conn, mapped), all, "UPDATE of many rows");
  },

  async stream(conn, mapped, held) {
    await conn.execute(insert(mapped.Item.table), rowsOf(held));
    const { table } = mapped.Item;
    const found: unknown[] = [];
    for await (const row of conn.stream(select(table.c["value"]!).orderBy(table.c["id"]!))) found.push((row as unknown as unknown[])[0]);
    same(found, held, "stream");
  },

  async "a subquery, a CTE and a union"(conn, mapped, held) {
    await conn.execute(insert(mapped.Item.table), rowsOf(held));
    const { table } = mapped.Item;
    const inner = select(table.c["id"]!.label("i"), table.c["value"]!.label("v")).cte("held");
    const rows = await conn.execute(select(inner.c["v"]!).orderBy(inner.c["i"]!)).all();
    same(
      rows.map((row) => (row as unknown as unknown[])[0]),
      held,
      "CTE",
    );
  },

  async "columns of text()"(conn, mapped, held) {
    await conn.execute(insert(mapped.Item.table), rowsOf(held));
    const statement = text(`SELECT value FROM ${mapped.Item.table.name} ORDER BY id`).columns({ value: mapped.type } as never);
    const rows = await conn.execute(statement as never).all();
    same(
      rows.map((row) => (row as unknown as unknown[])[0]),
      held,
      "text()",
    );
  },
};

/** A value finds the row that it was stored in. */
export const COMPARED: Readonly<Record<string, Path>> = {
  async "WHERE ="(conn, mapped, held) {
    const { table } = mapped.Item;
    await conn.execute(insert(table), rowsOf(held));
    for (const [id, { given, expected }] of held.entries()) {
      for (const value of expected === null ? [given] : [given, expected]) {
        const found = await conn.scalars(select(table.c["id"]!).where(table.c["value"]!.eq(value as never))).all();
        expect(found, show(value)).toContain(id);
      }
    }
  },

  async "WHERE IN"(conn, mapped, held) {
    const { table } = mapped.Item;
    await conn.execute(insert(table), rowsOf(held));
    const known = held.filter(({ given }) => given !== null);
    const found = await conn.scalars(select(table.c["id"]!).where(table.c["value"]!.in(known.map(({ given }) => given) as never))).all();
    expect(new Set(found)).toEqual(new Set(held.flatMap(({ given }, id) => (given === null ? [] : [id]))));
  },

  async "WHERE = a literal in the statement"(conn, mapped, held) {
    const { table } = mapped.Item;
    await conn.execute(insert(table), rowsOf(held));
    for (const [id, { given }] of held.entries()) {
      if (given === null) continue;
      const written = literal(given, mapped.type, { literalExecute: true });
      const found = await conn.scalars(select(table.c["id"]!).where(table.c["value"]!.eq(written as never))).all();
      expect(found, show(given)).toContain(id);
    }
  },
};

type OrmPath = (conn: Connection, mapped: Mapped, held: readonly Held[]) => Promise<void>;

async function filled(conn: Connection, { Owner, Item }: Mapped, held: readonly Held[]): Promise<void> {
  const session = new Session({ bind: conn });
  const owner = new Owner({ id: 1 });
  owner.items = held.map(({ given }, id) => new Item({ id, value: given } as never)) as never;
  session.add(owner);
  await session.flush();
}

const valuesOf = (items: readonly object[]): unknown[] => items.map((item) => (item as { readonly value: unknown }).value);

/** The ways of the ORM. */
export const ORM: Readonly<Record<string, OrmPath>> = {
  async "flush and load"(conn, mapped, held) {
    await filled(conn, mapped, held);
    const session = new Session({ bind: conn });
    same(valuesOf(await session.scalars(select(mapped.Item).orderBy(mapped.Item.id)).all()), held, "load");
  },

  async get(conn, mapped, held) {
    await filled(conn, mapped, held);
    const session = new Session({ bind: conn });
    const found: object[] = [];
    for (const id of held.keys()) found.push((await session.get(mapped.Item, id as never))!);
    same(valuesOf(found), held, "get");
  },

  async "joined load"(conn, mapped, held) {
    await filled(conn, mapped, held);
    const session = new Session({ bind: conn });
    const owner = await session
      .scalars(select(mapped.Owner).options(joinedload(mapped.Owner.items)))
      .unique()
      .one();
    same(valuesOf(owner.items), held, "joinedload");
  },

  async "selectin load"(conn, mapped, held) {
    await filled(conn, mapped, held);
    const session = new Session({ bind: conn });
    const owner = await session.scalars(select(mapped.Owner).options(selectinload(mapped.Owner.items))).one();
    same(valuesOf(owner.items), held, "selectinload");
  },

  async "nested rows"(conn, mapped, held) {
    await filled(conn, mapped, held);
    const { Owner, Item } = mapped;
    const [all] = await conn.execute(relational(Owner, { with: { items: { columns: ["value"] } } })).all();
    same(valuesOf(all!.items), held, "relational()");
    // in an order of its own, and by a subquery where there is a limit
    const some = { columns: ["value"], orderBy: desc(Item.id), limit: held.length } as const;
    const [last] = await new Session({ bind: conn }).execute(relational(Owner, { with: { items: some } })).all();
    same(valuesOf(last!.items.toReversed()), held, "relational() with a limit");
  },

  async "expressions in nested rows"(conn, mapped, held) {
    await filled(conn, mapped, held);
    const { Owner, Item } = mapped;
    const expression = case_([Item.id.ge(0), Item.value]);
    const [owner] = await conn.execute(relational(Owner, { with: { items: { columns: [], extras: { value: expression } } } })).all();
    // some databases make another type of the expression: it is read as everywhere else
    const plain = await conn.scalars(select(expression).orderBy(Item.id)).all();
    same(
      valuesOf(owner!.items),
      held.map(({ given }, i) => ({ given, expected: plain[i] })),
      "an expression in relational()",
    );
  },

  async "attribute in a row"(conn, mapped, held) {
    await filled(conn, mapped, held);
    const session = new Session({ bind: conn });
    const rows = await session.execute(select(mapped.Item.id, mapped.Item.value).orderBy(mapped.Item.id)).all();
    same(
      rows.map((row) => (row as unknown as unknown[])[1]),
      held,
      "row",
    );
  },

  async refresh(conn, mapped, held) {
    await filled(conn, mapped, held);
    const session = new Session({ bind: conn });
    const items = await session.scalars(select(mapped.Item).orderBy(mapped.Item.id)).all();
    for (const item of items) await session.refresh(item);
    same(valuesOf(items), held, "refresh");
  },

  async "update by flush"(conn, mapped, held) {
    await filled(
      conn,
      mapped,
      held.map(() => ({ given: null, expected: null })),
    );
    const session = new Session({ bind: conn });
    const items = await session.scalars(select(mapped.Item).orderBy(mapped.Item.id)).all();
    for (const [i, item] of items.entries()) (item as unknown as { value: unknown }).value = held[i]!.given;
    await session.flush();
    same(await read(conn, mapped), held, "UPDATE by flush");
  },
};

/** What was given and what was read are the same to the unit of work, however differently they are written. */
export const UNCHANGED: Readonly<Record<string, OrmPath>> = {
  async "no change without a difference"(conn, mapped, held) {
    await filled(conn, mapped, held);
    const session = new Session({ bind: conn });
    const items = await session.scalars(select(mapped.Item).orderBy(mapped.Item.id)).all();
    for (const [i, item] of items.entries()) {
      const { given, expected } = held[i]!;
      (item as unknown as { value: unknown }).value = given;
      // the JSON value null reads as null, and is not the same as NULL
      expect(session.isModified(item), show(given)).toBe(expected === null && given !== null);
    }
  },
};

const withOne = (rows: number, given: unknown): { id: number; value: never }[] =>
  Array.from({ length: rows }, (_, id) => ({ id, value: (id === rows - 1 ? given : null) as never }));

/** The ways in, for a value that is to be refused on each of them. */
export const ATTEMPTS: Readonly<Record<string, (conn: Connection, mapped: Mapped, given: unknown) => Promise<unknown>>> = {
  bind: async (conn, { Item }, given) => conn.execute(insert(Item.table).values({ id: 1, value: given as never })),
  "few rows": async (conn, { Item }, given) => conn.execute(insert(Item.table), withOne(3, given)),
  "many rows": async (conn, { Item }, given) => conn.execute(insert(Item.table), withOne(MANY, given)),
  literal: async (conn, { Item, type }, given) =>
    conn.execute(insert(Item.table).values({ id: 1, value: literal(given, type, { literalExecute: true }) as never })),
  flush: async (conn, { Item }, given) => {
    const session = new Session({ bind: conn });
    session.add(new Item({ id: 1, value: given } as never));
    await session.flush();
  },
};

/** A table whose columns have the values as defaults: of ours, or of the server. */
export function tableOfDefaults(
  name: string,
  metadata: MetaData,
  type: TypeEngine<unknown>,
  held: readonly Held[],
  by: "default" | "serverDefault",
): Table {
  const columns = held.map(({ given }, i) => {
    const options = by === "default" ? { default: () => given as never } : { serverDefault: literal(given, type) as never };
    return [`v${i}`, new Column(type, options)] as const;
  });
  return new Table(name, metadata, {
    id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
    ...Object.fromEntries(columns),
  }) as unknown as Table;
}

/** Every column gets its default. */
export async function checkDefaults(conn: Connection, table: Table, held: readonly Held[]): Promise<void> {
  await conn.execute(insert(table).values({ id: 1 as never }));
  const [, ...values] = (await conn.execute(select(table)).one()) as unknown as unknown[];
  same(values, held, "default");
}
