/** What a dataset may hold. Bytes are UTF-8. */
export const LIMITS = {
  /** Live ones, of a tenant. */
  datasets: 200,
  description: 2000,
  /** Of one version. */
  items: 10_000,
  /** Added by one call in JSON; an import brings as many as a version may have. */
  itemsACall: 1000,
  /** Of an import's body. */
  importBytes: 8 * 1024 * 1024,
  /** Of one item, as it is kept. */
  itemBytes: 131_072,
  variables: 500,
  /** Of a variable, and of a key of the metadata. */
  name: 100,
  expected: 65_536,
  metadataBytes: 16_384,
  jsonDepth: 100,
  /** Of all versions together: what was taken out or changed stays for the evaluations that have used it. */
  storedItems: 100_000,
  storedBytes: 256 * 1024 * 1024,
  /** Of an export as CSV. */
  columns: 1000,
} as const;
