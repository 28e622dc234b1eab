import { armOf, type Bundle } from '../deployments/public.ts';
import type { Actor } from '../kernel/actor.ts';
import type { Context } from '../platform/context.ts';
import { countUse, tallyOf, type UseTally } from '../platform/queue/gather.ts';
import type { Page, Pages } from './memory.ts';
import type { Fetched } from './present.ts';
import type { Batch } from './queries/batch.ts';

/** What was given out, to whom. */
interface Given {
  readonly actor: Actor;
  readonly bundle: Pick<Bundle, 'promptId'>;
  readonly served: Pick<Fetched, 'environment' | 'name' | 'tag' | 'variant' | 'versionId'>;
}

function tallyFor(context: Context, kind: 'fetch' | 'render', { actor, bundle, served }: Given): UseTally | null {
  const { environment, name: prompt, tag, variant, versionId } = served;
  return tallyOf(context.env, actor.tenantId, {
    type: 'edge.fetched',
    cell: {
      kind,
      environment,
      promptId: bundle.promptId,
      prompt,
      tag,
      versionId,
      variant,
      personId: actor.kind === 'user' ? actor.id : null,
      apiKeyId: actor.kind === 'api_key' ? actor.id : null,
    },
  });
}

/** Counts what was given out, once. */
export function noteUse(context: Context, kind: 'fetch' | 'render', given: Given): void {
  const tally = tallyFor(context, kind, given);
  if (tally !== null) countUse(tally, context.now(), context.env, context);
}

/** Counts a page that was given out. @returns what to count it and its siblings on, when they are given out again */
export function noteFetch(
  context: Context,
  { actor, bundle, pages, page }: { actor: Actor; bundle: Bundle; pages: Pages; page: Page },
  environment: string,
): ReadonlyMap<Page, UseTally> {
  const tallies = new Map<Page, UseTally>();
  const add = (of: Page, { name, tag, versionId }: Bundle, variant: string | null): void => {
    const served = { environment, name, tag, variant, versionId };
    const tally = tallyFor(context, 'fetch', { actor, bundle, served });
    if (tally !== null) tallies.set(of, tally);
  };
  add(pages.own, bundle, null);
  for (const [index, arm] of (pages.arms ?? []).entries()) add(arm.page, armOf(bundle, index), arm.tag);
  const tally = tallies.get(page);
  if (tally !== undefined) countUse(tally, context.now(), context.env, context);
  return tallies;
}

/** Counts each prompt of a batch, as often as it was named. */
export function noteBatch(context: Context, { actor, bundles, data }: Batch): void {
  for (const served of data) {
    const bundle = bundles.get(served.name)?.bundle ?? null;
    if (bundle !== null && !('error' in served)) noteUse(context, 'fetch', { actor, bundle, served });
  }
}
