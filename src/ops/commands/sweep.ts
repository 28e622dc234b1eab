import { sweepAnalytics } from '../../analytics/public.ts';
import { sweepApiKeys } from '../../api-keys/public.ts';
import { sealAuditEvents } from '../../audit/public.ts';
import { sweepIdentity } from '../../auth/public.ts';
import { sweepDatasets } from '../../datasets/public.ts';
import { resealCredentials } from '../../models/public.ts';
import { sweepDeadLetters } from '../../dead-letters/public.ts';
import { sweepEvaluations } from '../../evaluations/public.ts';
import { sweepExecutions } from '../../executions/public.ts';
import type { Context } from '../../platform/context.ts';
import { batch } from '../../platform/db/db.ts';
import { sweepIdempotencyKeys } from '../../platform/db/idempotency.ts';
import { describeError, log } from '../../platform/log/log.ts';
import { sweepOutbox } from '../../platform/queue/relay.ts';
import { sweepMessages } from '../../platform/queue/sweep.ts';

/** Every minute: seals the audit trail, tells on what was left in the outbox, repairs what a crash left behind, forgets what has expired. */
export async function sweep(context: Context): Promise<void> {
  const chores: Record<string, () => Promise<unknown>> = {
    seal: () => sealAuditEvents(context),
    apiKeys: () => sweepApiKeys(context),
    credentials: () => resealCredentials(context),
    analytics: () => sweepAnalytics(context),
    datasets: () => sweepDatasets(context),
    executions: () => sweepExecutions(context),
    evaluations: () => sweepEvaluations(context),
    outbox: () => sweepOutbox(context),
    messages: () => sweepMessages(context),
    deadLetters: () => sweepDeadLetters(context),
    identity: () => sweepIdentity(context),
    idempotency: () => batch(context.db, [sweepIdempotencyKeys(context.db, context.now())]),
  };
  for (const [chore, run] of Object.entries(chores)) {
    try {
      await run();
    } catch (error) {
      // One chore's trouble is not the others': the next minute tries again.
      log('error', 'error', 'chore failed', { chore, ...describeError(error) });
    }
  }
}
