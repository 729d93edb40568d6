/**
 * The one place where functions are made from text. The text may hold only numbers, fixed words and JSON-quoted keys;
 * every other thing (classes, functions, values) comes in as context, so nothing from outside can become code.
 */

let allowed: boolean | undefined;

/** Whether the runtime lets code be made from text (Workers and some sandboxes do not). */
export function canGenerateCode(): boolean {
  if (allowed === undefined) {
    try {
      allowed = new Function("return true")() === true;
    } catch {
      allowed = false;
    }
  }
  return allowed;
}

/** Switches code generation off or on again; the interpreted twins must give the same results. */
export function setCodeGeneration(on: boolean): void {
  allowed = on ? undefined : false;
}

/** A key as it may stand in generated text. */
export function quoteKey(key: string): string {
  return JSON.stringify(key).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/**
 * Makes a function of `params` with the given body. `context` names the values that the body may use beside its parameters.
 * @param name - shown in stack traces and profiles
 */
export function compileFunction<F>(name: string, params: readonly string[], body: string, context: Readonly<Record<string, unknown>>): F {
  const names = Object.keys(context);
  const source = `return function ${name.replaceAll(/\W/g, "_")}(${params.join(", ")}) {\n${body}\n}\n//# sourceURL=athanor:${name.replaceAll(/[^\w./-]/g, "_")}`;
  const make = new Function(...names, source) as (...values: unknown[]) => F;
  return make(...names.map((key) => context[key]));
}
