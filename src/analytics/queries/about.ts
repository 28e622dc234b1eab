import { findEnvironment } from '../../environments/public.ts';
import { AppError, notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { About, NamedPrompt } from '../domain/answers.ts';
import { findOptionalPrompt } from '../repo/prompts.ts';

/**
 * What a question is about, where that is there and the actor may know of it.
 * @throws AppError not_found; forbidden for an API key that is bound to environments and asks beyond them
 */
export async function findAbout(
  context: TenantContext,
  asked: { environment?: string | undefined; prompt?: string | undefined },
): Promise<About> {
  const { actor } = context;
  if (asked.environment === undefined && actor.kind === 'api_key' && actor.environments !== null) {
    throw new AppError(
      'forbidden',
      `This API key is bound to environments: ask about one of them, as with ?environment=${actor.environments[0] ?? ''}.`,
    );
  }
  const [environment, prompt] = await Promise.all([
    asked.environment === undefined ? null : findEnvironment(context, asked.environment),
    asked.prompt === undefined ? null : findPrompt(context, asked.prompt),
  ]);
  return { environment: environment?.name ?? null, prompt };
}

async function findPrompt({ db, scope }: TenantContext, nameOrId: string): Promise<NamedPrompt> {
  const prompt = await findOptionalPrompt(db, scope, nameOrId);
  if (prompt === null) throw notFound(`The prompt "${nameOrId}"`);
  return prompt;
}
