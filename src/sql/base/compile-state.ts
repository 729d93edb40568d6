import type { ClauseElement } from "../elements/clause-element.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import { InvalidRequestError } from "../../errors.ts";

/** What a statement is turned into before it is rendered: FROM list and joins resolved, entities replaced by their columns. */
export interface CompileState {
  readonly statement: ClauseElement;
}

/** Makes the state of one statement; `compiler` is null where the state is asked for without rendering. */
export type CompileStateFactory = (
  statement: ClauseElement,
  compiler: SqlCompiler | null,
  options: Readonly<Record<string, unknown>>,
) => CompileState;

/** The kinds of statements that a plugin may take over. */
export type CompileStateKind = "select" | "compoundSelect" | "textualSelect" | "insert" | "update" | "delete" | (string & {});

const plugins = new Map<string, Map<string, CompileStateFactory>>();

/**
 * Registers who resolves a kind of statement. Core registers `"default"`; the ORM `"orm"`, for statements whose
 * `_propagateAttrs.compileStatePlugin` says so.
 */
export function registerCompileState(
  plugin: "default" | "orm" | (string & {}),
  kind: CompileStateKind,
  factory: CompileStateFactory,
): void {
  let kinds = plugins.get(plugin);
  if (kinds === undefined) plugins.set(plugin, (kinds = new Map()));
  kinds.set(kind, factory);
}

/** Who resolves a statement: the plugin that it carries, else the default. */
export function compileStateFactory(statement: ClauseElement, kind: CompileStateKind): CompileStateFactory {
  const plugin = statement._propagateAttrs.compileStatePlugin;
  const factory = (plugin === undefined ? undefined : plugins.get(plugin)?.get(kind)) ?? plugins.get("default")?.get(kind);
  if (factory === undefined) throw new InvalidRequestError(`Nothing is registered that compiles a statement of the kind "${kind}".`);
  return factory;
}
