// What people get wrong, and what they are told. Each error says what was wrong, where, and what to do; nothing is lost.
import { createServer, type Server } from "node:net";
import {
  ArgumentError,
  createEngine,
  type DBAPIError,
  declarativeBase,
  foreignKey,
  func,
  InvalidRequestError,
  mappedColumn,
  NotLoadedError,
  OperationalError,
  relationship,
  select,
  selectinload,
  sessionmaker,
  t,
  text,
} from "athanor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase } from "./support/databases.ts";

const thrown = async (fn: () => unknown): Promise<Error> => {
  try {
    await fn();
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`something that is no error was thrown: ${String(error)}`, { cause: error });
  }
  throw new Error("nothing was thrown");
};

function models() {
  const Base = declarativeBase();
  class Film extends Base<typeof Film> {
    static table = this.mapTo("films");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static title = mappedColumn(t.string(100));
    static releaseDate = mappedColumn(t.date(), { nullable: true });
    static characters = relationship(() => [Cast], { backPopulates: "film" });
  }
  class Cast extends Base<typeof Cast> {
    static table = this.mapTo("cast");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static filmId = mappedColumn(foreignKey("films.id"));
    static film = relationship(() => Film, { backPopulates: "characters" });
  }
  return { Base, Film, Cast };
}

describe("URLs and connections", () => {
  test("an unknown scheme names the known ones", async () => {
    const error = await thrown(() => createEngine("postgres-ql://localhost/x"));
    expect(error.message).toContain("postgres-ql");
    expect(error.message).toMatch(/postgresql.*sqlite|sqlite.*postgresql/s);
  });

  test("a server that is down is named, with the port", async () => {
    const engine = createEngine("postgresql://someone:s3cret@127.0.0.1:1/x");
    const error = await thrown(() => engine.connect());
    expect(error).toBeInstanceOf(OperationalError);
    expect(error.message).toContain("127.0.0.1:1");
    expect(`${error.message}${error.stack}`).not.toContain("s3cret");
    await engine.dispose();
  });

  describe("a wrong password", () => {
    let server: Server;
    beforeAll(async () => {
      // as PostgreSQL answers: it asks for the password in clear text, then refuses it
      server = createServer((socket) => {
        socket.once("data", () => {
          socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
          socket.once("data", () => {
            const fields = 'SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "someone"\0\0';
            const head = Buffer.from([0x45, 0, 0, 0, 0]);
            head.writeUInt32BE(fields.length + 4, 1);
            socket.end(Buffer.concat([head, Buffer.from(fields)]));
          });
        });
        socket.on("error", () => {});
      });
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    });
    afterAll(() => {
      server.close();
    });

    test("is an OperationalError that does not print it", async () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("no port");
      const engine = createEngine(`postgresql://someone:s3cret@127.0.0.1:${address.port}/x`);
      const error = await thrown(() => engine.connect());
      expect(error).toBeInstanceOf(OperationalError);
      expect(error.message).toContain("password authentication failed");
      expect(`${error.message}${error.stack}${JSON.stringify(error)}${String(engine.url)}${JSON.stringify(engine)}`).not.toContain(
        "s3cret",
      );
      await engine.dispose();
    });
  });
});

