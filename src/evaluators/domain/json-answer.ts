import type { JsonValue } from '../../kernel/canonical-json.ts';

/** A text within the one Markdown fence that is around all of it, or the text itself. */
export const unfenced = (text: string): string =>
  /^```[\w-]*[ \t]*\r?\n([^]*?)\r?\n?```$/.exec(text.trim())?.[1] ?? text.trim();

/** The JSON value that a text is; undefined: it is none. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Whether a value nests deeper than so many levels; looks no deeper. */
export function isDeeperThan(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(child, levels - 1));
}

/**
 * The objects in a text that has other things in it, in their order. One pass: braces are counted outside of strings,
 * and an object that stands in another is the other's.
 */
export function objectsIn(text: string): { [key: string]: JsonValue }[] {
  const found: { [key: string]: JsonValue }[] = [];
  let [depth, from, inString] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
    } else if (depth > 0 && character === '"') inString = true;
    else if (character === '{') {
      if (depth++ === 0) from = at;
    } else if (character === '}' && depth > 0 && --depth === 0) {
      const value = parseJson(text.slice(from, at + 1));
      if (value !== undefined) found.push(value as { [key: string]: JsonValue });
    }
  }
  return found;
}
