// MariaDB by its package, beside the library: for sessions that the library's own connections refuse to have.
import mysql from "mysql2/promise";

/** What a session gives for SQL as it is: rows of values by place, and the names of the columns. */
export interface RawSession {
  rows(sql: string): Promise<unknown[][]>;
  keys(sql: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens a session that is told something first. */
export async function rawMysql(url: string, first: string): Promise<RawSession> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const connection = await mysql.createConnection({
    host: hostname,
    port: Number(port === "" ? 3306 : port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
    charset: "utf8mb4",
    rowsAsArray: true,
  });
  await connection.query(first);
  return {
    rows: async (sql) => (await connection.query(sql))[0] as unknown[][],
    keys: async (sql) => (await connection.query(sql))[1].map(({ name }) => name),
    close: () => connection.end(),
  };
}
