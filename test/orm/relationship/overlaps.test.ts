// Two relationships that write one column and know nothing of each other: as a rule a backPopulates was forgotten, and the later write wins.
import {
  and,
  Column,
  declarativeBase,
  type DeclarativeBase,
  extend,
  foreignKey,
  foreignKeyConstraint,
  mappedColumn,
  relationship,
  type RelationshipOptions,
  t,
  Table,
} from "athanor";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => void vi.restoreAllMocks());

/** The warnings of the configuration of some classes. */
function warningsOf(define: (Base: DeclarativeBase) => void): string[] {
  const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  warned.mockClear();
  const Base = declarativeBase();
  define(Base);
  Base.registry.configure();
  return warned.mock.calls.map(([message]) => String(message));
}

function teams(players: RelationshipOptions, team: RelationshipOptions): string[] {
  return warningsOf((Base) => {
    class Team extends Base<typeof Team> {
      static table = this.mapTo("teams");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static players = relationship(() => [Player], players);
    }
    class Player extends Base<typeof Player> {
      static table = this.mapTo("players");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static teamId = mappedColumn(foreignKey(() => Team.id));
      static team = relationship(() => Team, team);
    }
  });
}

test("two ways of one foreign key without backPopulates are told, with what can be done", () => {
  const warnings = teams({}, {});
  expect(warnings).toEqual([
    "Player.team copies teams.id to players.team_id, and so does Team.players (from teams.id): the later write wins. If they are two sides of one relationship, give both { backPopulates }; " +
      "a relationship that is only read is { viewonly: true }; where foreign keys overlap, foreign() in the primaryjoin says which columns are written. " +
      'If it is meant, give Player.team { overlaps: "players" }',
  ]);
});

test("backPopulates, viewonly and overlaps are answers", () => {
  expect(teams({ backPopulates: "team" }, { backPopulates: "players" })).toEqual([]);
  expect(teams({ backPopulates: "team" }, {})).toEqual([]);
  expect(teams({ viewonly: true }, {})).toEqual([]);
  expect(teams({}, { viewonly: true })).toEqual([]);
  expect(teams({}, { overlaps: "players" })).toEqual([]);
  expect(teams({ overlaps: "other, team" }, {})).toEqual([]);
  expect(teams({ overlaps: "other" }, {})).toHaveLength(1);
});

test("a table that is secondary and mapped as a class is written by both", () => {
  const warnings = warningsOf((Base) => {
    const links = new Table("links", Base.metadata, {
      aId: new Column("a_id", foreignKey("a.id"), { primaryKey: true }),
      bId: new Column("b_id", foreignKey("b.id"), { primaryKey: true }),
    });
    class A extends Base<typeof A> {
      static table = this.mapTo("a");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static bs = relationship(() => [B], { secondary: links });
      static links = relationship(() => [Link]);
    }
    class B extends Base<typeof B> {
      static table = this.mapTo("b");
      static id = mappedColumn(t.integer(), { primaryKey: true });
    }
    class Link {
      declare a_id: number;
    }
    Base.registry.mapImperatively(Link, links);
    void A;
  });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^A\.links copies a\.id to links\.a_id, and so does A\.bs \(from a\.id\)/);
});

test("foreign keys that have a column in common are told, unless foreign() says which columns are written", () => {
  const tenants = (isOnlyRead: boolean): string[] =>
    warningsOf((Base) => {
      class Person extends Base<typeof Person> {
        static table = this.mapTo("people");
        static tenant = mappedColumn(t.integer(), { primaryKey: true });
        static id = mappedColumn(t.integer(), { primaryKey: true });
      }
      class Task extends Base<typeof Task> {
        static table = this.mapTo("tasks", {}, () => [
          foreignKeyConstraint(["tenant", "owner_id"], ["people.tenant", "people.id"]),
          foreignKeyConstraint(["tenant", "tester_id"], ["people.tenant", "people.id"]),
        ]);
        static id = mappedColumn(t.integer(), { primaryKey: true });
        static tenant = mappedColumn(t.integer());
        static ownerId = mappedColumn(t.integer());
        static testerId = mappedColumn(t.integer());
        static owner = relationship(() => Person, { foreignKeys: () => [Task.tenant, Task.ownerId] });
        static tester = relationship(() => Person, {
          primaryjoin: () => and(Task.tenant.eq(Person.tenant), Task.testerId.eq(Person.id)),
          foreignKeys: () => (isOnlyRead ? [Task.testerId] : [Task.tenant, Task.testerId]),
        });
      }
      void Task;
    });
  expect(tenants(false)).toHaveLength(1);
  expect(tenants(false)[0]).toContain("Task.tester copies people.tenant to tasks.tenant, and so does Task.owner");
  expect(tenants(true)).toEqual([]);
});

test("several foreign keys, and classes of one hierarchy that never meet, are no conflict", () => {
  const warnings = warningsOf((Base) => {
    class Place extends Base<typeof Place> {
      static table = this.mapTo("places");
      static id = mappedColumn(t.integer(), { primaryKey: true });
    }
    class Trip extends Base<typeof Trip> {
      static table = this.mapTo("trips", { polymorphicOn: (cls) => cls.kind });
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static kind = mappedColumn(t.string(10), { init: false });
      static fromId = mappedColumn(foreignKey(() => Place.id));
      static toId = mappedColumn(foreignKey(() => Place.id));
      static from = relationship(() => Place, { foreignKeys: () => Trip.fromId });
    }
    class Flight extends extend(Trip)<typeof Flight> {
      static table = this.mapSingle({ polymorphicIdentity: "flight" });
      static airport = relationship(() => Place, { foreignKeys: () => Trip.toId });
    }
    class Cruise extends extend(Trip)<typeof Cruise> {
      static table = this.mapSingle({ polymorphicIdentity: "cruise" });
      static harbor = relationship(() => Place, { foreignKeys: () => Trip.toId });
    }
    void [Flight, Cruise];
  });
  expect(warnings).toEqual([]);
});