describe("mappings", () => {
  test("an unknown backPopulates names both classes and the attribute", async () => {
    const Base = declarativeBase();
    class Film extends Base<typeof Film> {
      static table = this.mapTo("films");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static characters = relationship(() => [Cast], { backPopulates: "filmm" });
    }
    class Cast extends Base<typeof Cast> {
      static table = this.mapTo("cast");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static filmId = mappedColumn(foreignKey("films.id"));
      static film = relationship(() => Film, { backPopulates: "characters" });
    }
    const error = await thrown(() => new Film());
    expect(error).toBeInstanceOf(InvalidRequestError);
    for (const part of ["Film.characters", "filmm", "Cast", "film"]) expect(error.message).toContain(part);
  });

  test("a class without mapTo says how to map it", async () => {
    const Base = declarativeBase();
    class Film extends Base<typeof Film> {
      static id = mappedColumn(t.integer(), { primaryKey: true });
    }
    for (const use of [() => new Film(), () => select(Film)]) {
      const error = await thrown(use);
      expect(error).toBeInstanceOf(InvalidRequestError);
      expect(error.message).toContain("Film is not mapped");
      expect(error.message).toContain("mapTo");
    }
    // an attribute learns its class when that is mapped, so the class cannot be named here
    const error = await thrown(() => Film.id.eq(1).compile());
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(error.message).toContain("mapTo");
  });

  test("an attribute cannot be called __proto__", async () => {
    const Base = declarativeBase();
    class Odd extends Base<typeof Odd> {
      static table = this.mapTo("odd");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static ["__proto__"] = mappedColumn(t.string(10));
    }
    const error = await thrown(() => new Odd());
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error.message).toContain("Odd.__proto__");
  });

  test("unknown keys and undefined in a constructor are refused, by name", async () => {
    const { Film } = models();
    const unknown = await thrown(() => new Film({ title: "x", titel: "y" } as never));
    expect(unknown.message).toMatch(/Film.*titel/s);
    const nothing = await thrown(() => new Film({ title: undefined } as never));
    expect(nothing).toBeInstanceOf(ArgumentError);
    expect(nothing.message).toMatch(/Film.*title/);
    expect(nothing.message).toContain("undefined");
    const film = new Film({ title: "x" });
    const assigned = await thrown(() => {
      film.title = undefined as never;
    });
    expect(assigned.message).toMatch(/Film\.title/);
    expect(film.title).toBe("x");
  });
});

describe("statements", () => {
  test("a misspelt attribute in filterBy names the class and what is near", async () => {
    const { Film } = models();
    const error = await thrown(() =>
      select(Film)
        .filterBy({ tilte: "x" } as never)
        .compile(),
    );
    expect(error).toBeInstanceOf(InvalidRequestError);
    for (const part of ["Film", "tilte", "title"]) expect(error.message).toContain(part);
  });

  test("undefined is no value anywhere in a statement", async () => {
    const { Film } = models();
    const uses: Record<string, () => unknown> = {
      eq: () => Film.title.eq(undefined as never),
      in: () => Film.id.in([1, undefined as never]),
      between: () => Film.id.between(1, undefined as never),
      like: () => Film.title.like(undefined as never),
      filterBy: () => select(Film).filterBy({ id: undefined } as never),
      where: () => select(Film).where(undefined as never),
      limit: () => select(Film).limit(undefined as never),
      func: () => func.lower(undefined as never),
    };
    for (const [name, use] of Object.entries(uses)) {
      const error = await thrown(use);
      expect(error, name).toBeInstanceOf(ArgumentError);
      expect(error.message, name).toContain("undefined");
    }
  });

  test("where() takes conditions, not JavaScript values", async () => {
    const { Film } = models();
    for (const value of [true, "id = 1", 1, {}]) {
      const error = await thrown(() => select(Film).where(value as never));
      expect(error, String(value)).toBeInstanceOf(ArgumentError);
    }
  });
});

