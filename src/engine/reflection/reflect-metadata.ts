import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import type { DdlBind } from "../../sql/base/statement-runner.ts";
import { type MetaData, reflectSlot, type ReflectOptions } from "../../sql/schema/metadata.ts";
import { autoloadSlot, type AutoloadOptions, type Table, tableKey } from "../../sql/schema/table.ts";
import { Connection } from "../connection.ts";
import { Engine } from "../engine.ts";
import { Inspector } from "./inspector.ts";
import { reflectTables } from "./reflect-table.ts";

reflectSlot.fill(async (metadata, bind, options) => reflectMetadata(metadata, inspectorOf(bind), options));
autoloadSlot.fill(async (name, metadata, bind, options) => autoload(name, metadata, inspectorOf(bind), options));

function inspectorOf(bind: DdlBind | Inspector): Inspector {
  if (bind instanceof Inspector) return bind;
  if (bind instanceof Engine || bind instanceof Connection) return new Inspector(bind);
  throw new ArgumentError("Tables are read from an engine, a connection, or an inspector of one.");
}

/** Reads all tables of a schema that a MetaData does not have yet, or those that are named. */
async function reflectMetadata(metadata: MetaData, inspector: Inspector, options: ReflectOptions): Promise<void> {
  const { views = false, only, extendExisting = false, resolveFks = true } = options;
  const schema = options.schema === undefined ? metadata.schema : options.schema;
  await inspector.operation(async () => {
    const there = await inspector.getTableNames({ schema });
    if (views) there.push(...(await inspector.getViewNames({ schema })), ...(await inspector.getMaterializedViewNames({ schema })));
    let names: readonly string[];
    if (only === undefined) names = there;
    else if (typeof only === "function") names = there.filter((name) => only(name, metadata));
    else {
      const missing = only.filter((name) => !there.includes(name));
      if (missing.length > 0) {
        throw new InvalidRequestError(
          `Could not reflect: the tables ${missing.map((name) => `"${name}"`).join(", ")} are not in ${schema === null ? "the database's default schema" : `the schema "${schema}"`}.`,
        );
      }
      names = only;
    }
    const existing = new Map<string, Table>();
    const wanted = names.filter((name) => {
      const table = metadata._tables.get(tableKey(name, schema));
      if (table === undefined) return true;
      if (extendExisting) existing.set(table.key, table);
      return extendExisting;
    });
    await reflectTables(
      inspector,
      metadata,
      wanted.map((name) => ({ schema, name })),
      existing,
      { resolveFks },
    );
  });
}

/** Reads one table; the tables that it refers to come along. */
async function autoload(name: string, metadata: MetaData, inspector: Inspector, options: AutoloadOptions): Promise<Table> {
  const schema = options.schema === undefined ? metadata.schema : options.schema;
  const key = tableKey(name, schema);
  const known = metadata._tables.get(key);
  if (known !== undefined) {
    if (options.keepExisting === true) return known;
    if (options.extendExisting !== true) {
      throw new InvalidRequestError(
        `Table '${key}' is already defined for this MetaData instance. Specify 'extendExisting: true' to read the rest of it from the database, or 'keepExisting: true' to have it as it is.`,
      );
    }
  }
  await inspector.operation(() =>
    reflectTables(inspector, metadata, [{ schema, name }], new Map(known === undefined ? [] : [[key, known]]), options),
  );
  const table = metadata._tables.get(key)!;
  for (const item of options.constraints ?? []) table.appendConstraint(item);
  return table;
}
