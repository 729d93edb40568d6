import { registerCompileState, type CompileState } from "../base/compile-state.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { CompoundSelect } from "./compound-select.ts";
import type { SelectBase } from "./select-base.ts";
import type { LabelResolveDicts } from "./select-state.ts";
import { Subquery } from "./subquery.ts";

/** A subquery whose columns are named without it: ORDER BY of a UNION names its columns alone. */
class UnnamedSubquery extends Subquery {
  static override readonly inheritCache: boolean = true;

  override get namedWithColumn(): boolean {
    return false;
  }
}

/** UNION and its like made ready for rendering. */
export class CompoundSelectState implements CompileState {
  readonly statement: CompoundSelect<unknown>;
  #labels: LabelResolveDicts | null = null;

  constructor(statement: CompoundSelect<unknown>) {
    this.statement = statement;
  }

  get _labelResolveDict(): LabelResolveDicts {
    if (this.#labels === null) {
      const subquery = new UnnamedSubquery(this.statement._ensureDisambiguatedNames() as SelectBase<unknown>, null);
      const names = new Map<string, ColumnElement<unknown>>();
      for (const column of subquery._collection) if (column.key !== null) names.set(column.key, column);
      this.#labels = [names, names, names];
    }
    return this.#labels;
  }
}

registerCompileState("default", "compoundSelect", (statement) => new CompoundSelectState(statement as CompoundSelect<unknown>));
