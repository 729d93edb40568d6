import {
  aliased,
  attributeKeyedDict,
  createEngine,
  declarativeBase,
  extend,
  foreignKey,
  mappedColumn,
  relationship,
  select,
  selectinload,
  sessionmaker,
  t,
} from "athanor";
import { associationProxy } from "athanor/ext";
import { describe, expect, test } from "vitest";
import { inspect as show } from "node:util";

function models() {
  const Base = declarativeBase();

  class Member extends Base<typeof Member> {
    static table = this.mapTo("members");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(50));
    static links = relationship(() => [Link], { backPopulates: "member", cascade: "all, delete-orphan", orderBy: () => Link.id });
    static skills = associationProxy("links", "skill", { creator: (skill: Skill) => new Link({ skill }) });
    static skillNames = associationProxy("links", "skillName");
    static levels = associationProxy("links", "level");
    static tagSet = relationship(() => [Tag], { collectionClass: Set, cascade: "all, delete-orphan" });
    static tags = associationProxy("tagSet", "word");
    static noteMap = relationship(() => [Note], { collectionClass: attributeKeyedDict("key"), cascade: "all, delete-orphan" });
    static notes = associationProxy("noteMap", "text");
    static profile = relationship(() => Profile, { uselist: false, nullable: true, backPopulates: "member", cascade: "all" });
    static bio = associationProxy("profile", "bio", { cascadeScalarDeletes: true });
  }

  class Link extends Base<typeof Link> {
    static table = this.mapTo("links");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static memberId = mappedColumn(foreignKey("members.id"), { nullable: true });
    static skillId = mappedColumn(foreignKey("skills.id"), { nullable: true });
    static level = mappedColumn(t.integer(), { nullable: true });
    static member = relationship(() => Member, { backPopulates: "links", nullable: true });
    static skill = relationship(() => Skill, { nullable: true });
    static skillName = associationProxy("skill", "name");
    static siblings = associationProxy("member", "links");
  }

  class Skill extends Base<typeof Skill> {
    static table = this.mapTo("skills");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(50));
  }

  class Tag extends Base<typeof Tag> {
    static table = this.mapTo("tags");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static memberId = mappedColumn(foreignKey("members.id"), { nullable: true });
    static word = mappedColumn(t.string(50));
  }

  class Note extends Base<typeof Note> {
    static table = this.mapTo("notes");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static memberId = mappedColumn(foreignKey("members.id"), { nullable: true });
    static key = mappedColumn(t.string(50));
    static text = mappedColumn(t.string(50));
  }

  class Profile extends Base<typeof Profile> {
    static table = this.mapTo("profiles");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static memberId = mappedColumn(foreignKey("members.id"), { nullable: true });
    static bio = mappedColumn(t.string(50), { nullable: true });
    static member = relationship(() => Member, { backPopulates: "profile", nullable: true });
  }

  return { Base, Member, Link, Skill, Tag, Note, Profile };
}

async function database() {
  const all = models();
  const engine = createEngine("sqlite://");
  await all.Base.metadata.createAll(engine);
  const Session = sessionmaker({ bind: engine });
  return { ...all, engine, Session };
}

const sql = (statement: unknown): string => String(statement).replaceAll(/\s+/g, " ");

