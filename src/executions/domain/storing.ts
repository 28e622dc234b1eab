import type { JsonValue } from '../../kernel/canonical-json.ts';
import { maskJson, maskText } from '../../privacy/public.ts';
import type { Storing } from './execution.ts';

/** What is stored of a text. */
export function storedText(storing: Storing, text: string): string | null {
  if (storing === 'none') return null;
  return storing === 'masked' ? maskText(text) : text;
}

/** What is stored of a JSON value. */
export function storedJson<T extends JsonValue | null>(storing: Storing, value: T): T | null {
  if (storing === 'none' || value === null) return null;
  return storing === 'masked' ? (maskJson(value) as T) : value;
}
