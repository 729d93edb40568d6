// vitest
import { createEngine, IntegrityError } from "athanor";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { addBook, Base, titles } from "./library.ts";
import { type RolledBack, rolledBack } from "./rolled-back.ts";

const engine = createEngine(process.env["DATABASE_URL"] ?? "sqlite://");
let db: RolledBack;

beforeAll(() => Base.metadata.createAll(engine));
beforeEach(async () => {
  db = await rolledBack(engine);
});
afterEach(() => db.end());
afterAll(() => engine.dispose());

test("a book is there when it was added", async () => {
  await addBook(db.Session, "Salt");
  expect(await titles(db.Session)).toEqual(["Salt"]);
});

test("a title is there once", async () => {
  await addBook(db.Session, "Salt");
  await expect(addBook(db.Session, "Salt")).rejects.toThrow(IntegrityError);
  expect(await titles(db.Session)).toEqual(["Salt"]);
});

test("nothing is left of other tests", async () => {
  expect(await titles(db.Session)).toEqual([]);
});
