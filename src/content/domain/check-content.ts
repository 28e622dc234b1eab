import { utf8Length } from '../../kernel/bytes.ts';
import { AppError, type ErrorItem } from '../../kernel/errors.ts';
import { type Include, parseTemplate, type ParsedTemplate, type Position } from '../../templates/public.ts';
import { type Content, type Message, textsOf } from './content.ts';
import { LIMITS } from './limits.ts';
import { plainTextProblem } from './plain-text.ts';

/** A content as a request brings it. */
export interface ContentInput {
  text?: string | undefined;
  messages?: Message[] | undefined;
}

/** A text that parsed, and where in the request it stands. */
export interface PlacedTemplate {
  path: string;
  template: ParsedTemplate;
}

export interface PlacedInclude {
  path: string;
  include: Include;
}

export interface Checked {
  content: Content;
  templates: PlacedTemplate[];
}

/** The texts of what a request brings, checked or not. */
export const textsOfInput = ({ text, messages }: ContentInput): string[] => [
  ...(text === undefined ? [] : [text]),
  ...(messages ?? []).map(({ content }) => content),
];

const ERRORS_MAX = 100;

/** Collects what is wrong with a request, so that its author hears of everything at once. */
export class Findings {
  readonly errors: ErrorItem[] = [];

  add(path: string, message: string, code: string, position?: Position | null): void {
    if (this.errors.length >= ERRORS_MAX) return;
    this.errors.push({ path, message, code, ...(position === undefined || position === null ? {} : { position }) });
  }

  /** @throws AppError validation_failed when there are any */
  throwIfAny(): void {
    const [first] = this.errors;
    if (first === undefined) return;
    throw new AppError('validation_failed', `${first.path}: ${first.message}`, { errors: this.errors });
  }
}

/** Where the texts of a content stand in a request, in the order of `textsOf`. */
export const pathsOf = (content: Content, base: string): string[] =>
  'text' in content ? [`${base}text`] : content.messages.map((_, index) => `${base}messages[${index}].content`);

/**
 * Checks that a content fits its entry's kind, is within the limits and parses.
 * @param base what its paths begin with, such as `translations[0].`
 * @returns null when it fits too little to go on
 */
export function checkContent(
  kind: 'text' | 'chat',
  input: ContentInput,
  base: string,
  findings: Findings,
): Checked | null {
  const content = contentOf(kind, input, base, findings);
  if (content === null) return null;
  const texts = textsOf(content);
  const bytes = texts.reduce((sum, text) => sum + utf8Length(text), 0);
  if (bytes === 0 || bytes > LIMITS.contentBytes) {
    const path = `${base}${'text' in content ? 'text' : 'messages'}`;
    findings.add(
      path,
      `must have 1 to ${LIMITS.contentBytes} bytes in UTF-8, but has ${bytes}`,
      bytes === 0 ? 'too_small' : 'too_big',
    );
    return null;
  }
  const paths = pathsOf(content, base);
  const templates = texts.flatMap((text, index) => placed(text, paths[index] ?? base, findings));
  return { content, templates };
}

function contentOf(kind: 'text' | 'chat', input: ContentInput, base: string, findings: Findings): Content | null {
  const [wanted, other] = kind === 'text' ? (['text', 'messages'] as const) : (['messages', 'text'] as const);
  if (input[other] !== undefined)
    findings.add(`${base}${other}`, `the kind is ${kind}: send ${wanted}, not ${other}`, 'kind_mismatch');
  if (input[wanted] === undefined) {
    if (input[other] === undefined) findings.add(`${base}${wanted}`, `is needed: the kind is ${kind}`, 'required');
    return null;
  }
  if (input.text !== undefined && kind === 'text') return { text: input.text };
  // Rebuilt, so that what is hashed has these keys and no others.
  return { messages: (input.messages ?? []).map(({ role, content }) => ({ role, content })) };
}

function placed(text: string, path: string, findings: Findings): PlacedTemplate[] {
  const problem = plainTextProblem(text);
  if (problem !== null) {
    findings.add(path, problem, 'invalid_text');
    return [];
  }
  const parsed = parseTemplate(text);
  if (!parsed.ok) {
    for (const { message, code, position } of parsed.findings) findings.add(path, message, code, position);
    return [];
  }
  for (const { name, position } of parsed.template.variables) {
    if (name.length <= LIMITS.variableName) continue;
    findings.add(
      path,
      `a variable's name has at most ${LIMITS.variableName} characters`,
      'variable_name_too_long',
      position,
    );
  }
  return [{ path, template: parsed.template }];
}

/** A translation says the same to the same roles: whoever renders it must not be surprised. */
export function checkSameShape(own: Content, translated: Content, base: string, findings: Findings): void {
  if ('text' in own || 'text' in translated) return;
  if (own.messages.length !== translated.messages.length) {
    const message = `must have ${own.messages.length} messages, as the version has`;
    return findings.add(`${base}messages`, message, 'shape_mismatch');
  }
  for (const [index, { role }] of own.messages.entries()) {
    if (translated.messages[index]?.role === role) continue;
    findings.add(`${base}messages[${index}].role`, `must be ${role}, as in the version`, 'shape_mismatch');
  }
}

/** What texts include, each once a text. */
export function placedIncludes(templates: readonly PlacedTemplate[]): PlacedInclude[] {
  const found = new Map<string, PlacedInclude>();
  for (const { path, template } of templates) {
    for (const include of template.includes) {
      const key = `${path}\n${keyOfInclude(include)}`;
      if (!found.has(key)) found.set(key, { path, include });
    }
  }
  return [...found.values()];
}

/** An include by what it names. An empty tag: whatever is active. */
export interface IncludeRef {
  type: 'prompt' | 'asset';
  name: string;
  tag: string;
}

export const keyOfInclude = ({ type, name, tag }: Pick<Include, 'type' | 'name' | 'tag'>): string =>
  `${type}:${name}\n${tag ?? ''}`;

/** What texts include, each once; those that do not parse include nothing. */
export function includesOf(texts: readonly string[]): IncludeRef[] {
  const found = new Map<string, IncludeRef>();
  for (const text of texts) {
    const parsed = parseTemplate(text);
    if (!parsed.ok) continue;
    for (const include of parsed.template.includes) {
      found.set(keyOfInclude(include), { type: include.type, name: include.name, tag: include.tag ?? '' });
    }
  }
  return [...found.values()];
}
