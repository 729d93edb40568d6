import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";
import { SkippedReporter } from "./test/support/skipped-reporter.ts";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const src = (file: string): string => here(`src/${file}`);

export default defineConfig({
  // Tests read the sources, under the names a user imports them by.
  resolve: {
    alias: [
      { find: /^athanor$/, replacement: process.env["ATHANOR_TEST_CACHE"] === "off" ? here("test/support/uncached.ts") : src("index.ts") },
      { find: /^athanor\/(sqlite|postgresql|mysql)$/, replacement: src("dialects/$1/index.ts") },
      { find: /^athanor\/(ext|testing)$/, replacement: src("$1/index.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    reporters: ["default", new SkippedReporter()],
    // the default leaves a core to the watcher; each of them has connections to the servers, which take a hundred or so
    maxWorkers: Math.min(availableParallelism(), 4),
    sequence: { sequencer: LongestFirst },
    testTimeout: 15_000,
    hookTimeout: 30_000,
  },
});
