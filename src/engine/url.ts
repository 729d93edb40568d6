import { inspect as nodeInspect } from "node:util";
import { ArgumentError } from "../errors.ts";

/** The parts of a database URL. */
export interface UrlParts {
  readonly drivername: string;
  readonly username?: string | null;
  readonly password?: string | null;
  readonly host?: string | null;
  readonly port?: number | null;
  readonly database?: string | null;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
}

const FORM = "dialect[+driver]://[user[:password]@][host][:port][/database][?name=value&…]";

/**
 * A database URL. As text the password is masked; `renderAsString({ hidePassword: false })` shows it.
 * @see https://docs.sqlalchemy.org/en/21/core/engines.html#database-urls
 */
export class Url {
  /** the dialect and, after a plus sign, the driver: "postgresql+pglite" */
  readonly drivername: string;
  readonly username: string | null;
  /** out of sight of all that prints objects */
  readonly #password: string | null;
  readonly host: string | null;
  readonly port: number | null;
  readonly database: string | null;
  /** what follows the question mark; a name that occurs several times has a list */
  readonly query: Readonly<Record<string, string | readonly string[]>>;

  private constructor(parts: UrlParts) {
    this.drivername = parts.drivername;
    this.username = parts.username ?? null;
    this.#password = parts.password ?? null;
    this.host = parts.host ?? null;
    this.port = parts.port ?? null;
    this.database = parts.database ?? null;
    this.query = Object.freeze({ ...parts.query });
    Object.freeze(this);
  }

  get password(): string | null {
    return this.#password;
  }

  /**
   * Makes a URL of its parts, which are taken as they are: nothing needs to be percent-encoded.
   * @throws ArgumentError when a part cannot be what it is
   * @example Url.create({ drivername: "postgresql", username: "ann", password: "p@ss/word", host: "db", database: "films" })
   */
  static create(parts: UrlParts): Url {
    if (!/^[a-z][\w.+-]*$/i.test(parts.drivername)) {
      throw new ArgumentError(
        `"${parts.drivername}" is no name of a dialect; expected is something like "postgresql" or "sqlite+better-sqlite3"`,
      );
    }
    const { port } = parts;
    if (port !== undefined && port !== null && (!Number.isInteger(port) || port < 1 || port > 65535)) {
      throw new ArgumentError(`a port is a whole number between 1 and 65535, not ${port}`);
    }
    return new Url(parts);
  }

  /** The name of the dialect: "postgresql" of "postgresql+pglite". */
  get backendName(): string {
    return this.drivername.split("+", 1)[0]!;
  }

  /** The name of the driver after the plus sign, or null for the dialect's default driver. */
  get driverName(): string | null {
    const at = this.drivername.indexOf("+");
    return at < 0 ? null : this.drivername.slice(at + 1);
  }

  /** A copy with other parts. */
  set(parts: Partial<UrlParts>): Url {
    return Url.create({
      drivername: this.drivername,
      username: this.username,
      password: this.password,
      host: this.host,
      port: this.port,
      database: this.database,
      query: this.query,
      ...parts,
    });
  }

  /** A copy with further parameters; those of the same name are replaced. */
  updateQuery(query: Readonly<Record<string, string | readonly string[]>>): Url {
    return this.set({ query: { ...this.query, ...query } });
  }

  /** A parameter of the query; of several the last. */
  queryValue(name: string): string | null {
    const value = Object.hasOwn(this.query, name) ? this.query[name]! : null;
    return Array.isArray(value) ? ((value.at(-1) as string | undefined) ?? null) : (value as string | null);
  }

  /** The URL as text. */
  renderAsString({ hidePassword = true }: { readonly hidePassword?: boolean } = {}): string {
    let text = `${this.drivername}://`;
    if (this.username !== null || this.password !== null) {
      text += encode(this.username ?? "");
      if (this.password !== null) text += `:${hidePassword ? "***" : encode(this.password)}`;
      text += "@";
    }
    if (this.host !== null) text += this.host.includes(":") ? `[${this.host}]` : encode(this.host);
    if (this.port !== null) text += `:${this.port}`;
    if (this.database !== null) text += `/${encodeURI(this.database).replaceAll(/[?#]/g, encodeURIComponent)}`;
    const pairs = Object.entries(this.query).flatMap(([name, value]) =>
      (Array.isArray(value) ? (value as readonly string[]) : [value as string]).map(
        (v) => `${encode(name)}=${encode(isSecret(name) && hidePassword ? "***" : v)}`,
      ),
    );
    if (pairs.length > 0) text += `?${pairs.join("&")}`;
    return text;
  }

