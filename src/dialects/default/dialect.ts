import { DefaultDialect } from "../../engine/default-dialect.ts";
import type { Driver } from "../../engine/driver.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { SchemaInventory } from "../../sql/base/statement-runner.ts";
import { DdlCompiler } from "../../sql/compiler/ddl-compiler.ts";
import { IdentifierPreparer } from "../../sql/compiler/identifier-preparer.ts";
import { StringCompiler } from "../../sql/compiler/string-compiler.ts";
import { StrTypeCompiler, type TypeCompiler } from "../../sql/compiler/type-compiler.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import { ArgumentError } from "../../errors.ts";
import { registerDialect } from "../registry.ts";

function none(): never {
  throw new ArgumentError('The dialect "default" renders statements for reading; it has no database to connect to.');
}

/** The dialect of no database: `String(statement)`, and `compile()` that names no other. */
export class StringDialect extends DefaultDialect {
  override readonly name: string = "default";
  override readonly statementCompiler: SqlDialect["statementCompiler"] = StringCompiler;
  override readonly ddlCompiler: SqlDialect["ddlCompiler"] = DdlCompiler;
  override readonly typeCompiler: TypeCompiler = new StrTypeCompiler(this);
  override readonly identifierPreparer: IdentifierPreparer = new IdentifierPreparer();
  override readonly isolationLevels: readonly string[] = [];
  override readonly defaultIsolationLevel: null = null;

  override readonly enforcesSizes: boolean = false;
  override readonly insertReturning: boolean = true;
  override readonly updateReturning: boolean = true;
  override readonly deleteReturning: boolean = true;
  override readonly supportsIdentityColumns: boolean = true;
  override readonly supportsSequences: boolean = true;
  override readonly sequencesOptional: boolean = true;
  override readonly supportsNativeBoolean: boolean = true;
  override readonly supportsMultivaluesInsert: boolean = true;
  override readonly supportsRoutines: boolean = true;
  override readonly supportsOrReplace: boolean = true;

  override get driver(): Driver {
    return none();
  }

  override getIsolationLevel(): string {
    return none();
  }

  override adaptType<V>(type: TypeEngine<V>): TypeEngine<V> {
    return type;
  }

  override inventory(): SchemaInventory {
    return none();
  }
}

registerDialect({ names: ["default"], drivers: { none }, options: [], make: none, unconnected: () => new StringDialect() });
