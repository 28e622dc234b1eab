/** What the ordinary scenarios say: one string for each chunk. */
export const TOKENS: readonly string[];
export const TEXT: string;
export const WIDE_TEXT: string;
export const JSON_TEXT: string;
export const TOOL_CALLS: readonly { id: string; name: string; pieces: readonly string[] }[];
export const USAGE: { input: number; output: number };
