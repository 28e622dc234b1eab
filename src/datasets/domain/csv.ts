/** A record of a CSV file, and the line that it begins on, from 1. */
export interface CsvRecord {
  line: number;
  cells: string[];
}

/** Why a text is no CSV. */
export class CsvError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/**
 * Reads CSV as RFC 4180 has it, with LF or CRLF and with or without a byte order mark. Empty lines are passed over.
 * One pass. @throws CsvError
 */
export function readCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let line = 1;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const record: CsvRecord = { line, cells: [] };
    for (let more = true; more;) {
      const quoted = text.charAt(at) === '"';
      const cell = quoted ? quotedCell(text, at, line) : plainCell(text, at, line);
      record.cells.push(cell.value);
      line += cell.lines;
      at = cell.end;
      more = text.charAt(at) === ',';
      if (more) at++;
    }
    if (text.startsWith('\r\n', at)) at += 2;
    else if (text.charAt(at) === '\n') at++;
    line++;
    if (record.cells.length > 1 || record.cells[0] !== '') records.push(record);
  }
  return records;
}

interface Cell {
  value: string;
  /** Where what follows it stands. */
  end: number;
  /** Line ends inside. */
  lines: number;
}

function plainCell(text: string, from: number, line: number): Cell {
  const rest = /[,"\r\n]/g;
  rest.lastIndex = from;
  const end = rest.exec(text)?.index ?? text.length;
  if (text.charAt(end) === '"')
    throw new CsvError(line, 'a cell with a quote in it must be in quotes, its own doubled');
  if (text.charAt(end) === '\r' && text.charAt(end + 1) !== '\n') {
    throw new CsvError(line, 'a line must end with LF or CRLF; a cell with a CR in it must be in quotes');
  }
  return { value: text.slice(from, end), end, lines: 0 };
}

function quotedCell(text: string, from: number, line: number): Cell {
  const parts: string[] = [];
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new CsvError(line, 'a quoted cell does not end');
    parts.push(text.slice(at, quote));
    at = quote + 1;
    if (text.charAt(at) !== '"') break;
    parts.push('"');
    at++;
  }
  const next = text.charAt(at);
  if (at < text.length && next !== ',' && next !== '\n' && !text.startsWith('\r\n', at)) {
    throw new CsvError(line, 'a quoted cell must end its cell');
  }
  const value = parts.join('');
  return { value, end: at, lines: value.split('\n').length - 1 };
}

/** A record as a line of CSV, its end included. */
export const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
