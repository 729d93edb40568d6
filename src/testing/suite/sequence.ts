import { insert } from "../../sql/dml/insert.ts";
import { CreateSequence, DropSequence } from "../../sql/ddl/create-drop.ts";
import { Column } from "../../sql/schema/constructors.ts";
import { MetaData } from "../../sql/schema/metadata.ts";
import { Sequence } from "../../sql/schema/sequence.ts";
import { Table } from "../../sql/schema/table.ts";
import { select } from "../../sql/selectable/select.ts";
import { t } from "../../sql/types/factories.ts";
import { group, type SuiteGroup } from "./group.ts";
import { withTables } from "./with-tables.ts";

export const sequenceGroup: SuiteGroup = group("sequences", ({ test }) => {
  test("SCH-10 a sequence by itself", "sequences", async ({ conn, expect, has }) => {
    const sequence = new Sequence("suite_counter", { start: 5, increment: 10 });
    await conn.execute(new CreateSequence(sequence));
    try {
      expect(Number(await conn.scalar(select(sequence.nextValue())))).toEqual(5);
      expect(Number(await conn.scalar(sequence.nextValue()))).toEqual(15);
      expect(Number(await conn.scalar(sequence))).toEqual(25);
      expect(Number(await conn.scalar(select(sequence.nextValue().add(1))))).toEqual(36);
      if (has("ifExists")) await conn.execute(new CreateSequence(sequence, { ifNotExists: true }));
    } finally {
      await conn.execute(new DropSequence(sequence));
    }
    if (has("ifExists")) await conn.execute(new DropSequence(sequence, { ifExists: true }));
  });

  test("SCH-10 as the default of a key and of another column", "sequences", async ({ conn, expect, gives }) => {
    const metadata = new MetaData();
    const numbered = new Table("numbered", metadata, {
      id: new Column(t.integer(), new Sequence("suite_ids", { start: 100 }), { primaryKey: true }),
      place: new Column(t.integer(), { default: new Sequence("suite_places", { start: 7 }).nextValue() }),
      name: new Column(t.string(10)),
    });
    const places = new Sequence("suite_places", { start: 7, metadata });
    await withTables(conn, metadata, async () => {
      const result = await conn.execute(insert(numbered).values({ name: "a" }));
      expect([...result.insertedPrimaryKey!]).toEqual([100]);
      await conn.execute(insert(numbered), [{ name: "b" }, { name: "c" }]);
      await conn.execute(insert(numbered).values({ id: 5, name: "d", place: places.nextValue() }));
      await gives(select(numbered.c.id, numbered.c.place, numbered.c.name).orderBy(numbered.c.name), [
        [100, 7, "a"],
        [101, 8, "b"],
        [102, 9, "c"],
        [5, 10, "d"],
      ]);
    });
  });
});
