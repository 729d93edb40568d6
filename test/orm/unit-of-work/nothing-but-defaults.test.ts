// Rows of which nothing is given: one, and many at a time.
import { createEngine, declarativeBase, insert, mappedColumn, select, sessionmaker, t } from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";

describeEachDatabase("rows of nothing but defaults", (db) => {
  test.for([1, 2, 5])("%i at a time, by objects and by a statement, get keys of their own", async (count) => {
    const Base = declarativeBase();
    class Ticket extends Base<typeof Ticket> {
      static table = this.mapTo("tickets");
      static id = mappedColumn(t.integer(), { primaryKey: true });
    }
    class Note extends Base<typeof Note> {
      static table = this.mapTo("notes");
      // the first column is no key, and its default is not NULL
      static state = mappedColumn(t.string(10), { serverDefault: "new" });
      static id = mappedColumn(t.integer(), { primaryKey: true });
    }
    const engine = createEngine(db.url);
    await Base.metadata.dropAll(engine);
    await Base.metadata.createAll(engine);
    const Session = sessionmaker({ bind: engine });
    await using session = Session();
    const tickets = Array.from({ length: count }, () => new Ticket());
    const notes = Array.from({ length: count }, () => new Note());
    session.addAll([...tickets, ...notes]);
    await session.flush();
    expect(new Set(tickets.map(({ id }) => id)).size).toBe(count);
    expect(new Set(notes.map(({ id }) => id)).size).toBe(count);

    await session.execute(
      insert(Note),
      Array.from({ length: count }, () => ({})),
    );
    const rows = await session.execute(select(Note.id, Note.state)).all();
    expect(new Set(rows.map(([id]) => id)).size).toBe(count * 2);
    expect(rows.every(([id, state]) => id > 0 && state === "new")).toBe(true);
    await session.commit();
    await Base.metadata.dropAll(engine);
    await engine.dispose();
  });
});
