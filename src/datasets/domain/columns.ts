import type { JsonValue } from '../../kernel/canonical-json.ts';
import type { Item, JsonObject } from './item.ts';

/** What a column of a CSV file holds of an item. */
export interface Column {
  part: 'id' | 'input' | 'expected' | 'metadata';
  /** Of the variable, or the key of the metadata. */
  name: string;
  /** Whether its cells are JSON; else they are texts, and none of them is empty. */
  json: boolean;
}

const JSON_SUFFIX = ':json';

/**
 * A column by its header: `id`, `expected`, `input.<variable>`, `metadata.<key>`; any other is the variable of that name.
 * With `:json` behind it, its cells are JSON.
 */
export function columnOf(header: string): Column {
  const json = header.endsWith(JSON_SUFFIX);
  const plain = json ? header.slice(0, -JSON_SUFFIX.length) : header;
  if (plain === 'id' || plain === 'expected') return { part: plain, name: '', json };
  for (const part of ['input', 'metadata'] as const) {
    if (plain.startsWith(`${part}.`)) return { part, name: plain.slice(part.length + 1), json };
  }
  return { part: 'input', name: plain, json };
}

/** Whether a column of this name has to say that it is JSON, since it would be taken for it. */
export const mustBeJson = (name: string): boolean => name.endsWith(JSON_SUFFIX);

export const headerOf = ({ part, name, json }: Column): string =>
  `${part}${part === 'id' || part === 'expected' ? '' : `.${name}`}${json ? JSON_SUFFIX : ''}`;

/** What a record says of an item, before anybody has checked it. */
export interface RawItem {
  input: JsonObject;
  expected?: JsonValue;
  metadata?: JsonObject;
}

/** Why a cell is none. */
export class CellError extends Error {
  readonly header: string;

  constructor(header: string, message: string) {
    super(message);
    this.header = header;
  }
}

/** An item from a record. An empty cell says nothing. @throws CellError */
export function itemOf(columns: readonly Column[], cells: readonly string[]): RawItem {
  const parts: Record<'input' | 'metadata', [string, JsonValue][]> = { input: [], metadata: [] };
  const item: RawItem = { input: {} };
  columns.forEach((column, i) => {
    const cell = cells[i] ?? '';
    if (cell === '' || column.part === 'id') return;
    const value = column.json ? parsed(column, cell) : cell;
    if (column.part === 'expected') item.expected = value;
    else parts[column.part].push([column.name, value]);
  });
  // fromEntries defines properties, so that a variable called __proto__ is only a variable.
  item.input = Object.fromEntries(parts.input);
  if (parts.metadata.length > 0) item.metadata = Object.fromEntries(parts.metadata);
  return item;
}

function parsed(column: Column, cell: string): JsonValue {
  try {
    return JSON.parse(cell) as JsonValue;
  } catch {
    throw new CellError(headerOf(column), 'must be JSON, as its header says, or empty');
  }
}

/** The cells of an item. What a column holds of it and is not there is empty. */
export const cellsOf = (columns: readonly Column[], item: Item): string[] =>
  columns.map((column) => {
    const value = valueIn(column, item);
    if (value === undefined || (value === null && column.part === 'expected')) return '';
    return column.json || typeof value !== 'string' ? JSON.stringify(value) : value;
  });

function valueIn({ part, name }: Column, item: Item): JsonValue | undefined {
  if (part === 'id' || part === 'expected') return item[part];
  const object = item[part] ?? {};
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * What a spreadsheet takes for a formula when a cell begins with it (OWASP, CSV Injection). A column with such a text is
 * written as JSON: its cells then begin with a quote, a bracket, a digit or a letter, and are the same when they are read again.
 */
export const FORMULA_STARTS = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'] as const;
