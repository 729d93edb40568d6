// "athanor" for a run of the tests without compiled statements (ATHANOR_TEST_CACHE=off): engines have no cache, unless a test asks for one.
import { createEngine as create, type Engine, type EngineOptions, type Url } from "../../src/index.ts";

export * from "../../src/index.ts";

export function createEngine(url: string | Url, options: EngineOptions = {}): Engine {
  return create(url, { queryCacheSize: 0, ...options });
}
