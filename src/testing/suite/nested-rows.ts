import { declarativeBase } from "../../orm/mapping/declarative.ts";
import { relational } from "../../orm/relational/relational.ts";
import { foreign } from "../../orm/relationship/annotations.ts";
import { relationship } from "../../orm/relationship/relationship.ts";
import { desc } from "../../sql/elements/constructors.ts";
import { insert } from "../../sql/dml/insert.ts";
import { select } from "../../sql/selectable/select.ts";
import { people, teams, typed, typedColumns } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";

const Base = declarativeBase();

class Team extends Base.withTable(teams)<typeof Team> {
  static table = this.mapTo(teams);
  static members = relationship(() => [Person], { orderBy: () => Person.id });
  /** the row of values with the same number */
  static values = relationship(() => [Typed], { primaryjoin: () => Team.id.eq(foreign(Typed.id)), viewonly: true });
}

class Person extends Base.withTable(people)<typeof Person> {
  static table = this.mapTo(people);
  static team = relationship(() => Team, { nullable: true, viewonly: true });
  static boss = relationship((): typeof Person => Person, { nullable: true, remoteSide: () => Person.id });
  static subordinates = relationship((): (typeof Person)[] => [Person], { viewonly: true, orderBy: () => Person.id });
}

class Typed extends Base.withTable(typed)<typeof Typed> {
  static table = this.mapTo(typed);
}

/** Values at the edges of their types, and one row of NULL. */
const EDGES = [
  {
    id: 1,
    integer: 2147483647,
    smallInteger: -32768,
    bigInteger: 9223372036854775807n,
    bigNumber: 9007199254740991,
    float: 0.5,
    double: 0.1,
    numeric: "12345678.90",
    number: -0.01,
    string: "quotes ' \" and \\ and {braces}",
    text: "two\nlines\tand a tab",
    unicode: "äöü € 😀",
    unicodeText: "",
    boolean: true,
    date: "2024-02-29",
    time: "23:59:58",
    dateTime: new Date("2024-02-29T12:34:56.000Z"),
    zoned: new Date("2024-02-29T12:34:56.000Z"),
    binary: new Uint8Array([0, 1, 127, 128, 255]),
    uuid: "12345678-1234-5678-9abc-123456789abc",
    enum: "it's two",
  },
  { id: 2, integer: -1, bigInteger: -9223372036854775808n, boolean: false, double: -1e300, string: "null", binary: new Uint8Array(0) },
  { id: 3 },
] as const;

const literal = { literal: false } as const;

export const nestedRowGroup: SuiteGroup = group("rows within rows", ({ test }) => {
  test("TSX-04 objects with what they refer to, and lists of them", "nestedRows", async ({ gives }) => {
    await gives(
      relational(Team, { with: { members: { columns: ["name", "points"] } }, orderBy: Team.id }),
      [
        {
          id: 1,
          name: "red",
          members: [
            { name: "ann", points: 10 },
            { name: "bob", points: 20 },
          ],
        },
        {
          id: 2,
          name: "green",
          members: [
            { name: "cid", points: 20 },
            { name: "dan", points: null },
          ],
        },
        { id: 3, name: "blue", members: [] },
      ],
      literal,
    );
    await gives(
      relational(Person, { columns: ["id"], with: { team: { columns: ["name"] }, boss: { columns: ["name"] } }, orderBy: Person.id }),
      [
        { id: 1, team: { name: "red" }, boss: null },
        { id: 2, team: { name: "red" }, boss: { name: "ann" } },
        { id: 3, team: { name: "green" }, boss: { name: "ann" } },
        { id: 4, team: { name: "green" }, boss: { name: "bob" } },
        { id: 5, team: null, boss: { name: "bob" } },
      ],
      literal,
    );
  });

  test("TSX-05 lists within lists, and a table within itself", "nestedRows", async ({ gives }) => {
    await gives(
      relational(Team, {
        columns: ["id"],
        with: { members: { columns: ["id"], with: { subordinates: { columns: ["id"], with: { team: { columns: ["name"] } } } } } },
        orderBy: Team.id,
        limit: 1,
      }),
      [
        {
          id: 1,
          members: [
            {
              id: 1,
              subordinates: [
                { id: 2, team: { name: "red" } },
                { id: 3, team: { name: "green" } },
              ],
            },
            {
              id: 2,
              subordinates: [
                { id: 4, team: { name: "green" } },
                { id: 5, team: null },
              ],
            },
          ],
        },
      ],
      literal,
    );
  });

  test("TSX-04 conditions, order and limits for each parent", "nestedRows", async ({ gives }) => {
    const members = (options: object) =>
      relational(Team, { columns: ["id"], with: { members: { columns: ["id"], ...options } }, orderBy: Team.id });
    const lists = (...ids: readonly (readonly number[])[]): unknown[] =>
      ids.map((list, i) => ({ id: i + 1, members: list.map((id) => ({ id })) }));
    await gives(members({ where: Person.points.ge(20) }), lists([2], [3], []), literal);
    await gives(members({ orderBy: desc(Person.id) }), lists([2, 1], [4, 3], []), literal);
    await gives(members({ orderBy: [Person.points.is(null), desc(Person.points)], limit: 1 }), lists([2], [3], []), literal);
    await gives(members({ offset: 1, limit: 5 }), lists([2], [4], []), literal);
    await gives(members({ limit: 0 }), lists([], [], []), literal);
  });

  test("TSX-04 further values, and aggregates of what is related", "nestedRows", async ({ gives }) => {
    await gives(
      relational(Team, {
        columns: ["name"],
        extras: { size: Team.members.count() },
        with: { members: { columns: ["id"], extras: { led: Person.subordinates.count(), twice: Person.points.mul(2) } } },
        where: Team.members.any(),
        orderBy: desc(Team.id),
      }),
      [
        {
          name: "green",
          members: [
            { id: 3, led: 0, twice: 40 },
            { id: 4, led: 0, twice: null },
          ],
          size: 2,
        },
        {
          name: "red",
          members: [
            { id: 1, led: 2, twice: 20 },
            { id: 2, led: 2, twice: 40 },
          ],
          size: 2,
        },
      ],
      literal,
    );
  });

  test("TSX-05 every value is the one that a SELECT of its column gives", "nestedRows", async ({ conn, rows, expect }) => {
    for (const row of EDGES) await conn.execute(insert(typed).values(row as never));
    const plain = await rows(select({ ...typedColumnsOf(typed.c) }).orderBy(typed.c.id));
    const nested = await rows(relational(Team, { columns: ["id"], with: { values: true }, orderBy: Team.id }));
    expect(nested).toEqual(plain.map((row, i) => ({ id: i + 1, values: [row] })));
  });

  test("TSX-04 parameters and the cache", "nestedRows", async ({ rows, expect }) => {
    for (const least of [5, 20, 15]) {
      const read = await rows(
        relational(Team, { columns: ["id"], with: { members: { columns: ["id"], where: Person.points.ge(least) } }, where: Team.id.eq(1) }),
      );
      expect(read).toEqual([{ id: 1, members: least <= 10 ? [{ id: 1 }, { id: 2 }] : [{ id: 2 }] }]);
    }
  });
});

/** All columns by their keys. */
function typedColumnsOf<C extends { readonly [K in keyof typeof typedColumns]: unknown }>(
  columns: C,
): { [K in keyof typeof typedColumns]: C[K] } {
  return Object.fromEntries(Object.keys(typedColumns).map((key) => [key, columns[key as keyof C]])) as never;
}
