import type { ClauseElement } from "../elements/clause-element.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { resolveAnonymous } from "../elements/quoted-name.ts";
import type { ColumnCollection } from "./column-collection.ts";
import type { FromClause } from "./from-clause.ts";
import { LABEL_STYLE_NONE, LABEL_STYLE_TABLENAME_PLUS_COL, type SelectLabelStyle } from "./label-style.ts";

/** A column of a SELECT and the names it is to have there. */
export interface ColumnPlusNames {
  /** the label that it must have, whatever the compiler thinks of it; null when its own name will do */
  readonly requiredLabelName: string | null;
  /** its key in `.c` of a subquery */
  readonly proxyKey: string | null;
  /** the label that it gets where it turns out to need one */
  readonly fallbackLabelName: string | null;
  readonly column: ClauseElement;
  /** it is there a second time: results are not found by it */
  readonly repeated: boolean;
}

/** For each column of a UNION, the columns of the single SELECTs that it stands for. */
export type CompoundColumns = readonly (readonly ColumnElement<unknown>[])[];

type Naming = (column: ClauseElement) => string | null;

function isColumn(element: ClauseElement): element is ColumnElement<unknown> {
  return element._isColumnElement;
}

/** Numbers anonymous names within one list of columns. */
export function localAnonymousNames(): (name: string) => string {
  let counts: Map<string, number> | null = null;
  let names: Map<string, string> | null = null;
  return (name) =>
    resolveAnonymous(name, (id, body) => {
      counts ??= new Map();
      names ??= new Map();
      const known = names.get(`${id} ${body}`);
      if (known !== undefined) return known;
      const n = (counts.get(body) ?? 0) + 1;
      counts.set(body, n);
      const made = body === "" ? String(n) : `${body}_${n}`;
      names.set(`${id} ${body}`, made);
      return made;
    });
}

/** How columns are keyed in a collection: by their own key, or with the table's name before it; repeated ones get a number. */
export function columnNamingConvention(style: SelectLabelStyle): Naming {
  const tableQualified = style === LABEL_STYLE_TABLENAME_PLUS_COL;
  const dedupe = style !== LABEL_STYLE_NONE;
  const resolve = localAnonymousNames();
  const names = new Set<string>();
  return (element) => {
    if (!isColumn(element)) return null;
    if (!dedupe) return element._proxyKey ?? "_no_label";
    let name = tableQualified ? element._tqKeyLabel : element._proxyKey;
    if (name === null) {
      name = "_no_label";
      if (names.has(name)) return resolve(element._anonLabel(name));
    } else if (names.has(name)) {
      return resolve((tableQualified ? element._anonTqKeyLabel : element._anonKeyLabel) as string);
    }
    names.add(name);
    return name;
  };
}

/** The columns of a SELECT with the names under which they are rendered, and their keys for a subquery. */
export function columnsPlusNames(
  columns: readonly ClauseElement[],
  style: SelectLabelStyle,
  anonymousForRepeated: boolean,
): ColumnPlusNames[] {
  const keyOf = columnNamingConvention(style);
  const tableQualified = style === LABEL_STYLE_TABLENAME_PLUS_COL;
  const unlabelled = style === LABEL_STYLE_NONE;
  const names = new Map<string, ClauseElement>();
  const result: ColumnPlusNames[] = [];
  let repeatNumber = 1;
  const repeatLabel = (column: ColumnElement<unknown>): string => {
    const n = repeatNumber;
    repeatNumber += 1;
    return (tableQualified ? column._dedupeAnonTqLabelIdx(n) : column._dedupeAnonLabelIdx(n)) as string;
  };

  for (const element of columns) {
    let repeated = false;
    let effective: string | null = null;
    let required: string | null = null;
    let fallback: string | null = null;
    if (isColumn(element) && element._renderLabelInColumnsClause) {
      const column = element;
      if (unlabelled) {
        fallback = column._nonAnonLabel ?? column._anonNameLabel;
      } else {
        if (tableQualified) required = effective = fallback = column._tqLabel;
        else effective = fallback = column._nonAnonLabel;
        if (effective === null) {
          const label = column._expressionLabel;
          if (label === null) {
            const anonymous = column._anonNameLabel;
            repeated = names.has(anonymous);
            names.set(anonymous, column);
            required = null;
            fallback = repeated ? repeatLabel(column) : anonymous;
          } else {
            required = effective = fallback = label;
          }
        }
      }
      if (effective !== null) {
        const known = names.get(effective);
        if (known === undefined) {
          names.set(effective, column);
        } else if (known._identity !== column._identity) {
          // another column has the name already
          required = fallback = (tableQualified ? column._anonTqLabel : column._anonNameLabel) as string;
          if (anonymousForRepeated && names.has(required)) {
            required = fallback = repeatLabel(column);
            repeated = true;
          } else {
            names.set(required, column);
          }
        } else if (anonymousForRepeated) {
          // the same column once more: the first one stays what the name means
          required = fallback = repeatLabel(column);
          repeated = true;
        }
      }
    }
    result.push({ requiredLabelName: required, proxyKey: keyOf(element), fallbackLabelName: fallback, column: element, repeated });
  }
  return result;
}

/** Fills the columns of a subquery from the columns of its SELECT. */
export function proxyColumns(
  columns: readonly ClauseElement[],
  style: SelectLabelStyle,
  fromclause: FromClause,
  into: ColumnCollection,
  primaryKey: Set<ColumnElement<unknown>>,
  foreignKeys: Set<object>,
  compound?: CompoundColumns,
): void {
  const named = columnsPlusNames(columns, style, false);
  for (let i = 0; i < named.length; i += 1) {
    const { requiredLabelName, proxyKey, column } = named[i]!;
    if (!isColumn(column)) continue;
    const [key, proxy] = column._makeProxy(fromclause, {
      name: requiredLabelName,
      key: proxyKey,
      nameIsTruncatable: true,
      compoundSelectCols: compound === undefined ? null : (compound[i] ?? []),
      disallowIsLiteral: false,
      primaryKey,
      foreignKeys,
    });
    into.add(proxy, key);
  }
}
