import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import { newId } from '../../src/kernel/ids.ts';
import { eventually } from '../support/eventually.ts';
import { d1 } from '../support/workbench.ts';

it('a message that nobody can handle is found among the dead ones', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const tenantId = newId('tenant', Date.now());
  const message = { v: 7, id: newId('outboxEvent', Date.now()), tenantId, type: 'evaluation.item', at: 1, body: null };
  await env.EVALUATIONS_QUEUE.send(message);
  await eventually(async () => {
    const rows = await d1('SELECT * FROM dead_letters WHERE tenant_id = ?', tenantId);
    expect(rows).toMatchObject([{ id: message.id, queue: 'footlight-evaluations', message: JSON.stringify(message) }]);
  });
});
