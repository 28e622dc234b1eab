import type { JsonValue } from '../../kernel/canonical-json.ts';
import { isCardNumber } from './cards.ts';
import { maskText, placeholder } from './mask-text.ts';
import { plainly } from './separators.ts';

type Container = JsonValue[] | { [key: string]: JsonValue };

/** A container and its masked copy, still to be filled. */
interface Pending {
  from: Container;
  to: Container;
  /** What the values are called: an array's are called like the array. */
  name: string;
}

/**
 * The value with `maskText` done to every string and key within, and to what only its key tells: a string named like a password, token or key
 * is `[secret]`, and so is a number of eight digits; digits named like a telephone or social security number are `[phone]` or `[ssn]`. A number
 * that is a card's is `[card]`.
 * Keys that become the same are told apart (`[email]`, `[email] (2)`); nothing is lost, at any depth, and the value itself is not changed.
 */
export function maskJson(value: JsonValue): JsonValue {
  const pending: Pending[] = [];
  const masked = maskValue(value, '', pending);
  // A list of what is left, not calls within calls: no depth is too deep.
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) fill(next, pending);
  return masked;
}

function fill({ from, to, name }: Pending, pending: Pending[]): void {
  if (Array.isArray(from)) {
    for (const item of from) (to as JsonValue[]).push(maskValue(item, name, pending));
    return;
  }
  const keys = new Keys();
  for (const [key, child] of Object.entries(from)) {
    const maskedKey = keys.add(maskText(key));
    // Defined, not assigned: `__proto__` is a key like any other.
    Object.defineProperty(to, maskedKey, {
      value: maskValue(child, maskedKey, pending),
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
}

function maskValue(value: JsonValue, name: string, pending: Pending[]): JsonValue {
  if (typeof value === 'string') return maskNamed(value, name) ?? maskText(value);
  if (typeof value === 'number') return maskNumber(value, name);
  if (typeof value !== 'object' || value === null) return value;
  const to: Container = Array.isArray(value) ? [] : {};
  pending.push({ from: value, to, name: Array.isArray(value) ? name : '' });
  return to;
}

/** Telephones have seven digits, and so has the least social security number, 001-01-0001. */
const NUMBER_MIN = 1_000_000;
const SECRET_MIN = 8;

function maskNumber(value: number, name: string): JsonValue {
  if (!Number.isSafeInteger(value) || value < NUMBER_MIN) return value;
  const digits = String(value);
  if (digits.length >= SECRET_MIN && isNamed(name, SECRET)) return placeholder('secret');
  if (isCardNumber(digits)) return placeholder('card');
  // A number has lost the zeros before it.
  return maskDigits(isNamed(name, SOCIAL_SECURITY) ? digits.padStart(9, '0') : digits, name) ?? value;
}

function maskNamed(text: string, name: string): string | null {
  if (text === '' || name === '' || /^\[[a-z]+\]$/.test(text)) return null;
  if (isNamed(name, SECRET)) return placeholder('secret');
  const digits = maskDigits(text, name);
  if (digits !== null) return digits;
  const label = isNamed(name, PHONE) ? 'phone: ' : isNamed(name, SOCIAL_SECURITY) ? 'ssn: ' : null;
  // `4155550100, evenings`: read as a text that names it.
  return label === null ? null : maskText(label + text).slice(label.length);
}

function maskDigits(text: string, name: string): string | null {
  if (/^\d{9}$/.test(text) && isNamed(name, SOCIAL_SECURITY)) return placeholder('ssn');
  const isDialled = /^[\d +().\-/]{7,32}$/.test(plainly(text.slice(0, 33))) && /^(?:\D*\d){7,15}\D*$/.test(text);
  return isDialled && isNamed(name, PHONE) ? placeholder('phone') : null;
}

// Names as words with one space between, `dbpassword` as what it ends with. `token` only at the end: a tokenizer, a list of tokens and a token count are no secrets.
const SECRET =
  /(?:^| )(?:(?:passwords?|passwd|pwd|passphrases?|secrets?|apikeys?|credentials?)(?: |$)|(?:api|access|secret|private) ?keys?(?: |$))|(?:password|passwd|passphrase|secret|token|authorization|(?:api|access|private) ?key)$/;
const PHONE = /(?:^| )(?:phones?|telephone|telefon|tel|mobile|fax|cell|whatsapp)(?: ?(?:number|no|nr))?s?$/;
const SOCIAL_SECURITY = /(?:^| )(?:ssn|social security(?: (?:number|no))?)$/;
const NAME_MAX = 256;

/** `clientSecret`, `client_secret`, `CLIENT-SECRET`: `client secret`. What a placeholder in a key says is no part of the name. */
function isNamed(name: string, names: RegExp): boolean {
  const words = name
    .slice(0, NAME_MAX)
    .replace(/\[(?:secret|card|iban|ssn|email|phone)\](?: \(\d+\))?/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
  return names.test(words);
}

/** The keys of one object, each once. */
class Keys {
  readonly #taken = new Set<string>();
  readonly #counts = new Map<string, number>();

  add(key: string): string {
    let free = key;
    let count = this.#counts.get(key) ?? 1;
    while (this.#taken.has(free)) {
      count += 1;
      free = `${key} (${count})`;
    }
    this.#counts.set(key, count);
    this.#taken.add(free);
    return free;
  }
}
