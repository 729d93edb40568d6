import type { TestProject } from "vitest/node";
import { keepDatabases } from "./kept-databases.ts";
import { keepPglites } from "./pglite.ts";
import { assertRequired, probeServers, type Reachability } from "./probe.ts";

declare module "vitest" {
  interface ProvidedContext {
    servers: Reachability;
    /** The folder in which PGlite's databases lie. */
    pgliteFolder: string;
    /** The folder that says which databases of PostgreSQL are there for suites. */
    keptFolder: string;
  }
}

/** Looks once per run for the servers and makes the places for databases that test files share; hands what it found to every test file. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [found, pglites] = await Promise.all([probeServers(), keepPglites()]);
  try {
    assertRequired(found);
  } catch (error) {
    pglites.drop();
    throw error;
  }
  project.provide("servers", found);
  project.provide("pgliteFolder", pglites.folder);
  const kept = keepDatabases();
  project.provide("keptFolder", kept.folder);
  return async () => {
    pglites.drop();
    await kept.drop();
  };
}
