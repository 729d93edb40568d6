// The execution options that a session is given reach the connection, whatever kind of statement they are for.
import { type Connection, delete_, type ExecutionOptions, insert, listen, select, text, union, update } from "athanor";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Blog, openBlog } from "../support/blog.ts";

let blog: Blog;
let seen: (readonly [string, unknown])[];
beforeEach(async () => {
  blog = await openBlog("sqlite://");
  seen = [];
  listen(
    blog.engine,
    "beforeExecute",
    (_conn: Connection, statement: object, _multi: unknown, _single: unknown, options: ExecutionOptions) => {
      seen.push([statement.constructor.name, options["mark"]]);
    },
  );
});
afterEach(async () => blog.engine.dispose());

const KINDS: Readonly<Record<string, (blog: Blog) => readonly [statement: object, params?: object | readonly object[]]>> = {
  "a SELECT of entities": ({ User }) => [select(User)],
  "a SELECT of a table": ({ User }) => [select(User.table as never)],
  "a text": () => [text("SELECT 1")],
  "a UNION": ({ User }) => [union(select(User.id), select(User.id))],
  "an INSERT of a table": ({ User }) => [insert(User.table as never).values({ name: "a" } as never)],
  "an INSERT": ({ User }) => [insert(User).values({ name: "a" })],
  "an INSERT of rows": ({ User }) => [insert(User), [{ name: "a" }, { name: "b" }]],
  "an INSERT with RETURNING": ({ User }) => [insert(User).returning(User), [{ name: "a" }]],
  "an UPDATE": ({ User }) => [update(User).where(User.id.eq(1)).values({ name: "a" })],
  "an UPDATE of rows": ({ User }) => [update(User), [{ id: 1, name: "a" }]],
  "an UPDATE that is not evaluated": ({ User }) => [
    update(User)
      .where(User.id.eq(text("1") as never))
      .values({ name: "a" }),
  ],
  "a DELETE": ({ User }) => [delete_(User).where(User.id.eq(1))],
};

test.for(Object.entries(KINDS))("%s", async ([, make]) => {
  const [statement, params] = make(blog);
  const session = blog.Session();
  // an UPDATE by key of a row that is not there is an error
  await session.execute(insert(blog.User), [{ id: 1, name: "was" }]);
  seen.length = 0;
  await session.execute(statement as never, params as never, { executionOptions: { mark: 1 } });
  await session.execute((statement as ReturnType<typeof text>).executionOptions({ mark: 2 }) as never, params as never);
  await session.close();
  expect(seen.length).toBeGreaterThanOrEqual(2);
  const half = seen.length / 2;
  expect(seen.slice(0, half).map(([, mark]) => mark)).toEqual(seen.slice(0, half).map(() => 1));
  expect(seen.slice(half).map(([, mark]) => mark)).toEqual(seen.slice(half).map(() => 2));
});
