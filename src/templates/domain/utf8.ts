/** The length of a text in UTF-8 bytes, counted without encoding it. A lone surrogate counts as its replacement, 3. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.codePointAt(at) ?? 0;
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit < 0x10000 ? 3 : 4;
    if (unit >= 0x10000) at += 1;
  }
  return bytes;
}
