import { readFileSync } from "node:fs";
import { createEngine, type Engine, listen } from "athanor";
import { expect, test } from "vitest";
import { films } from "../../examples/films/films.ts";
import { describeEachDatabase } from "../support/databases.ts";

/** One entry per execution: the batches of one execution carry the same context. */
function countStatements(engine: Engine): { statements: string[] } {
  const seen: { statements: string[] } = { statements: [] };
  let last: unknown;
  listen(engine, "beforeCursorExecute", (_connection, _cursor, statement, _parameters, context) => {
    if (context === last) return;
    last = context;
    const match = /^\s*(?:(SELECT|DELETE)\b.*?\bFROM|(INSERT) INTO|(UPDATE)) "?(\w+)/s.exec(statement);
    if (match && ["films", "actors", "cast"].includes(match[4]!)) seen.statements.push(`${match[1] ?? match[2] ?? match[3]} ${match[4]}`);
    else seen.statements.push(statement);
  });
  return seen;
}

/** What each step may send, and no more. */
const expected: Record<string, string[]> = {
  "2": ["INSERT actors", "INSERT cast", "INSERT films"],
  "3": ["SELECT films", "SELECT films", "SELECT films"],
  "4": ["SELECT films", "UPDATE films", "SELECT films"],
  "5": [
    // selectinload: one statement a level
    "SELECT films",
    "SELECT cast",
    "SELECT actors",
    // joinedload: one in all
    "SELECT films",
    // selectinload, with a joinedload inside
    "SELECT actors",
    "SELECT cast",
    // get, then on demand: one for the collection, one for all actors
    "SELECT films",
    "SELECT cast",
    "SELECT actors",
  ],
  "6": ["SELECT actors", "SELECT cast", "INSERT cast", "INSERT films", "INSERT cast"],
  "7": ["INSERT cast", "SELECT cast"],
  // what a film owns is loaded before it is deleted
  "8": ["SELECT films", "SELECT cast", "DELETE cast", "DELETE films", "SELECT films", "SELECT cast", "SELECT actors"],
  "9": ["SELECT films"],
};

const printed = new Map<string, string>();
const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const readmeOutput = /<!-- output: main\.ts -->\s*```\n(.*?)\n```/s.exec(readme)?.[1];

describeEachDatabase("the films example", (db) => {
  test("runs twice in a row, prints the same everywhere, and sends no statement more than its way of loading needs", async () => {
    const outputs: string[] = [];
    for (let run = 0; run < 2; run++) {
      const engine = createEngine(db.url, { logger: () => {} });
      const seen = countStatements(engine);
      const lines: string[] = [];
      const sent: Record<string, string[]> = {};
      let step = "0";
      await films(engine, (line) => {
        lines.push(line);
        const title = /^\n(\d)\. /.exec(line);
        if (title) {
          sent[step] = seen.statements.splice(0);
          step = title[1]!;
        }
      });
      sent[step] = seen.statements.splice(0);
      await engine.dispose();
      // which of two independent tables comes first is open
      sent["2"]?.sort();
      for (const [number, statements] of Object.entries(expected)) expect(sent[number], `step ${number}`).toEqual(statements);
      outputs.push(lines.join("\n"));
    }
    expect(outputs[1]).toBe(outputs[0]);
    printed.set(db.name, outputs[0]!);
    expect(new Set(printed.values()).size).toBe(1);
    expect(outputs[0]!.trimStart()).toBe(readmeOutput);
  });
});
