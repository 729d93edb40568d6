// What each way of loading relationships takes, in one process, in rounds that take turns. See README.md.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const dist = process.env.ATHANOR_DIST === undefined ? new URL("../dist/", import.meta.url).href : `file://${process.env.ATHANOR_DIST}/`;
const {
  createEngine,
  declarativeBase,
  foreignKey,
  insert,
  joinedload,
  mappedColumn,
  relationship,
  select,
  selectinload,
  sessionmaker,
  subqueryload,
  t,
} = await import(new URL("index.js", dist).href);
const { StatementRecorder } = await import(new URL("testing/index.js", dist).href);

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    /** milliseconds for one measurement */
    time: { type: "string", default: "200" },
    postgresql: { type: "string", default: process.env.ATHANOR_BENCH_POSTGRESQL ?? "postgresql://postgres@127.0.0.1:5432/test" },
    dialects: { type: "string", default: "sqlite,postgresql" },
    only: { type: "string", default: "" },
  },
});

const Base = declarativeBase();

class Author extends Base {
  static table = this.mapTo("athanor_bench_authors");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(100));
  static books = relationship(() => [Book], { backPopulates: "author", orderBy: () => Book.id });
}

class Book extends Base {
  static table = this.mapTo("athanor_bench_books");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(100));
  static pages = mappedColumn(t.integer());
  static authorId = mappedColumn(
    foreignKey(() => Author.id),
    { index: true },
  );
  static author = relationship(() => Author, { backPopulates: "books" });
  static chapters = relationship(() => [Chapter], { backPopulates: "book", orderBy: () => Chapter.id });
}

class Chapter extends Base {
  static table = this.mapTo("athanor_bench_chapters");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static number = mappedColumn(t.integer());
  static bookId = mappedColumn(
    foreignKey(() => Book.id),
    { index: true },
  );
  static book = relationship(() => Book, { backPopulates: "chapters" });
}

const authors = select(Author).orderBy(Author.id);
const books = select(Book).orderBy(Book.id);
const alone = { peerLoading: false };
const all = (statement) => (session) => session.scalars(statement).all();
const loop = (statement, key) => async (session) => {
  const found = await session.scalars(statement).all();
  for (const each of found) await each.awaitableAttrs[key];
  return found;
};

/** The first way of each is what the others are compared with. All of them give the same. */
const suites = {
  "100 authors with 10 books each": {
    count: (found) => found.reduce((sum, author) => sum + author.books.length, 0),
    ways: {
      selectinload: all(authors.options(selectinload(Author.books))),
      subqueryload: all(authors.options(subqueryload(Author.books))),
      joinedload: all(authors.options(joinedload(Author.books))),
      "a loop": loop(authors, "books"),
      "a loop, peerLoading: false": loop(authors.executionOptions(alone), "books"),
    },
  },
  "… and 3 chapters each": {
    count: (found) => found.reduce((sum, { books: own }) => sum + own.reduce((n, { chapters }) => n + chapters.length, 0), 0),
    ways: {
      "selectinload, selectinload": all(authors.options(selectinload(Author.books).selectinload(Book.chapters))),
      "joinedload, joinedload": all(authors.options(joinedload(Author.books).joinedload(Book.chapters))),
      "selectinload, joinedload": all(authors.options(selectinload(Author.books).joinedload(Book.chapters))),
      "two loops": async (session) => {
        const found = await session.scalars(authors).all();
        for (const author of found) for (const book of await author.awaitableAttrs.books) await book.awaitableAttrs.chapters;
        return found;
      },
    },
  },
  "1,000 books with their author": {
    count: (found) => found.filter((book) => book.author.id > 0).length,
    ways: {
      selectinload: all(books.options(selectinload(Book.author))),
      joinedload: all(books.options(joinedload(Book.author))),
      "a loop": loop(books, "author"),
      "a loop, peerLoading: false": loop(books.executionOptions(alone), "author"),
    },
  },
  // what noting who came together costs where nothing is asked for
  "1,000 books alone": {
    count: (found) => found.length,
    ways: { "peerLoading: false": all(books.executionOptions(alone)), "as usual": all(books) },
  },
};

const ids = (count) => Array.from({ length: count }, (_, i) => i + 1);

async function open(dialect) {
  const folder = mkdtempSync(join(tmpdir(), "athanor-bench-"));
  const engine = createEngine(dialect === "sqlite" ? `sqlite:///${folder}/loading.db` : options.postgresql);
  await Base.metadata.dropAll(engine);
  await Base.metadata.createAll(engine);
  const Session = sessionmaker({ bind: engine });
  await Session.begin(async (session) => {
    await session.execute(
      insert(Author),
      ids(100).map((id) => ({ id, name: `author number ${id}` })),
    );
    await session.execute(
      insert(Book),
      ids(1000).map((id) => ({ id, title: `book number ${id}`, pages: id, authorId: ((id - 1) % 100) + 1 })),
    );
    await session.execute(
      insert(Chapter),
      ids(3000).map((id) => ({ id, number: id % 3, bookId: ((id - 1) % 1000) + 1 })),
    );
  });
  return {
    engine,
    run: (way) => Session.begin(way),
    async close() {
      await Base.metadata.dropAll(engine);
      await engine.dispose();
      rmSync(folder, { recursive: true });
    },
  };
}

async function millisecondsEach(work, milliseconds) {
  const start = performance.now();
  let done = 0;
  let elapsed = 0;
  do {
    await work();
    done += 1;
    elapsed = performance.now() - start;
  } while (elapsed < milliseconds);
  return elapsed / done;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

console.log("| database | work | way | statements | ms | ratio |\n|---|---|---|---:|---:|---:|");
for (const dialect of options.dialects.split(",")) {
  const { engine, run, close } = await open(dialect);
  for (const [title, { count, ways }] of Object.entries(suites)) {
    if (!title.includes(options.only)) continue;
    const names = Object.keys(ways);
    const wanted = count(await run(ways[names[0]]));
    const statements = {};
    const sent = new StatementRecorder(engine);
    for (const name of names) {
      sent.clear();
      if (count(await run(ways[name])) !== wanted) throw new Error(`${dialect}, ${title}, ${name}: not the same`);
      statements[name] = sent.clear().filter(({ sql }) => sql.startsWith("SELECT")).length;
    }
    sent.stop();
    for (const name of names) await millisecondsEach(() => run(ways[name]), Number(options.time));
    const times = Object.fromEntries(names.map((name) => [name, []]));
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const name of round % 2 === 0 ? names : names.toReversed())
        times[name].push(await millisecondsEach(() => run(ways[name]), Number(options.time)));
    }
    const first = median(times[names[0]]);
    for (const name of names) {
      const own = median(times[name]);
      console.log(`| ${dialect} | ${title} | ${name} | ${statements[name]} | ${own.toFixed(2)} | ${(own / first).toFixed(2)} |`);
    }
  }
  await close();
}
