import { compoundGroup } from "./compound.ts";
import { cteGroup } from "./cte.ts";
import { ddlGroup } from "./ddl.ts";
import { dialectGroup } from "./dialect.ts";
import { fromGroup } from "./from.ts";
import { functionGroup } from "./functions.ts";
import type { SuiteGroup } from "./group.ts";
import { insertGroup } from "./insert.ts";
import { jsonGroup } from "./json.ts";
import { nestedRowGroup } from "./nested-rows.ts";
import { operatorGroup } from "./operators.ts";
import { resultGroup } from "./results.ts";
import { rowcountGroup } from "./rowcount.ts";
import { selectGroup } from "./select.ts";
import { sequenceGroup } from "./sequence.ts";
import { typeGroup } from "./types.ts";
import { updateDeleteGroup } from "./update-delete.ts";
import { upsertGroup } from "./upsert.ts";
import { windowGroup } from "./windows.ts";

/** All groups of the suite, in the order in which they run. */
export const suiteGroups: readonly SuiteGroup[] = [
  selectGroup,
  compoundGroup,
  fromGroup,
  operatorGroup,
  functionGroup,
  windowGroup,
  cteGroup,
  insertGroup,
  updateDeleteGroup,
  upsertGroup,
  rowcountGroup,
  resultGroup,
  typeGroup,
  jsonGroup,
  nestedRowGroup,
  ddlGroup,
  sequenceGroup,
  dialectGroup,
];
