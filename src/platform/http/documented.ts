/** Headers as the OpenAPI document has them: each once, referred to where it is real. Nothing is checked by these; whoever reads a header does. */

const text = (description: string) => ({ description, schema: { type: 'string' as const } });
const count = (description: string) => ({ description, schema: { type: 'integer' as const, minimum: 0 } });

/** Of answers. */
export const DOCUMENTED_HEADERS = {
  'Content-Location': text('The execution whose events these are'),
  ETag: text('Of what is served, for If-None-Match'),
  'Idempotency-Replayed': text('`true`: this is the answer that was given under the same Idempotency-Key before'),
  'Retry-After': count('With 429: how many seconds to wait'),
  'Server-Timing': text('Which store answered: `memory`, `kv` or `d1`'),
  'X-Generation': count('The generation of the environment since which this is served'),
  'X-Request-Id': text("The request's, in the log and in problems; a caller's own is kept"),
};

/** Of requests. */
export const DOCUMENTED_PARAMETERS = {
  'Idempotency-Key': {
    ...text('The first success under it is remembered for a day, and given again to its repetitions'),
    schema: { type: 'string' as const, pattern: '^[!-~]{1,255}$' },
    name: 'Idempotency-Key',
    in: 'header' as const,
  },
  'If-None-Match': {
    ...text('ETags that the caller has: 304 where one of them is still served'),
    name: 'If-None-Match',
    in: 'header' as const,
  },
};

/** For `headers` of a response. */
export const documentedHeaders = (...names: (keyof typeof DOCUMENTED_HEADERS)[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** For `parameters` of a route. */
export const documentedParameter = (name: keyof typeof DOCUMENTED_PARAMETERS) => ({
  $ref: `#/components/parameters/${name}`,
});
