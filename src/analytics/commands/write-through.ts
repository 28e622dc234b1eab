import type { Context } from '../../platform/context.ts';
import type { EventMessage } from '../../platform/queue/events.ts';
import { type Fact } from '../domain/facts.ts';
import { METRICS } from '../domain/metrics.ts';
import { factOfEvent, factOfUse, isGathered, usesOf } from '../events.ts';

/** As many points as Analytics Engine takes in one go. */
const POINTS_MAX = 250;

/**
 * Writes what was counted to Workers Analytics Engine too, where a dataset is bound as ANALYTICS: for one's own SQL. It samples by
 * itself, and what an isolate loses or a batch has too much of is not written again, so the truth is in D1.
 */
export function writeThrough({ env }: Context, messages: readonly EventMessage[]): void {
  const dataset = (env as { ANALYTICS?: AnalyticsEngineDataset }).ANALYTICS;
  if (dataset === undefined) return;
  let left = POINTS_MAX;
  for (const [tenantId, own] of Map.groupBy(messages, (message) => message.tenantId)) {
    const facts = own.flatMap((message) =>
      isGathered(message) ? usesOf([message]).map(factOfUse) : factOfEvent(message),
    );
    for (const fact of facts.slice(0, left)) dataset.writeDataPoint(toPoint(tenantId, fact));
    left -= Math.min(left, facts.length);
  }
}

/** docs/analytics.md says which column is what. */
function toPoint(tenantId: string, { of, counts, latencyMs, at }: Fact): AnalyticsEngineDataPoint {
  const { environment, promptId, variant, model, personId, apiKeyId, event } = of;
  return {
    indexes: [tenantId],
    blobs: [environment, promptId, variant, model, personId, apiKeyId, event].map((part) => part ?? ''),
    doubles: [at, latencyMs ?? -1, ...METRICS.map((metric) => counts[metric] ?? 0)],
  };
}
