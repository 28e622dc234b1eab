import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import { activate, application, pathOf, tierOf } from './fixtures.ts';

it('probe', async () => {
  const app = await application();
  await activate(app.tenantId, 'support/greeting');
  const get = vi.spyOn(env.EDGE, 'get');
  const prepare = vi.spyOn(env.DB, 'prepare');
  const a = await app.send('GET', pathOf('support/greeting'));
  console.error(a.status, a.body, [...a.headers], get.mock.calls.length, prepare.mock.calls.length);
  const b = await app.send('GET', pathOf('support/greeting'));
  console.error(b.status, tierOf(b), [...b.headers]);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2000 });
  const c = await app.send('GET', pathOf('support/greeting'));
  console.error(c.status, tierOf(c), get.mock.calls.length, get.mock.calls);
  const r = await app.send('POST', '/v1/edge/production/render/support/greeting', {variables:{who:'x'}});
  console.error(r.status, r.body, tierOf(r));
  vi.useRealTimers();
});
