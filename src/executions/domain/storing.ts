import type { JsonValue } from '../../kernel/canonical-json.ts';
import { maskJson, maskText } from '../../privacy/public.ts';
import type { Storing } from './execution.ts';

/** What is stored of a text. JSON stays JSON. */
export function storedText(storing: Storing, text: string): string | null {
  if (storing === 'none') return null;
  return storing === 'masked' ? maskedText(text) : text;
}

/** What is stored of a JSON value. */
export function storedJson<T extends JsonValue | null>(storing: Storing, value: T): T | null {
  if (storing === 'none' || value === null) return null;
  return storing === 'masked' ? (maskJson(value) as T) : value;
}

/** An answer or arguments that are a JSON object or array are masked by their keys too, as inputs are; written anew only where something was found. */
function maskedText(text: string): string {
  const asText = maskText(text);
  try {
    const value = /^\s*[[{]/.test(text) ? (JSON.parse(text, asWritten) as JsonValue) : null;
    const whole = JSON.stringify(value);
    const masked = JSON.stringify(maskJson(value));
    // What is the same as a text may be hidden in a key that comes twice: then only the last is left.
    return value === null || (masked === whole && asText === text) ? asText : masked;
  } catch {
    // No JSON, or so deep that it cannot be written.
    return asText;
  }
}

/** Integers that JavaScript would round are taken as their digits, which may be a card's. */
function asWritten(this: unknown, _key: string, value: unknown, { source }: { source?: string } = {}): unknown {
  const isRounded = typeof value === 'number' && (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER);
  return isRounded ? (source ?? String(value)) : value;
}
