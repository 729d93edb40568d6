import {
  configureMappers,
  declarativeBase,
  extend,
  inspect,
  mappedColumn,
  type Mapper,
  objectSession,
  relationship,
  synonym,
} from "athanor";
import { describe, expect, test } from "vitest";
import { Column } from "../../../src/sql/schema/column.ts";
import { index, uniqueConstraint } from "../../../src/sql/schema/constructors.ts";
import { Table } from "../../../src/sql/schema/table.ts";
import { films, foreignKey, t } from "../models.ts";

const mapperOf = (class_: unknown): Mapper => inspect(class_) as Mapper;
const names = (table: unknown): string[] => [...(table as Table)._collection].map((column) => column.name!);

describe("a declared class", () => {
  test("has a table with columns in the order of the declaration", () => {
    const { Film, Base } = films();
    expect(names(Film.table)).toEqual(["id", "title", "release_date"]);
    expect([...Base.metadata.tables.keys()]).toEqual(["films", "actors", "cast_members"]);
    expect((Film.table._collection.get("title") as Column<string>).nullable).toBe(false);
    expect((Film.table._collection.get("release_date") as Column<string>).nullable).toBe(true);
  });

  test("may have attributes called name and length", () => {
    const Base = declarativeBase();
    class Thing extends Base<typeof Thing> {
      static table = this.mapTo("things", {}, () => [uniqueConstraint("name"), index("ix_things_length", "length")]);
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static name = mappedColumn(t.string());
      static length = mappedColumn(t.integer());
      static other = mappedColumn("another_name", t.integer(), { nullable: true });
    }
    expect(names(Thing.table)).toEqual(["id", "name", "length", "another_name"]);
    const thing = new Thing({ name: "x", length: 3 });
    expect(thing).toMatchObject({ name: "x", length: 3, other: null });
    expect(mapperOf(Thing).name).toBe("Thing");
    expect(Thing.name.toString()).toBe("Thing.name");
  });

  test("names columns in snake_case, or as it is told", () => {
    const make = (columnNaming?: "verbatim" | ((name: string) => string)): string[] => {
      const Base = declarativeBase(columnNaming === undefined ? {} : { columnNaming });
      class A extends Base<typeof A> {
        static table = this.mapTo("a");
        static id = mappedColumn(t.integer(), { primaryKey: true });
        static releaseDate = mappedColumn(t.date());
        static userID = mappedColumn(t.integer());
        static html5Text = mappedColumn(t.text());
      }
      return names(A.table);
    };
    expect(make()).toEqual(["id", "release_date", "user_id", "html5_text"]);
    expect(make("verbatim")).toEqual(["id", "releaseDate", "userID", "html5Text"]);
    expect(make((name) => name.toUpperCase())).toEqual(["ID", "RELEASEDATE", "USERID", "HTML5TEXT"]);
  });

  test("takes the type of a foreign key from its target", () => {
    const Base = declarativeBase();
    class Country extends Base<typeof Country> {
      static table = this.mapTo("countries");
      static code = mappedColumn(t.string(2), { primaryKey: true });
    }
    class City extends Base<typeof City> {
      static table = this.mapTo("cities");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static countryCode = mappedColumn(foreignKey(() => Country.code));
      static otherCode = mappedColumn("other", foreignKey<string>("countries.code"), { nullable: true });
    }
    expect(City.countryCode.type === Country.code.type).toBe(true);
    expect(City.otherCode.type.affinity).toBe("string");
  });

  test("stands in expressions as its columns, which know their mapper", () => {
    const { Film } = films();
    const clause = Film.title._clause;
    const mapper = mapperOf(Film);
    const { parententity, parentmapper, proxy_key: key } = clause._annotations;
    expect([parententity === mapper, parentmapper === mapper, key]).toEqual([true, true, "title"]);
    expect(clause._propagateAttrs.compileStatePlugin).toBe("orm");
    expect(clause._propagateAttrs.pluginSubject === mapper).toBe(true);
    expect(clause._identity === Film.table._collection.get("title")).toBe(true);
    expect(Film.title._clause === clause).toBe(true);
    expect(Film.title.eq("x")).toBeTruthy();
  });
});

test("an attribute called name may stand before the table", () => {
  const Base = declarativeBase();
  class Thing extends Base<typeof Thing> {
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static override name = mappedColumn(t.string());
    static table = this.mapTo("things");
  }
  expect(mapperOf(Thing).name).toBe("Thing");
  expect(Thing.name.toString()).toBe("Thing.name");
  expect(new Thing({ name: "x" }).constructor.name).toBe("Thing");
});

