import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BASE_URL_MAX, baseUrlProblem, canonicalBaseUrl } from '../../../src/models/domain/base-url.ts';

const problem = (url: string, allowLoopback = false): string | null => baseUrlProblem(url, { allowLoopback });

const GOOD = [
  'https://api.openai.com/v1',
  'https://llm.example.com',
  'https://llm.example.com/',
  'https://LLM.Example.com:8443/a/b/',
  'https://router.huggingface.co/together/v1',
  'https://api.cloudflare.com/client/v4/accounts/0/@ours/v1',
  'https://8.8.8.8/v1',
  'https://[2606:4700:4700::1111]/v1',
  'https://xn--bcher-kva.example/v1',
  'https://local.example.com',
  'https://internal-llm.example.com',
];

/** Each with what is said of it. */
const BAD: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /absolute https URL/,
    [
      '',
      'llm.example.com',
      '//llm.example.com',
      'https:llm.example.com',
      'https:///llm.example.com',
      'https://',
      'ftp://llm.example.com',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'https://llm.example.com:port',
      'https://1.2.3.4.5',
      'https://256.256.256.256',
      'https://[::1',
      'https://[fe80::1%25eth0]/',
    ],
  ],
  [
    /visible ASCII/,
    [
      'https://llm.example.com\\@evil',
      'https:\\\\llm.example.com',
      'https://llm.exam\tple.com',
      'https://llm.example.com/\n',
      ' https://llm.example.com',
      'https://①②⑦.0.0.1',
      'https://127。0。0。1',
      'https://bücher.example',
    ],
  ],
  [/must be https/, ['http://llm.example.com', 'http://localhost', 'http://127.0.0.1:11434', 'HTTP://[::1]']],
  [
    /user or password/,
    [
      'https://user:secret@llm.example.com',
      'https://user@llm.example.com',
      'https://@llm.example.com',
      'https://api.openai.com@127.0.0.1/',
    ],
  ],
  [
    /query or fragment/,
    [
      'https://llm.example.com?a=1',
      'https://llm.example.com/?',
      'https://llm.example.com#',
      'https://llm.example.com/v1#a',
    ],
  ],
  [/port 0/, ['https://llm.example.com:0', 'https://llm.example.com:00/v1']],
  [/500 characters/, [`https://llm.example.com/${'a'.repeat(BASE_URL_MAX)}`]],
  [/in full/, ['https://llm', 'https://metadata', 'https://llm:8443/v1']],
  [
    /end its host with a dot/,
    ['https://llm.example.com.', 'https://metadata.google.internal./', 'https://localhost./'],
  ],
  [
    /private network|in full/,
    [
      'https://localhost',
      'https://LOCALHOST:443',
      'https://llm.localhost',
      'https://printer.local',
      'https://metadata.google.internal/computeMetadata/v1',
      'https://llm.corp',
      'https://db.intranet',
      'https://nas.lan',
      'https://llm.home.arpa',
      'https://a.b.internal',
    ],
  ],
  [
    /private, local or reserved/,
    [
      // IPv4 in each way of writing it.
      'https://127.0.0.1',
      'https://127.1',
      'https://0x7f.0.0.1',
      'https://0177.0.0.1',
      'https://2130706433',
      'https://0x7f000001',
      'https://017700000001',
      'https://127.0.0.1:8443/v1',
      'https://%31%32%37.0.0.1',
      'https://0.0.0.0',
      'https://0',
      'https://10.0.0.1',
      'https://10.255.255.255',
      'https://100.64.0.1',
      'https://100.127.255.255',
      'https://169.254.169.254/latest/meta-data',
      'https://2852039166',
      'https://168.63.129.16',
      'https://172.16.0.1',
      'https://172.31.255.255',
      'https://192.0.0.170',
      'https://192.0.2.1',
      'https://192.88.99.1',
      'https://192.168.1.1',
      'https://198.18.0.1',
      'https://198.19.255.255',
      'https://198.51.100.1',
      'https://203.0.113.1',
      'https://224.0.0.1',
      'https://239.255.255.255',
      'https://240.0.0.1',
      'https://255.255.255.255',
      // IPv6, and IPv4 within it.
      'https://[::]',
      'https://[::1]',
      'https://[0:0:0:0:0:0:0:1]',
      'https://[fc00::1]',
      'https://[fd12:3456::1]',
      'https://[fe80::1]',
      'https://[febf::1]',
      'https://[fec0::1]',
      'https://[ff02::1]',
      'https://[::ffff:127.0.0.1]',
      'https://[::ffff:8.8.8.8]',
      'https://[::7f00:1]',
      'https://[64:ff9b::7f00:1]',
      'https://[64:ff9b:1::1]',
      'https://[100::1]',
      'https://[2002:7f00:1::]',
      'https://[2002:0808:0808::1]',
      'https://[2001::1]',
      'https://[2001:0:4136:e378::1]',
      'https://[2001:2::1]',
      'https://[2001:10::1]',
      'https://[2001:20::1]',
      'https://[2001:1ff::1]',
      'https://[2001:db8::1]',
      'https://[3fff::1]',
      'https://[3fff:fff::1]',
      'https://[4000::1]',
      'https://[5f00::1]',
    ],
  ],
];

