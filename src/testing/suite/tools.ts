import type { Connection } from "../../engine/connection.ts";
import type { ExecuteParameters } from "../../engine/parameters.ts";
import { ColumnClause } from "../../sql/elements/column-clause.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { TString } from "../../sql/elements/sql-tag.ts";
import type { SelectBase } from "../../sql/selectable/select-base.ts";
import { Select } from "../../sql/selectable/select.ts";
import { TextualSelect } from "../../sql/selectable/text-select.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import type { Requirements } from "../requirements.ts";
import type { GivesOptions, SuiteTools } from "./group.ts";
import type { SuiteRunner } from "./runner.ts";

/** Makes the tools of one test, on a connection of its own. */
export function toolsFor(conn: Connection, requirements: Requirements, runner: SuiteRunner): SuiteTools {
  const expect = (actual: unknown): ReturnType<SuiteRunner["expect"]> => runner.expect(actual);

  const rows = async (statement: object, params?: ExecuteParameters): Promise<unknown[]> => {
    const result = await conn.execute(statement as ClauseElement, params);
    return result.all().map(plainRow);
  };

  const gives = async (statement: object, expected: readonly unknown[], options: GivesOptions = {}): Promise<void> => {
    const order = options.anyOrder === true ? sorted : (list: unknown[]) => list;
    const wanted = order([...expected]);
    expect(order(await rows(statement, options.params))).toEqual(wanted);
    const clause = statement as ClauseElement;
    if (!clause._isSelectBase || options.params !== undefined || options.literal === false) return;
    const written = writtenOut(clause as SelectBase<unknown>, conn);
    expect(order(await rows(written))).toEqual(order(expected.map((row) => (Array.isArray(row) ? row : Object.values(row as object)))));
  };

  return {
    conn,
    engine: conn.engine,
    dialect: conn.dialect,
    expect,
    requirements,
    has: (requirement) => Boolean(requirements[requirement]),
    rows,
    gives,
    values: (expressions, expected, options) => gives(new Select(expressions), [expected], options),
    fails: async (type, run) => {
      let found: unknown = "nothing was thrown";
      try {
        if (requirements.savepoints) await conn.beginNested(async () => void (await run()));
        else await run();
      } catch (error) {
        found = error;
      }
      expect(found instanceof type ? type.name : String(found)).toEqual(type.name);
    },
  };
}

/** Rows as runners compare them: without classes of their own. */
function plainRow(row: unknown): unknown {
  return Array.isArray(row) ? [...(row as unknown[])] : typeof row === "object" && row !== null ? { ...row } : row;
}

function sorted(list: unknown[]): unknown[] {
  const text = (row: unknown): string => JSON.stringify(row, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
  return list.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
}

/** The statement with its values written into the text, and the types of its columns. */
function writtenOut(statement: SelectBase<unknown>, conn: Connection): TextualSelect {
  const { sql } = statement.compile({ dialect: conn.dialect, compileKwargs: { literalBinds: true } });
  const columns = statement._allSelectedColumns.map(
    (column, i) => new ColumnClause<unknown>(`c${i}`, (column as { readonly type?: TypeEngine<unknown> }).type ?? null),
  );
  return new TextualSelect(new TString([sql], []), columns, true);
}
