import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../kernel/bytes.ts';
import { AppError } from '../kernel/errors.ts';

/** One page of a list, and where the next begins. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

export type CursorParts = readonly (string | number)[];

/** Where a page ends, opaque to callers. */
export const encodeCursor = (parts: CursorParts): string => toBase64Url(utf8(JSON.stringify(parts)));

/** The parts of a cursor of ours. @throws AppError validation_failed */
export function decodeCursor<const K extends readonly ('string' | 'number')[]>(
  cursor: string,
  kinds: K,
): { -readonly [I in keyof K]: K[I] extends 'string' ? string : number } {
  try {
    const parts: unknown = JSON.parse(fromUtf8(fromBase64Url(cursor)));
    if (Array.isArray(parts) && parts.length === kinds.length && kinds.every((kind, i) => typeof parts[i] === kind)) {
      return parts as never;
    }
  } catch {
    // Told below.
  }
  throw new AppError('validation_failed', 'The cursor is not one of ours. Pass nextCursor as it came.', {
    errors: [{ path: 'query.cursor', message: 'is not a cursor of this list', code: 'invalid_cursor' }],
  });
}

/**
 * Makes a page of rows that were read with one more than its limit.
 * @param cursorOf where a row stands in the list's order
 */
export function toPage<R, T>(
  rows: R[],
  limit: number,
  cursorOf: (row: R) => CursorParts,
  present: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(present),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null,
  };
}
