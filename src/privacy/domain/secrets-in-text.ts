import { assignedValueSpans, seenValueSpans, urlPasswordSpans } from './assigned-values.ts';
import { endOf, firstSighting } from './sighting.ts';
import type { Sighting, Span } from './sighting.ts';

interface Shape {
  what: string;
  /** Every repetition is bounded or ends with its token, and starts at a token's beginning only: time is linear in the text. */
  pattern: RegExp;
  /** What else belongs to it: patterns ask for the least that a key has. */
  rest?: RegExp;
}

const TOKEN = /[A-Za-z0-9_-]*/y;

// Shapes as their issuers document them; lengths are lower bounds, since issuers lengthen them now and then.
const SHAPES: readonly Shape[] = [
  { what: 'an AWS access key', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g },
  { what: 'a GitHub token', pattern: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22})/g },
  { what: 'a GitLab token', pattern: /(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20}/g, rest: /[A-Za-z0-9_-]*(?:\.[\w-]+)*/y },
  { what: 'a Slack token', pattern: /(?<![A-Za-z0-9])(?:xox[a-z]|xapp)-[A-Za-z0-9-]{10}/g },
  { what: 'a Stripe key', pattern: /(?<![A-Za-z0-9])(?:sk|rk)_live_[A-Za-z0-9]{16}/g },
  { what: 'an Anthropic key', pattern: /(?<![A-Za-z0-9])sk-ant-[A-Za-z0-9_-]{16}/g },
  {
    what: 'an OpenAI key',
    pattern: /(?<![A-Za-z0-9])sk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{16}|[A-Za-z0-9]{20})/g,
  },
  { what: 'a Google API key', pattern: /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}/g },
  { what: 'a private key', pattern: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g },
  {
    what: 'a JSON web token',
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8}/g,
    // An encrypted one has five parts.
    rest: /[A-Za-z0-9_-]*(?:\.[\w-]+)*/y,
  },
  // API keys (`fl_`) and refresh tokens (`flr_`).
  { what: 'a Footlight key', pattern: /(?<![A-Za-z0-9])flr?_[0-9a-z]{26}_[A-Za-z0-9_-]{26}/g },
];

/** What is masked beside them: other providers' keys, and what follows `Bearer` when it is no word. */
const MASKED_SHAPES: readonly Shape[] = [
  {
    what: "another provider's key",
    pattern:
      /(?<![A-Za-z0-9])(?:hf_|gsk_|r8_|xai-|pplx-|csk-|nvapi-|sk_test_|rk_test_|sk-[a-z]{2,10}-(?=[A-Za-z_-]{0,80}\d)(?:v1-)?)[A-Za-z0-9_-]{20}/g,
  },
  {
    what: 'a bearer token',
    pattern:
      /(?<=(?<![A-Za-z0-9])Bearer[ \t]{1,4})(?=[A-Za-z._~+/=-]{0,80}\d|[A-Za-z._~+/=-]{40})[A-Za-z0-9._~+/=-]{16}/gi,
    rest: /[A-Za-z0-9._~+/=-]*/y,
  },
];

/** `sk-xxxxxxxx…` is how people write that a key goes here. */
const MADE_UP = /x{6}/i;
const PRIVATE_KEY = 'a private key';

/** Keys, tokens and passwords that a text seems to hold: the first of each kind. In time linear in the text. */
export function findSecrets(text: string): Sighting[] {
  const shaped = SHAPES.flatMap((shape) => firstSighting(shape.what, text, shapeSpans(text, shape)));
  return [...shaped, ...firstSighting('a password or token', text, seenValueSpans(text))];
}

/** Everything that is masked as a secret. Spans may overlap. */
export function* secretSpans(text: string): Generator<Span> {
  for (const shape of [...SHAPES, ...MASKED_SHAPES]) yield* shapeSpans(text, shape);
  yield* assignedValueSpans(text);
  yield* urlPasswordSpans(text);
}

function* shapeSpans(text: string, { what, pattern, rest = TOKEN }: Shape): Generator<Span> {
  const blocks = new Blocks(text);
  let past = 0;
  for (const { 0: match, index } of text.matchAll(pattern)) {
    if (index < past || MADE_UP.test(match)) continue;
    const least = index + match.length;
    past = what === PRIVATE_KEY ? blocks.end(least) : endOf(rest, text, least);
    yield { start: index, end: past };
  }
}

/** How far from its first line a key's last one may be, in UTF-16 units. */
const BLOCK_MAX = 32 * 1024;
const BLOCK_END = /-----END (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
/** The lines of a block that was cut off; in JSON, line breaks are written `\n`. */
const BLOCK_LINES = /(?:(?:\\[nr]|\s){1,4}[A-Za-z0-9+/=]{16,})*/y;

/** Finds where blocks end; asked from left to right, it looks for each end once. */
class Blocks {
  readonly #text: string;
  #next = { start: -1, end: -1 };

  constructor(text: string) {
    this.#text = text;
  }

  end(from: number): number {
    if (this.#next.start < from) {
      BLOCK_END.lastIndex = from;
      const found = BLOCK_END.exec(this.#text);
      this.#next = { start: found?.index ?? Infinity, end: BLOCK_END.lastIndex };
    }
    return this.#next.start - from <= BLOCK_MAX ? this.#next.end : endOf(BLOCK_LINES, this.#text, from);
  }
}
