import { delete_, select, StaleDataError, update } from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { blogModels, inspect } from "../support/blog.ts";
import { openSession } from "../support/open.ts";

describeEachDatabase("versions of many rows that are updated together", (db) => {
  const { Base, Doc, User } = blogModels();
  const docs = (n: number): InstanceType<typeof Doc>[] => Array.from({ length: n }, (_, i) => new Doc({ id: i + 1, title: `t${i + 1}` }));
  // below and above the number from which PostgreSQL takes rows as arrays
  for (const count of [2, 5, 260]) {
    test(`SES-17 SES-18 one of ${count} is stale: nothing is written, and objects are as they were`, async () => {
      const { session, close } = await openSession(db.url, Base);
      session.addAll(docs(count));
      await session.commit();
      // past the session, which goes on believing in what it has read
      const conn = await session.connection();
      await conn.execute(update(Doc.table).where(Doc.table.c.id!.eq(count)).values({ version: 7 }));
      await session.commit();

      const changed = await session.scalars(select(Doc).orderBy(Doc.id)).all();
      const user = new User({ name: "new" });
      session.add(user);
      for (const doc of changed) doc.title = `changed ${doc.id}`;
      const error = await session.flush().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(StaleDataError);
      expect((error as StaleDataError).message).toContain(`expected to update ${count} row(s); ${count - 1} were matched`);
      await session.rollback();
      expect(inspect(user).transient).toBe(true);
      expect(changed.every((doc) => inspect(doc).expired && !inspect(doc).modified)).toBe(true);

      const again = await session.scalars(select(Doc).orderBy(Doc.id)).all();
      expect(again.map((doc, i) => doc === changed[i])).toEqual(again.map(() => true));
      expect(again.map(({ title, version }) => [title, version])).toEqual(again.map(({ id }) => [`t${id}`, id === count ? 7 : 1]));
      for (const doc of again) doc.title = `changed ${doc.id}`;
      await session.commit();
      expect(new Set(again.map(({ version }) => version))).toEqual(new Set([2, 8]));
      await close();
    });
  }

  test("SES-18 in a savepoint the objects are as they were before it", async () => {
    const { session, close } = await openSession(db.url, Base);
    const [a, b, c] = docs(3) as [InstanceType<typeof Doc>, InstanceType<typeof Doc>, InstanceType<typeof Doc>];
    session.addAll([a, b, c]);
    await session.flush();
    a.title = "before";
    await session.flush();
    const savepoint = await session.beginNested();
    await (await session.connection()).execute(delete_(Doc.table).where(Doc.table.c.id!.eq(3)));
    for (const doc of [a, b, c]) doc.title = "in it";
    await expect(session.flush()).rejects.toThrow(/expected to update 3 row\(s\); 2 were matched/);
    await savepoint.rollback();
    const found = await session.scalars(select(Doc).orderBy(Doc.id)).all();
    expect(found).toEqual([a, b, c]);
    expect(found.map(({ title, version }) => [title, version])).toEqual([
      ["before", 2],
      ["t2", 1],
      ["t3", 1],
    ]);
    await session.commit();
    await close();
  });
});
