/** Bytes as base64url without padding (RFC 4648, 5). */
export const toBase64Url = (bytes: Uint8Array): string => bytes.toBase64({ alphabet: 'base64url', omitPadding: true });

/** The bytes of a base64url text, padded or not. @throws SyntaxError */
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.fromBase64(text, { alphabet: 'base64url' });

/** A text in UTF-8. The types of Workers do not say that its buffer is its own. */
export const utf8 = (text: string): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;

// Made once: making one takes five times as long as reading a question by it.
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** What bytes say in UTF-8, a byte order mark left out. @throws TypeError where they are none: nothing is replaced unseen */
export const fromStrictUtf8 = (bytes: ArrayBuffer): string => STRICT.decode(bytes);

export const fromUtf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** How many bytes a text has in UTF-8. */
export const utf8Length = (text: string): number => utf8(text).length;
