/** Milliseconds in, ISO 8601 UTC out. */
export const timestamp = (at: number): string => new Date(at).toISOString();
export const optionalTimestamp = (at: number | null): string | null => (at === null ? null : timestamp(at));
