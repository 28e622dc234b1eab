import { z } from '@hono/zod-openapi';
import { fromStrictUtf8 } from '../../kernel/bytes.ts';
import { AppError, type ErrorItem } from '../../kernel/errors.ts';
import { CellError, type Column, columnOf, headerOf, itemOf } from '../domain/columns.ts';
import { CsvError, readCsv } from '../domain/csv.ts';
import type { ItemContent } from '../domain/item.ts';
import { LIMITS } from '../domain/limits.ts';
import { FileItemSchema, VersionQuery } from './items.ts';

/** The types of a file that is imported. */
export const FILE_TYPES = ['application/jsonl', 'application/x-ndjson', 'text/csv'] as const;
export type FileType = (typeof FILE_TYPES)[number];

// No zod: hono takes application/jsonl for JSON, and would read the whole file as one value.

export const CsvSchema = {
  type: 'string' as const,
  description: `RFC 4180 with a line of headers: \`input.<variable>\`, \`expected\`, \`metadata.<key>\`; any other header is the variable of that name. With \`:json\` behind a header its cells are JSON. An empty cell says nothing, \`id\` is passed over. ${LIMITS.items} items and ${LIMITS.importBytes} bytes at most`,
  example: 'question,expected,metadata.source\r\nWhere is my order?,It is on its way.,helpdesk\r\n',
};

export const JsonLinesSchema = {
  type: 'string' as const,
  description: `An item a line: {"input":{…},"expected":…,"metadata":{…}}; \`id\` is passed over. ${LIMITS.items} items and ${LIMITS.importBytes} bytes at most`,
  example: '{"input":{"question":"Where is my order?"},"expected":"It is on its way."}\n',
};

export const ExportQuery = VersionQuery.extend({
  format: z.enum(['jsonl', 'csv']).default('jsonl').openapi({ example: 'csv' }),
});

const ERRORS_MAX = 100;

/** What is wrong with a file, all of it up to a hundred. */
class FileErrors {
  readonly #errors: ErrorItem[] = [];

  get isFull(): boolean {
    return this.#errors.length >= ERRORS_MAX;
  }

  add(line: number, path: string, message: string, code: string): void {
    if (!this.isFull) this.#errors.push({ path: `line ${line}${path === '' ? '' : `: ${path}`}`, message, code });
  }

  /** @throws AppError validation_failed */
  throwIfAny(): void {
    const [first] = this.#errors;
    if (first === undefined) return;
    const more = this.#errors.length === 1 ? '' : ` (and ${this.#errors.length - 1} more)`;
    throw new AppError('validation_failed', `${first.path} ${first.message}${more}`, { errors: this.#errors });
  }
}

/** The items of a file: all of them, or what is wrong and where. @throws AppError validation_failed */
export function readFile(type: FileType, bytes: ArrayBuffer): ItemContent[] {
  const errors = new FileErrors();
  const text = decoded(bytes, errors);
  const rows = type === 'text/csv' ? csvRows(text, errors) : jsonRows(text, errors);
  errors.throwIfAny();
  if (rows.length === 0 || rows.length > LIMITS.items) {
    throw new AppError('validation_failed', `body: must have 1 to ${LIMITS.items} items, but has ${rows.length}`, {
      errors: [
        {
          path: 'body',
          message: `must have 1 to ${LIMITS.items} items`,
          code: rows.length === 0 ? 'too_small' : 'too_big',
        },
      ],
    });
  }
  const items: ItemContent[] = [];
  for (const { line, value } of rows) {
    const parsed = FileItemSchema.safeParse(value);
    if (parsed.success) items.push(parsed.data);
    else
      for (const { path, message, code } of parsed.error.issues)
        errors.add(line, path.map(String).join('.'), message, code ?? 'invalid');
    if (errors.isFull) break;
  }
  errors.throwIfAny();
  return items;
}

/** @throws AppError validation_failed for what is not in UTF-8, as some spreadsheets write it */
function decoded(bytes: ArrayBuffer, errors: FileErrors): string {
  try {
    return fromStrictUtf8(bytes);
  } catch {
    const [before = ''] = new TextDecoder().decode(bytes).split('\uFFFD', 1);
    errors.add(before.split('\n').length, '', 'is not in UTF-8', 'invalid_text');
    errors.throwIfAny();
    return '';
  }
}

interface Row {
  line: number;
  value: unknown;
}

function jsonRows(text: string, errors: FileErrors): Row[] {
  const rows: Row[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      rows.push({ line: index + 1, value: JSON.parse(line) as unknown });
    } catch {
      errors.add(index + 1, '', 'is not well-formed JSON', 'malformed_json');
    }
    if (errors.isFull) break;
  }
  return rows;
}

function csvRows(text: string, errors: FileErrors): Row[] {
  let records;
  try {
    records = readCsv(text);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    errors.add(error.line, '', error.message, 'malformed_csv');
    return [];
  }
  const [head, ...body] = records;
  if (head === undefined) return [];
  const columns = columnsOf(head.cells, head.line, errors);
  const rows: Row[] = [];
  for (const { line, cells } of body) {
    if (cells.length !== columns.length) {
      errors.add(line, '', `has ${cells.length} cells, but the headers are ${columns.length}`, 'malformed_csv');
      continue;
    }
    try {
      rows.push({ line, value: itemOf(columns, cells) });
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      errors.add(line, error.header, error.message, 'malformed_json');
    }
  }
  return rows;
}

function columnsOf(headers: readonly string[], line: number, errors: FileErrors): Column[] {
  const columns = headers.map(columnOf);
  const seen = new Set<string>();
  for (const column of columns) {
    const key = headerOf({ ...column, json: false });
    if (seen.has(key)) errors.add(line, key, 'stands there twice', 'duplicate');
    seen.add(key);
  }
  return columns;
}
