import fc from 'fast-check';

const CODE = 'abcdefghijklmnopqrstuvwyzABCDEFGHIJKLMNOPQRSTUVWYZ0123456789'; // without x: xxxxxx stands for a key
const from = (alphabet: string, length: number) =>
  fc
    .array(fc.constantFrom(...Array.from(alphabet)), { minLength: length, maxLength: length })
    .map((all) => all.join(''));
const code = (length: number) => from(CODE, length);
const digits = (length: number) => from('0123456789', length);

function luhnDigit(number: string): string {
  const sum = Array.from(number)
    .toReversed()
    .reduce((total, character, at) => {
      const weighted = Number(character) * (at % 2 === 0 ? 2 : 1);
      return total + (weighted > 9 ? weighted - 9 : weighted);
    }, 0);
  return String((10 - (sum % 10)) % 10);
}

const NETWORKS: readonly [prefix: string, length: number, groups: readonly number[]][] = [
  ['4', 16, [4, 4, 4, 4]],
  ['4', 13, [4, 4, 4, 1]],
  ['4', 19, [4, 4, 4, 4, 3]],
  ['51', 16, [4, 4, 4, 4]],
  ['2221', 16, [4, 4, 4, 4]],
  ['34', 15, [4, 6, 5]],
  ['37', 15, [4, 6, 5]],
  ['6011', 16, [4, 4, 4, 4]],
  ['65', 16, [4, 4, 4, 4]],
  ['62', 16, [4, 4, 4, 4]],
  ['36', 14, [4, 6, 4]],
  ['3528', 16, [4, 4, 4, 4]],
  ['6759', 16, [4, 4, 4, 4]],
];

/** A number of any network without separators. */
const plainCard = fc.constantFrom(...NETWORKS).chain(([prefix, length, groups]) =>
  digits(length - prefix.length - 1).map((middle) => {
    const body = prefix + middle;
    return { number: body + luhnDigit(body), groups };
  }),
);

export const cardNumber = plainCard.map(({ number }) => number);

/** As they are typed, set and written by models: hard and thin spaces, hyphens, dashes, the minus. */
const SEPARATORS = Array.from(' -\u00a0\u202f\u2009\u2007\u3000\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d');

export const card = fc.tuple(plainCard, fc.constantFrom('', ...SEPARATORS)).map(([{ number, groups }, separator]) => {
  let at = 0;
  return groups.map((size) => number.slice(at, (at += size))).join(separator);
});

const IBANS = ['DE22', 'GB22', 'FR27', 'NO15', 'MT31', 'NL18', 'CH21', 'ES24'];

export const iban = fc
  .tuple(
    fc
      .constantFrom(...IBANS)
      .chain((country) =>
        fc.tuple(
          fc.constant(country.slice(0, 2)),
          from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', Number(country.slice(2)) - 4),
        ),
      ),
    fc.constantFrom('', ...SEPARATORS),
    fc.boolean(),
  )
  .map(([[country, account], separator, isLower]) => {
    const rest = Array.from(`${account}${country}00`).reduce((sum, character) => {
      const value = Number.parseInt(character, 36);
      return (sum * (value > 9 ? 100 : 10) + value) % 97;
    }, 0);
    const whole = `${country}${String(98 - rest).padStart(2, '0')}${account}`;
    const spaced = whole.replace(/(.{4})(?=.)/g, `$1${separator}`);
    return isLower ? spaced.toLowerCase() : spaced;
  });

export const socialSecurityNumber = fc
  .tuple(
    fc.integer({ min: 1, max: 899 }).filter((area) => area !== 666),
    fc.integer({ min: 1, max: 99 }),
    fc.integer({ min: 1, max: 9999 }),
    fc.constantFrom(...SEPARATORS),
  )
  .map(([area, group, serial, separator]) =>
    [String(area).padStart(3, '0'), String(group).padStart(2, '0'), String(serial).padStart(4, '0')].join(separator),
  );

const lower26 = from('0123456789abcdefghjkmnpqrstvwyz', 26);
const PEM = 'PRIVATE KEY';

/** Keys as their issuers write them, of at least their shortest length; nothing of them may be left. */
export const key = fc.oneof(
  from('ABCDEFGHIJKLMNOPQRSTUVWYZ234567', 16).map((rest) => `AKIA${rest}`),
  fc.integer({ min: 0, max: 60 }).chain((more) =>
    fc.oneof(
      code(36 + more).map((rest) => `ghp_${rest}`),
      code(20 + more).map((rest) => `glpat-${rest}`),
      code(20 + more).map((rest) => `xoxb-123456789012-${rest}`),
      code(24 + more).map((rest) => `sk_live_${rest}`),
      code(40 + more).map((rest) => `sk-ant-api03-${rest}`),
      code(40 + more).map((rest) => `sk-proj-${rest}`),
      code(48 + more).map((rest) => `sk-${rest}`),
      from('0123456789abcdef', 64).map((rest) => `sk-or-v1-0${rest}`),
      code(34 + more).map((rest) => `hf_${rest}`),
      code(35 + more).map((rest) => `AIza${rest}`),
      code(43 + more).map((rest) => `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${rest}`),
    ),
  ),
  fc.tuple(lower26, lower26, code(43), from('0123456789abcdef', 8)).map((parts) => `fl_${parts.join('_')}`),
  fc.tuple(lower26, code(43)).map((parts) => `flr_${parts.join('_')}`),
  fc
    .tuple(
      fc.constantFrom('', 'RSA ', 'EC ', 'OPENSSH '),
      fc.array(code(64), { minLength: 1, maxLength: 8 }),
      fc.constantFrom('\n', '\r\n', '\\n'),
    )
    .map(([kind, lines, eol]) => [`-----BEGIN ${kind}${PEM}-----`, ...lines, `-----END ${kind}${PEM}-----`].join(eol)),
);

/** A password of letters and digits. */
export const password = code(16);
