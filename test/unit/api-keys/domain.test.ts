import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  effectivePermissions,
  formatApiKey,
  parseApiKey,
  prefixOf,
  scopesBeyond,
} from '../../../src/api-keys/domain.ts';
import { newId } from '../../../src/kernel/ids.ts';
import { API_KEY_SCOPES, PERMISSION_NAMES, roleAllows, ROLES } from '../../../src/kernel/permissions.ts';

const secret = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64url'));
const key = fc.record({ secret, at: fc.nat() }).map(({ secret: of, at }) => ({
  tenantId: newId('tenant', at),
  id: newId('apiKey', at),
  secret: of,
}));

describe('an API key', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(key, (parts) => {
        expect(parseApiKey(formatApiKey(parts))).toEqual(parts);
      }),
    );
  });

  it('shows in its prefix whose it is, and nothing of its secret', () => {
    fc.assert(
      fc.property(key, (parts) => {
        const prefix = prefixOf(formatApiKey(parts));
        expect(prefix).toBe(`fl_${parts.tenantId.slice(4)}_${parts.id.slice(4)}`);
      }),
    );
  });

  it('is not read with any one character changed, cut or added', () => {
    fc.assert(
      fc.property(key, fc.nat(), fc.constantFrom('', '0', 'a', 'Z', '_', ' ', '\n'), (parts, where, other) => {
        const text = formatApiKey(parts);
        const i = where % text.length;
        const changed = text.slice(0, i) + other + text.slice(i + 1);
        fc.pre(changed !== text);
        expect(parseApiKey(changed)).toBeNull();
        expect(parseApiKey(`${text}${other === '' ? 'x' : other}`)).toBeNull();
      }),
    );
  });

  it('can’t have what only a person may, nor what its maker may not', () => {
    const inPerson = PERMISSION_NAMES.filter((name) => !API_KEY_SCOPES.includes(name));
    expect(inPerson).toContain('deployments:approve');
    expect(scopesBeyond(PERMISSION_NAMES, () => true)).toEqual(inPerson);
    expect(scopesBeyond(['edge:read', 'prompts:write'], (name) => name === 'edge:read')).toEqual(['prompts:write']);
  });

  it('may never do more than its scopes, nor more than its maker may now', () => {
    fc.assert(
      fc.property(fc.subarray([...PERMISSION_NAMES]), fc.constantFrom(...ROLES), (scopes, role) => {
        const may = effectivePermissions(scopes, role);
        for (const name of PERMISSION_NAMES) {
          const expected = scopes.includes(name) && roleAllows(role, name) && API_KEY_SCOPES.includes(name);
          expect(may.has(name)).toBe(expected);
        }
      }),
    );
  });
});
