import { describe, expect, it } from 'vitest';
import { findOptionalApiKeyRecord, parseApiKey, verifyApiKeyRecord } from '../../../src/api-keys/public.ts';
import { owner } from '../../support/client.ts';
import { apiKey, ok } from '../../support/team.ts';
import { contextWith } from '../../support/workbench.ts';

describe('a record of a key', () => {
  it('believes the key that it is of, and no other', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const [first, second] = [await apiKey(ada, ['edge:read']), await apiKey(ada, ['edge:read'])];
    const context = contextWith();
    const { config } = context;
    const record = (await findOptionalApiKeyRecord(context, ada.tenantId, first.id))!;
    const presented = parseApiKey(first.key)!;
    const now = Date.now();
    expect(verifyApiKeyRecord(config, record, presented, now)).toBe(record);
    expect(verifyApiKeyRecord(config, null, presented, now)).toBeNull();
    expect(verifyApiKeyRecord(config, record, parseApiKey(second.key)!, now)).toBeNull();
    expect(verifyApiKeyRecord(config, record, { ...presented, secret: 'x'.repeat(43) }, now)).toBeNull();
    expect(verifyApiKeyRecord(config, record, { ...presented, tenantId: grace.tenantId }, now)).toBeNull();
    expect(verifyApiKeyRecord(config, { ...record, secretHash: '' }, presented, now)).toBeNull();
    expect(verifyApiKeyRecord(config, { ...record, revoked: true }, presented, now)).toBeNull();
    expect(verifyApiKeyRecord(config, { ...record, expiresAt: now }, presented, now)).toBeNull();
    expect(verifyApiKeyRecord(config, { ...record, expiresAt: now + 1 }, presented, now)).not.toBeNull();
  });

  it('is read from D1 in its tenant only, and tells of a revocation', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const { id } = await apiKey(ada, ['edge:read']);
    const context = contextWith();
    expect(await findOptionalApiKeyRecord(context, grace.tenantId, id)).toBeNull();
    expect(await findOptionalApiKeyRecord(context, ada.tenantId, id)).toMatchObject({ revoked: false });
    await ok(ada.send('DELETE', `/v1/api-keys/${id}`));
    expect(await findOptionalApiKeyRecord(context, ada.tenantId, id)).toMatchObject({ revoked: true });
  });
});
