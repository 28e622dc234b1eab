import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import * as privacy from '../../../src/privacy/public.ts';

/** What was seen and in which line; where exactly is another test's matter. */
const seen = ({ what, line }: privacy.Sighting) => ({ what, line });
const findSecrets = (text: string) => privacy.findSecrets(text).map(seen);
const findPersonalData = (text: string) => privacy.findPersonalData(text).map(seen);

/** Letters and digits without a pattern. Put together here, so that no scanner takes this file for a leak. */
const random = (length: number) => 'q7Zk2Lw9Tb4Xr8Vn3Pd6Mh1Jc5Gf0Ys'.repeat(9).slice(0, length);
const upper = (length: number) =>
  random(300)
    .toUpperCase()
    .replaceAll(/[^A-Z2-7]/g, '')
    .slice(0, length);
const PRIVATE = 'PRIVATE KEY';
const lower = (length: number) => random(length).toLowerCase();

const SECRETS: readonly [what: string, secret: string][] = [
  ['an AWS access key', `AKIA${upper(16)}`],
  ['an AWS access key', `ASIA${upper(16)}`],
  ['a GitHub token', `ghp_${random(36)}`],
  ['a GitHub token', `github_pat_${random(22)}_${random(59)}`],
  ['a GitLab token', `glpat-${random(20)}`],
  ['a Slack token', `xoxb-123456789012-${random(24)}`],
  ['a Stripe key', `sk_live_${random(24)}`],
  ['a Stripe key', `rk_live_${random(24)}`],
  ['an OpenAI key', `sk-${random(48)}`],
  ['an OpenAI key', `sk-proj-${random(40)}`],
  ['an Anthropic key', `sk-ant-api03-${random(80)}`],
  ['a Google API key', `AIza${random(35)}`],
  ['a private key', `-----BEGIN ${PRIVATE}-----`],
  ['a private key', `-----BEGIN RSA ${PRIVATE}-----`],
  ['a private key', `-----BEGIN OPENSSH ${PRIVATE}-----`],
  ['a private key', `-----BEGIN PGP ${PRIVATE} BLOCK-----`],
  ['a JSON web token', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${random(43)}`],
  ['a Footlight key', `fl_${lower(26)}_${lower(26)}_${random(43)}_0a1b2c3d`],
  ['a Footlight key', `flr_${lower(26)}_${random(43)}`],
  ['a password or token', 'password: hunter2hunter2'],
  ['a password or token', 'Password = "correcthorse"'],
  ['a password or token', '"api_key": "a1b2c3d4"'],
  ['a password or token', 'API-KEY=a1b2c3d4'],
  ['a password or token', 'apikey:a1b2c3d4'],
  ['a password or token', 'CLIENT_SECRET=a1b2c3d4e5'],
  ['a password or token', 'access_token: Bearer a1b2c3d4e5'],
  ['a password or token', '**Token:** a1b2c3d4e5'],
  ['a password or token', 'token => a1b2c3d4e5'],
  ['a password or token', 'token: {{prefix}}a1b2c3d4e5'],
  ['a password or token', 'postgres://app:a1b2c3d4@db.example.com/app'],
];

const HARMLESS: readonly string[] = [
  '',
  'Ask for the password, never for the token itself.',
  'password: {{password}}',
  'password: {{ password }}',
  'token={{{token}}}, secret={{&secret}}',
  'api_key: {{asset:support/api-key}}',
  'password: <your password>',
  'api_key: <YOUR_API_KEY>',
  'api_key: your-api-key-here',
  'API_KEY="YOUR_API_KEY"',
  'token: xxxxxxxxxxxx',
  'token: ************',
  'token: ${ACCESS_TOKEN}',
  'token: $ACCESS_TOKEN',
  'token: [ACCESS_TOKEN]',
  'secret: process.env.CLIENT_SECRET',
  'password: changeme',
  'password: short12',
  'secret:\nlater on there is more',
  'max_tokens: 1234567890',
  'sk-xxxxxxxxxxxxxxxxxxxxxxxx',
  'sk-some-class-name-in-a-stylesheet',
  'task-force-of-many-people-with-long-names',
  'https://user:{{password}}@example.com/',
  'The end-of-text token: <|endoftext|>',
  'eyJhbGci.short.x',
  'AKIA is how AWS keys begin',
  '-----BEGIN PUBLIC KEY-----',
  '-----BEGIN CERTIFICATE-----',
];

const PERSONAL: readonly [what: string, text: string][] = [
  ['a card number', '4111111111111111'],
  ['a card number', '4111 1111 1111 1111'],
  ['a card number', '4111-1111-1111-1111'],
  ['a card number', '4222222222222'],
  ['a card number', '5555555555554444'],
  ['a card number', '2223003122003222'],
  ['a card number', '3782 822463 10005'],
  ['a card number', '6011111111111117'],
  ['a card number', '3530111333300000'],
  ['a card number', '30569309025904'],
  ['a card number', '6759649826438453'],
  ['a card number', 'Order 123 4111 1111 1111 1111'],
  ['a card number', '41111 11111 11111 1'],
  ['a card number', '4111\u20111111\u20111111\u20111111'],
  ['a card number', '3782\u00a0822463\u202f10005'],
  ['a bank account number (IBAN)', 'DE89370400440532013000'],
  ['a bank account number (IBAN)', 'DE89 3704 0044 0532 0130 00 and more'],
  ['a bank account number (IBAN)', 'gb82 west 1234 5698 7654 32'],
  ['a bank account number (IBAN)', 'NO9386011117947'],
  ['a bank account number (IBAN)', 'MT84 MALT 0110 0001 2345 MTLC AST0 01S'],
  ['a bank account number (IBAN)', 'DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000'],
  ['a bank account number (IBAN)', 'FR14\u202f2004\u202f1010\u202f0505\u202f0001\u202f3M02\u202f606'],
  ['a US social security number', '123-45-6789'],
  ['a US social security number', '123\u201145\u20116789'],
  ['a US social security number', 'the number\u2014123\u221245\u22126789\u2014was'],
  ['a US social security number', 'SSN 899 45 6789.'],
];

const IMPERSONAL: readonly string[] = [
  '4111111111111112', // Luhn
  '0000 0000 0000 0000', // no issuer
  '1234567812345670', // Luhn holds, no issuer
  '41111111111111111111', // 20 digits
  '411111111111', // 12 digits
  '4111.1111.1111.1111',
  '555555555555444', // a Mastercard has 16
  '2721000000000004', // beyond Mastercard's range
  'DE88370400440532013000', // check digits
  'DE8937040044053201300', // too short
  'DE893704004405320130001', // too long
  'ZZ89370400440532013000', // no such country
  'XDE89370400440532013000',
  '000-12-3456',
  '666-12-3456',
  '900-12-3456',
  '123-00-4567',
  '123-45-0000',
  '123-45 6789',
  '123456789',
  '1123-45-6789',
  '123-45-67890',
  '1\u2013123\u201345\u20136789',
  '123\u201345\u20136789\u20131',
  '123\u201145-6789',
  '2026-11-05 12:00, version 1.2.3, phone +1 555 0100',
];

describe('findSecrets', () => {
  it.each(SECRETS)('sees %s', (what, secret) => {
    for (const text of [secret, `before ${secret} after`, `(${secret})`, `"${secret}"`]) {
      expect(findSecrets(text)).toContainEqual({ what, line: 1 });
    }
    expect(findSecrets(`one\ntwo\r\n${secret}\nfour`)).toContainEqual({ what, line: 3 });
  });

  it.each(HARMLESS)('leaves alone: %s', (text) => {
    expect(findSecrets(text)).toEqual([]);
    expect(findSecrets(`before\n${text}\nafter`)).toEqual([]);
  });

  it('says each kind once, the first', () => {
    const [, key = ''] = SECRETS[0] ?? [];
    expect(findSecrets(`\n${key}\n${key}`)).toEqual([{ what: 'an AWS access key', line: 2 }]);
  });

  it.each([
    [`a ghp_${random(50)}, b`, `ghp_${random(50)}`],
    ['a\n{"password": "hunter2hunter2", "b": 1}', 'hunter2hunter2'],
    ['a postgres://app:a1b2c3d4@db.example.com', 'a1b2c3d4'],
    [
      `-----BEGIN ${PRIVATE}-----\nMIIabc\n-----END ${PRIVATE}-----\nb`,
      `-----BEGIN ${PRIVATE}-----\nMIIabc\n-----END ${PRIVATE}-----`,
    ],
  ])('says exactly where: %s', (text, secret) => {
    expect(privacy.findSecrets(text).map(({ start, end }) => text.slice(start, end))).toEqual([secret]);
  });

  it('does not stop at what is made up', () => {
    expect(findSecrets(`sk-xxxxxxxxxxxxxxxxxxxxxxxx\nsk-${random(48)}`)).toEqual([{ what: 'an OpenAI key', line: 2 }]);
    expect(findSecrets('token: {{token}}\ntoken: a1b2c3d4e5')).toEqual([{ what: 'a password or token', line: 2 }]);
  });
});

describe('findPersonalData', () => {
  it.each(PERSONAL)('sees %s: %s', (what, text) => {
    expect(findPersonalData(text)).toEqual([{ what, line: 1 }]);
    expect(findPersonalData(`a\nb, ${text}\nc`)).toEqual([{ what, line: 2 }]);
  });

  it.each([
    ['a 4111 1111 1111 1111 b', '4111 1111 1111 1111'],
    ['a DE89 3704 0044 0532 0130 00 b', 'DE89 3704 0044 0532 0130 00'],
    ['a\n123-45-6789.', '123-45-6789'],
  ])('says exactly where: %s', (text, number) => {
    expect(privacy.findPersonalData(text).map(({ start, end }) => text.slice(start, end))).toEqual([number]);
  });

  it.each(IMPERSONAL)('leaves alone: %s', (text) => {
    expect(findPersonalData(text)).toEqual([]);
  });
});

describe('both', () => {
  // What a careless expression would go over again and again.
  const pieces = [
    'a',
    ' ',
    '{{',
    '-',
    '=',
    ':',
    'x',
    '1',
    '1 ',
    '1-',
    '4111 ',
    '411111111111111 ',
    '\n',
    '.',
    '_',
    '/',
    'eyJ',
    'eyJaaaaaaaa.',
    'eyJ.',
    'sk-',
    'sk-ant-',
    'sk-proj-',
    'gh',
    'ghp_',
    'xox',
    'AKIA',
    'AIza',
    'fl_',
    'fl_a',
    'password',
    'password:',
    'password: ',
    'password=x',
    'token token',
    'token:: ',
    'token: 	',
    'api_key"',
    'secret`',
    '-----BEGIN ',
    '-----BEGIN A ',
    'A ',
    '://',
    '://a:',
    '://a:b',
    'GB82',
    'GB82 ',
    'DE89 3704 ',
    '123-45-',
    '123-45-6789-',
    '4111\u2011',
    '123\u201145\u2011',
    'DE89\u00a03704\u202f',
    'token: {{',
    'token: {{x}}',
    'token: {{x',
    'token: xxxxxxxxx ',
    'sk-xxxxxxxxxxxxxxxxxxxx ',
  ];
  it('never fail, and never say what they found', () => {
    const piece = fc.oneof(
      fc.constantFrom(...pieces),
      fc.constantFrom(...SECRETS.map(([, secret]) => secret)),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (parts) => {
        const known = new Set([...SECRETS, ...PERSONAL].map(([what]) => what));
        const text = parts.join('');
        for (const { what, line } of [...findSecrets(text), ...findPersonalData(text)]) {
          expect(known.has(what)).toBe(true);
          expect(line).toBeLessThanOrEqual(text.split('\n').length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
