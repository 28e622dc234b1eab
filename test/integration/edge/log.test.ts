import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { app as router } from '../../../src/app.ts';
import { answerAtOnce, answerExpress } from '../../../src/edge/public.ts';
import { activate, application, pathOf } from './fixtures.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the log line of a fetch', () => {
  it('says the same on every road, in the same order, without a secret or the text of a prompt', async () => {
    const talkative = { ...env, LOG_LEVEL: 'info' };
    const app = await application();
    await activate(app.tenantId, 'support/greeting');
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const roads = [router.fetch.bind(router), express, express, answerAtOnce] as (typeof express)[];
    for (const headers of [{}, { 'if-none-match': '*' }] as Record<string, string>[]) {
      for (const road of roads) {
        const request = new Request(`https://footlight.test${pathOf('support/greeting')}?locale=fr`, {
          headers: {
            ...headers,
            authorization: `Bearer ${app.key}`,
            'x-request-id': 'mine-1',
            traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
          },
        });
        const execution = createExecutionContext();
        const response = await road(request, talkative, execution);
        await response?.text();
        await waitOnExecutionContext(execution);
        expect(response?.status).toBe('if-none-match' in headers ? 304 : 200);
      }
    }
    expect(lines).toHaveLength(2 * roads.length);
    const parsed = lines.map((line) => JSON.parse(line));
    expect(parsed.map(({ tier, kv }) => [tier, kv])).toEqual([
      ['kv', 1],
      ...Array.from({ length: 2 * roads.length - 1 }, () => ['memory', 0]),
    ]);
    for (const [i, line] of parsed.entries()) {
      expect(Object.keys(line)).toEqual(Object.keys(parsed[0]));
      expect({ ...line, kv: 1, time: '', durationMs: 0, tier: 'kv' }).toEqual({
        time: '',
        level: 'info',
        message: 'request',
        requestId: 'mine-1',
        traceId: 'a'.repeat(32),
        tenant: app.tenantId,
        actor: app.keyId,
        method: 'GET',
        route: '/v1/edge/:environment/prompts/:name{.+}',
        status: i < roads.length ? 200 : 304,
        durationMs: 0,
        tier: 'kv',
        d1: 0,
        kv: 1,
        do: 0,
      });
      expect(Date.parse(line.time)).toBeGreaterThan(Date.now() - 60_000);
    }
    expect(lines.join()).not.toMatch(/fl_|Bonjour|Bearer/);
  });

  it('tells who was refused, and operators alone of what nobody expected', async () => {
    const talkative = { ...env, LOG_LEVEL: 'info' };
    const bound = await application({ environments: ['staging'] });
    await activate(bound.tenantId, 'broken', { locales: {} }, { environment: 'staging' });
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
    const ask = async (path: string): Promise<any> => {
      const headers = { authorization: `Bearer ${bound.key}` };
      const request = new Request(`https://footlight.test${path}`, { headers });
      return (await express(request, talkative, createExecutionContext())).json();
    };
    expect((await ask(pathOf('a'))).code).toBe('forbidden');
    const surprise = await ask(pathOf('broken', 'staging'));
    expect(surprise.code).toBe('internal_error');
    expect(JSON.stringify(surprise)).not.toContain('locale');
    const [refused, unexpected] = lines.map((line) => JSON.parse(line));
    expect(refused).toMatchObject({ tenant: bound.tenantId, actor: bound.keyId, status: 403, level: 'info' });
    expect(unexpected).toMatchObject({ status: 500, level: 'error', error: 'Error: a bundle lacks its own locale en' });
  });
});

async function express(request: Request, bindings: Env, execution: ExecutionContext): Promise<Response> {
  return answerExpress(request, bindings, execution, () => {
    throw new Error('this needs no router');
  });
}
