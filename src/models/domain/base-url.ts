/**
 * Where tenants may have their providers asked. What is looked at is the URL alone: a public name that resolves to a
 * private address is for the network to refuse, and Workers' network reaches none.
 */

export const BASE_URL_MAX = 500;

/**
 * Why a URL will not do as a provider's base URL, or null when it will: asked when it is set, and again before each
 * request.
 * @param allowLoopback lets this machine be named, over plain http too: local development only
 */
export function baseUrlProblem(url: string, { allowLoopback }: { allowLoopback: boolean }): string | null {
  if (url.length > BASE_URL_MAX) return `must have ${BASE_URL_MAX} characters at most`;
  // The URL parser drops tabs and line breaks, reads \ as / and folds other digits into ours: nothing of that is needed.
  if (!/^[\x21-\x5b\x5d-\x7e]*$/.test(url)) return 'must be visible ASCII without backslashes';
  if (!/^https?:\/\/[^/]/i.test(url) || !URL.canParse(url)) return 'must be an absolute https URL';
  const { href, protocol, hostname, port } = new URL(url);
  if (href.length > BASE_URL_MAX) return `must have ${BASE_URL_MAX} characters at most, percent-encoded`;
  if (/^[^/]*\/\/[^/]*@/.test(url)) return 'must not have a user or password in it';
  if (/[?#]/.test(url)) return 'must not have a query or fragment';
  if (port === '0') return 'must not have the port 0';
  const host = hostname.toLowerCase();
  if (allowLoopback && isLoopback(host)) return null;
  if (protocol !== 'https:') return 'must be https';
  return hostProblem(host);
}

/** A base URL that will do in its one form: parsed, and without a slash at its end. */
export const canonicalBaseUrl = (url: string): string => new URL(url).href.replace(/\/+$/, '');

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);

const PRIVATE = 'must not name a private, local or reserved address';

/** @param host as the URL parser writes it: IPv4 in dotted decimals whatever it was written in, IPv6 in brackets */
function hostProblem(host: string): string | null {
  if (host.startsWith('[')) return isPublicV6(host.slice(1, -1)) ? null : PRIVATE;
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return isPublicV4(host) ? null : PRIVATE;
  if (host.endsWith('.')) return 'must not end its host with a dot';
  if (!host.includes('.')) return 'must name its host in full, with a domain';
  return LOCAL_DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`))
    ? 'must not name a host of a private network'
    : null;
}

/** RFC 6761, 6762, 8375, ICANN's `internal`, and what is in use for the same. Clouds keep their metadata there. */
const LOCAL_DOMAINS = [
  'localhost',
  'local',
  'localdomain',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
  'home.arpa',
];

/** What is not for the public Internet: the registry of RFC 6890, multicast, and Azure's own address for its hosts. */
const RESERVED_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

function isPublicV4(address: string): boolean {
  const value = v4(address);
  return !RESERVED_V4.some(([start, bits]) => Math.floor((value - v4(start)) / 2 ** (32 - bits)) === 0);
}

const v4 = (address: string): number => address.split('.').reduce((value, part) => value * 256 + Number(part), 0);

/**
 * Public is what is in 2000::/3, less 2001::/23 (Teredo, benchmarks, ORCHID), 2001:db8::/32 and 3fff::/20
 * (documentation) and 2002::/16 (6to4, which carries IPv4 within). Mapped, translated (64:ff9b::), unique-local,
 * link-local and multicast addresses are all outside.
 */
function isPublicV6(address: string): boolean {
  const [first = 0, second = 0] = groups(address);
  if (first >> 13 !== 1 || first === 0x2002) return false;
  if (first === 0x2001) return second > 0x1ff && second !== 0xdb8;
  return !(first === 0x3fff && second < 0x1000);
}

/** The eight groups of an address as the URL parser writes it. */
function groups(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const read = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [left, right] = [read(head), read(tail ?? '')];
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}
