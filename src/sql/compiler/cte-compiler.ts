import { CompileError } from "../../errors.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { isAnonymous } from "../elements/quoted-name.ts";
import type { Cte } from "../selectable/cte.ts";
import type { IndependentCtes } from "../selectable/executable-rows.ts";
import type { Values } from "../selectable/values.ts";
import type { Fix } from "../selectable/hints.ts";
import { columnsPlusNames } from "../selectable/select-naming.ts";
import { LABEL_STYLE_DISAMBIGUATE_ONLY, type SelectLabelStyle } from "../selectable/label-style.ts";
import { FromCompiler } from "./from-compiler.ts";
import type { VisitOptions } from "./visit-options.ts";

/** A CTE that was rendered: at which depth of statements it belongs, under which name, and its text. */
interface RenderedCte {
  readonly cte: Cte;
  readonly level: number;
  readonly name: string;
  readonly nestHere: boolean;
  /** null for an alias of a CTE, which has no text of its own */
  text: string | null;
}

interface FoundCtes {
  readonly inOrder: Map<ClauseElement, RenderedCte>;
  readonly byName: Map<string, RenderedCte>;
  readonly byReference: Map<ClauseElement, RenderedCte>;
}

const NO_CTES: ReadonlyMap<ClauseElement, RenderedCte> = new Map();

/** Renders WITH. */
export abstract class CteCompiler extends FromCompiler {
  /** The CTEs in the order in which they are written. */
  ctes: ReadonlyMap<ClauseElement, RenderedCte> = NO_CTES;
  // made with the first one: most statements have none
  #found: FoundCtes | null = null;

