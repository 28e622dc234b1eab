/** What stands in one field. Null: nothing. */
export type CsvField = string | number | null;

/**
 * Rows as CSV (RFC 4180), the first of them the columns' names. A text that a spreadsheet would take for a formula gets an
 * apostrophe in front (OWASP, "CSV Injection"); numbers are as they are.
 */
export function toCsv(columns: readonly string[], rows: Iterable<readonly CsvField[]>): string {
  const lines = [columns, ...rows].map((row) => row.map(toField).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const QUOTED = /[",\r\n]|^\s|\s$/;

function toField(value: CsvField): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Whether a caller wants CSV: `?format=csv`, or an Accept header that names it. */
export const wantsCsv = (format: 'json' | 'csv' | undefined, accept: string | undefined): boolean =>
  format === undefined ? /\btext\/csv\b/i.test(accept ?? '') : format === 'csv';

/** @param file what a browser saves it as, without its ending */
export const csvAnswer = (file: string, csv: string, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(csv, {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${file}.csv"`,
      ...headers,
    },
  });
