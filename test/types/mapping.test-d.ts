// Mixins, inheritance, collections, and what else a mapped class may have: the types of the instances.
import {
  attributeKeyedDict,
  columnProperty,
  composite,
  computed,
  declarativeBase,
  type DynamicCollection,
  extend,
  foreignKey,
  func,
  identity,
  inspect,
  type InstrumentedAttribute,
  mappedColumn,
  type MappedColumn,
  type Mapper,
  queryExpression,
  relationship,
  type Relationship,
  select,
  type Session,
  Sequence,
  synonym,
  t,
  validates,
  withPolymorphic,
  type WriteOnlyCollection,
} from "athanor";
import { expectTypeOf, test } from "vitest";

const Base = declarativeBase();

class Stamped {
  static createdAt = mappedColumn(t.dateTime(), { serverDefault: "now" });
  static editorId = mappedColumn(foreignKey("employees.id"), { nullable: true });
  age(): number {
    return 1;
  }
}

class Span {
  start: number;
  end: number;
  constructor(start: number, end: number) {
    this.start = start;
    this.end = end;
  }
  compositeValues(): unknown[] {
    return [this.start, this.end];
  }
}

export class Post extends Base.with(Stamped)<typeof Post> {
  static table = this.mapTo("posts");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(50));
  static start = mappedColumn(t.integer(), { nullable: true });
  static end = mappedColumn(t.integer(), { nullable: true });
  static span = composite(Span, "start", "end");
  static heading = synonym<string>("title");
  static upper = columnProperty(() => Post.title.concat("!"));
  static score = queryExpression<number>();
  static tags = relationship(() => [Tag], { collectionClass: Set });
  static notes = relationship(() => [Tag], { collectionClass: attributeKeyedDict("label") });
  static checkTitle = validates("title", (_self: Post, _key: string, value: string) => value.trim());
}

export class Tag extends Base<typeof Tag> {
  static table = this.mapTo("tags");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static label = mappedColumn(t.string(50));
  static postId = mappedColumn(foreignKey(() => Post.id));
}

export class Employee extends Base<typeof Employee> {
  static table = this.mapTo("employees", { polymorphicOn: (cls) => cls.type, polymorphicIdentity: "employee" });
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static type = mappedColumn(t.string(20), { init: false });
  static name = mappedColumn(t.string(50));
  static boss = relationship(() => Boss, { nullable: true });
  hello(): string {
    return this.name;
  }
}

export class Manager extends extend(Employee)<typeof Manager> {
  static table = this.mapTo("managers", { polymorphicIdentity: "manager" });
  static id = mappedColumn(
    foreignKey(() => Employee.id),
    { primaryKey: true },
  );
  static level = mappedColumn(t.integer());
}

export class Boss extends extend(Manager)<typeof Boss> {
  static table = this.mapSingle({ polymorphicIdentity: "boss" });
  static club = mappedColumn(t.string(50), { nullable: true });
  shout(): string {
    return this.hello() + this.level + (this.club ?? "");
  }
}

declare const post: Post;
declare const boss: Boss;

test("mixins give attributes and methods", () => {
  expectTypeOf(post.createdAt).toEqualTypeOf<Date>();
  expectTypeOf(post.editorId).toEqualTypeOf<number | null>();
  expectTypeOf(post.age()).toEqualTypeOf<number>();
  expectTypeOf(Post.createdAt).toExtend<InstrumentedAttribute<Date>>();
  new Post({ title: "x" });
  // @ts-expect-error: the title is required
  new Post({ createdAt: new Date() });
});

test("inherited attributes, methods and references", () => {
  expectTypeOf(boss.name).toEqualTypeOf<string>();
  expectTypeOf(boss.level).toEqualTypeOf<number>();
  expectTypeOf(boss.club).toEqualTypeOf<string | null>();
  expectTypeOf(boss.boss).toEqualTypeOf<Boss | null>();
  expectTypeOf(boss.hello()).toEqualTypeOf<string>();
  expectTypeOf(boss.awaitableAttrs.level).resolves.toEqualTypeOf<number>();
  const employee: Employee = boss;
  new Boss({ name: "x", level: 1, boss });
  // @ts-expect-error: the level is required
  new Boss({ name: employee.name });
  // @ts-expect-error: an employee is no boss
  boss.boss = employee;
});

