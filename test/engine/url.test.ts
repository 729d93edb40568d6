import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.ts";
import { makeUrl, Url } from "../../src/engine/url.ts";

describe("database URLs", () => {
  test.each([
    ["sqlite://", { drivername: "sqlite", database: null, host: null }],
    ["sqlite:///rel/films.db", { database: "rel/films.db", host: null }],
    ["sqlite:////srv/films.db", { database: "/srv/films.db" }],
    ["sqlite:///C:/films/a.db", { database: "C:/films/a.db" }],
    ["sqlite:///my%20films.db", { database: "my films.db" }],
    ["sqlite:///at@sign.db", { database: "at@sign.db", username: null }],
    ["sqlite+better-sqlite3://", { drivername: "sqlite+better-sqlite3", backendName: "sqlite", driverName: "better-sqlite3" }],
    [
      "postgresql://ann:s%40crt%2F@db.example.org:5433/films",
      { username: "ann", password: "s@crt/", host: "db.example.org", port: 5433, database: "films" },
    ],
    ["postgresql://ann@[::1]:5432/films", { username: "ann", password: null, host: "::1", port: 5432 }],
    ["postgresql://ann:p@ss@db/films", { password: "p@ss", host: "db" }],
    ["postgresql://ann:@db/films", { password: "" }],
    ["postgresql:///films", { host: null, database: "films" }],
    ["postgresql://db", { host: "db", database: null }],
    ["postgresql+pglite:///folder", { database: "folder" }],
  ])("%s", (text, parts) => {
    const url = makeUrl(text);
    for (const [name, value] of Object.entries(parts)) expect([name, url[name as keyof Url]]).toEqual([name, value]);
    expect(makeUrl(url.renderAsString({ hidePassword: false }))).toEqual(url);
    expect(makeUrl(url)).toBe(url);
  });

  test("keep the parameters of the query; those that repeat are lists", () => {
    const url = makeUrl("postgresql://db/films?sslmode=require&host=a&host=b&application_name=my%20app");
    expect({ ...url.query }).toEqual({ sslmode: "require", host: ["a", "b"], application_name: "my app" });
    expect(url.queryValue("host")).toBe("b");
    expect(url.queryValue("toString")).toBe(null);
    expect(url.updateQuery({ sslmode: "disable" }).queryValue("sslmode")).toBe("disable");
  });

  test("never show the password", () => {
    const url = makeUrl("postgresql://ann:secret@db/films");
    expect(String(url)).toBe("postgresql://ann:***@db/films");
    expect(inspect({ url })).not.toContain("secret");
    expect(JSON.stringify({ url })).not.toContain("secret");
    expect(Object.keys(url)).not.toContain("password");
    expect(String(url.set({ host: "other" }))).toBe("postgresql://ann:***@other/films");
  });

  test.each([
    "",
    "films",
    "postgresql:/db",
    "postgresql://db:port/films",
    "postgresql://ann:se/cret@db/x",
    "postgresql://[::1/films",
    "postgresql://db:99999/f",
    "postgresql://a%zz@db/f",
  ])("%s is refused", (text) => {
    let error: unknown;
    try {
      const url = makeUrl(text);
      error = url.password === "se" ? "read wrongly" : null;
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ArgumentError);
    expect(String(error)).not.toContain("cret");
  });

  test("are made of parts that need no encoding", () => {
    const url = Url.create({ drivername: "postgresql", username: "ann", password: "p@ss/w:rd", host: "db", database: "a?b" });
    expect(url.renderAsString({ hidePassword: false })).toBe("postgresql://ann:p%40ss%2Fw%3Ard@db/a%3Fb");
    expect(makeUrl(url.renderAsString({ hidePassword: false })).database).toBe("a?b");
    expect(() => Url.create({ drivername: "no dialect" })).toThrow(ArgumentError);
  });
});
