import { expect, it } from 'vitest';
import { newId } from '../../../src/kernel/ids.ts';
import worker from '../../../src/worker.ts';
import { cell, ended, feedback, fetched } from '../../support/analytics.ts';
import { deliver } from '../../support/queues.ts';
import { contextWith } from '../../support/workbench.ts';

const AT = Date.parse('2026-11-20T12:34:56Z');

/** Delivers events to a consumer that has a dataset, and gives what was written to it. */
async function written(events: object[], times = 1): Promise<AnalyticsEngineDataPoint[]> {
  const points: AnalyticsEngineDataPoint[] = [];
  const { env } = contextWith({
    ANALYTICS: { writeDataPoint: (point: AnalyticsEngineDataPoint) => points.push(point) },
  });
  for (let i = 0; i < times; i++) {
    await deliver('footlight-events', events, 1, (batch, context) => worker.queue(batch, env, context));
  }
  return points;
}

it('where a dataset is bound, what was counted is written to it once', async () => {
  const [ours, theirs] = [newId('tenant', AT), newId('tenant', AT)];
  const events = [
    fetched(ours, AT, cell('prm_a', { count: 7, apiKeyId: 'key_a', variant: '1.0.0' })),
    ended(theirs, AT, 'prm_b', { status: 'failed', personId: 'usr_b' }),
    ended(ours, AT, 'prm_a', { latencyMs: 250 }),
    feedback(ours, AT, 'prm_a', 0.5, { createdBy: 'key_a' }),
  ];
  const points = await written(events, 2);
  const user = 'usr_01jd3z8v4q6r0s2t4v6w8y0a2c';
  const hour = Date.parse('2026-11-20T12:00:00Z');
  const promptOf = ({ blobs }: AnalyticsEngineDataPoint): string => JSON.stringify(blobs?.[1]);
  const ofThem = points.toSorted((a, b) => promptOf(a).localeCompare(promptOf(b)));
  expect(ofThem).toEqual([
    {
      indexes: [ours],
      blobs: ['production', 'prm_a', '1.0.0', '', '', 'key_a', ''],
      doubles: [hour, -1, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    },
    {
      indexes: [ours],
      blobs: ['production', 'prm_a', '', 'fast', user, '', ''],
      doubles: [AT, 250, 0, 0, 0, 1, 0, 0, 10, 20, 30, 0, 0, 0, 0, 0],
    },
    {
      indexes: [ours],
      blobs: ['production', 'prm_a', '', '', '', 'key_a', ''],
      doubles: [AT, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 5_000, 25_000_000, 0],
    },
    {
      indexes: [theirs],
      blobs: ['production', 'prm_b', '', 'fast', 'usr_b', '', ''],
      doubles: [AT, -1, 0, 0, 0, 1, 1, 0, 10, 20, 30, 0, 0, 0, 0, 0],
    },
  ]);
});

it('of a batch no more is written than the platform takes', async () => {
  const tenantId = newId('tenant', AT);
  const cells = Array.from({ length: 200 }, (_, i) => cell(`prm_${i}`));
  const points = await written([fetched(tenantId, AT, ...cells), fetched(tenantId, AT, ...cells)]);
  expect(points).toHaveLength(250);
});
