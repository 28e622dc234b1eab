/** A message as it came, with what every message has. */
export interface DeadMessage {
  readonly v: number;
  readonly id: string;
  readonly tenantId: string;
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly body: unknown;
}

/** Why a message could not be handled. */
export interface DeathCause {
  readonly code: string;
  readonly message: string;
}

/** A dead letter is kept for so long (ms). */
export const DEAD_LETTER_MS = 30 * 24 * 60 * 60_000;

/**
 * What may be said of a message that is nobody's: its form. Its contents might be somebody's.
 * @returns the names and kinds of what stands in it
 */
export function outlineOf(raw: unknown): string {
  const kind = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
  if (kind(raw) !== 'object') return kind(raw);
  const fields = Object.entries(raw as object).map(([name, value]) => `${name}: ${kind(value)}`);
  return `{ ${fields.join(', ')} }`.slice(0, 500);
}
