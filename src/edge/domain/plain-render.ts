import type { JsonValue } from '../../kernel/canonical-json.ts';
import { canonicalLocale } from '../../kernel/locale.ts';
import { subjectProblem } from '../../kernel/names.ts';

/** What a render asks for. */
export interface RenderWish {
  variables: Record<string, JsonValue>;
  locale: string | null;
  subject: string | null;
}

/** Of a variable's name. */
export const VARIABLE_MAX = 255;
const LOCALE_MAX = 35;

/**
 * A render's body as callers mostly write it; null for any other: RenderSchema (../schemas.ts) then takes it, or says
 * what is wrong with it. Read by hand, since a schema costs more than the render.
 */
export function plainRender(body: unknown): RenderWish | null {
  if (!isRecord(body)) return null;
  let variables: Record<string, JsonValue> = {};
  let locale: string | null = null;
  let subject: string | null = null;
  for (const [key, value] of Object.entries(body)) {
    if (key === 'variables' && isRecord(value) && Object.keys(value).every(isPlainName)) {
      variables = value as Record<string, JsonValue>;
    } else if (key === 'locale' && typeof value === 'string' && value.length <= LOCALE_MAX) {
      locale = canonicalLocale(value);
      if (locale === null) return null;
    } else if (key === 'subject' && typeof value === 'string' && subjectProblem(value) === null) {
      subject = value;
    } else return null;
  }
  return { variables, locale, subject };
}

const isPlainName = (name: string): boolean => name.length <= VARIABLE_MAX;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
