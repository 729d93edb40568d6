// What a test writes, its rollback takes back: whatever the program under test commits.
import { type Engine, type SessionMaker, sessionmaker } from "athanor";

/** Sessions whose work is undone at the end. */
export interface RolledBack {
  /** What the program under test gets in place of its own `sessionmaker`. */
  readonly Session: SessionMaker;
  /** Undoes all that was done, and gives the connection back. */
  end(): Promise<void>;
}

export async function rolledBack(engine: Engine): Promise<RolledBack> {
  const connection = await engine.connect();
  const transaction = await connection.begin();
  return {
    // a commit of such a session releases a savepoint, a rollback goes back to it
    Session: sessionmaker({ bind: connection, joinTransactionMode: "create_savepoint" }),
    async end() {
      await transaction.rollback();
      await connection.close();
    },
  };
}
