// Hybrids, association proxies, tracked values and ordered lists: what they are on objects, in constructors and in statements.
import {
  attributeKeyedDict,
  type ColumnElement,
  declarativeBase,
  foreignKey,
  func,
  mappedColumn,
  relationship,
  select,
  type Session,
  t,
} from "athanor";
import {
  associationProxy,
  hybridMethod,
  hybridProperty,
  indexProperty,
  keysetPage,
  MutableDict,
  MutableList,
  orderingList,
  serialize,
  type Serialized,
} from "athanor/ext";
import { expectTypeOf, test } from "vitest";

const Base = declarativeBase();

export class Member extends Base<typeof Member> {
  static table = this.mapTo("members");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static first = mappedColumn(t.string(50));
  static last = mappedColumn(t.string(50));
  static settings = mappedColumn(MutableDict.asMutable(t.json<{ theme: string }>()));
  static tags = mappedColumn(MutableList.asMutable(t.json<string[]>()), { nullable: true });
  static links = relationship(() => [Link], { backPopulates: "member", collectionClass: orderingList("position") });
  static noteMap = relationship(() => [Note], { collectionClass: attributeKeyedDict("key") });
  static noteSet = relationship(() => [Note], { collectionClass: Set });

  static full = hybridProperty((self: { first: string; last: string }) => `${self.first} ${self.last}`, {
    expression: (cls: typeof Member) => cls.first.concat(" ").concat(cls.last),
  });
  static nick = hybridProperty((self: Member): string => self.first, {
    setter: (self: Member, value: string) => {
      self.first = value;
    },
  });
  static longer = hybridMethod((self: { last: string }, n: number) => self.last.length > n, {
    expression: (cls: typeof Member, n: number) => func.length(cls.last).gt(n),
  });

  static skills = associationProxy("links", "skill", { creator: (skill: Skill) => new Link({ skill }) });
  static skillNames = associationProxy("links", "skillName");
  static noteTexts = associationProxy("noteMap", "text");
  static noteWords = associationProxy("noteSet", "text");
  static told = associationProxy<readonly Date[]>("links", "somewhere");
  static wrong = associationProxy("nothing", "name");
}

export class Link extends Base<typeof Link> {
  static table = this.mapTo("links");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static position = mappedColumn(t.integer(), { nullable: true });
  static memberId = mappedColumn(foreignKey("members.id"), { nullable: true });
  static skillId = mappedColumn(foreignKey("skills.id"), { nullable: true });
  static member = relationship(() => Member, { backPopulates: "links" });
  static skill = relationship(() => Skill);
  static maybe = relationship(() => Skill, { nullable: true });
  static skillName = associationProxy("skill", "name");
  static maybeName = associationProxy("maybe", "name");
  static siblings = associationProxy("member", "links");
}

export class Skill extends Base<typeof Skill> {
  static table = this.mapTo("skills");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(50));
}

export class Note extends Base<typeof Note> {
  static table = this.mapTo("notes");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static key = mappedColumn(t.string(50));
  static text = mappedColumn(t.string(50), { nullable: true });
}

declare const member: Member;
declare const link: Link;

test("hybrids", () => {
  expectTypeOf(member.full).toEqualTypeOf<string>();
  expectTypeOf(member.nick).toEqualTypeOf<string>();
  expectTypeOf(member.longer(3)).toEqualTypeOf<boolean>();
  expectTypeOf(Member.full.like("x")).toExtend<ColumnElement<boolean>>();
  expectTypeOf(Member.longer(3)).toExtend<ColumnElement<boolean>>();
  void (async () => {
    expectTypeOf(await member.awaitableAttrs.full).toEqualTypeOf<string>();
  });
  select(Member.full, Member.nick).where(Member.full.eq("x"), Member.longer(3));
  // @ts-expect-error a string is compared with strings
  Member.full.eq(5);
  // @ts-expect-error the method takes a number
  Member.longer("x");
  // @ts-expect-error the setter takes what the getter gives
  hybridProperty((self: { first: string }) => self.first, { setter: (_self: object, _value: number) => {} });
});

test("association proxies", () => {
  expectTypeOf(member.skills).toEqualTypeOf<Skill[]>();
  expectTypeOf(member.skillNames).toEqualTypeOf<string[]>();
  expectTypeOf(member.noteTexts).toEqualTypeOf<Map<string, string | null>>();
  expectTypeOf(member.noteWords).toEqualTypeOf<Set<string | null>>();
  expectTypeOf(member.told).toEqualTypeOf<readonly Date[]>();
  expectTypeOf(member.wrong).toEqualTypeOf<unknown>();
  expectTypeOf(link.skillName).toEqualTypeOf<string>();
  expectTypeOf(link.maybeName).toEqualTypeOf<string | null>();
  expectTypeOf(link.siblings[0]!.skillName).toEqualTypeOf<string>();
  void (async () => {
    expectTypeOf(await member.awaitableAttrs.skills).toEqualTypeOf<Skill[]>();
  });
  select(Member).where(Member.skills.any({ name: "x" }), Link.skillName.eq("x"), Member.skillNames.contains("x"));
  // @ts-expect-error an array of strings takes strings
  member.skillNames.push(5);
});

