import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take several seconds each, whatever their size says. */
const LONG = [
  "sql/types/matrix",
  "faults/abort",
  "orm/unit-of-work/bulk",
  "engine/pool-standstill",
  "dialect/suite",
  "orm/unit-of-work/order",
  "faults/histories",
  "security/sessions",
  "faults/memory",
  "security/compile",
  "sql/types/time-zones",
  "faults/servers",
].map((name) => `test/${name}.test.ts`);

/** Begins with what takes longest, so that nothing of that kind is waited for at the end, while the other processors have nothing to do. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.endsWith(name));
      return at === -1 ? LONG.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
