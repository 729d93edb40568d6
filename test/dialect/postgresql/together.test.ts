// Statements that need nothing of each other go out in one packet: those of a flush, and those of loader options.
import {
  CheckConstraint,
  createEngine,
  declarativeBase,
  type Engine,
  event,
  foreignKey,
  IntegrityError,
  mappedColumn,
  relationship,
  select,
  selectinload,
  Session,
  StaleDataError,
  t,
  text,
  update,
} from "athanor";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { ChaosProxy } from "../../support/chaos-proxy.ts";

const Base = declarativeBase();

class Film extends Base<typeof Film> {
  static table = this.mapTo("films");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(100));
  static roles = relationship(() => [Role], { backPopulates: "film", cascade: "all", orderBy: () => Role.id });
  static reviews = relationship(() => [Review], { backPopulates: "film", cascade: "all", orderBy: () => Review.id });
}

class Role extends Base<typeof Role> {
  static table = this.mapTo("roles");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(100), { unique: true });
  static filmId = mappedColumn(foreignKey(() => Film.id));
  static film = relationship(() => Film, { backPopulates: "roles" });
}

class Review extends Base<typeof Review> {
  static table = this.mapTo("reviews", { versionIdCol: (cls: { version: unknown }) => cls.version }, () => [
    new CheckConstraint("stars > 0"),
  ]);
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static stars = mappedColumn(t.integer());
  static version = mappedColumn(t.integer(), { init: false });
  static filmId = mappedColumn(foreignKey(() => Film.id));
  static film = relationship(() => Film, { backPopulates: "reviews" });
}