describe("an array", () => {
  const make = () => {
    const { Member, Skill, Link } = models();
    const [a, b, c] = ["a", "b", "c"].map((name) => new Skill({ name })) as [
      InstanceType<typeof Skill>,
      InstanceType<typeof Skill>,
      InstanceType<typeof Skill>,
    ];
    return { Member, Skill, Link, a, b, c, m: new Member({ name: "m" }) };
  };

  test("is an array in every respect", () => {
    const { m, a, b, c } = make();
    expect(m.skills.push(a, b)).toBe(2);
    expect(Array.isArray(m.skills)).toBe(true);
    expect(m.skills).toEqual([a, b]);
    expect(m.skills).toBe(m.skills);
    expect([...m.skills]).toEqual([a, b]);
    expect(m.skills.length).toBe(2);
    expect(m.skills[1]).toBe(b);
    expect(m.skills[5]).toBeUndefined();
    expect(m.skills.at(-1)).toBe(b);
    expect([m.skills.indexOf(b), m.skills.includes(c), 1 in m.skills, 2 in m.skills]).toEqual([1, false, true, false]);
    expect(m.skillNames.map((name) => name!.toUpperCase())).toEqual(["A", "B"]);
    expect(m.skillNames.join()).toBe("a,b");
    expect(m.skillNames.concat(["x"])).toEqual(["a", "b", "x"]);
    expect(Object.keys(m.skillNames)).toEqual(["0", "1"]);
    expect(JSON.stringify(m.skillNames)).toBe('["a","b"]');
    expect(show(m.skillNames)).toBe("[ 'a', 'b' ]");
    expect(m.skillNames.filter((name) => name === "a")).toEqual(["a"]);
  });

  test("makes members for what is put in, and takes them out", () => {
    const { m, a, b, c, Link } = make();
    m.skills = [a, b];
    const [first, second] = m.links;
    expect(first).toBeInstanceOf(Link);
    expect(first!.member).toBe(m);
    m.skills.unshift(c);
    expect(m.links[1]).toBe(first);
    expect(m.skills.splice(1, 1)).toEqual([a]);
    expect(m.links[1]).toBe(second);
    expect(m.skills).toEqual([c, b]);
    m.skills[0] = a;
    expect(m.links[0]!.skill).toBe(a);
    m.skills[2] = c;
    expect(m.skillNames).toEqual(["a", "b", "c"]);
    expect([m.skills.pop(), m.skills.shift()]).toEqual([c, a]);
    m.skills.length = 0;
    expect([m.skills.pop(), m.skills.shift(), m.links.length]).toEqual([undefined, undefined, 0]);
    m.skillNames.push("x", "y");
    expect(m.skills.map((skill) => skill!.name)).toEqual(["x", "y"]);
    m.skillNames[0] = "z";
    expect(m.links[0]!.skill!.name).toBe("z");
    m.skillNames.sort((x, y) => x!.localeCompare(y!));
    expect(m.skillNames).toEqual(["y", "z"]);
    m.skillNames.reverse();
    expect(m.links.map((link) => link.skillName)).toEqual(["z", "y"]);
    const same = m.skillNames;
    m.skillNames = same;
    expect(m.skillNames).toEqual(["z", "y"]);
    m.levels = [3, 1];
    expect(m.levels.fill(2)).toEqual([2, 2]);
  });

  test("assignment makes all members anew", () => {
    const { m, a, b } = make();
    m.skills = [a, b];
    const before = [...m.links];
    m.skills = [b];
    expect(before).not.toContain(m.links[0]);
    m.skills = m.skills.filter(() => true);
    expect(m.skills).toEqual([b]);
    expect(() => {
      m.skills = new Set() as never;
    }).toThrow(/Member\.skills is a proxied collection and takes an array/);
  });

  test("refuses holes and undefined", () => {
    const { m, a } = make();
    m.skills.push(a);
    expect(() => (m.skills[3] = a)).toThrow(/no holes/);
    expect(() => Reflect.deleteProperty(m.skills, 0)).toThrow(/use splice\(0, 1\)/);
    expect(() => m.skillNames.push(undefined as never)).toThrow(/undefined/);
  });

  test("the constructor takes it", () => {
    const { Member, a } = make();
    expect(new Member({ name: "x", skills: [a] }).links[0]!.skill).toBe(a);
  });
});

test("a Set", () => {
  const { Member, Tag } = models();
  const m = new Member({ name: "m" });
  m.tags.add("a").add("b").add("a");
  expect(m.tagSet.size).toBe(2);
  const [a] = m.tagSet;
  expect(a).toBeInstanceOf(Tag);
  expect([m.tags.has("a"), m.tags.has("x"), m.tags.size]).toEqual([true, false, 2]);
  m.tags = new Set(["a", "c"]);
  expect(m.tagSet.has(a!)).toBe(true);
  expect([...m.tags]).toEqual(["a", "c"]);
  expect([...m.tags.entries()]).toEqual([
    ["a", "a"],
    ["c", "c"],
  ]);
  expect([m.tags.delete("x"), m.tags.delete("a")]).toEqual([false, true]);
  expect(new Set(m.tags)).toEqual(new Set(["c"]));
  expect(show(m.tags)).toBe("Set(1) { 'c' }");
  if ("union" in Set.prototype)
    expect((m.tags as never as { union(s: Set<string>): Set<string> }).union(new Set(["q"]))).toEqual(new Set(["c", "q"]));
  m.tags.clear();
  expect(m.tagSet.size).toBe(0);
});

