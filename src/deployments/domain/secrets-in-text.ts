/** Something found in a text that does not belong there. Never the thing itself: findings are stored, shown and logged. */
export interface Sighting {
  /** For people: `an AWS access key`. */
  what: string;
  /** Counted from 1. */
  line: number;
}

interface Shape {
  what: string;
  /** Every repetition is bounded or ends with its token, and starts at a token's beginning only: time is linear in the text. */
  pattern: RegExp;
}

// Shapes as their issuers document them; lengths are lower bounds, since issuers lengthen them now and then.
const SHAPES: readonly Shape[] = [
  { what: 'an AWS access key', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g },
  { what: 'a GitHub token', pattern: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22})/g },
  { what: 'a GitLab token', pattern: /(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20}/g },
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
  },
  // API keys (`fl_`) and refresh tokens (`flr_`).
  { what: 'a Footlight key', pattern: /(?<![A-Za-z0-9])flr?_[0-9a-z]{26}_[A-Za-z0-9_-]{26}/g },
];

/** `sk-xxxxxxxx…` is how people write that a key goes here. */
const MADE_UP = /x{6}/i;

/** `password: …`, `"api_key": "…"`, `CLIENT_SECRET=…`: the value is its first group. */
const ASSIGNMENT =
  /(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key)["'`*]{0,4}[ \t]{0,8}[:=][:=>]?["'`*]{0,4}[ \t]{0,8}(?:Bearer[ \t]{1,4})?(\S{8,256})/gi;
/** `postgres://user:…@host`: the value is its first group. */
const IN_URL = /:\/\/[^\s:@/]{1,100}:([^\s:@/]{8,256})@/g;

/** Where a value only stands for one: `<token>`, `[token]`, `${TOKEN}`, `%TOKEN%`, `xxxx…`, `your-…`. */
const PLACEHOLDERS: readonly RegExp[] = [
  /^[<[]|^\$[{(]|^\$[A-Z_]+$|^%[A-Z_]+%$/i,
  /^[x0*•.…_#?-]+$/i,
  /^(?:your|my|the|some|insert|replace|enter|example|sample|dummy|fake|placeholder)[_-]/i,
  /^(?:placeholder|change[_-]?me|redacted|required|optional|undefined)$/i,
  /^(?:process\.env|import\.meta|os\.environ|env)\b/i,
];
const VALUE_MIN = 8;

/** Keys, tokens and passwords that a text seems to hold: the first of each kind. In time linear in the text. */
export function findSecrets(text: string): Sighting[] {
  const sightings = SHAPES.flatMap(({ what, pattern }) => {
    const found = text.matchAll(pattern).find(([match]) => !MADE_UP.test(match));
    return found === undefined ? [] : [{ what, line: lineAt(text, found.index) }];
  });
  for (const pattern of [ASSIGNMENT, IN_URL]) {
    const found = firstValue(text, pattern);
    if (found === null) continue;
    sightings.push({ what: 'a password or token', line: lineAt(text, found) });
    break;
  }
  return sightings;
}

/** Where a pattern's first value that looks like a real one stands, or null. */
function firstValue(text: string, pattern: RegExp): number | null {
  for (const match of text.matchAll(pattern)) {
    if (isSecretValue(match[1] ?? '')) return match.index;
  }
  return null;
}

function isSecretValue(raw: string): boolean {
  // What a variable stands for is not in the text; what stands beside it is.
  const literal = raw.replace(/\{\{[^{}]{0,255}(?:\}\}|$)/g, '').replace(/^["'`*(]+|["'`*),.;}\]]+$/g, '');
  return literal.length >= VALUE_MIN && !PLACEHOLDERS.some((placeholder) => placeholder.test(literal));
}

/** The line of an offset, counted from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
