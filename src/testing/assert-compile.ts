import type { CompileArgs } from "../sql/base/sql-dialect.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";

/** A statement that does not render as it should. */
export class CompileAssertionError extends Error {
  override readonly name: string = "CompileAssertionError";
  readonly expected: unknown;
  readonly actual: unknown;

  constructor(message: string, expected: unknown, actual: unknown) {
    super(message);
    this.expected = expected;
    this.actual = actual;
  }
}

const onOneLine = (sql: string): string => sql.replaceAll(/\s+/g, " ").trim();
const show = (value: unknown): string => JSON.stringify(value, (_, x: unknown) => (typeof x === "bigint" ? `${x}n` : x)) ?? "undefined";

/**
 * Checks what a statement renders for a dialect: the whole text (white space aside) and, when they are given, the parameters in
 * placeholder order.
 * @throws CompileAssertionError with `expected` and `actual`, which test runners show as a difference
 * @example assertCompile(select(users.c.id).limit(5), "SELECT users.id FROM users LIMIT ? OFFSET ?", { dialect: "sqlite", params: [5, 0] })
 */
export function assertCompile(
  statement: { compile(args?: CompileArgs): Compiled },
  sql: string,
  options: CompileArgs & { readonly params?: readonly unknown[] } = {},
): void {
  const { params, ...args } = options;
  const compiled = statement.compile(args);
  if (onOneLine(compiled.sql) !== onOneLine(sql)) {
    throw new CompileAssertionError(
      `the statement renders\n  ${onOneLine(compiled.sql)}\nnot\n  ${onOneLine(sql)}`,
      onOneLine(sql),
      onOneLine(compiled.sql),
    );
  }
  if (params !== undefined && show(params) !== show(compiled.params)) {
    throw new CompileAssertionError(
      `the parameters of ${onOneLine(sql)} are ${show(compiled.params)}, not ${show(params)}`,
      params,
      compiled.params,
    );
  }
}
