/** Whether an If-None-Match header names an entity tag: a list or `*`, compared weakly (RFC 9110, 13.1.2). */
export function matchesEntityTag(header: string, etag: string): boolean {
  if (header === etag) return true;
  if (header.trim() === '*') return true;
  return header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag);
}

/** The generation of an X-Min-Generation header: 0 without one, null when it is malformed. */
export function parseGeneration(header: string | null): number | null {
  if (header === null) return 0;
  return /^\d{1,15}$/.test(header) ? Number(header) : null;
}
