// A program that is told to end: it lets what is under way end, and then ends by itself.
import { createEngine, text } from "../../../src/index.ts";

const [url, timeout, pause] = process.argv.slice(2);
const engine = createEngine(url!, { poolSize: 2 });
process.once("SIGTERM", () => {
  void engine.drain({ timeout: Number(timeout) }).then((inTime) => console.log(`drained ${inTime}`));
});
// idle connections do not keep the program alive, work does
await (await engine.connect()).close();
const work = engine.begin(async (conn) => {
  await conn.execute(text("INSERT INTO work (n) VALUES (1)"));
  console.log("ready");
  if (pause === undefined) await new Promise((resolve) => setTimeout(resolve, 300));
  else await conn.execute(text(pause));
});
await work.then(
  () => console.log("committed"),
  (error: unknown) => console.log((error as Error).name),
);
