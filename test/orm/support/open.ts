// A session on a scratch database that has the tables of a model, and short names of the statements that it sends.
import { type DeclarativeBase, type Engine, Session } from "athanor";
import { Statements } from "./blog.ts";
import { withFreshTables } from "./fresh-tables.ts";

export interface Opened {
  readonly engine: Engine;
  readonly session: Session;
  /** The statements since the last call: "INSERT users x2". */
  take(): string[];
  close(): Promise<void>;
}

export async function openSession(url: string, base: DeclarativeBase): Promise<Opened> {
  const engine = await withFreshTables(url, base.metadata);
  const statements = new Statements(engine);
  const session = new Session(engine);
  return {
    engine,
    session,
    take: () => statements.take(),
    async close() {
      await session.close();
      await engine.dispose();
    },
  };
}