describe('a base URL', () => {
  it.each(GOOD)('may be %s', (url) => {
    expect(problem(url)).toBeNull();
    expect(problem(url, true)).toBeNull();
  });

  it.each(BAD.flatMap(([what, urls]) => urls.map((url) => [url, what] as const)))('must not be %s', (url, what) => {
    expect(problem(url)).toMatch(what);
  });

  it.each([
    'http://localhost:11434/v1',
    'http://127.0.0.1:8080',
    'http://127.1/',
    'http://[::1]:1234',
    'http://ollama.localhost',
    'https://localhost:8443',
  ])('may be %s in local development alone', (url) => {
    expect(problem(url, true)).toBeNull();
    expect(problem(url)).not.toBeNull();
  });

  it.each([
    'http://llm.example.com',
    'http://10.0.0.1',
    'https://192.168.1.1',
    'http://0.0.0.0',
    'http://[::ffff:127.0.0.1]',
    'http://localhost.',
    'http://user@localhost',
    'http://localhost:0',
    'http://localhost/?a',
    'http://localhost.example.com',
    'https://metadata.google.internal',
  ])('must not be %s in local development either', (url) => {
    expect(problem(url, true)).not.toBeNull();
  });

  it('is kept in one form', () => {
    expect(canonicalBaseUrl('https://LLM.Example.com:443/v1//')).toBe('https://llm.example.com/v1');
    expect(canonicalBaseUrl('https://llm.example.com/')).toBe('https://llm.example.com');
    expect(canonicalBaseUrl('https://llm.example.com/a/../v1/')).toBe('https://llm.example.com/v1');
  });

  it('has a form that is good when it was, and is its own', () => {
    const path = fc.stringMatching(/^[a-z0-9./%@:-]{0,20}$/);
    fc.assert(
      fc.property(fc.constantFrom(...GOOD), path, (url, rest) => {
        const whole = `${url.replace(/\/$/, '')}/${rest}`;
        fc.pre(problem(whole) === null);
        const canonical = canonicalBaseUrl(whole);
        expect(problem(canonical)).toBeNull();
        expect(canonicalBaseUrl(canonical)).toBe(canonical);
        expect(canonical.endsWith('/')).toBe(false);
      }),
    );
  });
});

/** Prefixes written out as bits: another way to the same answer. */
const bits = (value: bigint, width: number): string => value.toString(2).padStart(width, '0');
const prefix4 = (cidr: string): string => {
  const [address = '', length] = cidr.split('/');
  return bits(
    address.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n),
    32,
  ).slice(0, Number(length));
};
const RESERVED =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3'
    .split(' ')
    .map(prefix4);
const isReserved = (value: bigint): boolean => RESERVED.some((prefix) => bits(value, 32).startsWith(prefix));

/** Any address, and often one in or beside a reserved range. */
const address = fc.oneof(
  fc.bigInt(0n, 2n ** 32n - 1n),
  fc
    .tuple(fc.constantFrom(...RESERVED), fc.bigInt(0n, 2n ** 32n - 1n))
    .map(([prefix, rest]) => BigInt(`0b${prefix}${bits(rest, 32).slice(prefix.length)}`)),
  fc.tuple(fc.constantFrom(...RESERVED), fc.constantFrom(-1n, 0n, 1n)).map(([prefix, step]) => {
    const start = BigInt(`0b${prefix.padEnd(32, '0')}`) + step;
    return start < 0n ? 0n : start;
  }),
);

/** The ways in which the URL parser takes an address. */
const WRITTEN: ((value: number) => string)[] = [
  (value) => String(value),
  (value) => `0x${value.toString(16)}`,
  (value) => `0${value.toString(8)}`,
  (value) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.'),
  (value) => [24, 16, 8, 0].map((shift) => `0x${((value >>> shift) & 255).toString(16)}`).join('.'),
  (value) => [24, 16, 8, 0].map((shift) => `0${((value >>> shift) & 255).toString(8)}`).join('.'),
  (value) => `${value >>> 24}.${value & 0xffffff}`,
];

describe('an IPv4 address', () => {
  it('is refused where it is reserved, and only there, however it is written', () => {
    fc.assert(
      fc.property(address, fc.constantFrom(...WRITTEN), (value, write) => {
        expect(problem(`https://${write(Number(value))}/v1`) !== null).toBe(isReserved(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused within every IPv6 address that carries one', () => {
    fc.assert(
      fc.property(address, (value) => {
        const [high, low] = [(value >> 16n).toString(16), (value & 0xffffn).toString(16)];
        for (const host of [
          `::ffff:${high}:${low}`,
          `::${high}:${low}`,
          `64:ff9b::${high}:${low}`,
          `2002:${high}:${low}::`,
          `2001:0:${high}:${low}::`,
        ]) {
          expect(problem(`https://[${host}]`), host).not.toBeNull();
        }
      }),
    );
  });
});
