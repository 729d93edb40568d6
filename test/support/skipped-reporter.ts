import type { Reporter, TestModule } from "vitest/node";

/** Names the suites that were skipped (with the server that was missing, which their titles say): a count alone would hide them. */
export class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped: string[] = [];
    for (const module of modules) {
      for (const suite of module.children.suites())
        if (suite.options.mode === "skip") skipped.push(`${module.relativeModuleId} > ${suite.name}`);
    }
    if (skipped.length === 0) return;
    console.log(`\n Skipped suites (${skipped.length})\n${skipped.map((name) => `   ${name}`).join("\n")}\n`);
  }
}
