const NO_CACHE = /(?:^|,)\s*no-cache\s*(?:$|[,=])/i;

/** Whether a request's Cache-Control asks for the truth rather than a copy. */
export const asksForTruth = (cacheControl: string | null): boolean =>
  cacheControl !== null && NO_CACHE.test(cacheControl);
