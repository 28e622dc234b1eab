// 200 executions at once, 50 viewers on one of them, and then more: whether anything is lost, and what is left in memory.
import { setTimeout as sleep } from 'node:timers/promises';

import { workerdPid } from './house.mjs';
import { ask, residentMiB } from './processes.mjs';

const AT_ONCE = 200;
const VIEWERS = 50;
const BATCHES = 6;
const MODEL = 'chunks-100-20';
/** workerd puts objects away after ten idle seconds. */
const IDLE_MS = 12_000;

export async function measureCrowd({ house, client, tenant, textOf }) {
  const rows = [];
  const note = (what, more) => {
    const mib = residentMiB(workerdPid());
    rows.push({
      '': what,
      executions: '',
      seconds: '',
      'events read': '',
      viewers: '',
      ...more,
      'workerd MiB': mib?.toFixed(0) ?? '',
    });
  };
  note('before');
  for (let batch = 1; batch <= BATCHES; batch++) {
    const began = performance.now();
    const { events, viewersEvents } = await ask(client, {
      url: `${house.quiet}/v1/prompts/greeting/execute`,
      headers: { authorization: `Bearer ${tenant.key}` },
      body: tenant.bodyFor(MODEL),
      text: textOf(100),
      crowd: AT_ONCE,
      viewers: VIEWERS,
    });
    note(`${batch * AT_ONCE} executions`, {
      executions: AT_ONCE,
      seconds: ((performance.now() - began) / 1000).toFixed(1),
      'events read': events,
      viewers: `${VIEWERS}, ${viewersEvents} events each`,
    });
  }
  await sleep(IDLE_MS);
  note(`${IDLE_MS / 1000} s later`);
  return rows;
}
