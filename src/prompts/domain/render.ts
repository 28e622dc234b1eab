import { type Content, textsOf } from '../../content/public.ts';
import { utf8Length } from '../../kernel/bytes.ts';
import { AppError, type ErrorItem } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/canonical-json.ts';
import { pickLocale } from '../../kernel/locale.ts';
import {
  fillTexts,
  fitValues,
  inferVariables,
  parseTemplate,
  type ParsedTemplate,
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
  return fitValues([...declared, ...undeclared], given);
}

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

/** Renders what is served. @throws AppError missing_variables, validation_failed */
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
  return { content: withTexts(content, fillTexts(templates, fitVariables(templates, variables, given))), locale };
}