describe("mistakes are told by class and attribute:", () => {
  const Base = declarativeBase();

  test("no primary key", () => {
    class NoKey extends Base<typeof NoKey> {
      static table = this.mapTo("no_key");
      static x = mappedColumn(t.integer());
    }
    expect(() => new NoKey({ x: 1 })).toThrow('NoKey has no primary key: at least one column of "no_key" needs { primaryKey: true }');
  });

  test("a class that is not mapped", () => {
    const Other = declarativeBase();
    class Plain extends Other<typeof Plain> {
      static id = mappedColumn(t.integer(), { primaryKey: true });
    }
    expect(() => new Plain()).toThrow('Plain is not mapped: it needs `static table = this.mapTo("…")`');
    expect(() => Plain.id.eq(1)).toThrow("A mapped attribute is used whose class is not mapped");
    expect(() => extend(Plain)).toThrow("extend() takes a mapped class; Plain is none");
  });

  test("a method that hides an attribute", () => {
    class Hidden extends declarativeBase()<typeof Hidden> {
      static table = this.mapTo("hidden");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static title = mappedColumn(t.string());
      // @ts-expect-error: the method has the name of an attribute
      title(): void {}
    }
    expect(() => mapperOf(Hidden)).toThrow("Hidden.title is a mapped attribute, and the class has a method or accessor of the same name");
  });

  test("an instance field that hides an attribute", () => {
    class Field extends declarativeBase()<typeof Field> {
      static table = this.mapTo("field");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static title = mappedColumn(t.string(), { nullable: true });
      override title = "x";
    }
    const obj = new Field();
    expect(() => objectSession(obj)).toThrow('Field has an instance field "title", which hides the mapped attribute of that name');
  });

  test("a use before the declaration is complete", () => {
    class Early extends declarativeBase()<typeof Early> {
      static table = this.mapTo("early");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static expression = (this as unknown as typeof Early).id.eq(1);
      static late = mappedColumn(t.integer());
    }
    expect(() => mapperOf(Early)).toThrow("Early was used before its declaration was complete: Early.late comes after the use");
  });

  test("a class that is defined later", () => {
    const Late = declarativeBase();
    class One extends Late<typeof One> {
      static table = this.mapTo("one");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static twos = relationship(() => [Two]);
    }
    expect(() => new One()).toThrow("One.twos refers to a class that is not defined yet");
    class Two extends Late<typeof Two> {
      static table = this.mapTo("two");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static oneId = mappedColumn(foreignKey("one.id"));
    }
    expect(new One({ twos: [new Two()] }).twos).toHaveLength(1);
  });

  test("a synonym of nothing", () => {
    class A extends declarativeBase()<typeof A> {
      static table = this.mapTo("a");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static other = synonym("nothing");
    }
    expect(() => new A()).toThrow('A.other is a synonym of "nothing", which is no mapped attribute of A');
  });

  test("arguments of another kind", () => {
    expect(() => mappedColumn("x", "y" as never)).toThrow("argument 2 is");
    expect(() => mappedColumn(t.integer as never)).toThrow("argument 1 is");
    expect(() => relationship(Base as never)).toThrow("relationship() takes a function that gives the class");
    expect(() => (Base as unknown as { mapTo(name: unknown): void }).mapTo(5)).toThrow(
      "mapTo() takes the name of a new table, or a table, join or subquery that exists; it was given 5",
    );
    expect(() => configureMappers({} as never)).toThrow("configureMappers() takes a registry");
  });
});

describe("mixins", () => {
  class Stamped {
    static created = mappedColumn(t.string(20), { default: "now" });
    static ownerId = mappedColumn(foreignKey("owners.id"), { nullable: true });
    stamp(): string {
      return `made ${(this as unknown as { created: string }).created}`;
    }
  }
  const Base = declarativeBase();
  class Owner extends Base<typeof Owner> {
    static table = this.mapTo("owners");
    static id = mappedColumn(t.integer(), { primaryKey: true });
  }
  class Post extends Base.with(Stamped)<typeof Post> {
    static table = this.mapTo("posts");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static title = mappedColumn(t.string(50));
  }
  class Comment extends Base.with(Stamped)<typeof Comment> {
    static table = this.mapTo("comments");
    static id = mappedColumn(t.integer(), { primaryKey: true });
  }

  test("give each class columns of its own", () => {
    expect(names(Post.table)).toEqual(["id", "title", "created", "owner_id"]);
    expect(names(Comment.table)).toEqual(["id", "created", "owner_id"]);
    expect(Post.created).not.toBe(Comment.created);
    expect(Post.created._clause._identity).toBe(Post.table._collection.get("created"));
    expect([...Post.table.foreignKeys][0]!.column).toBe(Owner.table._collection.get("id"));
    expect(new Post({ title: "x", created: "today" }).stamp()).toBe("made today");
    expect(new Comment()).toBeInstanceOf(Comment);
  });
});

