import { ArgumentError } from "../errors.ts";
import { camelCase } from "../util/text.ts";
import { Url } from "./url.ts";
import { createEngine, type EngineOptions } from "./create-engine.ts";
import type { Engine } from "./engine.ts";

/**
 * Makes an engine from settings as a configuration file or the environment has them: a URL and options of {@link createEngine}, with a prefix,
 * in any spelling (`pool_size`, `POOL_SIZE`, `poolSize`). Texts that read as numbers, `true`, `false` or `null` are these.
 * @param configuration - settings by name; those without the prefix are left alone
 * @param prefix - what the names begin with
 * @param options - further options, which win over those of the configuration
 * @throws ArgumentError when there is no URL, or an option is not known
 * @example
 * const engine = engineFromConfig(process.env, "DB_");  // DB_URL, DB_POOL_SIZE, DB_ECHO, …
 * @see https://docs.sqlalchemy.org/en/21/core/engines.html#sqlalchemy.engine_from_config
 */
export function engineFromConfig(
  configuration: Readonly<Record<string, unknown>>,
  prefix = "sqlalchemy.",
  options: EngineOptions = {},
): Engine {
  let url: unknown;
  const found: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(configuration)) {
    if (!key.startsWith(prefix) || value === undefined) continue;
    const rest = key.slice(prefix.length);
    const name = /[a-z]/.test(rest) && /[A-Z]/.test(rest) ? rest : camelCase(rest.toLowerCase());
    if (name === "url") url = value;
    else found[name] = typeof value === "string" ? fromText(value) : value;
  }
  if ((typeof url !== "string" || url === "") && !(url instanceof Url))
    throw new ArgumentError(`The configuration has no "${prefix}url", which says what the engine connects to.`);
  return createEngine(url, { ...found, ...options });
}

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

function fromText(text: string): unknown {
  const word = WORDS.get(text.toLowerCase());
  if (word !== undefined) return word;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
