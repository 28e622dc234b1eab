import { z } from '@hono/zod-openapi';
import { plainTextProblem } from '../../content/public.ts';
import { because, jsonObject } from '../../content/public-http.ts';
import { PageQuery, pageOf } from '../../platform/http/schemas.ts';
import { bytesOf, type ItemContent, type JsonObject } from '../domain/item.ts';
import { LIMITS } from '../domain/limits.ts';
import { DatasetParams } from './datasets.ts';

function namesProblem(object: JsonObject): string | null {
  const names = Object.keys(object);
  if (names.length > LIMITS.variables) return `must have ${LIMITS.variables} entries at most`;
  const bad = names.find((name) => name.length === 0 || name.length > LIMITS.name);
  return bad === undefined ? null : `must have names of 1 to ${LIMITS.name} characters`;
}

const objectOf = (maxBytes: number) =>
  jsonObject(maxBytes)
    .check(because(namesProblem))
    .openapi({ type: 'object', additionalProperties: true, maxProperties: LIMITS.variables });

const fields = {
  input: objectOf(LIMITS.itemBytes).describe('The prompt’s variables'),
  expected: z
    .string()
    .max(LIMITS.expected)
    .check(because(plainTextProblem))
    .nullable()
    .optional()
    .describe('A good answer, where evaluators compare with one'),
  metadata: objectOf(LIMITS.metadataBytes).nullable().optional().describe('Kept with it; an empty one is none'),
};

/** What was left out is null. */
const toContent = ({ input, expected = null, metadata = null }: ItemFields): ItemContent => ({
  input,
  expected,
  metadata: metadata === null || Object.keys(metadata).length === 0 ? null : metadata,
});

interface ItemFields {
  input: JsonObject;
  expected?: string | null | undefined;
  metadata?: JsonObject | null | undefined;
}

const sizeProblem = (content: ItemContent): string | null =>
  bytesOf(content) > LIMITS.itemBytes ? `must have ${LIMITS.itemBytes} bytes at most` : null;

const EXAMPLE = {
  input: { question: 'Where is my order?' },
  expected: 'It is on its way.',
  metadata: { source: 'helpdesk' },
};

export const NewItemSchema = z
  .strictObject(fields)
  .transform(toContent)
  .check(because(sizeProblem))
  .openapi('NewDatasetItem', { example: EXAMPLE });

/** An item in a file: an export has its id, which is given anew. */
export const FileItemSchema = z
  .strictObject({ id: z.string().max(LIMITS.name).optional(), ...fields })
  .transform(toContent)
  .check(because(sizeProblem));

export const NewItemsSchema = z
  .strictObject({ items: z.array(NewItemSchema).min(1).max(LIMITS.itemsACall) })
  .openapi('NewDatasetItems', { example: { items: [EXAMPLE] } });

export const ItemParams = DatasetParams.extend({
  // Whatever it is: what is no id is no item.
  id: z.string().min(1).max(LIMITS.name).openapi({ example: 'dsi_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
});

export const VersionQuery = z.object({
  version: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000_000)
    .optional()
    .describe('As it was at this version; without it: at the newest'),
});

export const ItemsQuery = PageQuery.extend(VersionQuery.shape);

export const ItemSchema = z
  .object({
    id: z.string(),
    input: z.record(z.string(), z.unknown()),
    expected: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()).nullable(),
  })
  .openapi('DatasetItem');

export const ItemPageSchema = pageOf(ItemSchema)
  .extend({ version: z.number().int().describe('Of which these are; the following pages are of the same') })
  .openapi('DatasetItemPage');

const changed = {
  version: z.number().int().describe('Of the dataset, from now on'),
  added: z.number().int(),
  removed: z.number().int(),
  items: z.number().int().describe('In that version'),
};

export const AddedItemsSchema = z
  .object({ ...changed, ids: z.array(z.string()).describe('In the order of the items') })
  .openapi('AddedDatasetItems');

export const ImportedSchema = z.object(changed).openapi('ImportedDatasetItems');
