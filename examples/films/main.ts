// DATABASE_URL names the database; without it everything happens in embedded SQLite, in memory.
import { createEngine } from "athanor";
import { films } from "./films.ts";

const engine = createEngine(process.env["DATABASE_URL"] ?? "sqlite://");
try {
  await films(engine, console.log);
} finally {
  await engine.dispose();
}
