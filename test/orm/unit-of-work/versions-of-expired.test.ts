import { StaleDataError, text } from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { openBlog } from "../support/blog.ts";

describeEachDatabase("versions of objects that have expired", (db) => {
  test("an UPDATE and a DELETE are by the version that the row has, and count it up", async () => {
    const blog = await openBlog(db.url);
    try {
      const s = blog.Session({ expireOnCommit: true });
      const doc = new blog.Doc({ title: "a" });
      s.add(doc);
      await s.commit();
      doc.title = "b";
      await s.commit();
      const savepoint = await s.beginNested();
      doc.title = "c";
      await s.flush();
      await savepoint.rollback();
      doc.title = "d";
      await s.commit();
      const versions = async (): Promise<unknown[]> => (await s.execute(text("SELECT title, version FROM docs"))).all();
      expect(await versions()).toEqual([["d", 3]]);
      await s.commit();
      blog.statements.take();
      await s.delete(doc);
      await s.commit();
      expect(blog.statements.take().at(-1)).toBe("DELETE docs");
      expect(await versions()).toEqual([]);
      await s.close();
    } finally {
      await blog.engine.dispose();
    }
  });

  test("what another one changes between that and the UPDATE is not written over", async () => {
    const blog = await openBlog(db.url);
    try {
      const s = blog.Session({ expireOnCommit: true });
      const doc = new blog.Doc({ title: "a" });
      s.add(doc);
      await s.commit();
      await doc.awaitableAttrs.version;
      await s.execute(text("UPDATE docs SET version = 7"));
      doc.title = "b";
      await expect(s.flush()).rejects.toThrow(StaleDataError);
      await s.close();
    } finally {
      await blog.engine.dispose();
    }
  });
});
