// DDL of MySQL and MariaDB, run, with its effect: https://mariadb.com/docs/server/reference/sql-statements/data-definition
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  checkConstraint,
  Column,
  computed,
  createEngine,
  DDL,
  delete_,
  DropColumnComment,
  DropConstraint,
  DropTableComment,
  type Engine,
  foreignKey,
  foreignKeyConstraint,
  func,
  index,
  insert,
  IntegrityError,
  InvalidRequestError,
  MetaData,
  primaryKeyConstraint,
  select,
  Sequence,
  SetColumnComment,
  t,
  Table,
  text,
  typeCoerce,
  uniqueConstraint,
  update,
  UserDefinedType,
} from "athanor";
import * as mysql from "athanor/mysql";
import { MariadbDialect } from "../../../src/dialects/mysql/mariadb.ts";
import { describeEachDatabase } from "../../support/databases.ts";

describeEachDatabase(
  "DDL of MariaDB",
  (db) => {
    let engine: Engine;
    let metadata: MetaData;
    beforeAll(() => {
      engine = createEngine(db.url.replace(/^mysql:/, "mariadb:"));
    });
    beforeEach(() => {
      metadata = new MetaData();
      return async () => metadata.dropAll(engine);
    });
    afterAll(async () => {
      await engine.dispose();
    });

    const id = (): Column<number> => new Column(t.integer(), { primaryKey: true }) as Column<number>;
    const run = (statement: Parameters<Awaited<ReturnType<Engine["connect"]>>["execute"]>[0]): Promise<unknown> =>
      engine.begin((conn) => conn.execute(statement));
    const catalog = async (sql: string): Promise<unknown[]> => {
      await using conn = await engine.connect();
      const rows = await conn.execDriverSql(sql).all();
      // without a type, 64-bit integers come as text
      const plain = (value: unknown): unknown => (typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value);
      return rows.map((row) => ((row as unknown[]).length === 1 ? plain((row as unknown[])[0]) : (row as unknown[]).map(plain)));
    };
    const created = async (table: string): Promise<string> => String(((await catalog(`SHOW CREATE TABLE ${table}`))[0] as unknown[])[1]);

    test("options of tables, and partitions", async () => {
      const plain = new Table("to_t", metadata, { id: id(), a: new Column(t.string(10)) }, [], {
        mysqlEngine: "InnoDB",
        mysqlDefaultCharset: "latin1",
        mysqlCollate: "latin1_bin",
        mysqlRowFormat: "COMPACT",
        mysqlAutoIncrement: "50",
        mysqlStatsPersistent: "1",
        comment: "it's; --",
      });
      new Table("to_a", metadata, { id: id() }, { mariadbEngine: "Aria", mariadbPageChecksum: "1", mariadbTransactional: "1" });
      new Table(
        "to_p",
        metadata,
        { id: new Column(t.integer(), { primaryKey: true, autoincrement: false }) },
        { mysqlPartitionBy: "HASH (id)", mysqlPartitions: "3" },
      );
      await metadata.createAll(engine);
      expect(
        await catalog(
          "SELECT engine, table_collation, row_format, auto_increment, table_comment FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'to_t'",
        ),
      ).toEqual([["InnoDB", "latin1_bin", "Compact", 50, "it's; --"]]);
      expect(await created("to_a")).toMatch(/ENGINE=Aria.*PAGE_CHECKSUM=1.*TRANSACTIONAL=1/);
      expect(
        await catalog(
          "SELECT partition_method, partition_expression FROM information_schema.partitions WHERE table_name = 'to_p' AND table_schema = DATABASE()",
        ),
      ).toHaveLength(3);
      await run(insert(plain).values({ a: "x" }));
      expect(await catalog("SELECT id FROM to_t")).toEqual([50]);
    });

    test("indexes: lengths of prefixes, kinds, methods, expressions that are columns", async () => {
      const table = new Table("ix_t", metadata, {
        id: id(),
        name: new Column(t.string(200)),
        body: new Column(t.text()),
        n: new Column(t.integer()),
      });
      index("ix_len", table.c.name, table.c.body, { mysqlLength: { name: 5, body: 10 } });
      index("ix_one", table.c.body, { mysqlLength: 7, unique: true });
      index("ix_full", table.c.name, table.c.body, { mysqlPrefix: "FULLTEXT" });
      index("ix_hash", table.c.n.desc(), { mysqlUsing: "btree" });
      await metadata.createAll(engine);
      expect(
        await catalog(
          "SELECT index_name, column_name, sub_part, index_type, non_unique FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'ix_t' AND index_name != 'PRIMARY' ORDER BY index_name, seq_in_index",
        ),
      ).toEqual([
        ["ix_full", "name", null, "FULLTEXT", 1],
        ["ix_full", "body", null, "FULLTEXT", 1],
        ["ix_hash", "n", null, "BTREE", 1],
        ["ix_len", "name", 5, "BTREE", 1],
        ["ix_len", "body", 10, "BTREE", 1],
        ["ix_one", "body", 7, "BTREE", 0],
      ]);
    });

    test("MATCH … AGAINST with a FULLTEXT index", async () => {
      const films = new Table("ft_t", metadata, { id: id(), title: new Column(t.string(100)), plot: new Column(t.text()) });
      index("ft_ix", films.c.title, films.c.plot, { mysqlPrefix: "FULLTEXT" });
      await metadata.createAll(engine);
      await run(
        insert(films).values([
          { title: "The Shawshank Redemption", plot: "Two imprisoned men bond over years" },
          { title: "The Godfather", plot: "The aging patriarch of a crime dynasty" },
          { title: "Prison Break", plot: "Escape from prison, a prison film" },
        ]),
      );
      const { match } = mysql;
      const found = async (condition: ReturnType<typeof match>): Promise<unknown> => {
        await using conn = await engine.connect();
        return conn.execute(select(films.c.id).where(condition).orderBy(films.c.id)).scalars().all();
      };
      expect(await found(match(films.c.title, films.c.plot, { against: "prison" }))).toEqual([3]);
      expect(await found(match(films.c.title, films.c.plot, { against: "+escape -bond" }).inBooleanMode())).toEqual([3]);
      expect(await found(match(films.c.title, films.c.plot, { against: "impris*" }).inBooleanMode())).toEqual([1]);
      expect(await found(match(films.c.title, films.c.plot, { against: "godfather", inNaturalLanguageMode: true }))).toEqual([2]);
      expect(await found(match(films.c.title, films.c.plot, { against: "prison" }).withQueryExpansion())).toContain(3);
      await using conn = await engine.connect();
      const relevance = typeCoerce(match(films.c.title, films.c.plot, { against: "prison" }), t.float());
      const best = await conn.execute(select(films.c.id, relevance.label("score")).orderBy(relevance.desc()).limit(1)).one();
      expect([best[0], best[1] > 0]).toEqual([3, true]);
    });

    test("a SPATIAL index", async () => {
      class Point extends UserDefinedType<unknown> {
        override getColSpec(): string {
          return "POINT";
        }
      }
      const places = new Table("sp_t", metadata, { id: id(), at: new Column(new Point(), { nullable: false }) });
      index("sp_ix", places.c.at, { mysqlPrefix: "SPATIAL" });
      await metadata.createAll(engine);
      expect(await created("sp_t")).toContain("SPATIAL KEY `sp_ix` (`at`)");
    });

    test("keys: USING, foreign keys with actions and circles, unique, check, and their ends", async () => {
      const named = new MetaData({ namingConvention: { fk: "fk_%(table_name)s_%(column_0_name)s" } });
      const a = new Table(
        "ke_a",
        named,
        {
          id: new Column(t.integer()),
          x: new Column(t.integer()),
          b: new Column(t.integer(), foreignKey("ke_b.id", { ondelete: "SET NULL", onupdate: "CASCADE" })),
        },
        [
          primaryKeyConstraint("id", { mysqlUsing: "btree" }),
          uniqueConstraint("x", { name: "ke_uq" }),
          checkConstraint("x < 100", { name: "ke_ck" }),
        ],
      );
      const b = new Table("ke_b", named, { id: id(), a: new Column(t.integer()) }, [foreignKeyConstraint(["a"], ["ke_a.id"])]);
      await named.createAll(engine);
      expect(await created("ke_a")).toMatch(
        /CONSTRAINT `fk_ke_a_b` FOREIGN KEY \(`b`\) REFERENCES `ke_b` \(`id`\) ON DELETE SET NULL ON UPDATE CASCADE/,
      );
      await engine.begin(async (conn) => {
        await conn.execute(insert(b).values({ id: 1 }));
        await conn.execute(insert(a).values({ id: 1, x: 1, b: 1 }));
        await conn.execute(delete_(b));
        expect(await conn.scalar(select(a.c.b))).toBeNull();
      });
      await expect(run(insert(a).values({ id: 2, x: 500 }))).rejects.toThrow(IntegrityError);
      const [, unique, check] = [...a.constraints]
        .sort((x, y) => (String(x.name) < String(y.name) ? 1 : -1))
        .filter(({ name }) => name?.startsWith("ke_") === true || name === null);
      for (const constraint of [unique!, check!]) await run(new DropConstraint(constraint));
      await run(
        insert(a).values([
          { id: 3, x: 500 },
          { id: 4, x: 500 },
        ]),
      );
      await named.dropAll(engine);
    });

    test("comments, set and taken away", async () => {
      const table = new Table(
        "cm_t",
        metadata,
        { id: id(), a: new Column(t.integer(), { comment: "it's \\ --", nullable: false, serverDefault: text("5") }) },
        [],
        { comment: "table's" },
      );
      await metadata.createAll(engine);
      const comments = (): Promise<unknown[]> =>
        catalog(
          "SELECT table_comment, column_comment, column_default FROM information_schema.tables JOIN information_schema.columns USING (table_schema, table_name) WHERE table_schema = DATABASE() AND table_name = 'cm_t' AND column_name = 'a'",
        );
      expect(await comments()).toEqual([["table's", "it's \\ --", 5]]);
      await run(new DropTableComment(table));
      await run(new DropColumnComment(table.c.a));
      expect(await comments()).toEqual([["", "", 5]]);
      await run(new SetColumnComment(table.c.a));
      expect(await comments()).toEqual([["", "it's \\ --", 5]]);
    });

    test("computed columns, defaults that are expressions, TIMESTAMP", async () => {
      const table = new Table("df_t", metadata, {
        id: id(),
        a: new Column(t.integer()),
        stored: new Column(t.integer(), computed("a + 1", { persisted: true })),
        virtual: new Column(t.integer(), computed("a + 2", { persisted: false })),
        word: new Column(t.string(20), { serverDefault: func.upper("word") }),
        at: new Column(t.TIMESTAMP(), { serverDefault: func.now() }),
        maybe: new Column(t.TIMESTAMP()),
      });
      await metadata.createAll(engine);
      await run(insert(table).values({ id: 1, a: 5 }));
      expect(await catalog("SELECT stored, virtual, word, at IS NULL, maybe IS NULL FROM df_t")).toEqual([[6, 7, "WORD", 0, 1]]);
      expect(
        await catalog(
          "SELECT extra FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'df_t' AND column_name IN ('stored', 'virtual') ORDER BY column_name",
        ),
      ).toEqual(["STORED GENERATED", "VIRTUAL GENERATED"]);
    });

    test("LIMIT of UPDATE and DELETE", async () => {
      const jobs = new Table("jo_t", metadata, { id: id(), state: new Column(t.string(10)) });
      await metadata.createAll(engine);
      await run(insert(jobs).values(Array.from({ length: 5 }, () => ({ state: "new" }))));
      await engine.begin(async (conn) => {
        const changed = await conn.execute(update(jobs).values({ state: "taken" }).where(jobs.c.state.eq("new")).ext(mysql.limit(2)));
        expect(changed.rowcount).toBe(2);
        const gone = await conn.execute(delete_(jobs).withDialectOptions({ mysqlLimit: 1 }));
        expect(gone.rowcount).toBe(1);
        expect(
          await conn.execute(update(jobs).values({ state: "x" }).withDialectOptions({ mariadbLimit: 3 })).then(({ rowcount }) => rowcount),
        ).toBe(3);
      });
      await using conn = await engine.connect();
      expect(await conn.scalar(select(func.count()).selectFrom(jobs))).toBe(4);
    });

    test("sequences of MariaDB, RETURNING of INSERT and DELETE", async () => {
      const ids = new Sequence("sq_ids", { start: 1000, increment: 10, minvalue: 1000, maxvalue: 1030, cycle: true, cache: 1 });
      const table = new Table("sq_t", metadata, { id: new Column(t.integer(), ids, { primaryKey: true }), a: new Column(t.integer()) });
      await metadata.createAll(engine);
      expect(await catalog("SELECT minimum_value, maximum_value, increment, cycle_option FROM sq_ids")).toEqual([[1000, 1030, 10, 1]]);
      await engine.begin(async (conn) => {
        expect((await conn.execute(insert(table).values({ a: 1 }))).insertedPrimaryKey).toEqual([1000]);
        expect(await conn.execute(insert(table).returning(table.c.id, table.c.a), [{ a: 2 }, { a: 3 }]).all()).toEqual([
          [1010, 2],
          [1020, 3],
        ]);
        expect(await conn.scalar(select(ids.nextValue()))).toBe(1030);
        expect(
          await conn
            .execute(delete_(table).where(table.c.a.gt(1)).returning(table.c.id))
            .scalars()
            .all(),
        ).toEqual([1010, 1020]);
      });
    });

    test("a mariadb:// URL is for MariaDB only, and mysql:// finds out what it is", async () => {
      expect(() => new MariadbDialect()._setServer("8.4.0")).toThrow(InvalidRequestError);
      const plain = createEngine(db.url.replace(/^mariadb:/, "mysql:"));
      await using conn = await plain.connect();
      expect([plain.dialect.name, (plain.dialect as unknown as { isMariadb: boolean }).isMariadb, plain.dialect.supportsSequences]).toEqual(
        ["mysql", true, true],
      );
      const mine = new MetaData();
      const table = new Table("md_t", mine, { id: id(), n: new Column(t.integer()) }, [
        checkConstraint("n > 0", { name: "md_all" }),
        checkConstraint("n < 9", { name: "md_maria" }).ddlIf("mariadb"),
      ]);
      await mine.createAll(conn);
      const text_ = await created("md_t");
      expect([text_.includes("md_all"), text_.includes("md_maria")]).toEqual([true, false]);
      await mine.dropAll(conn);
      await conn.commit();
      await mine.createAll(engine);
      expect(await created("md_t")).toContain("md_maria");
      await mine.dropAll(engine);
      await conn.close();
      await plain.dispose();
      void table;
    });

    test("statements of the program's own", async () => {
      await run(new DDL("CREATE TABLE own_t (a INTEGER) COMMENT = '100%%'"));
      expect(
        await catalog("SELECT table_comment FROM information_schema.tables WHERE table_name = 'own_t' AND table_schema = DATABASE()"),
      ).toEqual(["100%"]);
      await run(new DDL("DROP TABLE own_t"));
    });
  },
  { only: ["mariadb"] },
);
