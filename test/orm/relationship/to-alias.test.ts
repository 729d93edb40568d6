// REL-07: relationships to aliased classes and subqueries, by other operators than "=", and by way of a join.
import {
  aliased,
  Column,
  declarativeBase,
  type DeclarativeBase,
  foreign,
  foreignKey,
  func,
  insert,
  join,
  joinedload,
  mappedColumn,
  not,
  relationship,
  remote,
  select,
  selectinload,
  type Session,
  subqueryload,
  t,
  Table,
} from "athanor";
import { afterEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Opened, openSession } from "../support/open.ts";

const LOADS = { selectinload, joinedload, subqueryload };

/** A row of `a` reaches `b` by its key, and also by way of `c` and `d`. */
function letters() {
  const Base = declarativeBase();
  class A extends Base<typeof A> {
    static table = this.mapTo("a");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static bId = mappedColumn(foreignKey(() => B.id));
    static throughB = relationship(() => [BViaC], {
      primaryjoin: () => A.bId.eq(BViaC.id),
      viewonly: true,
      uselist: true,
    });
    static d = relationship(() => D, {
      secondary: () => join(B, D, D.bId.eq(B.id)).join(C, C.id.eq(D.cId)),
      primaryjoin: () => A.bId.eq(B.id).and(A.id.eq(C.aId)),
      secondaryjoin: () => D.bId.eq(B.id),
      uselist: false,
      viewonly: true,
      nullable: true,
    });
  }
  class B extends Base<typeof B> {
    static table = this.mapTo("b");
    static id = mappedColumn(t.integer(), { primaryKey: true });
  }
  class C extends Base<typeof C> {
    static table = this.mapTo("c");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static aId = mappedColumn(foreignKey(() => A.id));
  }
  class D extends Base<typeof D> {
    static table = this.mapTo("d");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static cId = mappedColumn(
      foreignKey(() => C.id),
      { nullable: true },
    );
    static bId = mappedColumn(foreignKey(() => B.id));
  }
  const BViaC = aliased(B, join(B, D, D.bId.eq(B.id)).join(C, C.id.eq(D.cId)), { flat: true });
  return { Base, A, B, C, D };
}

