import type { TestProject } from "vitest/node";
import { assertRequired, probeServers, type Reachability } from "./probe.ts";

declare module "vitest" {
  interface ProvidedContext {
    servers: Reachability;
  }
}

/** Looks once per run for the servers, and hands what it found to every test file. */
export async function setup(project: TestProject): Promise<void> {
  const found = await probeServers();
  assertRequired(found);
  project.provide("servers", found);
}