test("subclasses within an alias of their base", () => {
  const any = withPolymorphic(Employee, { Manager, TheBoss: Boss });
  expectTypeOf(any.Manager).toEqualTypeOf<typeof Manager>();
  expectTypeOf(any.TheBoss.club).toEqualTypeOf<typeof Boss.club>();
  expectTypeOf(any.name).toEqualTypeOf<typeof Employee.name>();
  // @ts-expect-error: it was not named
  const { Boss: none } = any;
  const listed = withPolymorphic(Employee, [Manager]);
  expectTypeOf(listed.name).toEqualTypeOf<typeof Employee.name>();
  void none;
});

test("collections of other kinds", () => {
  expectTypeOf(post.tags).toEqualTypeOf<Set<Tag>>();
  expectTypeOf(post.notes).toEqualTypeOf<Map<string, Tag>>();
});

test("composites, synonyms, expressions", () => {
  expectTypeOf(post.span).toEqualTypeOf<Span>();
  expectTypeOf(post.heading).toEqualTypeOf<string>();
  expectTypeOf(post.upper).toEqualTypeOf<string>();
  expectTypeOf(post.score).toEqualTypeOf<number | null>();
  new Post({ title: "x", span: new Span(1, 2) });
  // @ts-expect-error: the database computes it
  new Post({ title: "x", upper: "X" });
});

test("the statics have short names", () => {
  expectTypeOf(Post.title).toEqualTypeOf<MappedColumn<string, false>>();
  expectTypeOf(Tag.postId).toEqualTypeOf<MappedColumn<number, true>>();
  expectTypeOf(Employee.boss).toEqualTypeOf<Relationship<typeof Boss, true>>();
});

class Labelled {
  static label = mappedColumn(t.string(50));
  declare label: string;
  shout(): string {
    return this.label.toUpperCase();
  }
}

class Ranked {
  static rank = mappedColumn(t.integer(), { default: 0 });
}

/** A base that a package can export: its declaration names its parts. */
export const Entity = Base.with(Stamped, Labelled, Ranked);

export class Team extends Entity<typeof Team> {
  static table = this.mapTo("teams", { sqliteStrict: true, postgresqlPartitionBy: "RANGE (id)" });
  static id = mappedColumn(t.integer(), { primaryKey: true });
}

export class Club extends Base.with(Labelled, Ranked)<typeof Club> {
  static table = this.mapTo("clubs");
  static id = mappedColumn(t.integer(), { primaryKey: true });
}

test("several mixins", () => {
  const team = new Team({ label: "x" });
  expectTypeOf(team.createdAt).toEqualTypeOf<Date>();
  expectTypeOf(team.rank).toEqualTypeOf<number>();
  expectTypeOf(team.age()).toEqualTypeOf<number>();
  expectTypeOf(team.shout()).toEqualTypeOf<string>();
  expectTypeOf(new Club({ label: "x", rank: 1 }).label).toEqualTypeOf<string>();
  // @ts-expect-error: a mixin's column is required as others are
  void (() => new Club({ rank: 1 }));
});

test("options of mapTo() that there are not do not compile", () => {
  class Other extends Base<typeof Other> {
    // @ts-expect-error: a mistake in the name
    static table = this.mapTo("others", { polymorphicIdentiy: "other" });
    static id = mappedColumn(t.integer(), { primaryKey: true });
  }
  void Other;
});

test("inspect() of a class is its mapper", () => {
  expectTypeOf(inspect(Employee)).toEqualTypeOf<Mapper>();
  expectTypeOf(inspect(Manager)).toEqualTypeOf<Mapper>();
  expectTypeOf(inspect(Team)).toEqualTypeOf<Mapper>();
});

