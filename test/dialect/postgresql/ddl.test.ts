// DDL of PostgreSQL, run, and its effect read from the catalogues: https://www.postgresql.org/docs/current/catalogs.html
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  AddConstraint,
  checkConstraint,
  Column,
  computed,
  createEngine,
  CreateTable,
  CreateIndex,
  CreateView,
  DataError,
  DDL,
  delete_,
  DropColumnComment,
  DropConstraint,
  DropConstraintComment,
  DropTableComment,
  type Engine,
  foreignKey,
  foreignKeyConstraint,
  func,
  identity,
  index,
  insert,
  IntegrityError,
  MetaData,
  primaryKeyConstraint,
  select,
  t,
  Table,
  text,
  uniqueConstraint,
  update,
} from "athanor";
import * as pg from "athanor/postgresql";
import { describeEachDatabase } from "../../support/databases.ts";

describeEachDatabase(
  "DDL of PostgreSQL",
  (db) => {
    let engine: Engine;
    let metadata: MetaData;
    beforeAll(() => {
      engine = createEngine(db.url);
    });
    beforeEach(() => {
      metadata = new MetaData();
      return async () => metadata.dropAll(engine);
    });
    afterAll(async () => {
      await engine.dispose();
    });

    const id = (): Column<number> => new Column(t.integer(), { primaryKey: true }) as Column<number>;
    /** One value or one column of values out of the catalogues. */
    const catalog = async (sql: string): Promise<unknown[]> => {
      await using conn = await engine.connect();
      const rows = await conn.execDriverSql(sql).all();
      return rows.map((row) => ((row as unknown[]).length === 1 ? (row as unknown[])[0] : [...(row as unknown[])]));
    };
    const constraints = (table: string): Promise<unknown[]> =>
      catalog(
        `SELECT conname || ': ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '${table}'::regclass AND contype != 'n' ORDER BY conname`,
      );
    const run = (statement: Parameters<Awaited<ReturnType<Engine["connect"]>>["execute"]>[0]): Promise<unknown> =>
      engine.begin((conn) => conn.execute(statement));

    test("foreign keys: actions, deferring, lists of columns, match, not valid", async () => {
      const parent = new Table("fk_p", metadata, { a: new Column(t.integer()), b: new Column(t.integer()) }, [
        primaryKeyConstraint("a", "b"),
      ]);
      const child = new Table(
        "fk_c",
        metadata,
        {
          id: id(),
          a: new Column(t.integer()),
          b: new Column(t.integer()),
          self: new Column(t.integer(), foreignKey("fk_c.id", { name: "fk_self", deferrable: true, initially: "DEFERRED" })),
        },
        [
          foreignKeyConstraint(["a", "b"], ["fk_p.a", "fk_p.b"], {
            name: "fk_pair",
            ondelete: "SET NULL (a)",
            onupdate: "CASCADE",
            match: "SIMPLE",
          }),
        ],
      );
      await metadata.createAll(engine);
      expect(await constraints("fk_c")).toEqual([
        "fk_c_pkey: PRIMARY KEY (id)",
        "fk_pair: FOREIGN KEY (a, b) REFERENCES fk_p(a, b) ON UPDATE CASCADE ON DELETE SET NULL (a)",
        "fk_self: FOREIGN KEY (self) REFERENCES fk_c(id) DEFERRABLE INITIALLY DEFERRED",
      ]);
      await engine.begin(async (conn) => {
        await conn.execute(insert(parent).values({ a: 1, b: 2 }));
        // the target comes later in the same transaction
        await conn.execute(insert(child).values({ id: 1, a: 1, b: 2, self: 2 }));
        await conn.execute(insert(child).values({ id: 2 }));
        await conn.execute(update(parent).values({ b: 3 }));
        await conn.execute(delete_(parent));
        expect(await conn.execute(select(child.c.a, child.c.b).where(child.c.id.eq(1))).one()).toEqual([null, 3]);
      });
      await expect(run(insert(child).values({ id: 3, self: 9 }))).rejects.toThrow(IntegrityError);
      const late = foreignKeyConstraint(["b"], ["fk_c.id"], { name: "fk_late", postgresqlNotValid: true });
      child.appendConstraint(late);
      await run(new AddConstraint(late));
      expect(await catalog("SELECT convalidated FROM pg_constraint WHERE conname = 'fk_late'")).toEqual([false]);
      await run(new DropConstraint(late, { ifExists: true, cascade: true }));
      await run(new DropConstraint(late, { ifExists: true }));
    });

    test("unique, primary key and check: options", async () => {
      const table = new Table("un_t", metadata, { a: new Column(t.integer()), b: new Column(t.integer()), c: new Column(t.integer()) }, [
        primaryKeyConstraint("a", { name: "un_pk", postgresqlInclude: ["b"] }),
        uniqueConstraint("b", { name: "un_nulls", postgresqlNullsNotDistinct: true, postgresqlInclude: ["c"] }),
        uniqueConstraint("c", { name: "un_late", deferrable: true, initially: "DEFERRED" }),
      ]);
      await metadata.createAll(engine);
      expect(await constraints("un_t")).toEqual([
        "un_late: UNIQUE (c) DEFERRABLE INITIALLY DEFERRED",
        "un_nulls: UNIQUE NULLS NOT DISTINCT (b) INCLUDE (c)",
        "un_pk: PRIMARY KEY (a) INCLUDE (b)",
      ]);
      await run(insert(table).values({ a: 1, b: null, c: -1 }));
      await expect(run(insert(table).values({ a: 2, b: null, c: 2 }))).rejects.toThrow(/un_nulls/);
      const check = checkConstraint(table.c.c.gt(0), { name: "un_check", postgresqlNotValid: true });
      await run(new AddConstraint(check));
      await expect(run(insert(table).values({ a: 3, b: 3, c: -2 }))).rejects.toThrow(/un_check/);
    });

    test("EXCLUDE", async () => {
      const real = new Table("bookings", metadata, {
        room: new Column(pg.t.INT4RANGE()),
        during: new Column(pg.t.INT4RANGE()),
        gone: new Column(t.boolean(), { serverDefault: text("false") }),
      });
      real.appendConstraint(
        pg.excludeConstraint([real.c.room, "&&"], ["during", "&&"], {
          name: "no_overlap",
          where: real.c.gone.not(),
          deferrable: true,
          ops: { during: "range_ops" },
        }),
      );
      expect(new CreateTable(real).compile({ dialect: "postgresql" }).sql).toContain("WHERE (NOT bookings.gone)");
      await metadata.createAll(engine);
      expect(await constraints("bookings")).toEqual([
        "no_overlap: EXCLUDE USING gist (room WITH &&, during WITH &&) WHERE ((NOT gone)) DEFERRABLE",
      ]);
      const { Range } = pg;
      await run(insert(real).values({ room: new Range(1, 2), during: new Range(1, 5) }));
      await run(insert(real).values({ room: new Range(2, 3), during: new Range(1, 5) }));
      await run(insert(real).values({ room: new Range(1, 2), during: new Range(1, 5), gone: true }));
      await expect(run(insert(real).values({ room: new Range(1, 2), during: new Range(4, 6) }))).rejects.toThrow(/no_overlap/);
    });

    test("indexes", async () => {
      const table = new Table("ix_t", metadata, {
        id: id(),
        a: new Column(t.integer()),
        b: new Column(t.text()),
        tags: new Column(pg.t.ARRAY(t.text())),
      });
      index("ix_plain", table.c.a.desc().nullsLast(), table.c.b);
      index("ix_expr", func.lower(table.c.b), table.c.a.add(1), { unique: true });
      index("ix_partial", table.c.a, { postgresqlWhere: table.c.b.isNot(null) });
      index("ix_ops", table.c.b, { postgresqlOps: { b: "text_pattern_ops" } });
      index("ix_gin", table.c.tags, { postgresqlUsing: "gin", postgresqlWith: { fastupdate: "off" } });
      index("ix_all", table.c.a, {
        unique: true,
        postgresqlInclude: ["b"],
        postgresqlNullsNotDistinct: true,
        postgresqlWith: { fillfactor: 50 },
        postgresqlTablespace: "pg_default",
        postgresqlWhere: "a > 5",
      });
      await metadata.createAll(engine);
      const found = await catalog(
        "SELECT indexdef FROM pg_indexes WHERE tablename = 'ix_t' AND indexname NOT LIKE '%pkey' ORDER BY indexname",
      );
      expect(found.map((text_) => String(text_).replace(/public\./, ""))).toEqual([
        "CREATE UNIQUE INDEX ix_all ON ix_t USING btree (a) INCLUDE (b) NULLS NOT DISTINCT WITH (fillfactor='50') WHERE (a > 5)",
        "CREATE UNIQUE INDEX ix_expr ON ix_t USING btree (lower(b), ((a + 1)))",
        "CREATE INDEX ix_gin ON ix_t USING gin (tags) WITH (fastupdate=off)",
        "CREATE INDEX ix_ops ON ix_t USING btree (b text_pattern_ops)",
        "CREATE INDEX ix_partial ON ix_t USING btree (a) WHERE (b IS NOT NULL)",
        "CREATE INDEX ix_plain ON ix_t USING btree (a DESC NULLS LAST, b)",
      ]);
    });

    test("an index that is made while others write, outside of transactions", async () => {
      const table = new Table("cc_t", metadata, { id: id(), a: new Column(t.integer()) });
      await metadata.createAll(engine);
      const one = new CreateIndex(index("cc_ix", table.c.a, { postgresqlConcurrently: true }), { ifNotExists: true });
      await expect(run(one)).rejects.toThrow(/transaction block/);
      const autocommit = engine.executionOptions({ isolationLevel: "AUTOCOMMIT" });
      const connected = await autocommit.connect();
      await connected.execute(one);
      await one.element.drop(connected);
      await connected.close();
      expect(await catalog("SELECT count(*)::int FROM pg_indexes WHERE indexname = 'cc_ix'")).toEqual([0]);
    });

    test("partitions, inheritance, storage, unlogged, temporary", async () => {
      const parts = new Table(
        "pt_all",
        metadata,
        { id: new Column(t.integer()), region: new Column(t.text()) },
        { postgresqlPartitionBy: "LIST (region)" },
      );
      new Table("pt_kind", metadata, { id: id() }, [], {
        prefixes: ["UNLOGGED"],
        postgresqlUsing: "heap",
        postgresqlWith: { fillfactor: 60 },
        postgresqlTablespace: "pg_default",
      });
      const base = new Table("pt_base", metadata, { a: new Column(t.integer()) });
      const heir = new Table("pt_heir", metadata, { b: new Column(t.integer()) }, { postgresqlInherits: "pt_base" });
      heir.addIsDependentOn(base);
      await metadata.createAll(engine);
      expect(
        await catalog(
          "SELECT relname, relkind, relpersistence, reloptions::text FROM pg_class WHERE relname LIKE 'pt\\_%' AND relkind NOT IN ('i', 'S') ORDER BY relname",
        ),
      ).toEqual([
        ["pt_all", "p", "p", null],
        ["pt_base", "r", "p", null],
        ["pt_heir", "r", "p", null],
        ["pt_kind", "r", "u", "{fillfactor=60}"],
      ]);
      await run(new DDL("CREATE TABLE pt_eu PARTITION OF pt_all FOR VALUES IN ('eu')"));
      await run(insert(parts).values({ id: 1, region: "eu" }));
      expect(await catalog("SELECT id FROM pt_eu")).toEqual([1]);
      await run(new DDL("INSERT INTO pt_heir (a, b) VALUES (1, 2)"));
      expect(await catalog("SELECT a FROM pt_base")).toEqual([1]);
      // ON COMMIT
      const temporary = new Table(
        "pt_temp",
        new MetaData(),
        { a: new Column(t.integer()) },
        { prefixes: ["TEMPORARY"], postgresqlOnCommit: "delete_rows" },
      );
      await using conn = await engine.connect();
      await temporary.create(conn);
      await conn.execute(insert(temporary).values({ a: 1 }));
      expect(await conn.scalar(select(func.count()).selectFrom(temporary))).toBe(1);
      await conn.commit();
      expect(await conn.scalar(select(func.count()).selectFrom(temporary))).toBe(0);
      await temporary.drop(conn);
      await conn.commit();
    });

    test("identities, computed columns, serials", async () => {
      const one = new Table("gn_t", metadata, {
        id: new Column(t.bigInteger(), identity({ always: true, start: 10, increment: 5, maxvalue: 100, cycle: true }), {
          primaryKey: true,
        }),
        a: new Column(t.integer()),
        twice: new Column(t.integer(), computed("a * 2", { persisted: true })),
      });
      new Table("gn_s", metadata, { id: new Column(t.smallInteger(), { primaryKey: true }) });
      await metadata.createAll(engine);
      expect(
        await catalog(
          "SELECT attname, attidentity, attgenerated FROM pg_attribute WHERE attrelid = 'gn_t'::regclass AND attnum > 0 ORDER BY attnum",
        ),
      ).toEqual([
        ["id", "a", ""],
        ["a", "", ""],
        ["twice", "", "s"],
      ]);
      expect(
        await catalog(
          "SELECT seqstart::int, seqincrement::int, seqmax::int, seqcycle FROM pg_sequence WHERE seqrelid = pg_get_serial_sequence('gn_t', 'id')::regclass",
        ),
      ).toEqual([[10, 5, 100, true]]);
      expect(await catalog("SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'gn_s'::regclass")).toEqual([
        "nextval('gn_s_id_seq'::regclass)",
      ]);
      await run(insert(one).values({ a: 4 }));
      expect(await catalog("SELECT id::int, twice FROM gn_t")).toEqual([[10, 8]]);
      // @ts-expect-error: the database makes it
      await expect(run(insert(one).values({ id: 1n }))).rejects.toThrow(/GENERATED ALWAYS/i);
    });

    test("comments on tables, columns and constraints, and without them again", async () => {
      const named = checkConstraint("a > 0", { name: "cm_ck", comment: "why's that" });
      const table = new Table("cm_t", metadata, { id: id(), a: new Column(t.integer(), { comment: "the 'a'; --" }) }, [named], {
        comment: "back\\slash",
      });
      await metadata.createAll(engine);
      const comments = (): Promise<unknown[]> =>
        catalog(
          "SELECT obj_description('cm_t'::regclass), col_description('cm_t'::regclass, 2), (SELECT obj_description(oid) FROM pg_constraint WHERE conname = 'cm_ck')",
        );
      expect(await comments()).toEqual([["back\\slash", "the 'a'; --", "why's that"]]);
      await run(new DropTableComment(table));
      await run(new DropColumnComment(table.c.a));
      await run(new DropConstraintComment(named));
      expect(await comments()).toEqual([[null, null, null]]);
    });

    test("options of views", async () => {
      const table = new Table("vo_t", metadata, { id: id() });
      new CreateView(select({ id: table.c.id }).where(table.c.id.gt(5)), "vo_v", {
        metadata,
        postgresqlWith: { security_barrier: "true", check_option: "local" },
      });
      await metadata.createAll(engine);
      expect(await catalog("SELECT reloptions::text FROM pg_class WHERE relname = 'vo_v'")).toEqual([
        "{security_barrier=true,check_option=local}",
      ]);
      const replaced = new CreateView(select({ id: table.c.id, more: table.c.id.add(1) }), "vo_v", { orReplace: true });
      await run(replaced);
      await run(insert(table).values({ id: 1 }));
      expect(await catalog("SELECT more FROM vo_v")).toEqual([2]);
    });

    test("domains check their values", async () => {
      const domain = pg.t.DOMAIN("do_positive", t.integer(), {
        notNull: true,
        constraintName: "do_check",
        check: "VALUE > 0",
        default: text("7"),
      });
      const coded = pg.t.DOMAIN("do_code", t.string(3), { collation: "C", check: "VALUE ~ '^[a-z]+$'" });
      const table = new Table("do_t", metadata, { id: id(), n: new Column(domain), code: new Column(coded) });
      await metadata.createAll(engine);
      await run(insert(table).values({ id: 1, code: "abc" }));
      expect(await catalog("SELECT n, code FROM do_t")).toEqual([[7, "abc"]]);
      await expect(run(insert(table).values({ id: 2, n: -1 }))).rejects.toThrow(IntegrityError);
      await expect(run(insert(table).values({ id: 2, code: "ABC" }))).rejects.toThrow(IntegrityError);
      expect(await catalog("SELECT typcollation::regcollation::text FROM pg_type WHERE typname = 'do_code'")).toEqual(['"C"']);
      await expect(run(insert(table).values({ id: 2, code: "abcd" }))).rejects.toThrow(DataError);
    });
  },
  { only: ["postgresql", "pglite"] },
);
