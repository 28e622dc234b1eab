import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { findPersonalData, findSecrets, maskText } from '../../../src/privacy/public.ts';
import { card, iban, key, password, socialSecurityNumber } from './samples.ts';
import { workOf } from './work.ts';

const words = fc.string({ unit: 'grapheme', maxLength: 40 });
const PEM = 'PRIVATE KEY';

/** Each sample between random text: nothing of it is left, and the placeholder stands there. */
function isMasked(sample: fc.Arbitrary<string>, placeholder: string): void {
  fc.assert(
    fc.property(words, sample, words, (before, secret, after) => {
      expect(maskText(secret)).toBe(placeholder);
      expect(maskText(`${before} ${secret} ${after}`)).not.toContain(secret);
      expect(maskText(`${before}\n${secret}, ${after}`)).not.toContain(secret);
      expect(maskText(`Of (${secret}).`)).toBe(`Of (${placeholder}).`);
      expect(maskText(`{"a":"${secret}"}`)).toBe(`{"a":"${placeholder}"}`);
    }),
    { numRuns: 500 },
  );
}

const PHONES = [
  '+1 (415) 555-0100',
  '+14155550100',
  '+49 30 901820',
  '+49\u00a030\u00a0901820',
  '(+44) 20 7946 0958',
  '+44 (0)20 7946 0958',
  '+33 1.23.45.67.89',
  '+1 555 0100',
  '0044 20 7946 0958',
  '0049 1701234567',
  '415-555-0100',
  '(415) 555-0100',
  '(415)555-0100',
  '415.555.0100',
  '415 555 0100',
  '1-800-555-0100',
  '1 (415) 555-0100',
  '020 7946 0958',
  '07700 900123',
  '06 12 34 56 78',
  '06.12.34.56.78',
  '030/901820',
  '(030) 901820',
  '0171/1234567',
  '0171-1234567',
  '090-1234-5678',
  '0412 345 678',
  '(02) 9374 4000',
  '415\u2011555\u20110100',
  '415\u2014555\u20140100',
  '1\u2009(415)\u2009555\u22120100',
  '020\u00a07946 0958',
];

const STAYS = [
  '',
  '2026-11-20',
  '20.11.2026',
  '01-02-2026',
  '01/02/2026 10:30',
  '05-11-2026 1234',
  '05 11 2026 10 30',
  '2026-11-20T19:36:10.123Z',
  '2026-11-20 09:30:00+02:00',
  '2026-01-02-030405',
  '20261120',
  '12:30-13:45',
  'v1.2.3, 1.234.567 and 01.02.03.04',
  '192.168.100.200',
  '010.011.012.013',
  '$415 555 0100',
  '€ 1.234.567,89',
  '10 000 000',
  '4155550100',
  '0123456789',
  '123456789',
  '1732131370 and 1732131370123',
  '550e8400-e29b-41d4-a716-446655440000',
  '12345678-0123-4567-8901-234567890123',
  'ISBN 978-0-306-40615-7',
  'prm_01jd3z8v4q6r0s2t4v6w8y0a2c',
  'ORD-020-7946-0958',
  '020-7946-0958-a1b2',
  '+1.2345678',
  '1+12345678',
  '555-0100',
  '40.7128, -74.0060',
  '3.14159265358979',
  '1234 5678 9012 3456',
  'react@18.2.0, @scope/package, user@localhost, a @ b.co',
  'Ask the bearer of good news for bearer responsibilities.',
  'password: {{password}}, token: <token>, api_key: your-api-key-here',
  'max_tokens: 1234567890',
  '[email] [phone] [card] [iban] [ssn] [secret]',
  'Ünï😀',
];

