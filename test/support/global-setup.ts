import type { TestProject } from "vitest/node";
import { makeTemplate } from "./pglite-template.ts";
import { assertRequired, probeServers, type Reachability } from "./probe.ts";

declare module "vitest" {
  interface ProvidedContext {
    servers: Reachability;
    /** The folder with an empty PGlite database, to be copied. */
    pgliteTemplate: string;
  }
}

/** Looks once per run for the servers and makes what is copied for each test file; hands what it found to every test file. */
export async function setup(project: TestProject): Promise<() => void> {
  const [found, template] = await Promise.all([probeServers(), makeTemplate()]);
  try {
    assertRequired(found);
  } catch (error) {
    template.drop();
    throw error;
  }
  project.provide("servers", found);
  project.provide("pgliteTemplate", template.folder);
  return template.drop;
}