describe("inheritance", () => {
  function staff() {
    const Base = declarativeBase();
    class Employee extends Base<typeof Employee> {
      static table = this.mapTo("employees", { polymorphicOn: (cls) => cls.type, polymorphicIdentity: "employee" });
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static type = mappedColumn(t.string(20), { init: false });
      static name = mappedColumn(t.string(50));
      hello(): string {
        return `I am ${this.name}`;
      }
    }
    class Manager extends extend(Employee)<typeof Manager> {
      static table = this.mapTo("managers", { polymorphicIdentity: "manager" });
      static id = mappedColumn(foreignKey("employees.id"), { primaryKey: true });
      static level = mappedColumn(t.integer(), { nullable: true });
    }
    class Boss extends extend(Manager)<typeof Boss> {
      static table = this.mapSingle({ polymorphicIdentity: "boss" });
      static club = mappedColumn(t.string(50), { nullable: true });
    }
    return { Base, Employee, Manager, Boss };
  }

  test("joined and single tables", () => {
    const { Employee, Manager, Boss, Base } = staff();
    expect([...Base.metadata.tables.keys()]).toEqual(["employees", "managers"]);
    expect(names(Boss.table)).toEqual(["id", "level", "club"]);
    const mapper = mapperOf(Boss);
    expect([...mapper.props.keys()]).toEqual(["id", "type", "name", "level", "club"]);
    expect([...mapperOf(Manager).props.keys()]).toEqual(["id", "type", "name", "level"]);
    expect(mapper.tables.map((table) => table.name)).toEqual(["employees", "managers"]);
    expect(mapper.primaryKey).toEqual([Employee.table._collection.get("id")]);
    expect(mapper.baseMapper).toBe(mapperOf(Employee));
    expect(mapper.polymorphicMap.get("boss")).toBe(mapper);
    expect(mapper._singleTableCriterion).not.toBe(null);
    expect(mapper._pksByTable.get(Manager.table as never)!.map((column) => column.name)).toEqual(["id"]);
  });

  test("objects have the discriminator, the methods and attributes of their own class", () => {
    const { Employee, Manager, Boss } = staff();
    const boss = new Boss({ name: "b", club: "c" });
    expect(boss).toBeInstanceOf(Manager);
    expect(boss).toBeInstanceOf(Employee);
    expect(boss).toMatchObject({ type: "boss", name: "b", club: "c", level: null });
    expect(boss.hello()).toBe("I am b");
    expect(Boss.name.toString()).toBe("Boss.name");
    expect(Employee.name.toString()).toBe("Employee.name");
    expect(new Employee({ name: "e" }).type).toBe("employee");
  });
});

describe("imperative mapping", () => {
  test("leaves the class as it is, and takes over its fields", () => {
    const Base = declarativeBase();
    const songs = new Table("songs", Base.metadata, {
      id: new Column(t.integer(), { primaryKey: true }),
      title: new Column(t.string(50), { nullable: false }),
      album_id: new Column(foreignKey("albums.id")),
    });
    const albums = new Table("albums", Base.metadata, {
      id: new Column(t.integer(), { primaryKey: true }),
      title: new Column(t.string(50)),
    });
    class Song {
      title: string;
      constructed = true;
      constructor(title: string) {
        this.title = title;
      }
    }
    class Album {
      title = "untitled";
    }
    Base.registry.mapImperatively(Album, albums, { properties: { songs: relationship(() => [Song], { backPopulates: "album" }) } });
    Base.registry.mapImperatively(Song, songs, { properties: { album: relationship(() => Album, { backPopulates: "songs" }) } });
    const album = new Album() as Album & { songs: Song[] };
    const song = new Song("x") as Song & { album: Album };
    album.songs.push(song);
    expect(song.album).toBe(album);
    expect(song.title).toBe("x");
    expect(Object.keys(song)).toEqual(["constructed"]);
    expect([...mapperOf(Song).props.keys()]).toEqual(["album", "id", "title", "album_id"]);
    expect(() => Base.registry.mapImperatively(Song, songs)).toThrow("Song is mapped already");
  });
});

test("what an object is can still be asked of its constructor when the class has an attribute called name", () => {
  const { Actor, Film } = films();
  const actor = new Actor({ name: "x" });
  expect(actor.constructor.name).toBe("Actor");
  expect(actor).toBeInstanceOf(actor.constructor);
  expect(new (actor.constructor as unknown as typeof Actor)({ name: "y" })).toBeInstanceOf(Actor);
  expect(new Film({ title: "x" }).constructor === Film).toBe(true);
});