const EXACT: readonly [text: string, masked: string][] = [
  ['Call (415-555-0100) or 0171/1234567, ext. 3.', 'Call ([phone]) or [phone], ext. 3.'],
  ['tel:030-901820; Tel. 4155550100; "phone": "030901820"', 'tel:[phone]; Tel. [phone]; "phone": "[phone]"'],
  ['<mailto:a.b+c@x.co.uk>, jürgen@müller.de.', '<mailto:[email]>, [email].'],
  [`"john doe"@x.co and o'brien@x.ie`, '[email] and [email]'],
  ['?to=a@b.co&cc=c@d.co', '?to=[email]&cc=[email]'],
  ['SSN: 123456789, ssn 123-45-6789', 'SSN: [ssn], ssn [ssn]'],
  ['social\u00a0security\u00a0number:\u00a0123456789', 'social\u00a0security\u00a0number:\u00a0[ssn]'],
  ['Tel.\u00a0415\u00a05550100', 'Tel.\u00a0[phone]'],
  ['password: hunter2hunter2.', 'password: [secret].'],
  ['a@b.co', '[email]'],
  ['tel 5550100', 'tel [phone]'],
  ['xoxb-123456789a', '[secret]'],
  [
    '{"password":"hunter2","name":"Bob","token":"abcdefgh1"}',
    '{"password":"[secret]","name":"Bob","token":"[secret]"}',
  ],
  ['{"a":"{\\"password\\":\\"hunter2 x\\",\\"n\\":1}"}', '{"a":"{\\"password\\":\\"[secret]\\",\\"n\\":1}"}'],
  ['passphrase: "correct horse \\" battery" staple', 'passphrase: "[secret]" staple'],
  ['?token=abcdefgh1&user=bob', '?token=[secret]&user=bob'],
  ['postgres://app:pw@db.example.com/app', 'postgres://app:[secret]@db.example.com/app'],
  ['Authorization: Bearer abcdefgh', 'Authorization: Bearer [secret]'],
  [`curl -H "X: Bearer abc123abc123abc1"`, 'curl -H "X: Bearer [secret]"'],
  [`a -----BEGIN ${PEM}-----\n${'A'.repeat(64)}\n${'B'.repeat(30)} b`, 'a [secret] b'],
  ['token: a@example.com', 'token: [secret]'],
  ['token: 4111111111111111', 'token: [secret]'],
  ['12 GB82 WEST 1234 5698 7654 32 ok', '12 [iban] ok'],
];

