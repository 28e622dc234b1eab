import { z } from '@hono/zod-openapi';
import type { JsonValue } from '../../kernel/canonical-json.ts';
import { canonicalLocale } from '../../kernel/locale.ts';
import { nameProblem, SEMVER } from '../../kernel/names.ts';
import { JsonSchema } from '../../platform/http/schemas.ts';
import type { EntryType, VariableDeclaration } from '../domain/content.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { LIMITS } from '../domain/limits.ts';
import { jsonBytes, jsonProblem, plainTextProblem } from '../domain/plain-text.ts';

/** A refinement that says what is wrong. */
export const because =
  <T>(problemOf: (value: T) => string | null) =>
  (context: z.core.ParsePayload<T>): void => {
    const message = problemOf(context.value);
    if (message !== null) context.issues.push({ code: 'custom', message, input: context.value });
  };

const plainText = (max: number) => z.string().max(max).check(because(plainTextProblem));

/** An optional text that may be cleared: null, and what is only white space, are nothing. */
const clearable = (max: number) =>
  plainText(max)
    .transform((text) => (text.trim() === '' ? null : text))
    .nullable();

export const LocaleSchema = z
  .string()
  .check(because((value) => (canonicalLocale(value) === null ? 'must be a BCP 47 tag such as en or pt-BR' : null)))
  .transform((value) => canonicalLocale(value) ?? value)
  .openapi({ type: 'string', maxLength: 35, example: 'fr' });

const NameSchema = z.string().check(because(nameProblem)).openapi({ maxLength: 255, example: 'support/greeting' });

/**
 * The parameters of a path with a `{prompt}` or an `{asset}`. The type says both, so that a descriptor's own can be
 * read; only that one is there.
 */
export const entryParams = <S extends z.ZodRawShape>({ type, nameField }: ContentDescriptor, others: S) =>
  z.object({
    [type]: z.string().min(1).max(255).describe(`The ${type}'s id, or its percent-encoded ${nameField}`),
    ...others,
  }) as z.ZodType as z.ZodObject<S & Record<EntryType, z.ZodString>>;

const TagSchema = z
  .string()
  .max(LIMITS.semver)
  .check(because((value) => (SEMVER.test(value) ? null : 'must be a semantic version such as 1.2.0')))
  .openapi({ example: '1.0.0' });

/** A tag in a path or query: `latest` is the newest version. */
export const TagRefSchema = z
  .string()
  .max(LIMITS.semver)
  .check(because((value) => (value === 'latest' || SEMVER.test(value) ? null : 'must be a semantic version or latest')))
  .describe('A version’s tag, or `latest`: the one with the highest number')
  .openapi({ example: 'latest' });

/** Tags of entries are kept trimmed, in lower case, each once. */
const EntryTagSchema = plainText(200)
  .transform((tag) => tag.trim().toLowerCase())
  .check(
    because((tag) =>
      tag.length >= 1 && tag.length <= LIMITS.entryTag ? null : `must have 1 to ${LIMITS.entryTag} characters`,
    ),
  )
  .openapi({ type: 'string', minLength: 1, maxLength: LIMITS.entryTag, example: 'support' });

const EntryTagsSchema = z
  .array(EntryTagSchema)
  .max(LIMITS.entryTags)
  .transform((tags) => [...new Set(tags)])
  .openapi({ example: ['support'] });

/** What an entry is described by. */
const descriptionFields = {
  title: clearable(LIMITS.title).optional(),
  description: clearable(LIMITS.description).optional(),
  category: clearable(LIMITS.category).optional(),
};

const isObject = (value: unknown): value is Record<string, JsonValue> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object kept as it came: z.record would leave out a key called __proto__. */
export const jsonObject = (maxBytes: number) =>
  z
    .unknown()
    .check(
      because((value) => {
        if (!isObject(value)) return 'must be an object';
        return (
          jsonProblem(value, LIMITS.jsonDepth) ??
          (jsonBytes(value) > maxBytes ? `must have ${maxBytes} bytes of JSON at most` : null)
        );
      }),
    )
    .transform((value) => value as Record<string, JsonValue>);

const VARIABLE_TYPES = ['string', 'number', 'boolean', 'array', 'object'] as const;

