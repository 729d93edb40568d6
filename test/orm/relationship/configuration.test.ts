import {
  AmbiguousForeignKeysError,
  ArgumentError,
  declarativeBase,
  type DeclarativeBase,
  inspect,
  InvalidRequestError,
  mappedColumn,
  type Mapper,
  NoForeignKeysError,
  relationship,
  type RelationshipOptions,
  type RelationshipProperty,
} from "athanor";
import { describe, expect, test } from "vitest";
import { Column } from "../../../src/sql/schema/column.ts";
import { Table } from "../../../src/sql/schema/table.ts";
import { films, foreignKey, t } from "../models.ts";

const prop = (class_: unknown, key: string): RelationshipProperty =>
  (inspect(class_) as Mapper).props.get(key) as unknown as RelationshipProperty;
const pairs = (list: RelationshipProperty["synchronizePairs"]): string[] => list.map(([a, b]) => `${label(a)} -> ${label(b)}`);
const label = (column: unknown): string => `${(column as Column<unknown>).table!.description}.${(column as Column<unknown>).name}`;

describe("what the foreign keys say", () => {
  const { Film, Cast } = films();

  test("one to many", () => {
    const characters = prop(Film, "characters");
    expect(characters).toMatchObject({ direction: "ONETOMANY", uselist: true, useGet: false });
    expect(pairs(characters.synchronizePairs)).toEqual(["films.id -> cast_members.film_id"]);
    expect(pairs(characters.localRemotePairs)).toEqual(["films.id -> cast_members.film_id"]);
    expect(characters._reverseProperty).toEqual(new Set([prop(Cast, "film")]));
    expect(characters.orderBy).toHaveLength(1);
  });

  test("many to one", () => {
    const film = prop(Cast, "film");
    expect(film).toMatchObject({ direction: "MANYTOONE", uselist: false, useGet: true });
    expect(pairs(film.synchronizePairs)).toEqual(["films.id -> cast_members.film_id"]);
    expect(film._localKeys).toEqual(["filmId"]);
  });

  test("the lazy clause of one parent and of one member", () => {
    const { forward, reverse } = prop(Film, "characters")._lazyClauses;
    expect([...forward.bindToCol.values()].map(label)).toEqual(["films.id"]);
    expect([...reverse.bindToCol.values()].map(label)).toEqual(["cast_members.film_id"]);
  });

  test("many to many, by a table between", () => {
    const Base = declarativeBase();
    const links = new Table("links", Base.metadata, {
      a_id: new Column(foreignKey("a.id"), { primaryKey: true }),
      b_id: new Column(foreignKey("b.id"), { primaryKey: true }),
    });
    class A extends Base<typeof A> {
      static table = this.mapTo("a");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static bs = relationship(() => [B], { secondary: links, backPopulates: "as" });
    }
    class B extends Base<typeof B> {
      static table = this.mapTo("b");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static as = relationship(() => [A], { secondary: links, backPopulates: "bs" });
    }
    const bs = prop(A, "bs");
    expect(bs).toMatchObject({ direction: "MANYTOMANY", uselist: true });
    expect(pairs(bs.synchronizePairs)).toEqual(["a.id -> links.a_id"]);
    expect(pairs(bs.secondarySynchronizePairs)).toEqual(["b.id -> links.b_id"]);
    expect(bs.joinCondition.secondaryCoversParentPrimaryKey).toBe(true);
    const [a, b] = [new A(), new B()];
    a.bs.push(b);
    expect(b.as).toEqual([a]);
  });

  test("a tree: remoteSide turns one side round", () => {
    const Base = declarativeBase();
    class Node extends Base<typeof Node> {
      static table = this.mapTo("nodes");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static parentId = mappedColumn(foreignKey("nodes.id"), { nullable: true });
      static children = relationship(() => [Node], { backPopulates: "parent" });
      static parent = relationship(() => Node, { backPopulates: "children", remoteSide: () => Node.id, nullable: true });
    }
    expect(prop(Node, "children")).toMatchObject({ direction: "ONETOMANY" });
    expect(prop(Node, "parent")).toMatchObject({ direction: "MANYTOONE", useGet: true });
    expect(pairs(prop(Node, "parent").localRemotePairs)).toEqual(["nodes.parent_id -> nodes.id"]);
    const child = new Node({ parent: new Node() });
    expect(child.parent!.children).toEqual([child]);
  });
});

