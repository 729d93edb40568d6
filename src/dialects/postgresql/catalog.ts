/**
 * The queries that reflection asks of PostgreSQL's catalogue. `$1` is the schema or NULL, `$2` the names as a JSON list.
 * What is a list comes as JSON text, which all drivers give alike.
 * @see https://www.postgresql.org/docs/current/catalogs.html
 */

/** Tables, partitioned and foreign ones, views, materialized views. */
const RELATIONS = "'r', 'p', 'f', 'v', 'm'";

const inSchema = (namespace: string, oid: string, visible = "pg_table_is_visible"): string =>
  `CASE WHEN $1::text IS NULL THEN pg_catalog.${visible}(${oid}) AND ${namespace}.nspname NOT IN ('pg_catalog', 'information_schema') ELSE ${namespace}.nspname = $1::text END`;

/** The relations that are asked for, as `rel`. */
const WITH_RELATIONS =
  "WITH rel AS MATERIALIZED (SELECT c.oid, c.relname, c.relkind, c.reloptions, n.nspname FROM pg_catalog.pg_class AS c " +
  `JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN (${RELATIONS}) ` +
  `AND c.relname IN (SELECT json_array_elements_text($2::json)) AND ${inSchema("n", "c.oid")}) `;

/** The names of columns by their numbers, in order, as JSON text. */
const columnNames = (numbers: string, relation: string): string =>
  "(SELECT json_agg(att.attname ORDER BY num.ord)::text FROM " +
  `unnest(${numbers}) WITH ORDINALITY AS num (attnum, ord) JOIN pg_catalog.pg_attribute AS att ON att.attrelid = ${relation} AND att.attnum = num.attnum)`;

export const SCHEMAS = "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname NOT LIKE 'pg\\_%' ORDER BY nspname";

/** `$2`: the kinds, `$3`: whether temporary ones, `$4`: whether others. */
export const RELATION_NAMES =
  "SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace " +
  "WHERE c.relkind::text IN (SELECT json_array_elements_text($2::json)) AND CASE WHEN c.relpersistence = 't' THEN $3::boolean ELSE $4::boolean END " +
  `AND ${inSchema("n", "c.oid")} ORDER BY c.relname`;

export const SEQUENCES =
  "SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace " +
  `WHERE c.relkind = 'S' AND ${inSchema("n", "c.oid")} ORDER BY c.relname`;

export const VIEW_DEFINITION =
  "SELECT pg_catalog.pg_get_viewdef(c.oid) FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace " +
  `WHERE c.relkind IN ('v', 'm') AND c.relname = $2::text AND ${inSchema("n", "c.oid")}`;

/** Of an array, the type is that of its elements. */
export const COLUMNS =
  `${WITH_RELATIONS}SELECT rel.relname, a.attname, pg_catalog.format_type(coalesce(e.oid, ty.oid), a.atttypmod), coalesce(e.typtype, ty.typtype)::text, ` +
  "coalesce(e.oid, ty.oid)::text, CASE WHEN e.oid IS NULL THEN 0 ELSE greatest(a.attndims, 1) END, a.attnotnull, pg_catalog.pg_get_expr(d.adbin, d.adrelid), " +
  "a.attgenerated::text, a.attidentity::text, CASE WHEN s.seqrelid IS NULL THEN NULL ELSE json_build_array(s.seqstart::text, s.seqincrement::text, s.seqmin::text, " +
  "s.seqmax::text, s.seqcache::text, s.seqcycle)::text END, pg_catalog.col_description(rel.oid, a.attnum), CASE WHEN a.attcollation <> ty.typcollation THEN co.collname END " +
  "FROM rel JOIN pg_catalog.pg_attribute AS a ON a.attrelid = rel.oid AND a.attnum > 0 AND NOT a.attisdropped " +
  "JOIN pg_catalog.pg_type AS ty ON ty.oid = a.atttypid " +
  "LEFT JOIN pg_catalog.pg_type AS e ON ty.typcategory = 'A' AND ty.typlen = -1 AND e.oid = ty.typelem " +
  "LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = rel.oid AND d.adnum = a.attnum " +
  "LEFT JOIN pg_catalog.pg_depend AS dep ON a.attidentity <> '' AND dep.refclassid = 'pg_catalog.pg_class'::regclass AND dep.refobjid = rel.oid " +
  "AND dep.refobjsubid = a.attnum AND dep.classid = 'pg_catalog.pg_class'::regclass AND dep.deptype = 'i' " +
  "LEFT JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = dep.objid " +
  "LEFT JOIN pg_catalog.pg_collation AS co ON co.oid = a.attcollation ORDER BY rel.relname, a.attnum";

