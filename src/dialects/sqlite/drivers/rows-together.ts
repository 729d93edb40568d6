/** How many rows one INSERT takes: with more of them it does not get faster. */
export const ROWS_TOGETHER = 32;

/** Older versions take no more parameters than these: https://www.sqlite.org/limits.html */
const MAX_PARAMETERS = 32_766;

const ONE_ROW = /^INSERT INTO [^()?]+ (?:\([^()?]+\) )?VALUES (\((?:\?, )*\?\))$/;

/** The text of an INSERT of several rows, given that of one; null for every other statement. */
export function textForRows(sql: string, placeholders: number): string | null {
  if (placeholders <= 0 || placeholders * ROWS_TOGETHER > MAX_PARAMETERS || !sql.startsWith("INSERT INTO ")) return null;
  const row = ONE_ROW.exec(sql)?.[1];
  return row === undefined ? null : sql + `, ${row}`.repeat(ROWS_TOGETHER - 1);
}
