import { aliased, columnProperty, createEngine, declarativeBase, func, mappedColumn, select, Session, t } from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";

const Base = declarativeBase();

class Word extends Base<typeof Word> {
  static table = this.mapTo("words");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static text = mappedColumn(t.string(20));
  static small = columnProperty(() => func.lower(Word.text).label("small_text"));
  static big = columnProperty(() => func.upper(Word.text));
}

const flat = (value: unknown): string => String(value).replaceAll(/\s+/g, " ");

test("the label of an expression that is an attribute stays", () => {
  expect(flat(select(Word))).toBe("SELECT lower(words.text) AS small_text, upper(words.text) AS upper_1, words.id, words.text FROM words");
  expect(flat(select(Word.small).where(Word.small.eq("a")).orderBy(Word.small))).toBe(
    "SELECT lower(words.text) AS small_text FROM words WHERE lower(words.text) = ? ORDER BY small_text",
  );
  expect(flat(select(aliased(Word).small))).toBe("SELECT lower(words_1.text) AS small_text FROM words AS words_1");
  expect(flat(select(select(Word.small).subquery()))).toBe(
    "SELECT anon_1.small_text FROM (SELECT lower(words.text) AS small_text FROM words) AS anon_1",
  );
});

describeEachDatabase("expressions with labels", (db) => {
  test("are read as the attribute", async () => {
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    await using session = new Session(engine);
    session.add(new Word({ id: 1, text: "Ab" }));
    await session.commit();
    session.expungeAll();
    const word = await session.getOne(Word, 1);
    expect([word.small, word.big]).toEqual(["ab", "AB"]);
    expect(await session.execute(select(Word.small, Word.big)).mappings().all()).toEqual([{ small: "ab", big: "AB" }]);
    await session.close();
    await engine.dispose();
  });
});