  get #all(): FoundCtes {
    if (this.#found === null) {
      this.#found = { inOrder: new Map(), byName: new Map(), byReference: new Map() };
      this.ctes = this.#found.inOrder;
    }
    return this.#found;
  }

  /** Renders a CTE where it is first met, and gives its name. */
  visitCte(cte: Cte, options: VisitOptions): string {
    const { asfrom, ashint, visitingCte, nestCteHere } = options;
    const inner: VisitOptions = {
      ...options,
      asfrom: false,
      ashint: false,
      fromhints: null,
      nestCteHere: false,
      subquery: false,
      lateral: false,
      visitingCte: cte,
    };
    const name = this.aliasName(cte);
    const reference = referenceOf(cte);
    const nesting = cte.nesting || nestCteHere === true;
    let known = this.#all.byReference.get(reference);
    if (known === undefined) known = this.#all.byName.get(levelName(nesting ? this.stack.length : 1, name));
    else if (nestCteHere === true) known = this.#moveHere(known, nesting);

    let isNew = true;
    let embedded = false;
    if (known !== undefined) {
      const existing = known.cte;
      embedded = visitingCte?._identity === existing._identity;
      if (existing._restates?._identity === cte._identity || existing._identity === cte._identity) isNew = false;
      else if (cte._restates?._identity === existing._identity) this.#forget(known);
      else if (same(cte, existing)) isNew = false;
      else throw new CompileError(`Two different CTEs are named "${name}". Give one of them another name.`);
    }
    if (asfrom !== true && !isNew) return "";

    const original = cte._cteAlias;
    if (isNew) {
      const level = nesting ? this.stack.length : 1;
      const entry: RenderedCte = { cte, level, name, nestHere: nestCteHere === true, text: null };
      this.#all.byName.set(levelName(level, name), entry);
      this.#all.byReference.set(reference, entry);
      if (original !== null) {
        if (!this.ctes.has(original._identity)) this.visitCte(original, inner);
      } else if (!this.ctes.has(cte._identity)) {
        // a CTE that is compiled by itself is just its statement
        if (this.stack.length === 0) return this.process(cte.element, asfrom === true ? { ...inner, asfrom: true } : inner);
        entry.text = this.renderCteText(cte, inner);
        this.#all.inOrder.set(cte._identity, entry);
      }
    }
    if (asfrom !== true && ashint !== true) return "";
    // an alias that was extended by union() is itself what its parts name
    if (original === null || (!isNew && embedded)) return this.quotedAliasName(cte);
    return this.quotedAliasName(original) + this.renderAsAliasSuffix(this.quotedAliasName(cte));
  }

  /** `name AS (SELECT …)`, for a recursive one with the names of its columns. */
  renderCteText(cte: Cte, options: VisitOptions): string {
    let text = this.quotedAliasName(cte);
    const element = cte.element as ClauseElement & {
      readonly _allSelectedColumns: readonly ClauseElement[];
      readonly _labelStyle?: SelectLabelStyle;
      readonly selects?: readonly { readonly _labelStyle?: SelectLabelStyle }[];
    };
    if (cte.recursive || !(element._isSelectBase || "_returning" in element)) {
      const style = element._labelStyle ?? LABEL_STYLE_DISAMBIGUATE_ONLY;
      const columns = columnsPlusNames(element._allSelectedColumns, style, true)
        .filter((column) => !column.repeated)
        .map(({ fallbackLabelName, proxyKey }) => this.preparer.formatLabelName(this.columnName(fallbackLabelName ?? proxyKey ?? "")));
      text += `(${columns.join(", ")})`;
    }
    const prefixes = this.fixes(cte._prefixes, options);
    text += ` AS ${prefixes === "" ? "" : `${prefixes} `}(${this.process(cte.element, { ...options, asfrom: true })})`;
    const suffixes = this.fixes(cte._suffixes, options);
    return suffixes === "" ? text : `${text} ${suffixes}`;
  }

  override visitValues(values: Values, options: VisitOptions): string {
    if (values._independentCtes.length > 0) this.dispatchIndependentCtes(values, options);
    return super.visitValues(values, options);
  }

  /** The name of a column, numbered if it was made. */
  columnName(name: string): string {
    return isAnonymous(name) ? this.truncatedIdentifier("colident", name) : name;
  }

  /** The texts before or behind a statement that are meant for this dialect. */
  fixes(fixes: readonly Fix[], options: VisitOptions): string {
    return fixes
      .filter(([, dialect]) => this.isMeant(dialect))
      .map(([text]) => this.process(text, options))
      .join(" ");
  }

  /** Renders the CTEs that a statement has without selecting from them. */
  dispatchIndependentCtes(statement: IndependentCtes, options: VisitOptions): void {
    statement._independentCtes.forEach((cte, i) => {
      this.process(cte, { ...options, nestCteHere: statement._independentCtesNested[i] === true });
    });
  }

  /**
   * The WITH clause before a statement.
   * @param level - how deep the statement is inside others; null for the outermost, which gets all that are left
   * @param includeFollowing - also those of the statements directly inside (of a UNION)
   */
  renderCteClause(level: number | null, includeFollowing = false): string {
    const nested = level !== null && level > 1;
    const mine: RenderedCte[] = [];
    for (const entry of this.ctes.values()) {
      const here = entry.level === level || (includeFollowing && entry.level === (level ?? 0) + 1);
      if (!nested || ((entry.cte.nesting || entry.nestHere) && here)) mine.push(entry);
    }
    if (mine.length === 0) return "";
    const recursive = mine.some(({ cte }) => cte.recursive);
    const text = `${this.ctePreamble(recursive)} ${mine.map((entry) => entry.text).join(", ")} `;
    if (nested) for (const entry of mine) this.#forget(entry);
    return text;
  }

  ctePreamble(recursive: boolean): string {
    return recursive ? "WITH RECURSIVE" : "WITH";
  }

  #moveHere(entry: RenderedCte, nesting: boolean): RenderedCte {
    if (entry.nestHere) throw new CompileError(`The CTE "${entry.name}" is added with { nestHere: true } to more than one statement.`);
    this.#all.byName.delete(levelName(entry.level, entry.name));
    const moved: RenderedCte = { ...entry, level: nesting ? this.stack.length : 1, nestHere: true };
    this.#all.byName.set(levelName(moved.level, moved.name), moved);
    this.#all.byReference.set(referenceOf(entry.cte), moved);
    if (this.ctes.has(entry.cte._identity)) this.#all.inOrder.set(entry.cte._identity, moved);
    return moved;
  }

  #forget(entry: RenderedCte): void {
    this.#all.inOrder.delete(entry.cte._identity);
    this.#all.byName.delete(levelName(entry.level, entry.name));
    this.#all.byReference.delete(referenceOf(entry.cte));
  }
}

function levelName(level: number, name: string): string {
  return `${level} ${name}`;
}

/** The CTE that stands for all that were made of it by union(). */
function referenceOf(cte: Cte): ClauseElement {
  return (cte._restates ?? cte)._identity;
}

function same(a: Cte, b: Cte): boolean {
  if (a._identity === b._identity) return true;
  return (a._isCloneOf !== null || b._isCloneOf !== null) && a.compare(b);
}
