import { z } from '@hono/zod-openapi';
import type { JsonValue } from '../../kernel/canonical-json.ts';
import { pageOf, TimestampSchema } from '../../platform/http/schemas.ts';
import type { EntryType, Message, VariableDeclaration } from '../domain/content.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import type { Warning } from '../domain/warnings.ts';
import { MessageSchema, VariableSchema } from './requests.ts';

const PositionSchema = z
  .object({ offset: z.number().int(), line: z.number().int(), column: z.number().int() })
  .describe('Offset from 0 in UTF-16 units; line and column from 1');

const WarningSchema = z
  .object({
    code: z.enum(['include_unknown', 'variable_undeclared', 'variable_unused']),
    path: z.string().openapi({ example: 'text' }),
    message: z.string(),
    position: PositionSchema.nullable(),
  })
  .openapi('VersionWarning');

const DiffSpanSchema = z.object({ op: z.enum(['equal', 'insert', 'delete']), text: z.string() });

export const DiffSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    hunks: z.array(
      z.object({
        path: z.string().openapi({ example: 'translations.fr.text' }),
        oldStart: z.number().int(),
        oldLines: z.number().int(),
        newStart: z.number().int(),
        newLines: z.number().int(),
        lines: z.array(
          z.object({
            op: z.enum(['equal', 'insert', 'delete']),
            oldLine: z.number().int().nullable(),
            newLine: z.number().int().nullable(),
            text: z.string(),
            words: z.array(DiffSpanSchema).optional().describe('What changed within the line'),
          }),
        ),
      }),
    ),
    unified: z.string().describe('The same as a unified diff, one file for each part that differs'),
  })
  .openapi('Diff');

const LatestSchema = z.object({ tag: z.string(), number: z.number().int() }).nullable();

/** What every version shows, in lists too. */
const versionFields = {
  id: z.string().openapi({ example: 'ver_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
  tag: z.string().openapi({ example: '1.0.0' }),
  number: z.number().int().describe('Runs from 1 without gaps'),
  kind: z.enum(['text', 'chat']),
  locale: z.string(),
  changeMessage: z.string().nullable(),
  contentHash: z.string().describe('SHA-256 over contents, variables, model and translations'),
  author: z.string().describe('The id of the user or API key that wrote it'),
  createdAt: TimestampSchema,
  locked: z.boolean().describe('A deployment refers to it: its translations can no longer change'),
};

const translationFields = {
  locale: z.string(),
  updatedAt: TimestampSchema,
  authorId: z.string().describe('The person who answers for it'),
};

const contentFields = { text: z.string().optional(), messages: z.array(MessageSchema).optional() };

/** What every version shows, in lists too; with the name of its entry under `prompt` or `asset`. */
interface VersionFacts extends Partial<Record<EntryType, string>> {
  id: string;
  tag: string;
  number: number;
  kind: 'text' | 'chat';
  locale: string;
  changeMessage: string | null;
  contentHash: string;
  author: string;
  createdAt: string;
  locked: boolean;
}

interface TranslationFacts {
  locale: string;
  updatedAt: string;
  authorId: string;
}

interface ContentJson {
  text?: string;
  messages?: Message[];
}

export interface VersionSummaryJson extends VersionFacts {
  translations: TranslationFacts[];
}

export interface VersionJson extends VersionFacts, ContentJson {
  variables: VariableDeclaration[];
  model: Record<string, JsonValue> | null;
  translations: (TranslationFacts & ContentJson)[];
  warnings?: Warning[];
}

/** An entry, its name under `name` or `key`. */
export interface EntryJson extends Partial<Record<'name' | 'key', string>> {
  id: string;
  kind: 'text' | 'chat';
  title: string | null;
  description: string | null;
  category: string | null;
  tags: string[];
  locale: string;
  latest: { tag: string; number: number } | null;
  createdBy: string;
  createdAt: string;
  updatedAt: string;
}

export interface CreatedJson extends EntryJson {
  version?: VersionJson;
}

/** The schemas of a room's answers: the same but for what its entries are called, hence the types by hand. */
export function responseSchemas({ type, noun, nameField, kinds }: ContentDescriptor) {
  const name = { [type]: z.string().describe(`The ${type}'s ${nameField}`) };
  const version = z
    .object({
      ...versionFields,
      ...name,
      ...contentFields,
      variables: z.array(VariableSchema),
      model: z.record(z.string(), z.unknown()).nullable(),
      translations: z.array(
        z.object({
          ...translationFields,
          ...contentFields,
        }),
      ),
      warnings: z.array(WarningSchema).optional().describe('In the answer to a write: allowed, and likely slips'),
    })
    .openapi(`${noun}Version`);
  const summary = z
    .object({ ...versionFields, ...name, translations: z.array(z.object(translationFields)) })
    .describe('A version without its contents, variables and model: GET it for those')
    .openapi(`${noun}VersionSummary`);
  const entryFields = {
    id: z.string(),
    [nameField]: z.string().openapi({ example: 'support/greeting' }),
    kind: z.enum(kinds),
    title: z.string().nullable(),
    description: z.string().nullable(),
    category: z.string().nullable(),
    tags: z.array(z.string()),
    locale: z.string().describe('Of a version that names none'),
    latest: LatestSchema.describe('The version with the highest number'),
    createdBy: z.string().describe('The id of the user or API key'),
    createdAt: TimestampSchema,
    updatedAt: TimestampSchema,
  };
  const entry = z.object(entryFields).openapi(noun);
  const created = z.object({ ...entryFields, version: version.optional() }).openapi(`Created${noun}`);
  return {
    entry: entry as z.ZodType as z.ZodType<EntryJson>,
    entryPage: pageOf(entry as z.ZodType as z.ZodType<EntryJson>).openapi(`${noun}Page`),
    created: created as z.ZodType as z.ZodType<CreatedJson>,
    version: version as z.ZodType as z.ZodType<VersionJson>,
    versionPage: pageOf(summary as z.ZodType as z.ZodType<VersionSummaryJson>).openapi(`${noun}VersionPage`),
  };
}

export type ResponseSchemas = ReturnType<typeof responseSchemas>;
