/** What SQLAlchemy 2.1 renders for the cases of `ddl-text.test.ts`, by dialect. */
export const EXPECTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "fk plain": {
    default: "CREATE TABLE t ( a INTEGER, FOREIGN KEY(a) REFERENCES p (id) )",
  },
  "fk actions": {
    postgresql:
      "CREATE TABLE t ( a INTEGER, CONSTRAINT fk1 FOREIGN KEY(a) REFERENCES p (id) ON DELETE CASCADE ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED )",
    sqlite:
      "CREATE TABLE t ( a INTEGER, CONSTRAINT fk1 FOREIGN KEY(a) REFERENCES p (id) ON DELETE CASCADE ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED )",
  },
  "fk match": {
    postgresql: "CREATE TABLE t ( a INTEGER, FOREIGN KEY(a) REFERENCES p (id) MATCH FULL )",
  },
  "fk set null columns": {
    postgresql: "CREATE TABLE t ( a INTEGER, FOREIGN KEY(a) REFERENCES p (id) ON DELETE SET NULL (a) )",
  },
  "fk not valid": {
    postgresql: "CREATE TABLE t ( a INTEGER, FOREIGN KEY(a) REFERENCES p (id) NOT VALID )",
  },
  "fk use_alter": {
    postgresql: "CREATE TABLE t ( a INTEGER )",
    sqlite: "CREATE TABLE t ( a INTEGER, CONSTRAINT x FOREIGN KEY(a) REFERENCES p (id) )",
  },
  "fk composite": {
    default: "CREATE TABLE t ( a INTEGER, b INTEGER, CONSTRAINT n FOREIGN KEY(a, b) REFERENCES s.p (id, b) )",
  },
  "fk added and dropped": {
    postgresql:
      "ALTER TABLE t ADD CONSTRAINT n FOREIGN KEY(a, b) REFERENCES s.p (id, b); ALTER TABLE t DROP CONSTRAINT IF EXISTS n CASCADE",
    mysql: "ALTER TABLE t ADD CONSTRAINT n FOREIGN KEY(a, b) REFERENCES s.p (id, b); ALTER TABLE t DROP FOREIGN KEY n",
  },
  unique: {
    default: 'CREATE TABLE t ( a INTEGER, b INTEGER, CONSTRAINT "u v" UNIQUE (a, b) )',
    mysql: "CREATE TABLE t ( a INTEGER, b INTEGER, CONSTRAINT `u v` UNIQUE (a, b) )",
  },
  "unique deferrable": {
    postgresql: "CREATE TABLE t ( a INTEGER, b INTEGER, UNIQUE (a) DEFERRABLE INITIALLY DEFERRED )",
  },
  "unique include": {
    postgresql: "CREATE TABLE t ( a INTEGER, b INTEGER, UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b) )",
  },
  "unique nulls distinct": {
    postgresql: "CREATE TABLE t ( a INTEGER, b INTEGER, UNIQUE NULLS DISTINCT (a) )",
  },
  "unique on conflict": {
    sqlite: "CREATE TABLE t ( a INTEGER, b INTEGER, UNIQUE (a) ON CONFLICT IGNORE )",
  },
  "pk include": {
    postgresql: "CREATE TABLE t ( a SERIAL NOT NULL, b INTEGER, CONSTRAINT k PRIMARY KEY (a) INCLUDE (b) )",
  },
  "pk using": {
    mysql: "CREATE TABLE t ( a INTEGER NOT NULL AUTO_INCREMENT, b INTEGER, PRIMARY KEY (a) USING btree )",
  },
  check: {
    default: "CREATE TABLE t ( a INTEGER, b INTEGER, CONSTRAINT u CHECK (a > 5) )",
  },
  "check not valid": {
    postgresql: "CREATE TABLE t ( a INTEGER, b INTEGER, CHECK (a > 5) NOT VALID )",
  },
  "check expression": {
    sqlite: "CREATE TABLE s.t ( a INTEGER, b VARCHAR(5), CHECK (a > 5 OR b = 'it''s' OR a IN (1, 2) OR b IS NULL OR b LIKE 'a%') )",
    postgresql: "CREATE TABLE s.t ( a INTEGER, b VARCHAR(5), CHECK (a > 5 OR b = 'it''s' OR a IN (1, 2) OR b IS NULL OR b LIKE 'a%') )",
    mysql: "CREATE TABLE s.t ( a INTEGER, b VARCHAR(5), CHECK (a > 5 OR b = 'it''s' OR a IN (1, 2) OR b IS NULL OR b LIKE 'a%') )",
  },
  "check of a column": {
    sqlite: "CREATE TABLE t ( a INTEGER DEFAULT '5' NOT NULL CONSTRAINT c1 CHECK (a > 1) )",
  },
  "added constraint is left out": {
    default: "CREATE TABLE t ( a INTEGER )",
  },
  "added constraint stays": {
    default: "CREATE TABLE t ( a INTEGER, CONSTRAINT u CHECK (a>1) )",
  },
  "default text": {
    default: "CREATE TABLE t ( a VARCHAR(5) DEFAULT 'it''s', z INTEGER )",
    mysql: "CREATE TABLE t ( a VARCHAR(5) DEFAULT 'it''s', z INTEGER )",
  },
  "default expression": {
    default: "CREATE TABLE t ( a INTEGER DEFAULT 1+1, z INTEGER )",
    sqlite: "CREATE TABLE t ( a INTEGER DEFAULT (1+1), z INTEGER )",
    mysql: "CREATE TABLE t ( a INTEGER DEFAULT (1+1), z INTEGER )",
  },
  "default function": {
    default: "CREATE TABLE t ( a DATETIME DEFAULT now(), z INTEGER )",
    sqlite: "CREATE TABLE t ( a DATETIME DEFAULT CURRENT_TIMESTAMP, z INTEGER )",
    postgresql: "CREATE TABLE t ( a TIMESTAMP WITHOUT TIME ZONE DEFAULT now(), z INTEGER )",
    mysql: "CREATE TABLE t ( a DATETIME DEFAULT (now()), z INTEGER )",
  },
  "default false": {
    default: "CREATE TABLE t ( a BOOLEAN DEFAULT false, z INTEGER )",
    sqlite: "CREATE TABLE t ( a BOOLEAN DEFAULT 0, z INTEGER )",
    postgresql: "CREATE TABLE t ( a BOOLEAN DEFAULT false, z INTEGER )",
    mysql: "CREATE TABLE t ( a BOOL DEFAULT false, z INTEGER )",
  },
  serial: {
    default: "CREATE TABLE t ( a INTEGER NOT NULL, z INTEGER, PRIMARY KEY (a) )",
    sqlite: "CREATE TABLE t ( a INTEGER NOT NULL, z INTEGER, PRIMARY KEY (a) )",
    postgresql: "CREATE TABLE t ( a SERIAL NOT NULL, z INTEGER, PRIMARY KEY (a) )",
    mysql: "CREATE TABLE t ( a INTEGER NOT NULL AUTO_INCREMENT, z INTEGER, PRIMARY KEY (a) )",
  },
  bigserial: {
    postgresql: "CREATE TABLE t ( a BIGSERIAL NOT NULL, z INTEGER, PRIMARY KEY (a) )",
  },
  "no autoincrement": {
    postgresql: "CREATE TABLE t ( a INTEGER NOT NULL, z INTEGER, PRIMARY KEY (a) )",
    mysql: "CREATE TABLE t ( a INTEGER NOT NULL, z INTEGER, PRIMARY KEY (a) )",
  },
  "system column": {
    default: "CREATE TABLE t ( z INTEGER )",
  },
  computed: {
    default: "CREATE TABLE t ( a INTEGER GENERATED ALWAYS AS (z+1), z INTEGER )",
    sqlite: "CREATE TABLE t ( a INTEGER GENERATED ALWAYS AS (z+1), z INTEGER )",
    postgresql: "CREATE TABLE t ( a INTEGER GENERATED ALWAYS AS (z+1), z INTEGER )",
    mysql: "CREATE TABLE t ( a INTEGER GENERATED ALWAYS AS (z+1), z INTEGER )",
  },
  "computed stored": {
    default: "CREATE TABLE t ( a INTEGER GENERATED ALWAYS AS (z+1) STORED NOT NULL, z INTEGER )",
    sqlite: "CREATE TABLE t ( a INTEGER NOT NULL GENERATED ALWAYS AS (z+1) STORED, z INTEGER )",
    postgresql: "CREATE TABLE t ( a INTEGER GENERATED ALWAYS AS (z+1) STORED NOT NULL, z INTEGER )",
    mysql: "CREATE TABLE t ( a INTEGER GENERATED ALWAYS AS (z+1) STORED NOT NULL, z INTEGER )",
  },
  "computed virtual": {
    default: "CREATE TABLE t ( a INTEGER GENERATED ALWAYS AS (z+1) VIRTUAL, z INTEGER )",
    sqlite: "CREATE TABLE t ( a INTEGER GENERATED ALWAYS AS (z+1) VIRTUAL, z INTEGER )",
    mysql: "CREATE TABLE t ( a INTEGER GENERATED ALWAYS AS (z+1) VIRTUAL, z INTEGER )",
  },
  identity: {
    default:
      "CREATE TABLE t ( a INTEGER GENERATED ALWAYS AS IDENTITY (INCREMENT BY 2 START WITH 3 MINVALUE -5 MAXVALUE 100 CACHE 5 CYCLE), z INTEGER, PRIMARY KEY (a) )",
    sqlite: "CREATE TABLE t ( a INTEGER NOT NULL, z INTEGER, PRIMARY KEY (a) )",
    postgresql:
      "CREATE TABLE t ( a INTEGER GENERATED ALWAYS AS IDENTITY (INCREMENT BY 2 START WITH 3 MINVALUE -5 MAXVALUE 100 CACHE 5 CYCLE), z INTEGER, PRIMARY KEY (a) )",
    mysql: "CREATE TABLE t ( a INTEGER NOT NULL AUTO_INCREMENT, z INTEGER, PRIMARY KEY (a) )",
  },
  "identity that may be null": {
    postgresql: "CREATE TABLE t ( a INTEGER GENERATED BY DEFAULT AS IDENTITY (NO MINVALUE NO MAXVALUE NO CYCLE) NULL, z INTEGER )",
  },
  sequence: {
    default: "CREATE SEQUENCE sq; CREATE SEQUENCE IF NOT EXISTS sq; DROP SEQUENCE sq; DROP SEQUENCE IF EXISTS sq",
  },
  "sequence options": {
    postgresql:
      "CREATE SEQUENCE s.sq INCREMENT BY -2 START WITH 2 MINVALUE 2 MAXVALUE 8 CACHE 2 CYCLE; CREATE SEQUENCE IF NOT EXISTS s.sq INCREMENT BY -2 START WITH 2 MINVALUE 2 MAXVALUE 8 CACHE 2 CYCLE; DROP SEQUENCE s.sq; DROP SEQUENCE IF EXISTS s.sq",
    mariadb:
      "CREATE SEQUENCE s.sq INCREMENT BY -2 START WITH 2 MINVALUE 2 MAXVALUE 8 CACHE 2 CYCLE; CREATE SEQUENCE IF NOT EXISTS s.sq INCREMENT BY -2 START WITH 2 MINVALUE 2 MAXVALUE 8 CACHE 2 CYCLE; DROP SEQUENCE s.sq; DROP SEQUENCE IF EXISTS s.sq",
  },
  "sequence no options": {
    postgresql:
      "CREATE SEQUENCE sq NO MINVALUE NO MAXVALUE NO CYCLE; CREATE SEQUENCE IF NOT EXISTS sq NO MINVALUE NO MAXVALUE NO CYCLE; DROP SEQUENCE sq; DROP SEQUENCE IF EXISTS sq",
    mariadb:
      "CREATE SEQUENCE sq NO MINVALUE NO MAXVALUE NOCYCLE; CREATE SEQUENCE IF NOT EXISTS sq NO MINVALUE NO MAXVALUE NOCYCLE; DROP SEQUENCE sq; DROP SEQUENCE IF EXISTS sq",
  },
  "sequence type": {
    postgresql: "CREATE SEQUENCE sq AS BIGINT; CREATE SEQUENCE IF NOT EXISTS sq AS BIGINT; DROP SEQUENCE sq; DROP SEQUENCE IF EXISTS sq",
    mariadb: "CREATE SEQUENCE sq; CREATE SEQUENCE IF NOT EXISTS sq; DROP SEQUENCE sq; DROP SEQUENCE IF EXISTS sq",
  },
  "sequence quoted schema": {
    default:
      'CREATE SEQUENCE "sc"."sq"; CREATE SEQUENCE IF NOT EXISTS "sc"."sq"; DROP SEQUENCE "sc"."sq"; DROP SEQUENCE IF EXISTS "sc"."sq"',
    mariadb:
      "CREATE SEQUENCE `sc`.`sq`; CREATE SEQUENCE IF NOT EXISTS `sc`.`sq`; DROP SEQUENCE `sc`.`sq`; DROP SEQUENCE IF EXISTS `sc`.`sq`",
  },
  "sequence of a metadata": {
    default: "CREATE SEQUENCE q.x",
  },
  temporary: {
    default: "CREATE GLOBAL TEMPORARY TABLE t ( a INTEGER, b INTEGER )",
  },
  "if not exists": {
    default: "CREATE TABLE IF NOT EXISTS t ( a INTEGER ); DROP TABLE IF EXISTS t",
  },
  "quoted name": {
    default: 'CREATE TABLE "abc" ( a INTEGER )',
    mysql: "CREATE TABLE `abc` ( a INTEGER )",
  },
  "never quoted": {
    default: "CREATE TABLE ABC ( SELECT INTEGER )",
  },
  "quoted schema": {
    default: 'CREATE TABLE "a.b".t ( a INTEGER )',
    sqlite: 'CREATE TABLE "a.b".t ( a INTEGER )',
  },
  "schema with a point": {
    default: 'CREATE TABLE "a.b".t ( a INTEGER )',
  },
  "quote_schema of metadata": {
    default: 'CREATE TABLE "s".t ( a INTEGER )',
  },
  "create schema": {
    default: 'CREATE SCHEMA "s"; CREATE SCHEMA IF NOT EXISTS "S p"; DROP SCHEMA IF EXISTS s CASCADE',
  },
  comments: {
    postgresql: "COMMENT ON TABLE t IS 't''c'; COMMENT ON TABLE t IS NULL; COMMENT ON COLUMN s.t.a IS 'x'",
    mysql: "ALTER TABLE t COMMENT 't''c'; ALTER TABLE t COMMENT ''; ALTER TABLE s.t CHANGE a a INTEGER COMMENT 'x'",
  },
  "comment of a constraint": {
    postgresql: "COMMENT ON CONSTRAINT q ON t IS 'co''n'; COMMENT ON CONSTRAINT q ON t IS NULL",
  },
  index: {
    default:
      "CREATE UNIQUE INDEX ix ON s.t (a, b DESC); CREATE UNIQUE INDEX IF NOT EXISTS ix ON s.t (a, b DESC); DROP INDEX IF EXISTS s.ix",
    sqlite: "CREATE UNIQUE INDEX s.ix ON t (a, b DESC); CREATE UNIQUE INDEX IF NOT EXISTS s.ix ON t (a, b DESC); DROP INDEX IF EXISTS s.ix",
    postgresql:
      "CREATE UNIQUE INDEX ix ON s.t (a, b DESC); CREATE UNIQUE INDEX IF NOT EXISTS ix ON s.t (a, b DESC); DROP INDEX IF EXISTS s.ix",
    mysql:
      "CREATE UNIQUE INDEX ix ON s.t (a, b DESC); CREATE UNIQUE INDEX IF NOT EXISTS ix ON s.t (a, b DESC); DROP INDEX IF EXISTS ix ON s.t",
  },
  "index of expressions": {
    default:
      "CREATE INDEX ix ON t (lower(b), a + 5, a ASC NULLS LAST, CAST(b AS INTEGER)); CREATE INDEX IF NOT EXISTS ix ON t (lower(b), a + 5, a ASC NULLS LAST, CAST(b AS INTEGER)); DROP INDEX IF EXISTS ix",
    postgresql:
      "CREATE INDEX ix ON t (lower(b), (a + 5), a ASC NULLS LAST, CAST(b AS INTEGER)); CREATE INDEX IF NOT EXISTS ix ON t (lower(b), (a + 5), a ASC NULLS LAST, CAST(b AS INTEGER)); DROP INDEX IF EXISTS ix",
  },
  "index of an expression in MySQL": {
    mysql:
      "CREATE INDEX ix ON t ((lower(b)), (a + 5), b DESC); CREATE INDEX IF NOT EXISTS ix ON t ((lower(b)), (a + 5), b DESC); DROP INDEX IF EXISTS ix ON t",
  },
  "partial index": {
    postgresql:
      "CREATE INDEX ix ON t (a) WHERE a > 5 AND b = 'x'; CREATE INDEX IF NOT EXISTS ix ON t (a) WHERE a > 5 AND b = 'x'; DROP INDEX IF EXISTS ix",
    sqlite: "CREATE INDEX ix ON t (a) WHERE b IS NULL; CREATE INDEX IF NOT EXISTS ix ON t (a) WHERE b IS NULL; DROP INDEX IF EXISTS ix",
  },
  "partial index by text": {
    postgresql: "CREATE INDEX ix ON t (a) WHERE a > 5; CREATE INDEX IF NOT EXISTS ix ON t (a) WHERE a > 5; DROP INDEX IF EXISTS ix",
  },
  "index of PostgreSQL": {
    postgresql:
      'CREATE UNIQUE INDEX CONCURRENTLY ix ON t USING btree (a int4_ops, lower(b) text_pattern_ops) INCLUDE (b) NULLS NOT DISTINCT WITH (fillfactor = 50, deduplicate_items = off) TABLESPACE "T s" WHERE a IS NULL; CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ix ON t USING btree (a int4_ops, lower(b) text_pattern_ops) INCLUDE (b) NULLS NOT DISTINCT WITH (fillfactor = 50, deduplicate_items = off) TABLESPACE "T s" WHERE a IS NULL; DROP INDEX CONCURRENTLY IF EXISTS ix',
  },
  "index of MySQL": {
    mysql:
      "CREATE FULLTEXT INDEX ix ON t (a, b(3)) WITH PARSER ngram USING hash; CREATE FULLTEXT INDEX IF NOT EXISTS ix ON t (a, b(3)) WITH PARSER ngram USING hash; DROP INDEX IF EXISTS ix ON t",
  },
  "index of MariaDB": {
    mariadb:
      "CREATE SPATIAL INDEX ix ON t (a(7), b(7)) USING btree; CREATE SPATIAL INDEX IF NOT EXISTS ix ON t (a(7), b(7)) USING btree; DROP INDEX IF EXISTS ix ON t",
  },
  view: {
    default: "CREATE OR REPLACE VIEW sc.v AS SELECT src.id, src.name AS \"Q q\" FROM src WHERE src.name = 'it''s'",
    postgresql: "CREATE OR REPLACE VIEW sc.v AS SELECT src.id, src.name AS \"Q q\" FROM src WHERE src.name = 'it''s'",
    mysql: "CREATE OR REPLACE VIEW sc.v AS SELECT src.id, src.name AS `Q q` FROM src WHERE src.name = 'it''s'",
  },
  "view kinds": {
    default:
      "CREATE TEMPORARY VIEW v AS SELECT src.id FROM src; CREATE MATERIALIZED VIEW v AS SELECT src.id FROM src; CREATE VIEW v AS SELECT src.id FROM src UNION SELECT src.id FROM src",
  },
  "view options": {
    postgresql: "CREATE VIEW v WITH (security_barrier = true) AS SELECT src.id FROM src",
    sqlite: "CREATE VIEW IF NOT EXISTS v AS SELECT src.id FROM src",
  },
  "view dropped": {
    default: "DROP VIEW v; DROP MATERIALIZED VIEW q.v; DROP VIEW IF EXISTS v",
  },
  "view copied": {
    default: "CREATE OR REPLACE VIEW z.v AS SELECT src.id FROM src; DROP VIEW z.v",
  },
  into: {
    default:
      "CREATE TEMPORARY TABLE IF NOT EXISTS s.q AS SELECT src.id, src.name AS x FROM src; CREATE TABLE q AS SELECT src.id FROM src UNION ALL SELECT src.id FROM src; CREATE TABLE q AS select 1 as x; SELECT zz.id FROM zz",
  },
  "create table as": {
    default: "CREATE TABLE sc.v AS SELECT src.id FROM src WHERE src.name = 'it''s'; CREATE TABLE v ( id INTEGER, name VARCHAR(50) )",
    postgresql: "CREATE TABLE sc.v AS SELECT src.id FROM src WHERE src.name = 'it''s'; CREATE TABLE v ( id INTEGER, name VARCHAR(50) )",
  },
  convention: {
    default:
      'CREATE TABLE data ( id INTEGER NOT NULL, aa INTEGER, "b b" INTEGER, ccc INTEGER, CONSTRAINT pk_data PRIMARY KEY (id), CONSTRAINT "uq_data_aa_b b" UNIQUE (aa, "b b"), CONSTRAINT ck_data_pos CHECK (aa>1), CONSTRAINT fk_data_aa_par FOREIGN KEY(aa) REFERENCES par (id) ); CREATE INDEX ix_data_aa ON data (aa)',
  },
  "convention, names given": {
    default:
      'CREATE TABLE data ( id INTEGER NOT NULL, aa INTEGER, "b b" INTEGER, ccc INTEGER, CONSTRAINT pk_data PRIMARY KEY (id), CONSTRAINT mine UNIQUE (aa), CONSTRAINT as_it_is CHECK (aa>1), CONSTRAINT fk FOREIGN KEY(aa) REFERENCES par (id) )',
  },
  "convention by keys": {
    default:
      'CREATE TABLE data ( id INTEGER NOT NULL, aa INTEGER, "b b" INTEGER, ccc INTEGER, PRIMARY KEY (id), CONSTRAINT "uq_data_Akeyccc" UNIQUE (aa, ccc), CONSTRAINT "fk_id_x_b b" FOREIGN KEY(aa, "b b") REFERENCES par (id, x) )',
  },
  "convention too long": {
    postgresql:
      'CREATE TABLE tttttttttttttttttttttttttttttttttttttttttttttttttttttttttt ( id SERIAL NOT NULL, "b b" INTEGER, ccc INTEGER, CONSTRAINT pk_tttttttttttttttttttttttttttttttttttttttttttttttttttttttttt PRIMARY KEY (id), CONSTRAINT uq_tttttttttttttttttttttttttttttttttttttttttttttttttttt_15bd UNIQUE ("b b", ccc) )',
    mysql:
      "CREATE TABLE tttttttttttttttttttttttttttttttttttttttttttttttttttttttttt ( id INTEGER NOT NULL AUTO_INCREMENT, `b b` INTEGER, ccc INTEGER, CONSTRAINT pk_tttttttttttttttttttttttttttttttttttttttttttttttttttttttttt PRIMARY KEY (id), CONSTRAINT uq_ttttttttttttttttttttttttttttttttttttttttttttttttttttt_15bd UNIQUE (`b b`, ccc) )",
  },
  "convention of flags and types": {
    sqlite:
      "CREATE TABLE sch.data ( id INTEGER NOT NULL, a INTEGER, b INTEGER, f BOOLEAN, CONSTRAINT pk_data PRIMARY KEY (id), CONSTRAINT uq_data_b UNIQUE (b), CONSTRAINT ck_data_f CHECK (f IN (0, 1)) ); CREATE INDEX sch.ix_sch_data_a ON data (a)",
  },
  "convention with functions": {
    default: 'CREATE TABLE data ( id INTEGER NOT NULL, aa INTEGER, "b b" INTEGER, ccc INTEGER, CONSTRAINT "pk_DATA_id" PRIMARY KEY (id) )',
  },
  "pg table inherits": {
    postgresql: 'CREATE TABLE t ( a INTEGER, b INTEGER ) INHERITS (i1, "I 2")',
  },
  "pg table partition": {
    postgresql: "CREATE TABLE t ( a INTEGER, b INTEGER ) PARTITION BY LIST (a)",
  },
  "pg table all": {
    postgresql:
      'CREATE TABLE t ( a INTEGER, b INTEGER ) USING heap WITH (fillfactor = 50, autovacuum_enabled = false) WITHOUT OIDS ON COMMIT PRESERVE ROWS TABLESPACE "S p"',
  },
  "pg table unlogged": {
    postgresql: "CREATE UNLOGGED TABLE t ( a INTEGER, b INTEGER )",
  },
  "sqlite table": {
    sqlite: "CREATE TABLE t ( a INTEGER NOT NULL, PRIMARY KEY (a) ) WITHOUT ROWID, STRICT",
  },
  "sqlite autoincrement": {
    sqlite: "CREATE TABLE t ( a INTEGER NOT NULL PRIMARY KEY ON CONFLICT FAIL AUTOINCREMENT )",
  },
  "sqlite on conflict": {
    sqlite:
      "CREATE TABLE t ( a INTEGER NOT NULL, b INTEGER NOT NULL ON CONFLICT FAIL, PRIMARY KEY (a) ON CONFLICT IGNORE, CHECK (a>1) ON CONFLICT ABORT, UNIQUE (b) ON CONFLICT REPLACE )",
  },
  "mysql table": {
    mysql:
      "CREATE TABLE t ( a INTEGER, b INTEGER )ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC KEY_BLOCK_SIZE=8 AUTO_INCREMENT=5 COMMENT='it''s' COLLATE utf8mb4_bin PARTITION BY RANGE(a) PARTITIONS 3 SUBPARTITION BY HASH(a) SUBPARTITIONS 2",
  },
  "mariadb table": {
    mariadb: "CREATE TABLE t ( a INTEGER, b INTEGER )ENGINE=Aria PAGE_CHECKSUM=1",
  },
  ddl_if: {
    default: "CREATE TABLE t ( a INTEGER, b INTEGER )",
    sqlite: "CREATE TABLE t ( a INTEGER, b INTEGER, UNIQUE (a), CHECK (a>2) )",
    postgresql: "CREATE TABLE t ( a INTEGER, b INTEGER, CHECK (a>1) )",
    mysql: "CREATE TABLE t ( a INTEGER, b INTEGER, UNIQUE (a) )",
  },
  exclude: {
    postgresql:
      'ALTER TABLE t ADD CONSTRAINT "my name" EXCLUDE USING gist (room gist_int4_ops WITH =, during WITH &&) WHERE (room > 5) DEFERRABLE',
  },
  domain: {
    postgresql:
      "CREATE DOMAIN d AS VARCHAR(5) COLLATE pg_catalog.\"de_DE\" DEFAULT 'x' CONSTRAINT k NOT NULL CHECK (VALUE <> ''); DROP DOMAIN \"S\".d",
  },
  "enum of the metadata's schema": {
    postgresql: "CREATE TABLE s1.t ( a s1.e ); CREATE TABLE s1.t ( a s2.e ); CREATE TABLE s1.t ( a e ); CREATE TABLE s3.t ( a e )",
  },
};
