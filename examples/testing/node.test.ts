// node --test
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { createEngine, IntegrityError } from "athanor";
import { addBook, Base, titles } from "./library.ts";
import { type RolledBack, rolledBack } from "./rolled-back.ts";

const engine = createEngine(process.env["DATABASE_URL"] ?? "sqlite://");
let db: RolledBack;

before(() => Base.metadata.createAll(engine));
beforeEach(async () => {
  db = await rolledBack(engine);
});
afterEach(() => db.end());
after(() => engine.dispose());

test("a book is there when it was added", async () => {
  await addBook(db.Session, "Salt");
  assert.deepEqual(await titles(db.Session), ["Salt"]);
});

test("a title is there once", async () => {
  await addBook(db.Session, "Salt");
  await assert.rejects(addBook(db.Session, "Salt"), IntegrityError);
  assert.deepEqual(await titles(db.Session), ["Salt"]);
});

test("nothing is left of other tests", async () => {
  assert.deepEqual(await titles(db.Session), []);
});
