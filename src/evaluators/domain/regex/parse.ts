/** A regular expression, as far as it is regular: what is matched in time that grows with the text alone. */
export type Node =
  /** One character: a letter, a class, an escape, a dot; as it is written. */
  | { kind: 'character'; source: string }
  | { kind: 'assertion'; of: '^' | '$' | 'b' | 'B' }
  | { kind: 'sequence'; of: Node[] }
  | { kind: 'choice'; of: Node[] }
  | { kind: 'repetition'; of: Node; min: number; max: number };

/** Why a pattern will not do. */
export class PatternError extends Error {}

/**
 * Reads a pattern that JavaScript understands with the flag `u`; what needs backtracking is refused. The pattern has
 * been compiled by `new RegExp` before, so that its grammar need not be checked here.
 * @throws PatternError
 */
export function parsePattern(pattern: string): Node {
  const reader = new Reader(pattern);
  return reader.choice();
}

const QUANTIFIER = /[*+?]\??|\{(\d+)(,(\d*))?\}\??/y;
const ESCAPE =
  /\\(?:u\{[0-9a-f]+\}|u[0-9a-f]{4}(?:(?<=u[d][89ab][0-9a-f]{2})\\u[d][c-f][0-9a-f]{2})?|x[0-9a-f]{2}|c[a-z]|p\{[^}]*\}|[^])/iuy;
const CLASS = /\[(?:\\[^]|[^\]\\])*\]/uy;

class Reader {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  choice(): Node {
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    const [first] = options;
    return options.length === 1 && first !== undefined ? first : { kind: 'choice', of: options };
  }

  #sequence(): Node {
    const of: Node[] = [];
    while (this.#at < this.#pattern.length && !this.#sees('|') && !this.#sees(')')) of.push(this.#repeated());
    return { kind: 'sequence', of };
  }

  #repeated(): Node {
    const of = this.#single();
    const found = this.#match(QUANTIFIER);
    if (found === null) return of;
    const [text, least, comma, most] = found;
    if (least === undefined) {
      return { kind: 'repetition', of, min: text.startsWith('+') ? 1 : 0, max: text.startsWith('?') ? 1 : Infinity };
    }
    const min = Number(least);
    return { kind: 'repetition', of, min, max: comma === undefined ? min : most === '' ? Infinity : Number(most) };
  }

  #single(): Node {
    if (this.#take('^')) return { kind: 'assertion', of: '^' };
    if (this.#take('$')) return { kind: 'assertion', of: '$' };
    if (this.#sees('(')) return this.#group();
    if (this.#sees('[')) return { kind: 'character', source: this.#match(CLASS)?.[0] ?? '' };
    if (this.#sees('\\')) return this.#escape();
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return { kind: 'character', source: character };
  }

  #group(): Node {
    this.#at++;
    if (this.#take('?')) {
      const named = this.#match(/<[^=!][^>]*>/uy) !== null;
      if (!named && !this.#take(':')) {
        throw new PatternError(
          'must not look ahead or behind, nor change flags inside: only what is matched in linear time is taken',
        );
      }
    }
    const inside = this.choice();
    this.#take(')');
    return inside;
  }

  #escape(): Node {
    const source = this.#match(ESCAPE)?.[0] ?? '';
    const letter = source.charAt(1);
    if (letter === 'b' || letter === 'B') return { kind: 'assertion', of: letter };
    if (/[1-9k]/.test(letter)) {
      throw new PatternError('must not refer back to a group: only what is matched in linear time is taken');
    }
    return { kind: 'character', source };
  }

  #sees(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#at += text.length;
    return true;
  }

  #match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#pattern);
    if (found !== null) this.#at += found[0].length;
    return found;
  }
}
