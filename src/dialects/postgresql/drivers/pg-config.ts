import { readFileSync } from "node:fs";
import type { ClientConfig } from "pg";
import { ArgumentError } from "../../../errors.ts";
import type { ConnectParams } from "../../../engine/driver.ts";

/** Parameters that a PostgreSQL URL may have; those of libpq keep their names. */
export const POSTGRESQL_QUERY: readonly string[] = [
  "application_name",
  "connect_timeout",
  "host",
  "idle_in_transaction_session_timeout",
  "lock_timeout",
  "options",
  "preparedStatementCacheSize",
  "sslcert",
  "sslkey",
  "sslmode",
  "sslrootcert",
  "statement_timeout",
];

/** What the client is made with. */
export type PgConfig = ClientConfig & { host?: string; port?: number };

/** So that values come in one form, whatever the server's defaults are; sent with the first packet, so it costs no round trip. */
const SETTINGS = "-c DateStyle=ISO -c TimeZone=UTC -c IntervalStyle=iso_8601";

const CONNECT_TIMEOUT = 10;

/** An option of `connectArgs`, or else of the URL. */
export function option({ url, connectArgs }: ConnectParams, name: string): unknown {
  return connectArgs[name] ?? url.queryValue(name) ?? undefined;
}

/** An option that is a number, at least 0. */
export function numberOption(params: ConnectParams, name: string): number | undefined {
  const value = option(params, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0) throw new ArgumentError(`${name} is a number, at least 0, not ${String(value)}`);
  return number;
}

/** Puts together what the URL and `connectArgs` say; what neither of them says is left to the environment (PGHOST, …). */
export function clientConfig(params: ConnectParams): PgConfig {
  const { url, connectArgs } = params;
  // the operating system would begin to ask for signs of life after two hours
  const config: PgConfig = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };
  const { preparedStatementCacheSize: _ours, connect_timeout: _seconds, ...rest } = connectArgs;
  const host = url.host ?? (option(params, "host") as string | undefined);
  if (host !== undefined) config.host = host;
  if (url.port !== null) config.port = url.port;
  if (url.username !== null) config.user = url.username;
  if (url.password !== null) config.password = url.password;
  if (url.database !== null) config.database = url.database;
  config.connectionTimeoutMillis = (numberOption(params, "connect_timeout") ?? CONNECT_TIMEOUT) * 1000;
  const applicationName = option(params, "application_name");
  if (applicationName !== undefined) config.application_name = String(applicationName);
  for (const name of ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"] as const) {
    const value = numberOption(params, name);
    if (value !== undefined) config[name] = value;
  }
  const ssl = sslConfig(params);
  if (ssl !== undefined) config.ssl = ssl;
  const extra = option(params, "options");
  return { ...config, ...(rest as PgConfig), options: extra === undefined ? SETTINGS : `${SETTINGS} ${String(extra)}` };
}

function sslConfig(params: ConnectParams): ClientConfig["ssl"] | undefined {
  const mode = params.url.queryValue("sslmode");
  if (mode === null) return undefined;
  if (!["disable", "allow", "prefer", "require", "verify-ca", "verify-full", "no-verify"].includes(mode)) {
    throw new ArgumentError(`sslmode "${mode}" is not known; it is "disable", "require", "verify-ca" or "verify-full"`);
  }
  if (mode === "allow" || mode === "prefer") {
    throw new ArgumentError(
      `sslmode "${mode}" would fall back to a connection without encryption; say "disable", "require" or "verify-full"`,
    );
  }
  if (mode === "disable") return false;
  const file = (name: string): string | undefined => {
    const path = params.url.queryValue(name);
    return path === null ? undefined : readFileSync(path, "utf8");
  };
  const [ca, cert, key] = [file("sslrootcert"), file("sslcert"), file("sslkey")];
  const files = { ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
  // as libpq has it: "require" encrypts without looking whom it speaks to, unless a root certificate is given
  if (mode === "no-verify" || (mode === "require" && ca === undefined)) return { ...files, rejectUnauthorized: false };
  return mode === "verify-full" ? files : { ...files, checkServerIdentity: () => undefined };
}
