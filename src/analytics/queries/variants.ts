import type { TenantContext } from '../../platform/context.ts';
import type { Variants } from '../domain/answers.ts';
import { rangesOf, stretchOf } from '../domain/stretch.ts';
import { listVariantSums } from '../repo/subjects.ts';
import { findAbout } from './about.ts';

/**
 * What an experiment came to: the numbers of each version that was chosen for a subject, by tag.
 * @throws AppError not_found, forbidden, validation_failed
 */
export async function listVariants(
  context: TenantContext,
  query: { environment: string; prompt: string; from?: string | undefined; to?: string | undefined },
): Promise<Variants> {
  const { environment, prompt } = await findAbout(context, query);
  if (environment === null || prompt === null) throw new Error('both were asked about');
  const to = query.to === undefined ? context.now() : Date.parse(query.to);
  const stretch = stretchOf(
    'variant',
    query.from === undefined ? undefined : Date.parse(query.from),
    to,
    context.now(),
  );
  const rows = await listVariantSums(context.db, context.scope, {
    environment,
    promptId: prompt.id,
    ranges: rangesOf(stretch),
  });
  return { environment, prompt, stretch, rows };
}
