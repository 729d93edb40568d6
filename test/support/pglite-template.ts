// Making a PGlite database from nothing takes seconds of the processor, opening a copy of one takes a fraction: so it is made once per run.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { Scratch } from "./scratch.ts";

const newFolder = (): string => mkdtempSync(join(tmpdir(), "athanor_test_pglite_"));
const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** Makes an empty database in a folder that copies are made of. */
export async function makeTemplate(): Promise<{ folder: string; drop: () => void }> {
  const folder = newFolder();
  const database = new PGlite(join(folder, "data"));
  await database.waitReady;
  await database.close();
  return { folder, drop: () => remove(folder) };
}

/** A database of its own, copied from the template. */
export function copyOf(template: string): Scratch {
  const folder = newFolder();
  cpSync(join(template, "data"), join(folder, "data"), { recursive: true });
  return { url: `postgresql+pglite:///${join(folder, "data")}`, drop: async () => remove(folder) };
}