describe("mistakes are told by class and attribute:", () => {
  /** Two classes, of which the second refers to the first by as many foreign keys as asked for. */
  function two(options: RelationshipOptions, keys: readonly string[], back?: (Base: DeclarativeBase) => void): () => unknown {
    const Base = declarativeBase();
    class A extends Base<typeof A> {
      static table = this.mapTo("a");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static bs = relationship(() => [B], options);
    }
    new Table("unrelated", Base.metadata, { id: new Column(t.integer(), { primaryKey: true }) });
    class B extends Base<typeof B> {
      static table = this.mapTo("b");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static aId = keys.length > 0 ? mappedColumn(foreignKey("a.id")) : mappedColumn(t.integer());
      static otherId = keys.length > 1 ? mappedColumn(foreignKey("a.id")) : mappedColumn(t.integer());
      static column = mappedColumn(t.integer());
    }
    back?.(Base);
    return () => new A();
  }

  test("no foreign key", () => {
    const make = two({}, []);
    expect(make).toThrow(NoForeignKeysError);
    expect(make).toThrow("A.bs: no foreign key connects the tables a and b. Give one of them a mappedColumn(foreignKey");
  });

  test("several foreign keys", () => {
    const make = two({}, ["x", "y"]);
    expect(make).toThrow(AmbiguousForeignKeysError);
    expect(make).toThrow(
      "A.bs: several foreign keys connect the tables a and b. Say which is meant: { foreignKeys: () => B.aId } (or B.otherId)",
    );
  });

  test("a wrong backPopulates", () => {
    expect(two({ backPopulates: "nothing" }, ["x"])).toThrow(InvalidRequestError);
    expect(two({ backPopulates: "nothing" }, ["x"])).toThrow(
      'A.bs has backPopulates: "nothing", and B has no such attribute. Add static nothing = relationship(() => …, { backPopulates: "bs" }) to B, or correct the name',
    );
    expect(two({ backPopulates: "column" }, ["x"])).toThrow("B.column is no relationship");
  });

  test("options of another kind", () => {
    expect(two({ orderBy: "id" as never }, ["x"])).toThrow("A.bs: orderBy is a function: { orderBy: () => B.… }");
    expect(two({ foreignKeys: () => "aId" }, ["x"])).toThrow("A.bs: foreignKeys gives a column or an array of columns");
    expect(two({ primaryjoin: () => true }, ["x"])).toThrow("A.bs: primaryjoin is a function that gives a condition");
    expect(two({ collectionClass: Object as never }, ["x"])).toThrow("A.bs: collectionClass must be Array, Set, or a factory");
    expect(two({ cascade: "all, delete-orphans" }, ["x"])).toThrow('"delete-orphans" is no cascade');
    expect(two({ passiveDeletes: "all", cascade: "all" }, ["x"])).toThrow(ArgumentError);
  });

  test("delete-orphan on the many side", () => {
    const Base = declarativeBase();
    class A extends Base<typeof A> {
      static table = this.mapTo("a");
      static id = mappedColumn(t.integer(), { primaryKey: true });
    }
    class B extends Base<typeof B> {
      static table = this.mapTo("b");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static aId = mappedColumn(foreignKey("a.id"));
      static a = relationship(() => A, { cascade: "all, delete-orphan" });
    }
    expect(() => new B()).toThrow(
      'B.a: delete-orphan cascade belongs on the "one" side of a one-to-many relationship, and this one is many-to-one',
    );
  });

  test("both sides in the same direction", () => {
    const Base = declarativeBase();
    class Node extends Base<typeof Node> {
      static table = this.mapTo("nodes");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static parentId = mappedColumn(foreignKey("nodes.id"), { nullable: true });
      static children = relationship(() => [Node], { backPopulates: "parent" });
      static parent = relationship(() => Node, { backPopulates: "children", nullable: true });
    }
    expect(() => new Node()).toThrow("are both one-to-many, so one cannot be the other's way back");
  });
});