test("columns whose values the database makes", () => {
  class Box extends Base<typeof Box> {
    static table = this.mapTo("boxes");
    static id = mappedColumn(t.integer(), identity({ start: 5 }), { primaryKey: true });
    static width = mappedColumn(t.integer());
    static area = mappedColumn(t.integer(), computed("width * width", { persisted: true }));
    static half = mappedColumn("half_width", t.float(), computed("width / 2"), { nullable: true });
    static number = mappedColumn(t.bigInteger(), new Sequence("box_numbers"));
  }
  const box = new Box({ width: 3 });
  expectTypeOf(box.area).toEqualTypeOf<number>();
  expectTypeOf(box.half).toEqualTypeOf<number | null>();
  expectTypeOf(box.number).toEqualTypeOf<bigint>();
});

test("a subquery is mapped with the columns of it as the primary key", () => {
  class LabelCount {
    declare text: string;
  }
  const counts = select(Tag.label.label("text"), func.count().label("n")).groupBy(Tag.label).subquery("counts");
  expectTypeOf(Base.registry.mapImperatively(LabelCount, counts, { primaryKey: [counts.c.text] })).toEqualTypeOf<Mapper>();
});

class Ledger extends Base<typeof Ledger> {
  static table = this.mapTo("ledgers");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static entries = relationship(() => [LedgerEntry], { lazy: "write_only", backPopulates: "ledger" });
  static pages = relationship(() => [LedgerEntry], { lazy: "dynamic" });
}

class LedgerEntry extends Base<typeof LedgerEntry> {
  static table = this.mapTo("ledger_entries");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static text = mappedColumn(t.string(50));
  static ledgerId = mappedColumn(foreignKey(() => Ledger.id));
  static ledger = relationship(() => Ledger, { backPopulates: "entries" });
}

declare const ledger: Ledger;
declare const session: Session;

test("collections that are never loaded", async () => {
  expectTypeOf(ledger.entries).toEqualTypeOf<WriteOnlyCollection<LedgerEntry>>();
  expectTypeOf(ledger.pages).toEqualTypeOf<DynamicCollection<LedgerEntry>>();
  expectTypeOf(ledger.awaitableAttrs.entries).resolves.toEqualTypeOf<WriteOnlyCollection<LedgerEntry>>();
  const entry = new LedgerEntry({ text: "x" });
  new Ledger({ entries: [entry] });
  new Ledger({ entries: new Set([entry]), pages: [entry] });
  // @ts-expect-error: it takes entries
  new Ledger({ entries: [ledger] });
  ledger.entries.add(entry);
  // @ts-expect-error: no entry
  ledger.entries.add(ledger);
  // @ts-expect-error: it is never loaded
  for (const each of ledger.entries) void each;

  const statement = ledger.entries.select().where(LedgerEntry.text.eq("x")).filterBy({ text: "y" }).limit(3);
  expectTypeOf(await session.scalars(statement).all()).toEqualTypeOf<LedgerEntry[]>();
  // @ts-expect-error: no attribute of the members
  ledger.entries.select().filterBy({ nothing: 1 });
  expectTypeOf(await session.scalars(statement.withOnlyColumns(LedgerEntry.text)).all()).toEqualTypeOf<string[]>();

  await session.execute(ledger.entries.insert(), [{ text: "a" }]);
  expectTypeOf(await session.scalars(ledger.entries.insert().returning(LedgerEntry), [{ text: "a" }]).all()).toEqualTypeOf<LedgerEntry[]>();
  ledger.entries.insert().values({ text: "a" });
  ledger.entries
    .update()
    .values({ text: LedgerEntry.text.concat("!") })
    .where(LedgerEntry.id.gt(1));
  // @ts-expect-error: a number is no text
  ledger.entries.update().values({ text: 1 });
  // @ts-expect-error: a relationship is no column
  ledger.entries.update().values({ ledger });
  // @ts-expect-error: no attribute of the members
  ledger.entries.update().values({ nothing: 1 });
  await session.execute(ledger.entries.delete().where(LedgerEntry.id.gt(1)));

  expectTypeOf(await ledger.pages.all()).toEqualTypeOf<LedgerEntry[]>();
  expectTypeOf(await ledger.pages.first()).toEqualTypeOf<LedgerEntry | null>();
  for await (const each of ledger.pages) expectTypeOf(each).toEqualTypeOf<LedgerEntry>();
});