/** `$1`: oids of types as a JSON list, here and below. */
export const ENUMS =
  "SELECT ty.oid::text, ty.typname, CASE WHEN pg_catalog.pg_type_is_visible(ty.oid) THEN NULL ELSE n.nspname END, " +
  "(SELECT json_agg(l.enumlabel ORDER BY l.enumsortorder)::text FROM pg_catalog.pg_enum AS l WHERE l.enumtypid = ty.oid) " +
  "FROM pg_catalog.pg_type AS ty JOIN pg_catalog.pg_namespace AS n ON n.oid = ty.typnamespace " +
  "WHERE ty.oid::text IN (SELECT json_array_elements_text($1::json))";

export const DOMAINS =
  "SELECT ty.oid::text, ty.typname, CASE WHEN pg_catalog.pg_type_is_visible(ty.oid) THEN NULL ELSE n.nspname END, " +
  "pg_catalog.format_type(coalesce(e.oid, b.oid), ty.typtypmod), coalesce(e.typtype, b.typtype)::text, coalesce(e.oid, b.oid)::text, " +
  "CASE WHEN e.oid IS NULL THEN 0 ELSE greatest(ty.typndims, 1) END, ty.typnotnull, ty.typdefault, CASE WHEN ty.typcollation <> b.typcollation THEN co.collname END, " +
  "(SELECT json_agg(json_build_array(con.conname, pg_catalog.pg_get_expr(con.conbin, 0, true)) ORDER BY con.conname)::text " +
  "FROM pg_catalog.pg_constraint AS con WHERE con.contypid = ty.oid AND con.contype = 'c') " +
  "FROM pg_catalog.pg_type AS ty JOIN pg_catalog.pg_namespace AS n ON n.oid = ty.typnamespace JOIN pg_catalog.pg_type AS b ON b.oid = ty.typbasetype " +
  "LEFT JOIN pg_catalog.pg_type AS e ON b.typcategory = 'A' AND b.typlen = -1 AND e.oid = b.typelem " +
  "LEFT JOIN pg_catalog.pg_collation AS co ON co.oid = ty.typcollation WHERE ty.oid::text IN (SELECT json_array_elements_text($1::json))";

/** Primary keys and UNIQUE. What older servers do not have is read by way of JSON, where it is null. */
export const KEYS =
  `${WITH_RELATIONS}SELECT rel.relname, con.contype::text, con.conname, ${columnNames("con.conkey", "rel.oid")}, ` +
  `${columnNames("(i.indkey::int2[])[i.indnkeyatts:]", "rel.oid")}, con.condeferrable, con.condeferred, to_jsonb(i) ->> 'indnullsnotdistinct', ` +
  "pg_catalog.obj_description(con.oid, 'pg_constraint') FROM rel JOIN pg_catalog.pg_constraint AS con ON con.conrelid = rel.oid AND con.contype IN ('p', 'u') " +
  "JOIN pg_catalog.pg_index AS i ON i.indexrelid = con.conindid ORDER BY rel.relname, con.conname";

