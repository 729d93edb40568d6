import { dialectByName, type CompileArgs, type SqlDialect } from "../base/sql-dialect.ts";
import { compileSlot } from "../elements/clause-element.ts";

/** The dialect that a compilation is for. @throws NoSuchModuleError for a name that no dialect has */
export function dialectOf(args: CompileArgs): SqlDialect {
  const { dialect = "default" } = args;
  if (typeof dialect === "string") return dialectByName.call(dialect);
  return "dialect" in dialect ? dialect.dialect : dialect;
}

compileSlot.fill((element, args) => {
  const dialect = dialectOf(args);
  return new dialect.statementCompiler(dialect, element, args).compile();
});