function variableNameProblem(name: string): string | null {
  if (name.trim() !== name) return 'must not begin or end with a space';
  if (/^[#^/&!>=]|^(prompt|asset):/.test(name)) return 'must not begin as another kind of Mustache tag does';
  if (name.includes('.')) return 'must not have dots: declare the first part of a dotted name';
  return /[{}\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(name) ? 'must not have braces, line breaks or control characters' : null;
}

function defaultProblem(value: JsonValue): string | null {
  return (
    jsonProblem(value, LIMITS.jsonDepth) ??
    (jsonBytes(value) > LIMITS.defaultBytes ? `must have ${LIMITS.defaultBytes} bytes of JSON at most` : null)
  );
}

const typeOf = (value: JsonValue): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);

export const VariableSchema = z
  .strictObject({
    name: z.string().min(1).max(LIMITS.variableName).check(because(variableNameProblem)),
    type: z.enum(VARIABLE_TYPES).optional(),
    required: z.boolean().optional().describe('True unless it is false or there is a default'),
    default: JsonSchema.check(because(defaultProblem)).optional().describe('Must be of the type'),
    description: plainText(LIMITS.variableDescription).optional(),
  })
  .check((context) => {
    const { type, default: value } = context.value;
    if (type === undefined || value === undefined || typeOf(value) === type) return;
    const message = `must be of the type ${type}, but is ${typeOf(value)}`;
    context.issues.push({ code: 'custom', message, input: value, path: ['default'] });
  })
  .openapi('VariableDeclaration', { example: { name: 'customer', type: 'string', required: true } });

/** What was sent of a declaration, and nothing of what was not. */
function declarationOf({
  name,
  type,
  required,
  default: value,
  description,
}: z.output<typeof VariableSchema>): VariableDeclaration {
  return {
    name,
    ...(type === undefined ? {} : { type }),
    ...(required === undefined ? {} : { required }),
    ...(value === undefined ? {} : { default: value }),
    ...(description === undefined ? {} : { description }),
  };
}

const VariablesSchema = z
  .array(VariableSchema)
  .max(LIMITS.variables)
  .check((context) => {
    const seen = new Set<string>();
    for (const [index, { name }] of context.value.entries()) {
      if (seen.has(name)) {
        context.issues.push({ code: 'custom', message: 'is declared twice', input: name, path: [index, 'name'] });
      }
      seen.add(name);
    }
  })
  .transform((declarations) => declarations.map(declarationOf));

export const MessageSchema = z
  .strictObject({
    role: z.enum(['system', 'user', 'assistant', 'tool']),
    content: z.string().max(LIMITS.contentBytes),
  })
  .openapi('Message', { example: { role: 'user', content: 'Hello {{customer}}' } });

/** A text or the messages of a chat, as the kind asks: the rest is checked by domain/check-content.ts, with positions. */
const contentFields = {
  text: z
    .string()
    .max(LIMITS.contentBytes)
    .optional()
    .describe(`For the kind text: 1 to ${LIMITS.contentBytes} bytes of UTF-8, a Mustache template`),
  messages: z
    .array(MessageSchema)
    .min(1)
    .max(LIMITS.messages)
    .optional()
    .describe(`For the kind chat: ${LIMITS.contentBytes} bytes of UTF-8 together at most`),
};

export const NewVersionSchema = z
  .strictObject({
    tag: TagSchema.optional().describe(
      'Without it: the next free patch after the newest version (after a pre-release, what it announced); first 1.0.0',
    ),
    ...contentFields,
    locale: LocaleSchema.optional().describe('Of the content; without it that of the entry'),
    changeMessage: plainText(LIMITS.changeMessage).optional(),
    variables: VariablesSchema.optional().describe(
      'Without them they are inferred from the template. With them they are kept as they are: what is used and not declared comes back as a warning, and is required when rendering',
    ),
    model: jsonObject(LIMITS.modelBytes)
      .openapi({ type: 'object', additionalProperties: true, example: { temperature: 0.2 } })
      .optional()
      .describe(`Settings for the model, any JSON object of ${LIMITS.modelBytes} bytes at most`),
    translations: z
      .array(z.strictObject({ locale: LocaleSchema, ...contentFields }).openapi('NewTranslation'))
      .max(LIMITS.translations)
      .optional()
      .describe('Of the same kind and, for a chat, with the same roles'),
  })
  .openapi('NewVersion', {
    example: {
      text: 'Hello {{customer}}',
      locale: 'en',
      changeMessage: 'A first draft',
      translations: [{ locale: 'fr', text: 'Bonjour {{customer}}' }],
    },
  });

export const TranslationBodySchema = z
  .strictObject(contentFields)
  .openapi('TranslationBody', { example: { text: 'Bonjour {{customer}}' } });

/** A new prompt or asset, its name under `name` or `key`; parsed, under `name`. */
export function newEntrySchema({ noun, nameField, kinds }: ContentDescriptor) {
  const kind = z.enum(kinds as readonly ('text' | 'chat')[]);
  const common = z.strictObject({
    // An asset is a text and need not say so.
    kind: kinds.length === 1 ? kind.default('text') : kind,
    ...descriptionFields,
    tags: EntryTagsSchema.optional(),
    locale: LocaleSchema.optional().describe('Of versions that name none; `en` unless said otherwise'),
    // No description here: it would become that of the schema, wherever it is used.
    version: NewVersionSchema.optional(),
  });
  return common
    .extend({ [nameField]: NameSchema })
    .openapi(`New${noun}`, {
      example: { [nameField]: 'support/greeting', kind: 'text', title: 'Greeting', tags: ['support'] },
    })
    .transform(({ [nameField]: name, ...rest }) => ({
      ...(rest as unknown as z.output<typeof common>),
      name: name as string,
    }));
}

export const patchSchema = ({ noun }: ContentDescriptor) =>
  z
    .strictObject({ ...descriptionFields, tags: EntryTagsSchema.nullable().optional() })
    .check((context) => {
      if (Object.keys(context.value).length > 0) return;
      const message = 'must have at least one of title, description, category and tags';
      context.issues.push({ code: 'custom', message, input: context.value });
    })
    .openapi(`${noun}Patch`, { example: { title: 'Greeting', category: 'support' } });

/** The query of a list of entries. */
export const entryFilterFields = {
  q: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'Words to look for in names, titles, tags, descriptions and the newest texts: each as a word’s beginning, without regard to case and accents',
    ),
  tag: EntryTagSchema.optional(),
  category: z.string().min(1).max(LIMITS.category).optional(),
};
