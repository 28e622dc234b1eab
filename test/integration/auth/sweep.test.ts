import { describe, expect, it } from 'vitest';
import { sweepIdentity } from '../../../src/auth/public.ts';
import { owner, send } from '../../support/client.ts';
import { ok } from '../../support/team.ts';
import { contextWith, d1 } from '../../support/workbench.ts';

const DAY = 24 * 60 * 60 * 1000;
const counts = async () => {
  const [row] = await d1(`SELECT (SELECT count(*) FROM sessions) AS sessions,
    (SELECT count(*) FROM refresh_tokens) AS tokens, (SELECT count(*) FROM login_throttles) AS tries`);
  return row;
};

describe('the sweep', () => {
  it('deletes what has expired, and nothing else', async () => {
    const ada = await owner('Ada');
    await send('POST', '/v1/auth/login', { email: ada.email, password: 'not the password' });
    expect(await counts()).toEqual({ sessions: 1, tokens: 1, tries: 1 });

    await sweepIdentity(contextWith());
    expect(await counts()).toEqual({ sessions: 1, tokens: 1, tries: 1 });
    await sweepIdentity(contextWith({}, { now: () => Date.now() + DAY }));
    expect(await counts()).toEqual({ sessions: 1, tokens: 1, tries: 0 });

    // A refresh a day later prolongs the session, not the token that was used.
    await d1('UPDATE sessions SET expires_at = expires_at - ?', DAY);
    await d1('UPDATE refresh_tokens SET expires_at = expires_at - ?', DAY);
    const next = await ok(send('POST', '/v1/auth/refresh', { refreshToken: ada.refreshToken }));
    await sweepIdentity(contextWith({}, { now: () => Date.now() + 29.5 * DAY }));
    expect(await counts()).toEqual({ sessions: 1, tokens: 1, tries: 0 });
    await ok(send('POST', '/v1/auth/refresh', { refreshToken: next.refreshToken }));

    await sweepIdentity(contextWith({}, { now: () => Date.now() + 31 * DAY }));
    expect(await counts()).toEqual({ sessions: 0, tokens: 0, tries: 0 });
    expect((await send('GET', '/v1/me', undefined, { authorization: `Bearer ${ada.accessToken}` })).status).toBe(401);
  });

  it('takes at most a thousand of each at once', async () => {
    const many = JSON.stringify(Array.from({ length: 1500 }, (_, i) => i));
    await d1(`INSERT INTO login_throttles SELECT 'old-' || value, 1, 1, 1 FROM json_each(?)`, many);
    await sweepIdentity(contextWith());
    expect((await counts()).tries).toBe(500);
    await sweepIdentity(contextWith());
    expect((await counts()).tries).toBe(0);
  });
});