describeEachDatabase(
  "statements that go out together",
  (db) => {
    let proxy: ChaosProxy;
    let engine: Engine;
    let direct: Engine;

    beforeAll(async () => {
      proxy = await ChaosProxy.to(db.url);
      engine = createEngine(proxy.url, { poolSize: 1 });
      direct = createEngine(db.url);
      await Base.metadata.createAll(direct);
    });
    afterAll(async () => {
      await engine.dispose();
      await direct.dispose();
      await proxy.close();
    });
    beforeEach(async () => {
      await direct.begin((conn) => conn.execute(text("TRUNCATE films, roles, reviews RESTART IDENTITY CASCADE")));
    });

    const film = (title = "Alien", names = ["Ash", "Ripley"], stars = [5, 4, 3]): Film =>
      new Film({ title, roles: names.map((name) => new Role({ name })), reviews: stars.map((each) => new Review({ stars: each })) });
    const stored = async () => {
      await using session = new Session(direct);
      const films = await session
        .scalars(select(Film).orderBy(Film.id).options(selectinload(Film.roles), selectinload(Film.reviews)))
        .all();
      return films.map((each) => [each.title, each.roles.map(({ name }) => name), each.reviews.map(({ stars }) => stars)]);
    };

    test("a parent, then its children of two classes at once, then the commit", async () => {
      for (let again = 0; again < 3; again++) {
        await using session = new Session(engine);
        const made = film(`Alien ${again}`, [`Ash ${again}`, `Ripley ${again}`]);
        session.add(made);
        await session.connection();
        // what is sent without waiting is there before the first answer
        proxy.delay = 5;
        proxy.turns = 0;
        await session.commit();
        proxy.delay = 0;
        // postgres.js asks about statements that it has not sent before
        if (again > 0 || db.name === "postgresql") expect(proxy.turns).toBe(3);
        expect(made.roles.map(({ id }) => id)).toEqual([again * 2 + 1, again * 2 + 2]);
        expect(made.reviews.map(({ id, version }) => [id, version])).toEqual([1, 2, 3].map((n) => [again * 3 + n, 1]));
      }
      expect((await stored()).length).toBe(3);
    });

    test("the statements keep their order", async () => {
      const sent: string[] = [];
      const note = (_conn: unknown, _cursor: unknown, statement: string) => void sent.push(statement.split(" ", 3).join(" "));
      event.listen(engine, "beforeCursorExecute", note);
      try {
        await using session = new Session(engine);
        session.add(film());
        await session.commit();
      } finally {
        event.remove(engine, "beforeCursorExecute", note);
      }
      expect(sent).toEqual(["INSERT INTO films", "INSERT INTO reviews", "INSERT INTO roles"]);
      expect(await stored()).toEqual([["Alien", ["Ash", "Ripley"], [5, 4, 3]]]);
    });

    test("many rows in several statements", async () => {
      const count = 1_300;
      await using session = new Session(engine);
      const names = Array.from({ length: count }, (_, i) => `role ${i}`);
      session.add(
        film(
          "Ben-Hur",
          names,
          names.map((_, i) => 1 + (i % 5)),
        ),
      );
      await session.commit();
      expect(await stored()).toEqual([["Ben-Hur", names, names.map((_, i) => 1 + (i % 5))]]);
    });

    test("the error is that of the statement that failed, and nothing stays", async () => {
      await direct.begin(async (conn) => {
        await conn.execute(text("INSERT INTO films VALUES (100, 'x')"));
        await conn.execute(text("INSERT INTO roles VALUES (100, 'Ash', 100)"));
      });
      await using session = new Session(engine);
      const made = film();
      session.add(made);
      const error = await session.commit().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(IntegrityError);
      expect((error as IntegrityError).statement).toMatch(/INSERT INTO roles/);
      await session.rollback();
      expect(session.new.size).toBe(0);
      expect(await stored()).toEqual([["x", ["Ash"], []]]);
      // the connection is as good as before
      made.roles[0]!.name = "Ash 2";
      session.add(made);
      await session.commit();
      expect((await stored()).length).toBe(2);
    });

    test("an error of the second statement", async () => {
      await using session = new Session(engine);
      const made = film("Alien", ["Ash"], [-1]);
      session.add(made);
      const error = await session.commit().catch((thrown: unknown) => thrown);
      expect((error as IntegrityError).statement).toMatch(/INSERT INTO reviews/);
      await session.rollback();
      expect(await stored()).toEqual([]);
    });

    test("an error within a savepoint undoes what went out with it, and no more", async () => {
      await using session = new Session(engine);
      session.add(film("Heat", ["Vincent"], [4]));
      await session.flush();
      const nested = session.beginNested(async () => {
        session.add(film("Alien", ["Ash"], [5, -1]));
        await session.flush();
      });
      await expect(nested).rejects.toThrow(IntegrityError);
      session.add(film("Ran", ["Kyoami"], [5]));
      await session.commit();
      expect(await stored()).toEqual([
        ["Heat", ["Vincent"], [4]],
        ["Ran", ["Kyoami"], [5]],
      ]);
    });

    test.each(["lose", "deliver"] as const)(
      "a connection that is lost meanwhile (%s): nothing is written, and the next one goes on",
      async (fate) => {
        await using session = new Session(engine);
        session.add(film("Heat", ["Vincent"], [4]));
        await session.commit();
        proxy.onStatement = (sql) => (/INSERT INTO r/.test(sql) ? fate : "pass");
        const again = new Session(engine);
        // a statement that is prepared goes by its name; one of another number of rows is not
        again.add(film("Alien", ["Ash", "Ripley", "Lambert", "Kane"], [1, 2, 3, 4, 5]));
        const error = await again.commit().catch((thrown: unknown) => thrown);
        proxy.onStatement = () => "pass";
        expect(error).toMatchObject({ connectionInvalidated: true });
        await again.rollback();
        again.add(film("Ran", ["Kyoami"], [5]));
        await again.commit();
        await again.close();
        expect((await stored()).map(([title]) => title)).toEqual(["Heat", "Ran"]);
      },
    );

    test("versions are looked at, and a stale one undoes what went out with it", async () => {
      await using session = new Session(engine);
      session.add(film());
      await session.commit();
      const made = await session.scalars(select(Film).options(selectinload(Film.roles), selectinload(Film.reviews))).one();
      await direct.begin((conn) => conn.execute(update(Review).where(Review.id.eq(2)).values({ version: 7 })));
      made.roles[0]!.name = "changed";
      made.reviews[1]!.stars = 1;
      await expect(session.commit()).rejects.toThrow(StaleDataError);
      await session.rollback();
      expect(await stored()).toEqual([["Alien", ["Ash", "Ripley"], [5, 4, 3]]]);
    });

    test("deletes of several classes", async () => {
      await using session = new Session(engine);
      session.add(film());
      await session.commit();
      const made = await session.scalars(select(Film).options(selectinload(Film.roles), selectinload(Film.reviews))).one();
      await session.delete(made);
      proxy.turns = 0;
      await session.commit();
      if (db.name === "postgresql") expect(proxy.turns).toBe(3);
      expect(await stored()).toEqual([]);
    });

    test("listeners of a class see its statements done before those of the next class begin", async () => {
      const told: string[] = [];
      const note =
        (cls: string) => async (_mapper: unknown, connection: { execute(statement: unknown): { scalar(): Promise<unknown> } }) => {
          told.push(`${cls} ${String(await connection.execute(text(`SELECT count(*) FROM roles`)).scalar())}`);
        };
      const [roles, reviews] = [note("role"), note("review")];
      // classes are written in the order of their names
      event.listen(Role, "afterInsert", roles as never);
      event.listen(Review, "beforeInsert", reviews as never);
      try {
        await using session = new Session(engine);
        session.add(film());
        await session.commit();
      } finally {
        event.remove(Role, "afterInsert", roles as never);
        event.remove(Review, "beforeInsert", reviews as never);
      }
      expect(told).toEqual(["review 0", "review 0", "review 0", "role 2", "role 2"]);
    });

    test("loader options of one level", async () => {
      await using session = new Session(engine);
      session.addAll([film("Alien"), film("Heat", ["Vincent"], [1])]);
      await session.commit();
      session.expungeAll();
      const stmt = select(Film).orderBy(Film.id).options(selectinload(Film.roles).selectinload(Role.film), selectinload(Film.reviews));
      await session.scalars(stmt).all();
      session.expungeAll();
      proxy.delay = 5;
      proxy.turns = 0;
      const films = await session.scalars(stmt).all();
      proxy.delay = 0;
      expect(proxy.turns).toBe(3);
      expect(films.map((each) => [each.roles.map(({ name }) => name), each.reviews.map(({ stars }) => stars)])).toEqual([
        [
          ["Ash", "Ripley"],
          [5, 4, 3],
        ],
        [["Vincent"], [1]],
      ]);
    });

    test("an error of one of the loads is told, and the connection goes on", async () => {
      await using session = new Session(engine);
      session.add(film());
      await session.commit();
      session.expungeAll();
      const failing = select(Film).options(selectinload(Film.roles), selectinload(Film.reviews.and(Review.stars.mod(0).eq(1))));
      await expect(session.scalars(failing).all()).rejects.toThrow(/division by zero/);
      await session.rollback();
      expect((await session.scalars(select(Film)).all()).length).toBe(1);
    });
  },
  { only: ["postgresql", "postgresjs"] },
);
