import { CompileError } from "../../errors.ts";
import { nestedDefault } from "../dml/crud-binds.ts";
import type { TargetColumn, ValueGenerator } from "../dml/crud-types.ts";
import type { Merge, MergeWhen } from "../dml/merge.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { DmlCompiler } from "./dml-compiler.ts";
import type { VisitOptions } from "./visit-options.ts";

/** Renders MERGE. */
export abstract class MergeCompiler extends DmlCompiler {
  visitMerge(merge: Merge<unknown>, options: VisitOptions): string {
    const { asfrom: _a, subquery: _s, addToResultMap: _r, ...inner } = options;
    if (merge._whens.length === 0)
      throw new CompileError(`A MERGE into "${merge.table.description}" does nothing: say whenMatched() or whenNotMatched().`);
    const toplevel = this.stack.length === 0 && options.visitingCte == null;
    const froms = new Set<ClauseElement>([merge.table._identity, merge._source._identity]);
    this.stack.push({ correlateFroms: froms, asfromFroms: froms, selectable: merge });
    if (merge._independentCtes.length > 0) this.dispatchIndependentCtes(merge, inner);

    let text = "MERGE ";
    const prefixes = this.fixes(merge._prefixes, inner);
    if (prefixes !== "") text += `${prefixes} `;
    const from = { ...inner, asfrom: true };
    text += `INTO ${this.hintedTable(merge, this.process(merge.table, from))} USING ${this.process(merge._source, from)}`;
    text += ` ON ${this.process(merge._on, inner)}`;
    for (const when of merge._whens) text += ` ${this.process(when, inner)}`;
    if (merge._returning.length > 0) text += ` ${this.returningClause(merge, merge._returning, toplevel, inner)}`;
    if (this.ctes.size > 0) text = this.renderCteClause(toplevel ? null : this.stack.length) + text;
    this.stack.pop();
    return text;
  }

  visitMergeWhen(when: MergeWhen, options: VisitOptions): string {
    const condition = when.condition === null ? "" : ` AND ${this.process(when.condition, options)}`;
    return `WHEN ${when.kind}${condition} THEN ${this.#action(when, options)}`;
  }

  #action(when: MergeWhen, options: VisitOptions): string {
    if (when.action !== "UPDATE" && when.action !== "INSERT") return when.action;
    const isInsert = when.action === "INSERT";
    const given = new Map(when.values);
    const set: (readonly [name: string, value: string])[] = [];
    for (const column of (this.enclosing!.selectable as Merge<unknown>).table._collection.all() as unknown as TargetColumn[]) {
      const value = given.get(column.key);
      const text = value === undefined ? this.#default(column, isInsert, options) : this.process(value.selfGroup(), options);
      if (text !== null) set.push([this.preparer.formatColumn(column), text]);
    }
    return isInsert
      ? `INSERT (${set.map(([name]) => name).join(", ")}) VALUES (${set.map(([, value]) => value).join(", ")})`
      : `UPDATE SET ${set.map(([name, value]) => `${name}=${value}`).join(", ")}`;
  }

  /** What a column gets that no value was given for; null where that is the database's affair. */
  #default(given: TargetColumn, isInsert: boolean, options: VisitOptions): string | null {
    // the columns of an alias have none of their own
    const column = (given._proxies[0] ?? given) as TargetColumn;
    const generator: ValueGenerator | null = (isInsert ? column.default : column.onupdate) ?? null;
    if (generator === null || generator.isSentinel) return null;
    if (generator.isClauseElement) return this.process((generator.arg as ClauseElement).selfGroup(), options);
    if (generator.isSequence) {
      const { supportsSequences, sequencesOptional } = this.dialect;
      return supportsSequences && (generator.optional !== true || !sequencesOptional) ? this.visitSequence(generator, options) : null;
    }
    if (isInsert && generator.isCallable && (column.primaryKey || column.unique === true)) {
      throw new CompileError(
        `The default of "${column.key}" is a function, which is called once for all rows that a MERGE inserts, so they would all have the same: give a value.`,
      );
    }
    return this.process(nestedDefault(this, column, generator, options), options);
  }

  /** The error of databases without MERGE. @param instead - what they have */
  noMerge(instead: string): never {
    throw new CompileError(`The dialect "${this.dialect.name}" has no MERGE. What is mostly wanted is an upsert: ${instead}`);
  }
}
