/** How two texts are made alike before they are compared. */
export interface TextOptions {
  trim?: boolean;
  ignoreCase?: boolean;
  ignorePunctuation?: boolean;
  collapseWhitespace?: boolean;
}

/** Equal to the eye is equal: NFC. Then whatever is not to count is taken out. */
export function normalText(text: string, options: TextOptions): string {
  let normal = text.normalize('NFC');
  if (options.ignoreCase === true) normal = normal.toLowerCase();
  if (options.ignorePunctuation === true) normal = normal.replace(/[\p{P}\p{S}]/gu, '');
  if (options.collapseWhitespace === true) normal = normal.replace(/\s+/g, ' ');
  return options.trim === true ? normal.trim() : normal;
}

/** A text's Unicode characters: what people, Python and JSON Schema count, not UTF-16 units. */
export const charactersOf = (text: string): string[] => Array.from(text);
