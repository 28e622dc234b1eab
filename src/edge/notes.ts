import type { Bundle } from '../deployments/public.ts';
import type { Actor } from '../kernel/actor.ts';
import type { Context } from '../platform/context.ts';
import { countUse, tallyOf, type UseTally } from '../platform/queue/gather.ts';
import type { Loaded } from './queries/load.ts';

/** What was given out, to whom. */
interface Given {
  readonly actor: Actor;
  readonly bundle: Bundle;
}

/** Counts what was given out, once. @returns what to count the same on, when it is given out again */
export function noteUse(
  context: Context,
  kind: 'fetch' | 'render',
  { actor, bundle }: Given,
  environment: string,
): UseTally | null {
  const { promptId, name: prompt, tag, versionId } = bundle;
  const tally = tallyOf(context.env, actor.tenantId, {
    type: 'edge.fetched',
    cell: {
      kind,
      environment,
      promptId,
      prompt,
      tag,
      versionId,
      variant: null,
      personId: actor.kind === 'user' ? actor.id : null,
      apiKeyId: actor.kind === 'api_key' ? actor.id : null,
    },
  });
  if (tally !== null) countUse(tally, context.now(), context.env, context);
  return tally;
}

/** Counts each prompt of a batch, as often as it was named. */
export function noteBatch(
  context: Context,
  { actor, bundles }: Loaded,
  { environment, names }: { environment: string; names: readonly string[] },
): void {
  for (const name of names) {
    const bundle = bundles.get(name)?.bundle ?? null;
    if (bundle !== null) noteUse(context, 'fetch', { actor, bundle }, environment);
  }
}
