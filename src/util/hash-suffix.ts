import { createHash } from "node:crypto";

/** Four hexadecimal digits that tell long names apart which were shortened to the same beginning. */
export function hashSuffix(text: string): string {
  return createHash("md5").update(text).digest("hex").slice(-4);
}
