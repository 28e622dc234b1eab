import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainRender } from '../../../src/edge/domain/plain-render.ts';
import { RenderSchema } from '../../../src/edge/schemas.ts';

const locale = fc.constantFrom('fr', 'fr-CA', 'fr-ca', 'pt_BR', '', 'x'.repeat(36), 'en-US-u-ca-gregory', 7, null);
const variables = fc.oneof(
  fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'a'.repeat(256))), fc.jsonValue()),
  fc.jsonValue(),
);
const subject = fc.constantFrom(
  'user-1',
  ' ',
  '',
  'x'.repeat(255),
  'x'.repeat(256),
  'a\nb',
  'a\u200bb',
  'Zoë',
  7,
  null,
);
const body = fc.oneof(
  fc.record({ variables, locale, subject }, { requiredKeys: [] }),
  fc.record({ variables, locale, more: fc.jsonValue() }, { requiredKeys: [] }),
  fc.jsonValue(),
);

describe('a render’s body, read by hand', () => {
  it('is what the schema makes of it, or left to the schema', () => {
    fc.assert(
      fc.property(body, (written) => {
        // As it comes: from JSON, where __proto__ is a key like any other.
        const value: unknown = JSON.parse(JSON.stringify(written));
        const wish = plainRender(value);
        if (wish === null) return;
        const parsed = RenderSchema.parse(value);
        expect(wish).toEqual({
          variables: parsed.variables,
          locale: parsed.locale ?? null,
          subject: parsed.subject ?? null,
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read by hand where it is plain', () => {
    expect(plainRender({ variables: { name: 'Zoë' }, locale: 'fr-ca', subject: 'user-1' })).toEqual({
      variables: { name: 'Zoë' },
      locale: 'fr-CA',
      subject: 'user-1',
    });
    expect(plainRender({})).toEqual({ variables: {}, locale: null, subject: null });
    expect(plainRender({ variables: {}, other: 1 })).toBeNull();
  });
});
