// Identity tokens are strings, numbers and bigints, where they are given and where they are read.
import { type BindRequest, createEngine, type IdentityToken, inspect, sessionmaker } from "athanor";
import { expectTypeOf, test } from "vitest";
import { Film } from "./declarative.test-d.ts";

const engine = createEngine("sqlite://");
const session = sessionmaker({
  getBind: (request) => {
    expectTypeOf(request).toEqualTypeOf<BindRequest>();
    expectTypeOf(request.identityToken).toEqualTypeOf<IdentityToken | null>();
    return engine;
  },
})();

test("what a token is", () => {
  expectTypeOf<IdentityToken>().toEqualTypeOf<string | number | bigint>();
});

test("get() and getOne()", async () => {
  expectTypeOf(await session.get(Film, 1, { identityToken: "eu" })).toEqualTypeOf<Film | null>();
  expectTypeOf(await session.getOne(Film, 1, { identityToken: 7 })).toEqualTypeOf<Film>();
  await session.get(Film, 1, { identityToken: 7n });
  await session.get(Film, 1, { identityToken: null });
  // @ts-expect-error: a boolean is no token
  await session.get(Film, 1, { identityToken: true });
  // @ts-expect-error: an object is no token
  await session.getOne(Film, 1, { identityToken: { region: "eu" } });
  session.getBind({ mapper: Film, identityToken: "eu" });
  // @ts-expect-error: a boolean is no token
  session.getBind({ mapper: Film, identityToken: true });
});

test("the state of an object, and its key", async () => {
  const state = inspect(await session.getOne(Film, 1));
  expectTypeOf(state.identityToken).toEqualTypeOf<IdentityToken | null>();
  state.identityToken = "eu";
  state.identityToken = null;
  // @ts-expect-error: a boolean is no token
  state.identityToken = false;
  expectTypeOf(state.identityKey!.identityToken).toEqualTypeOf<IdentityToken | undefined>();
  const { mapper } = state;
  expectTypeOf(mapper.identityKeyFromPrimaryKey([1], { identityToken: "eu" }).identityToken).toEqualTypeOf<IdentityToken | undefined>();
  // @ts-expect-error: a boolean is no token
  mapper.identityKeyFromPrimaryKey([1], { identityToken: true });
});