export const FOREIGN_KEYS =
  `${WITH_RELATIONS}SELECT rel.relname, con.conname, ${columnNames("con.conkey", "rel.oid")}, rn.nspname, pg_catalog.pg_table_is_visible(rc.oid), rc.relname, ` +
  `${columnNames("con.confkey", "rc.oid")}, con.confupdtype::text, con.confdeltype::text, con.confmatchtype::text, con.condeferrable, con.condeferred, con.convalidated, ` +
  `${columnNames("(SELECT array_agg(x::int2) FROM jsonb_array_elements_text(nullif(to_jsonb(con) -> 'confdelsetcols', 'null')) AS x)", "rel.oid")}, ` +
  "pg_catalog.obj_description(con.oid, 'pg_constraint') FROM rel JOIN pg_catalog.pg_constraint AS con ON con.conrelid = rel.oid AND con.contype = 'f' " +
  "JOIN pg_catalog.pg_class AS rc ON rc.oid = con.confrelid JOIN pg_catalog.pg_namespace AS rn ON rn.oid = rc.relnamespace " +
  "WHERE con.conparentid = 0 OR rel.relkind <> 'p' ORDER BY rel.relname, con.conname";

export const CHECKS =
  `${WITH_RELATIONS}SELECT rel.relname, con.conname, pg_catalog.pg_get_expr(con.conbin, con.conrelid, true), con.convalidated, ` +
  "pg_catalog.obj_description(con.oid, 'pg_constraint') FROM rel JOIN pg_catalog.pg_constraint AS con ON con.conrelid = rel.oid AND con.contype = 'c' " +
  "ORDER BY rel.relname, con.conname";

/** One row for each column or expression of an index. */
export const INDEXES =
  `${WITH_RELATIONS}SELECT rel.relname, ic.relname, i.indisunique, k.ord <= i.indnkeyatts, att.attname, ` +
  "pg_catalog.pg_get_indexdef(i.indexrelid, k.ord::int, true), CASE WHEN k.ord <= i.indnkeyatts THEN i.indoption[k.ord - 1] ELSE 0 END, " +
  "CASE WHEN op.opcdefault THEN NULL ELSE op.opcname END, am.amname, pg_catalog.pg_get_expr(i.indpred, i.indrelid, true), " +
  "(SELECT con.conname FROM pg_catalog.pg_constraint AS con WHERE con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x') LIMIT 1), " +
  "array_to_json(ic.reloptions)::text, to_jsonb(i) ->> 'indnullsnotdistinct', ts.spcname " +
  "FROM rel JOIN pg_catalog.pg_index AS i ON i.indrelid = rel.oid AND NOT i.indisprimary JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid " +
  "JOIN pg_catalog.pg_am AS am ON am.oid = ic.relam CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, ord) " +
  "LEFT JOIN pg_catalog.pg_attribute AS att ON att.attrelid = rel.oid AND att.attnum = k.attnum AND k.attnum <> 0 " +
  "LEFT JOIN pg_catalog.pg_opclass AS op ON k.ord <= i.indnkeyatts AND op.oid = i.indclass[k.ord - 1] " +
  "LEFT JOIN pg_catalog.pg_tablespace AS ts ON ts.oid = ic.reltablespace ORDER BY rel.relname, ic.relname, k.ord";

export const COMMENTS = `${WITH_RELATIONS}SELECT rel.relname, pg_catalog.obj_description(rel.oid, 'pg_class') FROM rel`;

export const OPTIONS =
  `${WITH_RELATIONS}SELECT rel.relname, CASE WHEN rel.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(rel.oid) END, array_to_json(rel.reloptions)::text, ` +
  "(SELECT json_agg(pc.relname ORDER BY inh.inhseqno)::text FROM pg_catalog.pg_inherits AS inh JOIN pg_catalog.pg_class AS pc ON pc.oid = inh.inhparent AND pc.relkind = 'r' " +
  "WHERE inh.inhrelid = rel.oid), ts.spcname FROM rel JOIN pg_catalog.pg_class AS c ON c.oid = rel.oid LEFT JOIN pg_catalog.pg_tablespace AS ts ON ts.oid = c.reltablespace " +
  "WHERE rel.relkind NOT IN ('v', 'm')";
