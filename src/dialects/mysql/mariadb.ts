import type { Driver } from "../../engine/driver.ts";
import type { NestedValues } from "../../sql/base/nested-values.ts";
import { MysqlDialect } from "./dialect.ts";
import { mysql2Driver } from "./drivers/mysql2.ts";
import { MARIADB_NESTED_VALUES } from "./nested-values.ts";
import { MariadbIdentifierPreparer, type MysqlIdentifierPreparer } from "./type-compiler.ts";

/**
 * MariaDB, by a `mariadb://` URL: as MySQL, with RETURNING, sequences and the type UUID where the version has them. What is meant for "mysql"
 * (variants, options, hints) holds here too, unless there is something for "mariadb".
 * @see https://mariadb.com/docs/server
 */
export class MariadbDialect extends MysqlDialect {
  override readonly name: string = "mariadb";
  override readonly nameAliases: readonly string[] = ["mysql"];
  override identifierPreparer: MysqlIdentifierPreparer = new MariadbIdentifierPreparer();
  override isMariadb: boolean = true;
  override nestedValues: NestedValues = MARIADB_NESTED_VALUES;
  override insertReturning: boolean = true;
  override deleteReturning: boolean = true;
  override supportsNativeUuid: boolean = true;
  override supportsOrReplace: boolean = true;

  constructor(driver: Driver = mysql2Driver) {
    super(driver);
  }

  /** The dialect as it renders statements when nothing is connected. */
  static override unconnected(): MariadbDialect {
    return new MariadbDialect();
  }
}