test("a Map", () => {
  const { Member } = models();
  const m = new Member({ name: "m" });
  m.notes.set("a", "1").set("b", "2");
  const a = m.noteMap.get("a");
  expect([a!.key, a!.text]).toEqual(["a", "1"]);
  m.notes.set("a", "3");
  expect([m.noteMap.get("a") === a, a!.text, m.notes.get("a"), m.notes.get("x")]).toEqual([true, "3", "3", undefined]);
  m.notes = new Map([
    ["a", "4"],
    ["c", "5"],
  ]);
  expect([...m.notes]).toEqual([
    ["a", "4"],
    ["c", "5"],
  ]);
  expect(m.noteMap.get("a")).toBe(a);
  expect([m.notes.has("b"), m.notes.delete("c"), m.notes.size]).toEqual([false, true, 1]);
  m.notes.clear();
  expect(m.noteMap.size).toBe(0);
});

test("one object", () => {
  const { Member, Profile } = models();
  const m = new Member({ name: "m" });
  expect(m.bio).toBeNull();
  m.bio = null;
  expect(m.profile).toBeNull();
  m.bio = "x";
  const { profile } = m;
  expect(profile).toBeInstanceOf(Profile);
  m.bio = "y";
  expect([m.profile === profile, profile!.bio]).toEqual([true, "y"]);
  m.bio = null;
  expect(m.profile).toBeNull();
  expect(() => {
    m.bio = undefined as never;
  }).toThrow(/Member\.bio was set to undefined/);
});

describe("on the class", () => {
  const { Member, Link, Skill } = models();
  const skill = new Skill({ id: 5, name: "x" });
  const inLinks = "EXISTS (SELECT 1 FROM links, members WHERE members.id = links.member_id";
  const inSkills = "EXISTS (SELECT 1 FROM skills, links WHERE skills.id = links.skill_id";
  const cases: readonly (readonly [string, () => unknown, string | RegExp])[] = [
    ["contains an object", () => Member.skills.contains(skill), `${inLinks} AND ? = links.skill_id)`],
    [
      "any with a condition",
      () => Member.skills.any(Skill.name.eq("x")),
      `${inLinks} AND (EXISTS (SELECT 1 FROM skills WHERE skills.id = links.skill_id AND skills.name = ?)))`,
    ],
    [
      "any with values",
      () => Member.skills.any({ name: "x" }),
      `${inLinks} AND (EXISTS (SELECT 1 FROM skills WHERE skills.id = links.skill_id AND skills.name = ?)))`,
    ],
    ["any", () => Member.skills.any(), `${inLinks} AND (EXISTS (SELECT 1 FROM skills WHERE skills.id = links.skill_id)))`],
    ["eq of a collection", () => Member.skills.eq(skill), /is a collection: use any\(\)/],
    [
      "contains along a chain",
      () => Member.skillNames.contains("x"),
      `${inLinks} AND (EXISTS (SELECT 1 FROM skills WHERE skills.id = links.skill_id AND skills.name = ?)))`,
    ],
    [
      "any along a chain",
      () => Member.skillNames.any(Skill.name.eq("x")),
      `${inLinks} AND (EXISTS (SELECT 1 FROM skills WHERE skills.id = links.skill_id AND skills.name = ?)))`,
    ],
    ["any of a column", () => Member.levels.any(Link.level.gt(3)), `${inLinks} AND links.level > ?)`],
    ["eq of a column", () => Member.levels.eq(3), `${inLinks} AND links.level = ?)`],
    ["gt of a column", () => Member.levels.gt(3), `${inLinks} AND links.level > ?)`],
    ["in of a column", () => Member.levels.in([1]), `${inLinks} AND links.level IN (?))`],
    ["values of a column", () => Member.levels.any({ level: 3 }), /no attributes to be compared/],
    ["has of a collection", () => Member.levels.has(), /leads to a collection: use any\(\)/],
    ["eq of a scalar", () => Link.skillName.eq("x"), `${inSkills} AND skills.name = ?)`],
    ["eq of null", () => Link.skillName.eq(null), `(${inSkills} AND skills.name IS NULL)) OR links.skill_id IS NULL`],
    ["ne of a scalar", () => Link.skillName.ne("x"), `${inSkills} AND skills.name != ?)`],
    ["ne of null", () => Link.skillName.ne(null), `${inSkills} AND skills.name IS NOT NULL)`],
    ["like of a scalar", () => Link.skillName.like("x%"), `${inSkills} AND skills.name LIKE ?)`],
    ["has", () => Link.skillName.has(), `${inSkills})`],
    ["has of a column with a condition", () => Link.skillName.has(Skill.name.eq("x")), /takes no criterion/],
    ["any of a scalar", () => Link.skillName.any(), /leads to one object: use has\(\)/],
    ["contains of text", () => Link.skillName.contains("x"), `${inSkills} AND (skills.name LIKE '%' || ? || '%'))`],
    [
      "any of a collection of one object",
      () => Link.siblings.any({ level: 3 }),
      "EXISTS (SELECT 1 FROM members, links WHERE members.id = links.member_id AND (EXISTS (SELECT 1 FROM links WHERE members.id = links.member_id AND links.level = ?)))",
    ],
    ["has of a collection of one object", () => Link.siblings.has({ level: 3 }), /use any\(\)/],
    [
      "in filterBy",
      () => select(Member.id).filterBy({ levels: 3 } as never),
      "SELECT members.id FROM members WHERE EXISTS (SELECT 1 FROM links WHERE members.id = links.member_id AND links.level = ?)",
    ],
    [
      "of an alias",
      () => aliased(Member, { name: "mm" }).skills.contains(skill),
      "EXISTS (SELECT 1 FROM links, members AS mm WHERE mm.id = links.member_id AND ? = links.skill_id)",
    ],
    [
      "joining along it",
      () =>
        select(Member.id)
          .join(Member.skills.localAttr)
          .join(Member.skills.remoteAttr as never),
      "SELECT members.id FROM members JOIN links ON members.id = links.member_id JOIN skills ON skills.id = links.skill_id",
    ],
    ["as a column", () => select(Member.skills as never), /Column expression/],
  ];
  test.each(cases)("%s", (_name, make, expected) => {
    if (typeof expected === "string") expect(sql(make())).toBe(expected);
    else expect(() => sql(make())).toThrow(expected);
  });

  test("is the same for subclasses", () => {
    class Chief extends extend(Member)<typeof Chief> {
      static table = this.mapTo("chiefs");
      static id = mappedColumn(
        foreignKey(() => Member.id),
        { primaryKey: true },
      );
    }
    expect(sql(Chief.levels.eq(3))).toContain("members.id = links.member_id");
    const chief = new Chief({ name: "c", skillNames: ["x"] });
    expect(chief.links[0]!.skillName).toBe("x");
  });

  test("a mistake in the names is found when the classes are configured", () => {
    const Base = declarativeBase();
    class Wrong extends Base<typeof Wrong> {
      static table = this.mapTo("wrongs");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static name = mappedColumn(t.string());
      static x = associationProxy("name", "y");
    }
    expect(() => new Wrong({ name: "x" })).toThrow(/Wrong\.x is a proxy along "name", which is no relationship of Wrong/);
  });
});