  toString(): string {
    return this.renderAsString();
  }

  toJSON(): string {
    return this.renderAsString();
  }

  /** @internal */
  [nodeInspect.custom](): string {
    return `Url(${this.renderAsString()})`;
  }
}

function isSecret(name: string): boolean {
  return /^(password|sslpassword|authtoken)$/i.test(name);
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll("%2A", "*");
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ArgumentError(`the ${what} of the database URL has a "%" that begins no percent-encoded character; write it as "%25"`);
  }
}

/**
 * Reads a database URL; one that is a `Url` already is returned.
 *
 * User, password and database are percent-decoded, so that a `@` in a password is written `%40`.
 * A database path keeps what follows the third slash: `sqlite:///films.db` is relative, `sqlite:////srv/films.db` absolute.
 * @throws ArgumentError when the text is no database URL; the message never shows the password
 */
export function makeUrl(url: string | Url): Url {
  if (url instanceof Url) return url;
  if (typeof url !== "string") throw new ArgumentError(`a database URL is a string or a Url, not ${url === null ? "null" : typeof url}`);
  const scheme = /^([\w.+-]+):\/\//.exec(url);
  if (!scheme) {
    throw new ArgumentError(`this is no database URL: it does not begin with a dialect and "://". Expected is ${FORM}`);
  }
  const rest = url.slice(scheme[0].length);
  const queryAt = rest.indexOf("?");
  const beforeQuery = queryAt < 0 ? rest : rest.slice(0, queryAt);
  const slashAt = beforeQuery.indexOf("/", Math.max(0, beforeQuery.lastIndexOf("@", firstSlashOutsidePassword(beforeQuery))));
  const authority = slashAt < 0 ? beforeQuery : beforeQuery.slice(0, slashAt);
  const database = slashAt < 0 ? "" : beforeQuery.slice(slashAt + 1);
  const parts = parseAuthority(authority);
  return Url.create({
    drivername: scheme[1]!,
    ...parts,
    database: database === "" ? null : decode(database, "database name"),
    query: queryAt < 0 ? {} : parseQuery(rest.slice(queryAt + 1)),
  });
}

function firstSlashOutsidePassword(text: string): number {
  const slash = text.indexOf("/");
  return slash < 0 ? text.length : slash;
}

interface Authority {
  readonly username: string | null;
  readonly password: string | null;
  readonly host: string | null;
  readonly port: number | null;
}

function parseAuthority(authority: string): Authority {
  const at = authority.lastIndexOf("@");
  const user = at < 0 ? null : authority.slice(0, at);
  const colon = user === null ? -1 : user.indexOf(":");
  const username = user === null ? null : colon < 0 ? user : user.slice(0, colon);
  const password = user === null || colon < 0 ? null : user.slice(colon + 1);
  const address = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::(.*))?$/.exec(authority.slice(at + 1));
  if (!address) {
    throw new ArgumentError(`the host of the database URL cannot be read; an IPv6 address stands in square brackets. Expected is ${FORM}`);
  }
  const [, ipv6, name, port] = address;
  if (port !== undefined && port !== "" && !/^\d+$/.test(port)) {
    // what stands there may be the tail of a password with an unencoded "@" or "/", so it is not shown
    throw new ArgumentError(
      `the port of the database URL is no number. Special characters in a password are percent-encoded ("/" is "%2F", "@" is "%40")`,
    );
  }
  return {
    username: username === null || username === "" ? null : decode(username, "user name"),
    password: password === null ? null : decode(password, "password"),
    host: ipv6 ?? (name === undefined || name === "" ? null : decode(name, "host")),
    port: port === undefined || port === "" ? null : Number(port),
  };
}

function parseQuery(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of new URLSearchParams(text)) {
    const before = query[name];
    if (before === undefined) query[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else query[name] = [before, value];
  }
  return query;
}
