import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { execute, executed, model, streamedEvents } from '../../support/executions.ts';
import { house, type House } from '../../support/house.ts';
import { assertNoLeaks, leaksOf, overhear, secret } from '../../support/secrets.ts';
import { ok, prompt } from '../../support/team.ts';
import { book, KEY, upstream } from '../../support/upstream/question.ts';
import { bearer, watch } from '../../support/watcher.ts';
import { d1, sendWith } from '../../support/workbench.ts';

let home: House;

beforeAll(async () => {
  home = await house();
  await prompt(home.eve, 'said', 'Say {{{what}}}');
  await model(home.ada, 'echo');
});

let plants = 0;
/** Something that no other test looks for. It is not registered: planting it must not fail this file. */
const plant = (): string => `sk-planted/${++plants}+${crypto.randomUUID()}`;

describe('what looks for secrets', () => {
  it('finds nothing where nothing was planted', async () => {
    expect(await leaksOf([plant()])).toEqual([]);
    expect(await leaksOf([])).toEqual([]);
  });

  it('hears every line of a log, whoever spies on the console', async () => {
    const [plain, spied, thrown] = [plant(), plant(), plant()];
    const { console: out } = globalThis;
    out.log(`{"time":"","level":"info","message":"${plain}"}`);
    const spy = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    out.error('a line', { key: spied });
    out.error(new Error('outside', { cause: new Error(thrown) }));
    expect(spy).toHaveBeenCalledTimes(2);
    spy.mockRestore();
    for (const leaked of [plain, spied, thrown]) expect(await leaksOf([leaked])).toEqual(['log']);
  });

  it('hears the real lines of the Worker', async () => {
    const traced = `0af7651916cd43dd8448eb211c80319c`;
    await home.eve.send('GET', '/v1/me', undefined, { traceparent: `00-${traced}-b7ad6b7169203331-01` });
    expect(await leaksOf([`"traceId":"${traced}"`])).toEqual(['log']);
  });

  it.each([
    ['at the door', (path: string, headers: Record<string, string>) => home.eve.send('GET', path, undefined, headers)],
    [
      'with other bindings',
      (path: string, headers: Record<string, string>) =>
        sendWith({})('GET', path, undefined, { ...bearer(home.eve), ...headers }),
    ],
  ])('reads every answer %s: its body and its headers', async (_, get) => {
    const [body, header] = [plant(), plant().replaceAll(/[/+]/g, '-')];
    await get(`/v1/prompts/${encodeURIComponent(body)}`, { 'x-request-id': header });
    expect(await leaksOf([body])).toEqual(['answer']);
    expect(await leaksOf([header])).toContain('answer');
  });

  it('reads events, objects, rows, KV and R2', async () => {
    const said = plant();
    const body = { tag: '1.0.0', model: 'echo', variables: { what: said } };
    const { id, links } = await ok(execute(home.eve, 'said', body), 202);
    await streamedEvents(links.events, bearer(home.eve));
    await eventually(async () => expect(await leaksOf([said])).toContain('row executions'));
    expect(await leaksOf([said])).toEqual(['event', 'object ExecutionObject', 'row executions']);
    const watcher = await watch(`/v1/executions/${id}/stream`, bearer(home.eve));
    await watcher.closed;

    const [row, kv, r2] = [plant(), plant(), plant()];
    await d1(`UPDATE executions SET output = ? WHERE id = ?`, row, id);
    await env.EDGE.put('planted:1', kv);
    await env.OUTPUTS.put('planted/1', r2);
    expect(await leaksOf([row])).toEqual(['row executions']);
    expect(await leaksOf([kv])).toEqual(['kv planted']);
    expect(await leaksOf([r2])).toEqual(['r2 planted']);
    const limits = env.LIMITS.getByName(home.tenantId);
    await limits.report(said.replace('1', '0'), 'down', 'exe_any', Date.now());
    expect(await leaksOf([said.replace('1', '0')])).toContain('object LimitsObject');
  });

  it('knows a secret in other clothes', async () => {
    const inBase64 = (text: string): string => Buffer.from(text).toString('base64');
    for (const [i, dress] of [
      encodeURIComponent,
      inBase64,
      (text: string) => Buffer.from(text).toString('base64url'),
      (text: string) => inBase64(`{"apiKey":"${text}"}`),
      (text: string) => inBase64(`{"apiKey": "${text}"}`),
      (text: string) => inBase64(`{"apiKey" : "${text}"}`),
      JSON.stringify,
    ].entries()) {
      const hidden = `${plant()}"\\~ü`;
      overhear('log', dress(hidden));
      expect(await leaksOf([hidden]), `${i}`).toEqual(['log']);
    }
  });

  it('fails the file of whoever registered it', async () => {
    await assertNoLeaks();
    const known = plant();
    overhear('event', known);
    await expect(assertNoLeaks([known])).rejects.toThrow('event');
  });
});

describe('a provider’s key', () => {
  it('that a provider says back gets nowhere, in whatever way it is run', async () => {
    const own = secret('customer.key:with+signs/0123456789');
    await ok(home.ada.send('PUT', '/v1/provider-credentials/openai', { apiKey: KEY }));
    await ok(home.ada.send('PUT', '/v1/provider-credentials/anthropic', { apiKey: own }));
    for (const protocol of ['openai', 'anthropic'] as const) {
      const { id, baseUrl } = upstream('refused', protocol);
      await model(home.ada, `refused-${protocol}`, { provider: protocol, model: 'fake-1', baseUrl });
      const run = { tag: '1.0.0', model: `refused-${protocol}`, variables: { what: 'it' } };
      const ended = await executed(home.eve, 'said', run);
      expect(ended).toMatchObject({ status: 'failed', error: { code: 'authentication_failed' } });
      expect((await book(id)).requests).toBe(1);
      await streamedEvents(`/v1/executions/${ended.id}/events`, bearer(home.eve));
    }
    await assertNoLeaks();
  });
});