describeEachDatabase("a session that is used wrongly", (db) => {
  const { Base, Film, Cast } = models();
  let engine: ReturnType<typeof createEngine>;
  let Session: ReturnType<typeof sessionmaker>;

  beforeAll(async () => {
    engine = createEngine(db.url);
    Session = sessionmaker({ bind: engine });
    await Base.metadata.createAll(engine);
    await Session.begin(async (session) => {
      session.add(new Film({ title: "Alien", characters: [new Cast(), new Cast()] }));
    });
  });

  afterAll(async () => {
    await Base.metadata.dropAll(engine);
    await engine.dispose();
  });

  test("a value of the wrong type is refused before it is sent, by name, and nothing is lost", async () => {
    await using session = Session();
    const film = await session.getOne(Film, 1);
    film.title = "Aliens";
    session.add(new Film({ title: 5 as never }));
    const error = await thrown(() => session.commit());
    expect(error.message).toContain("title");
    await session.rollback();
    const titles = await session.scalars(select(Film.title)).all();
    expect(titles).toEqual(["Alien"]);

    const compared = await thrown(() => session.scalars(select(Film).where(Film.releaseDate.eq("yesterday"))).all());
    expect(compared.message).toMatch(/releaseDate|release_date/);
    expect(compared.message).toContain("YYYY-MM-DD");
    for (const condition of [Film.id.eq("1" as never), Film.title.eq(5 as never), Film.id.in([1, "2" as never])]) {
      const mistaken = await thrown(() => session.scalars(select(Film).where(condition)).all());
      expect(mistaken).toBeInstanceOf(ArgumentError);
      expect(mistaken.message).toMatch(/id|title/);
    }
  });

  test("a statement with very many values does not drown the message", async () => {
    await using session = Session();
    const statement = text(`SELECT ${Array.from({ length: 3000 }, (_, i) => `a${i}`).join(", ")} FROM nowhere`);
    const error = await thrown(() => session.execute(statement).all());
    expect(error.message.length).toBeLessThan(6000);
    expect(error.message).toContain("characters in all");
    expect((error as DBAPIError).statement).toContain("a2999");
  });

  test("reading what is not loaded names the attribute and the ways to load it", async () => {
    await using session = Session();
    const film = await session.getOne(Film, 1);
    const error = await thrown(() => film.characters);
    expect(error).toBeInstanceOf(NotLoadedError);
    for (const part of ["Film.characters", "selectinload(Film.characters)", "awaitableAttrs.characters", "refresh"]) {
      expect(error.message).toContain(part);
    }
  });

  test("what is no statement is named", async () => {
    await using session = Session();
    for (const [given, name] of [
      [undefined, "undefined"],
      [null, "null"],
      [{}, "Object"],
      ["SELECT 1", "a string"],
    ] as const) {
      const error = await thrown(() => session.execute(given as never));
      expect(error).toBeInstanceOf(ArgumentError);
      expect(error.message).toContain(`${name} cannot be executed`);
    }
  });

  test("a limit is not negative", () => {
    for (const wrong of [-1, -1n, NaN, 1.5, "1"]) expect(() => select(Film).limit(wrong as never)).toThrow("limit()");
    expect(() => select(Film).offset(-1)).toThrow("offset()");
    expect(() => select(Film).slice(5, 3)).toThrow(ArgumentError);
  });

  test("what was added to Object.prototype is no part of a statement", async () => {
    const prototype = Object.prototype as unknown as Record<string, unknown>;
    const added = ["where", "limit", "nullable", "sql", "isolate"];
    await using session = Session();
    try {
      for (const name of added) prototype[name] = { evil: 1 };
      const films = await session.scalars(select(Film).where(Film.title.eq("Alien")).options(selectinload(Film.characters))).all();
      expect(films.map((film) => film.characters.length)).toEqual([2]);
    } finally {
      for (const name of added) Reflect.deleteProperty(prototype, name);
    }
  });

  test("a session whose block has ended says that it is closed", async () => {
    const session = Session();
    const film = await session.getOne(Film, 1);
    await session[Symbol.asyncDispose]();
    for (const use of [
      () => session.scalars(select(Film)).all(),
      () => session.get(Film, 1),
      () => session.commit(),
      () => session.add(new Film({ title: "x" })),
    ]) {
      const error = await thrown(use);
      expect(error).toBeInstanceOf(InvalidRequestError);
      expect(error.message).toContain("closed");
    }
    // what was loaded stays readable
    expect(film.title).toBe("Alien");
  });

  test("two flows at once: the second call throws at once and names both; the first one goes on", async () => {
    await using session = Session();
    const first = session.scalars(select(Film)).all();
    const error = await thrown(() => session.commit());
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(error.message).toContain("commit()");
    expect(error.message).toMatch(/scalars\(|execute\(/);
    expect((await first).map((film) => film.title)).toEqual(["Alien"]);
    expect(await session.scalars(select(Film)).all()).toHaveLength(1);
  });
});