test("flushes, loads and follows what is loaded", async () => {
  const { Member, Skill, Link, Session, engine } = await database();
  await using session = Session();
  const m = new Member({ name: "m", skillNames: ["a", "b"], levels: [] });
  m.skillNames = ["a", "b"];
  m.bio = "x";
  session.add(m);
  await session.commit();
  session.expungeAll();

  const found = (await session.scalars(select(Member)).one()) as InstanceType<typeof Member>;
  expect(() => found.skills).toThrow(/Member\.links is not loaded/);
  expect(() => found.bio).toThrow(/Member\.profile is not loaded/);
  const names = (await found.awaitableAttrs.skillNames) as string[];
  expect([...names]).toEqual(["a", "b"]);
  expect(await found.awaitableAttrs.bio).toBe("x");
  expect(found.skillNames).toBe(names);

  names.splice(0, 1);
  expect(session.dirty.has(found)).toBe(true);
  await session.flush();
  expect((await session.scalars(select(Link)).all()).length).toBe(1);
  names.push("c");
  await session.flush();
  expect(await session.scalars(select(Skill.name).orderBy(Skill.id)).all()).toEqual(["a", "b", "c"]);
  await session.rollback();
  expect(() => names.length).toThrow(/Member\.links/);

  session.expungeAll();
  const again = await session.scalars(select(Member).options(selectinload(Member.links).selectinload(Link.skill))).one();
  expect(again.skillNames).toEqual(["a", "b"]);
  const byName = select(Member).where(Member.skillNames.contains("b"));
  expect(await session.scalars(byName).all()).toEqual([again]);
  expect(await session.scalars(select(Member).where(Member.skillNames.contains("x"))).all()).toEqual([]);
  await session.close();
  await engine.dispose();
});
