import type { InsertBatch } from "../sql/compiler/compiled.ts";
import type { IdentifierPreparer, SchemaMap } from "../sql/compiler/identifier-preparer.ts";
import { LruCache } from "../util/lru-cache.ts";

const TRANSLATIONS = 64;
const TEXTS = 32;

/**
 * The texts of one compiled statement with the schemas of each execution: the compiled form has marks in their place, and is the same
 * for all of them.
 */
export class SchemaTexts {
  readonly #preparer: IdentifierPreparer;
  /** by what the schemas are translated to, then by the text with marks */
  readonly #texts: LruCache<string, Map<string, string>> = new LruCache(TRANSLATIONS);

  constructor(preparer: IdentifierPreparer) {
    this.#preparer = preparer;
  }

  /** The text for one execution. */
  translate(text: string, map: SchemaMap): string {
    let key = "";
    for (const [from, to] of map) key += `${from === null ? "" : `${from.length}:${from}`}>${to === null ? "" : `${to.length}:${to}`},`;
    let known = this.#texts.get(key);
    if (known === undefined) this.#texts.set(key, (known = new Map()));
    let translated = known.get(text);
    if (translated === undefined) {
      if (known.size >= TEXTS) known.clear();
      translated = this.#preparer.translateSchemas(text, map);
      known.set(text, translated);
    }
    return translated;
  }

  /** The same for many rows in batches. */
  *translateBatches(batches: Iterable<InsertBatch>, map: SchemaMap): Iterable<InsertBatch> {
    for (const batch of batches) yield { ...batch, sql: this.translate(batch.sql, map) };
  }
}
