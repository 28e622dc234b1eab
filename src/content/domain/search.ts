/** What full-text search counts as a word: what SQLite's unicode61 tokenizer keeps, and marks, which it may split at. */
const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;

/** The words of what somebody looks for; its operators and punctuation are none. */
export const wordsOfQuery = (query: string): string[] => [...new Set(query.match(WORD) ?? [])];
