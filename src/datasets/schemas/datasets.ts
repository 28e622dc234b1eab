import { z } from '@hono/zod-openapi';
import { plainTextProblem } from '../../content/public.ts';
import { because } from '../../content/public-http.ts';
import { idPattern } from '../../kernel/ids.ts';
import { HANDLE_MAX, handleProblem } from '../../kernel/names.ts';
import { pageOf, TimestampSchema } from '../../platform/http/schemas.ts';
import { LIMITS } from '../domain/limits.ts';
import { VERSION_CHANGES } from '../table.ts';

const DatasetNameSchema = z
  .string()
  .check(because((name) => handleProblem(name, idPattern('dataset'))))
  .openapi({ minLength: 1, maxLength: HANDLE_MAX, example: 'support/cases' });

const DescriptionSchema = z.string().max(LIMITS.description).check(because(plainTextProblem)).nullable();

export const NewDatasetSchema = z
  .strictObject({ name: DatasetNameSchema, description: DescriptionSchema.optional() })
  .openapi('NewDataset', { example: { name: 'support/cases', description: 'Questions to the helpdesk' } });

export const DatasetPatchSchema = z
  .strictObject({ description: DescriptionSchema })
  .openapi('DatasetPatch', { example: { description: 'Questions to the helpdesk, of 2026' } });

export const DatasetParams = z.object({
  name: z.string().min(1).max(HANDLE_MAX).describe('The dataset’s id, or its percent-encoded name'),
});

const count = z.number().int();

export const DatasetSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    version: count.describe('Grows by one with every change of items; 0: there were none yet'),
    items: count.describe('In that version'),
    createdBy: z.string().describe('The id of the user or API key'),
    createdAt: TimestampSchema,
    updatedAt: TimestampSchema,
  })
  .openapi('Dataset');

const DatasetVersionSchema = z
  .object({
    version: count,
    change: z.enum(VERSION_CHANGES),
    added: count.describe('Items that it brought; a changed one counts here and under `removed`'),
    removed: count,
    items: count.describe('In the version'),
    createdBy: z.string(),
    createdAt: TimestampSchema,
  })
  .openapi('DatasetVersion');

export const DatasetPageSchema = pageOf(DatasetSchema).openapi('DatasetPage');
export const DatasetVersionPageSchema = pageOf(DatasetVersionSchema).openapi('DatasetVersionPage');

export type DatasetJson = z.input<typeof DatasetSchema>;
export type DatasetVersionJson = z.input<typeof DatasetVersionSchema>;
