import { type Content, textsOf } from '../../content/public.ts';
import { utf8Length } from '../../kernel/bytes.ts';
import { AppError, type ErrorItem } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/canonical-json.ts';
import { pickLocale } from '../../kernel/locale.ts';
import {
  inferVariables,
  parseTemplate,
  type ParsedTemplate,
  prepareVariables,
  RenderLimitError,
  renderTemplate,
  resolveIncludes,
  type Lookup,
  type VariableDeclaration,
} from '../../templates/public.ts';

/** One text of a version, and where in its content it stands. */
export interface SourceText {
  path: string;
  text: string;
}

/** All texts of one version together, in bytes of UTF-8: as long as a bundle may be. */
export const RESOLVED_MAX = 1_400_000;
const RENDERED_MAX = 10 * 1024 * 1024;

/** Puts includes in their place. @throws AppError incompatible, with every include that cannot be resolved */
export function resolveTexts(sources: readonly SourceText[], root: string, lookup: Lookup): ParsedTemplate[] {
  const errors: ErrorItem[] = [];
  const templates: ParsedTemplate[] = [];
  let left = RESOLVED_MAX;
  for (const { path, text } of sources) {
    const resolved = resolveIncludes(text, lookup, { root, maxBytes: Math.max(left, 0) });
    if (!resolved.ok) {
      errors.push(...resolved.findings.map((finding) => errorOf(path, root, finding)));
      continue;
    }
    left -= utf8Length(resolved.text);
    const parsed = parseTemplate(resolved.text);
    if (parsed.ok) templates.push(parsed.template);
    else errors.push(...parsed.findings.map(({ message, code }) => ({ path, message, code })));
  }
  if (errors.length === 0) return templates;
  throw new AppError('incompatible', `The includes do not fit together: ${errors[0]?.message ?? ''}`, {
    errors: errors.slice(0, 100),
  });
}

function errorOf(
  path: string,
  root: string,
  finding: { code: string; message: string; path: readonly string[]; position: ErrorItem['position'] | null },
): ErrorItem {
  const { code, message, position } = finding;
  // A position counts only in the text that it is in: behind an include that is another one, which the path then names.
  const within = finding.path.filter((key) => key !== root);
  const where = within.length === 0 ? path : `${path} > ${within.join(' > ')}`;
  return { path: where, message, code, ...(position === null || position === undefined ? {} : { position }) };
}

/**
 * Fits values to what templates need. What is used and not declared is required too.
 * @throws AppError missing_variables naming all, validation_failed for values of the wrong type
 */
export function fitVariables(
  templates: ParsedTemplate[],
  declared: readonly VariableDeclaration[],
  given: Record<string, JsonValue>,
): Record<string, JsonValue> {
  const known = new Set(declared.map(({ name }) => name));
  const undeclared = inferVariables(templates).filter(({ name }) => !known.has(name));
  const prepared = prepareVariables([...declared, ...undeclared], given);
  if (prepared.ok) return prepared.values;
  const errors = [
    ...prepared.missing.map((name) => ({ path: `variables.${name}`, message: 'is missing', code: 'missing' })),
    ...prepared.mistyped.map(({ name, expected, actual }) => ({
      path: `variables.${name}`,
      message: `must be ${expected}, but is ${actual}`,
      code: 'wrong_type',
    })),
  ];
  if (prepared.missing.length === 0) {
    throw new AppError('validation_failed', `Variables of the wrong type: ${names(prepared.mistyped)}.`, { errors });
  }
  const missing = prepared.missing.map((name) => ({ name }));
  throw new AppError('missing_variables', `Send values for: ${names(missing)}.`, { errors });
}

const names = (variables: readonly { name: string }[]): string => {
  const shown = variables.slice(0, 20).map(({ name }) => name);
  return variables.length > shown.length
    ? `${shown.join(', ')} and ${variables.length - shown.length} more`
    : shown.join(', ');
};

/** @throws AppError payload_too_large when the values would make it too long, or too much work */
export function renderTexts(templates: readonly ParsedTemplate[], values: Record<string, JsonValue>): string[] {
  let length = 0;
  return templates.map((template) => {
    const text = rendered(template, values);
    length += text.length;
    if (length > RENDERED_MAX) throw tooLarge(`The rendered texts exceed ${RENDERED_MAX} characters.`);
    return text;
  });
}

function rendered(template: ParsedTemplate, values: Record<string, JsonValue>): string {
  try {
    return renderTemplate(template, values);
  } catch (error) {
    if (error instanceof RenderLimitError) throw tooLarge(error.message);
    throw error;
  }
}

const tooLarge = (detail: string): AppError => new AppError('payload_too_large', detail);

/** A content with other texts in their order. */
export function withTexts(content: Content, texts: readonly string[]): Content {
  if ('text' in content) return { text: texts[0] ?? '' };
  return { messages: content.messages.map(({ role }, index) => ({ role, content: texts[index] ?? '' })) };
}

/** What is served of a prompt: every locale, its includes in their place. */
export interface ServedPrompt {
  /** Its own locale, the last to fall back to. */
  locale: string;
  locales: Readonly<Record<string, { text: string } | { messages: readonly { role: string; content: string }[] }>>;
  variables: readonly VariableDeclaration[];
}

/** Renders what is served. @throws AppError missing_variables, validation_failed, payload_too_large */
export function renderServed(
  { locale: own, locales, variables }: ServedPrompt,
  given: Record<string, JsonValue>,
  wanted: string | null,
): { content: Content; locale: string } {
  const locale = pickLocale(wanted, new Set(Object.keys(locales)), own);
  const content = locales[locale] as Content | undefined;
  if (content === undefined) throw new Error('a prompt is served without its own locale');
  const templates = textsOf(content).map((text) => {
    const parsed = parseTemplate(text);
    // What does not parse cannot become active.
    if (!parsed.ok) throw new Error(`an active template does not parse: ${parsed.findings[0]?.code ?? ''}`);
    return parsed.template;
  });
  return { content: withTexts(content, renderTexts(templates, fitVariables(templates, variables, given))), locale };
}