test("constructors", () => {
  const given = { first: "a", last: "b", settings: { theme: "x" } };
  new Member({ ...given, nick: "n", skillNames: ["x"], links: [new Link({})] });
  // @ts-expect-error a hybrid without a setter is not given
  new Member({ ...given, full: "x" });
  // @ts-expect-error proxied strings
  new Member({ ...given, skillNames: [5] });
  // @ts-expect-error a column with a tracked value is required as any other
  new Member({ first: "a", last: "b" });
});

test("values and lists", () => {
  expectTypeOf(member.settings).toEqualTypeOf<{ theme: string }>();
  expectTypeOf(member.tags).toEqualTypeOf<string[] | null>();
  expectTypeOf(member.links[0]!).toEqualTypeOf<Link>();
  member.links.reorder?.();
  member.links = [new Link({})];
});

test("pages by key", async () => {
  const session = null as unknown as Session;
  const objects = await keysetPage(session, select(Member).join(Member.links), { by: [Member.first.desc()], first: 2 });
  expectTypeOf(objects.items).toEqualTypeOf<readonly Member[]>();
  const names = await keysetPage(session, select(Member.first), { by: [Member.id], last: 2, before: objects.startCursor });
  expectTypeOf(names.items).toEqualTypeOf<readonly string[]>();
  const pairs = await keysetPage(session, select(Member.first, Member.id), { by: [Member.id], first: 2 });
  expectTypeOf(pairs.items[0]!).toEqualTypeOf<[string, number]>();
  const shaped = await keysetPage(session, select({ id: Member.id, who: Member }).join(Member.links), { by: [Member.id], first: 2 });
  expectTypeOf(shaped.items[0]!.id).toEqualTypeOf<number>();
  expectTypeOf(shaped.items[0]!.who).toEqualTypeOf<Member>();
  // @ts-expect-error from which end?
  void keysetPage(session, select(Member), { by: [Member.id], first: 2, last: 2 });
  // @ts-expect-error a cursor after which a page is to end
  void keysetPage(session, select(Member), { by: [Member.id], last: 2, after: "" });
});

export class Owner extends Base<typeof Owner> {
  static table = this.mapTo("owners");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(50));
  static password = mappedColumn(t.string(50), { hidden: true });
  static big = mappedColumn(t.bigInteger(), { nullable: true });
  static since = mappedColumn(t.dateTime());
  static raw = mappedColumn(t.largeBinary());
  static shape = mappedColumn(t.json<{ x: number }>());
  static pets = relationship(() => [Pet], { backPopulates: "owner" });
  static secret = relationship(() => [Pet], { hidden: true });
  static loud = hybridProperty((self: { name: string }) => self.name.toUpperCase());
}

export class Pet extends Base<typeof Pet> {
  static table = this.mapTo("pets");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static ownerId = mappedColumn(
    foreignKey(() => Owner.id),
    { nullable: true },
  );
  static owner = relationship(() => Owner, { backPopulates: "pets", nullable: true });
}

test("plain objects", () => {
  const owner = null as unknown as Owner;
  new Owner({ name: "x", password: "y", since: new Date(), raw: new Uint8Array(), shape: { x: 1 } });
  expectTypeOf(serialize(owner)).toEqualTypeOf<{
    id: number;
    name: string;
    big: string | null;
    since: string;
    raw: string;
    shape: { x: number };
  }>();
  const some = { only: ["name", "loud"], with: { pets: { omit: ["ownerId"], with: { owner: true } } } } as const;
  const made = serialize([owner], some);
  expectTypeOf(made[0]!.loud).toEqualTypeOf<string>();
  expectTypeOf(made[0]!.pets[0]!.id).toEqualTypeOf<number>();
  expectTypeOf(made[0]!.pets[0]!.owner?.since).toEqualTypeOf<string | undefined>();
  expectTypeOf<Serialized<Owner, typeof some>["name"]>().toEqualTypeOf<string>();
  // @ts-expect-error hidden
  serialize(owner, { only: ["password"] });
  // @ts-expect-error hidden
  serialize(owner, { with: { secret: true } });
  // @ts-expect-error not asked for
  void made[0]!.since;
  // @ts-expect-error hidden
  void serialize(owner).password;
  // @ts-expect-error no such attribute
  serialize(owner, { omit: ["nam"] });
});

export class Thing extends Base<typeof Thing> {
  static table = this.mapTo("things");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static data = mappedColumn(t.json<Record<string, unknown>>());
  static color = indexProperty("data", "color", t.string());
  static size = indexProperty("data", "size", t.integer(), { default: 0 });
}

test("keys of JSON as attributes", () => {
  const thing = new Thing({ data: {}, size: 3 });
  expectTypeOf(thing.color).toEqualTypeOf<string | null>();
  expectTypeOf(thing.size).toEqualTypeOf<number>();
  thing.color = null;
  expectTypeOf(Thing.color).toExtend<ColumnElement<string | null>>();
  // @ts-expect-error a number
  thing.size = "3";
  // @ts-expect-error a number
  indexProperty("data", "size", t.integer(), { default: "0" });
});