describe('maskText', () => {
  it('masks email addresses', () => {
    isMasked(
      fc.emailAddress({ size: 'small' }).filter((address) => /^[a-z0-9]/i.test(address) && !/[^\w.@-]/.test(address)),
      '[email]',
    );
    fc.assert(
      fc.property(words, fc.emailAddress(), words, (before, address, after) => {
        expect(maskText(`${before} ${address} ${after}`)).not.toContain(address);
      }),
    );
  });
  it('masks card numbers', () => isMasked(card, '[card]'));
  it('masks IBANs', () => isMasked(iban, '[iban]'));
  it('masks social security numbers', () => isMasked(socialSecurityNumber, '[ssn]'));
  it('masks keys, to their last character', () => isMasked(key, '[secret]'));

  it('masks values beside their names, and leaves the names', () => {
    const name = fc.constantFrom(
      'password: ',
      'Password = "',
      '"api_key": "',
      'API-KEY=',
      'CLIENT_SECRET=',
      'Authorization: Bearer ',
    );
    fc.assert(
      fc.property(name, password, (before, secret) => {
        expect(maskText(`${before}${secret}`)).toBe(`${before}[secret]`);
      }),
    );
  });

  it.each(PHONES)('masks %s', (phone) => {
    expect(maskText(phone)).toBe('[phone]');
    expect(maskText(`Call ${phone}, or write.`)).toBe('Call [phone], or write.');
    expect(maskText(`a (${phone}) "${phone}" ${phone}.`)).toBe('a ([phone]) "[phone]" [phone].');
  });

  it.each(STAYS)('leaves alone: %s', (text) => {
    expect(maskText(text)).toBe(text);
    expect(maskText(`before ${text} after`)).toBe(`before ${text} after`);
  });

  it('leaves alone what is no well-formed text', () => {
    for (const text of ['\ud800', '\0', '\udc00 a']) expect(maskText(text)).toBe(text);
    expect(maskText('\udc00a@b.co\ud800')).toBe('\udc00[email]\ud800');
  });

  it.each(EXACT)('%s', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  it('leaves words alone', () => {
    const word = fc.stringMatching(/^[a-wyz]{1,12}$/);
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.nat(99_999).map(String)), { maxLength: 30 }), (all) => {
        const text = all.join(', ');
        expect(maskText(text)).toBe(text);
      }),
    );
  });

  it('changes nothing of what it has masked', () => {
    const piece = fc.oneof(
      fc.constantFrom(...PIECES, ...PHONES, ...EXACT.map(([text]) => text)),
      card,
      iban,
      socialSecurityNumber,
      key,
      password,
      fc.emailAddress(),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (parts) => {
        const masked = maskText(parts.join(''));
        expect(maskText(masked)).toBe(masked);
        expect(findPersonalData(masked)).toEqual([]);
        expect(findSecrets(masked).filter(({ what }) => what !== 'a password or token')).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['', 'password: ', 'password:"<', 'eyJ', `-----BEGIN ${PEM}-----`])(
    'looks over a hostile text a bounded number of times, after %s',
    (before) => {
      for (const piece of PIECES) {
        const cost = (size: number) => {
          const text = `${before}${piece.repeat(Math.ceil(size / piece.length))}${')'.repeat(size / 4)}`;
          return workOf(() => [maskText(text), findSecrets(text), findPersonalData(text)]);
        };
        // Twice the text, twice the work; a sixteenth more for what each text costs once.
        expect(cost(2048) / cost(1024), piece).toBeLessThan(2.2);
      }
    },
  );

  it('gets to the end of a hostile text of 512 KiB', () => {
    for (const piece of ['a', '1 ', 'eyJaaaaaaaa.', 'password:<', '@a.', `${'A'.repeat(20)}\n`]) {
      const text = `-----BEGIN ${PEM}-----\n${piece.repeat((512 * 1024) / piece.length)}`;
      expect(maskText(text).length).toBeLessThanOrEqual(text.length);
    }
  });
});

/** What a careless search would go over again and again. */
const PIECES = [
  ['a', ' ', '\n', '-', '=', ':', '.', '_', '/', '(', '"', '\\', 'é', '😀', '{{', '</', '&a=', '["', '[secret]'],
  ['1', '1 ', '1-', '0', '01 ', '01-', '010 ', '+1 ', '+1', '(0', '(415) ', '415-', '415 555 ', '0044 ', '4111 '],
  ['411111111111111 ', '123-45-', '123-45-6789-', 'GB82 ', 'DE89 3704 '],
  [
    '\u00a0',
    '\u2011',
    '4111\u2011',
    '411111111111111\u00a0',
    '123\u201145\u2011',
    '123\u201345\u20136789\u2013',
    'DE89\u00a03704\u202f',
    '415\u2011555\u00a0',
  ],
  ['@', 'a@', '@a', '@a.', 'a@b.', 'a@b.co', '"@', '"a"@', '=@', '%@', '😀@'],
  ['eyJ', 'eyJaaaaaaaa.', 'sk-', 'sk-ant-', 'sk-proj-', 'sk-or-', 'ghp_', 'fl_a', `sk-${'a'.repeat(20)}-`],
  ['password', 'password:', 'password: ', 'password:"', 'password:<', 'password:"<\\"', 'password:\\\\\\"<'],
  ['password:"<', "password:'<", 'password:aaaaaaaa', 'password:[secret]', 'token token', 'token:: ', 'secret`'],
  ['token: {{', 'token: {{x}}', 'token: xxxxxxxxx ', 'Bearer ', 'Bearer a', 'authorization: Basic '],
  ['-----BEGIN ', `-----BEGIN ${PEM}-----`, `-----END ${PEM}-----`, '-----BEGIN A ', `${'A'.repeat(20)}\n`],
  ['://', '://a:', '://a:b', '://a:b@', 'tel', 'tel 1', 'tel 1234567 ', 'ssn ', 'ssn number ', 'social security '],
].flat();