describeEachDatabase("relationships to aliases", (db) => {
  let opened: Opened;
  afterEach(() => opened.close());

  async function open(base: DeclarativeBase): Promise<Session> {
    opened = await openSession(db.url, base);
    return opened.session;
  }

  async function openLetters() {
    const { Base, A, B, C, D } = letters();
    const session = await open(Base);
    session.addAll([new B({ id: 1 }), new B({ id: 2 })]);
    await session.flush();
    session.addAll([new A({ id: 1, bId: 1 }), new A({ id: 2, bId: 2 })]);
    await session.flush();
    session.add(new C({ id: 1, aId: 1 }));
    await session.flush();
    session.addAll([new D({ id: 1, cId: 1, bId: 1 }), new D({ id: 2, bId: 2 })]);
    await session.commit();
    return { session, A };
  }

  test("REL-07 an alias of a join, named by the primaryjoin", async () => {
    const { session, A } = await openLetters();
    for (const [name, load] of Object.entries(LOADS)) {
      session.expungeAll();
      const all = await session
        .scalars(select(A).options(load(A.throughB)).orderBy(A.id))
        .unique()
        .all();
      expect([name, all.map((a) => a.throughB.map((b) => b.id))]).toEqual([name, [[1], []]]);
    }
    session.expungeAll();
    const one = (await session.get(A, 1))!;
    expect((await one.awaitableAttrs.throughB).map((b) => b.id)).toEqual([1]);
    expect(await session.scalars(select(A.id).where(A.throughB.any())).all()).toEqual([1]);
    expect(await session.scalars(select(A.id).join(A.throughB)).all()).toEqual([1]);
  });

  test("REL-07 the latest of each parent: a subquery with a window function", async () => {
    const Base = declarativeBase();
    class Post extends Base<typeof Post> {
      static table = this.mapTo("posts");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static title = mappedColumn(t.string(20));
      static latest = relationship(() => [Latest], {
        primaryjoin: () => Post.id.eq(Latest.postId).and(ranked.c.position.le(2)),
        orderBy: () => Latest.id.desc(),
        viewonly: true,
      });
      static newest = relationship(() => Newest, {
        primaryjoin: () => Newest.postId.eq(Post.id).and(rankedOnce.c.position.eq(1)),
        viewonly: true,
        nullable: true,
      });
    }
    class Comment extends Base<typeof Comment> {
      static table = this.mapTo("comments");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static postId = mappedColumn(foreignKey(() => Post.id));
      static body = mappedColumn(t.string(20));
    }
    const rank = () =>
      select(Comment, func.row_number().over({ partitionBy: Comment.postId, orderBy: Comment.id.desc() }).label("position"));
    const ranked = rank().subquery("ranked");
    const Latest = aliased(Comment, ranked);
    const rankedOnce = rank().subquery("ranked_once");
    const Newest = aliased(Comment, rankedOnce);
    const session = await open(Base);
    session.addAll([new Post({ id: 1, title: "a" }), new Post({ id: 2, title: "b" }), new Post({ id: 3, title: "c" })]);
    await session.flush();
    for (let i = 1; i <= 5; i += 1) session.add(new Comment({ id: i, postId: 1, body: `a${i}` }));
    session.add(new Comment({ id: 6, postId: 2, body: "b6" }));
    await session.commit();
    for (const [name, load] of Object.entries(LOADS)) {
      session.expungeAll();
      const posts = await session
        .scalars(select(Post).options(load(Post.latest), load(Post.newest)).orderBy(Post.id))
        .unique()
        .all();
      expect([name, posts.map((post) => post.latest.map((each) => each.body))]).toEqual([name, [["a5", "a4"], ["b6"], []]]);
      expect([name, posts.map((post) => post.newest?.body ?? null)]).toEqual([name, ["a5", "b6", null]]);
    }
    session.expungeAll();
    const lazily = await session.scalars(select(Post).orderBy(Post.id)).all();
    expect(await Promise.all(lazily.map(async (post) => (await post.awaitableAttrs.latest).map((each) => each.id)))).toEqual([
      [5, 4],
      [6],
      [],
    ]);
    expect(await Promise.all(lazily.map(async (post) => (await post.awaitableAttrs.newest)?.id ?? null))).toEqual([5, 6, null]);
    expect(await session.scalars(select(Post.title).where(Post.newest.has()).orderBy(Post.id)).all()).toEqual(["a", "b"]);
    expect(await session.scalars(select(Post.title).where(Post.latest.any(Latest.body.eq("a4")))).all()).toEqual(["a"]);
    expect(await session.scalars(select(Post.title).where(Post.latest.any(Latest.body.eq("a3")))).all()).toEqual([]);
    expect(await session.scalars(select(Latest.body).selectFrom(Post).join(Post.latest).orderBy(Latest.id)).all()).toEqual([
      "a4",
      "a5",
      "b6",
    ]);
  });

  test("REL-07 ranges and other comparisons, and by way of a join", async () => {
    const Base = declarativeBase();
    class Band extends Base<typeof Band> {
      static table = this.mapTo("bands");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static low = mappedColumn(t.integer());
      static high = mappedColumn(t.integer());
      static scores = relationship(() => [Score], {
        primaryjoin: () => foreign(Score.points).ge(Band.low).and(foreign(Score.points).le(Band.high)),
        orderBy: () => Score.points,
        viewonly: true,
      });
    }
    class Score extends Base<typeof Score> {
      static table = this.mapTo("scores");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static points = mappedColumn(t.integer());
      static better = relationship(() => [Score], {
        primaryjoin: () => remote(foreign(Score.points)).gt(Score.points),
        orderBy: () => Score.points,
        viewonly: true,
      });
    }
    class Path extends Base<typeof Path> {
      static table = this.mapTo("paths");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static path = mappedColumn(t.string(50));
      static descendants = relationship(() => [Path], {
        primaryjoin: () => remote(foreign(Path.path)).like(Path.path.concat("/%")),
        orderBy: () => Path.path,
        viewonly: true,
      });
      static same = relationship(() => [Path], {
        primaryjoin: () => remote(foreign(Path.path)).op("LIKE", { isComparison: true })(Path.path),
        viewonly: true,
      });
    }
    const session = await open(Base);
    session.addAll([new Band({ id: 1, low: 0, high: 9 }), new Band({ id: 2, low: 10, high: 19 }), new Band({ id: 3, low: 20, high: 29 })]);
    session.addAll([5, 7, 12].map((points, i) => new Score({ id: i + 1, points })));
    session.addAll(["a", "a/b", "a/b/c", "d"].map((path, i) => new Path({ id: i + 1, path })));
    await session.commit();
    for (const [name, load] of Object.entries(LOADS)) {
      session.expungeAll();
      const bands = await session
        .scalars(select(Band).options(load(Band.scores)).orderBy(Band.id))
        .unique()
        .all();
      expect([name, bands.map((band) => band.scores.map((each) => each.points))]).toEqual([name, [[5, 7], [12], []]]);
      session.expungeAll();
      const scores = await session
        .scalars(select(Score).options(load(Score.better)).orderBy(Score.id))
        .unique()
        .all();
      expect([name, scores.map((each) => each.better.map((one) => one.points))]).toEqual([name, [[7, 12], [12], []]]);
      session.expungeAll();
      const paths = await session
        .scalars(select(Path).options(load(Path.descendants), load(Path.same)).orderBy(Path.id))
        .unique()
        .all();
      expect([name, paths.map((each) => each.descendants.map((one) => one.path))]).toEqual([name, [["a/b", "a/b/c"], ["a/b/c"], [], []]]);
      expect([name, paths.map((each) => each.same.map((one) => one.path))]).toEqual([name, [["a"], ["a/b"], ["a/b/c"], ["d"]]]);
    }
    session.expungeAll();
    const top = (await session.get(Path, 1))!;
    expect((await top.awaitableAttrs.descendants).map((each) => each.path)).toEqual(["a/b", "a/b/c"]);
    expect(await session.scalars(select(Path.path).where(Path.descendants.any()).orderBy(Path.id)).all()).toEqual(["a", "a/b"]);
    const Below = aliased(Path);
    expect(
      await session.scalars(select(Below.path).selectFrom(Path).join(Path.descendants.ofType(Below)).where(Path.id.eq(2))).all(),
    ).toEqual(["a/b/c"]);
    expect(await session.scalars(select(Band.id).where(Band.scores.any(Score.points.gt(10)))).all()).toEqual([2]);
  });

  test("REL-07 rows that are not in the table of the class", async () => {
    const Base = declarativeBase();
    class Owner extends Base<typeof Owner> {
      static table = this.mapTo("owners");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static old = relationship(() => [OldNote], { primaryjoin: () => Owner.id.eq(foreign(OldNote.ownerId)), viewonly: true });
    }
    class Note extends Base<typeof Note> {
      static table = this.mapTo("notes");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static ownerId = mappedColumn(foreignKey(() => Owner.id));
      static body = mappedColumn(t.string(20));
    }
    const archive = new Table("archived_notes", Base.metadata, {
      id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
      owner_id: new Column(t.integer()),
      body: new Column(t.string(20)),
    });
    const archived = select(archive.c.id, archive.c.owner_id, archive.c.body).where(archive.c.id.gt(1)).subquery("archived");
    const OldNote = aliased(Note, archived, { adaptOnNames: true });
    const session = await open(Base);
    session.addAll([1, 2, 3].map((id) => new Owner({ id })));
    await session.flush();
    await session.execute(insert(archive), [
      { id: 1, owner_id: 1, body: "older" },
      { id: 2, owner_id: 2, body: "old" },
    ]);
    expect(String(select(Owner.id).where(Owner.old.any(OldNote.body.eq("old"))))).not.toContain("FROM notes");
    expect(await session.scalars(select(Owner.id).where(Owner.old.any())).all()).toEqual([2]);
    expect(await session.scalars(select(Owner.id).where(Owner.old.any(OldNote.body.eq("old")))).all()).toEqual([2]);
    expect(await session.scalars(select(Owner.id).where(not(Owner.old.any())).orderBy(Owner.id)).all()).toEqual([1, 3]);
    expect(await session.execute(select(Owner.id, Owner.old.count()).orderBy(Owner.id)).all()).toEqual([
      [1, 0],
      [2, 1],
      [3, 0],
    ]);
  });

  test("REL-07 a join between both sides", async () => {
    const { session, A } = await openLetters();
    for (const [name, load] of Object.entries(LOADS)) {
      session.expungeAll();
      const all = await session
        .scalars(select(A).options(load(A.d)).orderBy(A.id))
        .unique()
        .all();
      expect([name, all.map((a) => a.d?.id ?? null)]).toEqual([name, [1, null]]);
    }
    session.expungeAll();
    expect((await (await session.get(A, 1))!.awaitableAttrs.d)?.id).toBe(1);
    expect(await session.scalars(select(A.id).where(A.d.has())).all()).toEqual([1]);
    expect(await session.scalars(select(A.id).join(A.d)).all()).toEqual([1]);
  });
});
