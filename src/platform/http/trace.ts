// The version ff is forbidden (W3C Trace Context, 3.2.2.1).
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** The trace id of a W3C traceparent header, or null when it is absent or malformed. */
export function traceIdOf(header: string | null): string | null {
  const match = header === null ? null : TRACEPARENT.exec(header);
  const traceId = match?.[1];
  return traceId === undefined || traceId === '0'.repeat(32) || match?.[2] === '0'.repeat(16) ? null : traceId;
}

/** A caller's own request id where it is well formed. */
export const wellFormedRequestId = (header: string | null): string | null =>
  header !== null && REQUEST_ID.test(header) ? header : null;
