import { AppError } from '../../kernel/errors.ts';
import { utf8 } from '../../kernel/bytes.ts';
import type { TenantContext } from '../../platform/context.ts';
import { describeError, log } from '../../platform/log/log.ts';
import { type Column, cellsOf, headerOf } from '../domain/columns.ts';
import { csvLine } from '../domain/csv.ts';
import type { DatasetVersionRef, Item } from '../domain/item.ts';
import { LIMITS } from '../domain/limits.ts';
import { listColumns, listItems } from '../repo/items.ts';
import { findDatasetAt } from './find.ts';

export type ExportFormat = 'jsonl' | 'csv';

/** Items that are read at once: an isolate holds them all, at the largest. */
const ITEMS_A_PAGE = 200;

/** A version of a dataset as a file, written as it is read. */
export interface Export {
  name: string;
  version: number;
  body: ReadableStream<Uint8Array>;
}

/**
 * Exports a version; it is the same every time. A failure in the middle breaks the stream off, so that nobody takes a part
 * for the whole. @throws AppError not_found; state_conflict for more columns than a CSV file should have
 */
export async function exportDataset(
  context: TenantContext,
  nameOrId: string,
  { format, version: wanted }: { format: ExportFormat; version?: number | undefined },
): Promise<Export> {
  const { dataset, datasetId, version } = await findDatasetAt(context, nameOrId, wanted);
  const at = { datasetId, version };
  const lines = format === 'jsonl' ? { head: '', lineOf: jsonLine } : await csvWriter(context, at);
  return { name: dataset.name, version, body: streamOf(context, at, lines) };
}

interface Writer {
  head: string;
  lineOf: (item: Item) => string;
}

const jsonLine = ({ id, input, expected, metadata }: Item): string =>
  `${JSON.stringify({ id, input, ...(expected === null ? {} : { expected }), ...(metadata === null ? {} : { metadata }) })}\n`;

async function csvWriter(context: TenantContext, at: DatasetVersionRef): Promise<Writer> {
  const found = await listColumns(context.db, context.scope, at, LIMITS.columns + 1);
  if (found.length > LIMITS.columns) {
    throw new AppError(
      'state_conflict',
      `Its items have more than ${LIMITS.columns} different variables and keys: export it as JSON Lines (?format=jsonl).`,
    );
  }
  const columns: Column[] = [{ part: 'id', name: '', json: false }, ...found];
  return { head: csvLine(columns.map(headerOf)), lineOf: (item) => csvLine(cellsOf(columns, item)) };
}

function streamOf(context: TenantContext, at: DatasetVersionRef, { head, lineOf }: Writer): ReadableStream<Uint8Array> {
  let after: string | undefined;
  let written = head;
  return new ReadableStream({
    async pull(controller) {
      try {
        const items = await listItems(context.db, context.scope, at, { after, limit: ITEMS_A_PAGE });
        const text = written + items.map(lineOf).join('');
        written = '';
        if (text !== '') controller.enqueue(utf8(text));
        after = items.at(-1)?.id;
        if (items.length < ITEMS_A_PAGE) controller.close();
      } catch (error) {
        log(context.config.logLevel, 'error', 'export broken off', { ...at, ...describeError(error) });
        controller.error(error);
      }
    },
  });
}
