import { can, personOf } from '../../kernel/actor.ts';
import { AppError, type ErrorItem } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import { baseUrlProblem, canonicalBaseUrl } from '../domain/base-url.ts';
import { type Listed, listedPrices } from '../domain/prices.ts';
import { hashOfSettings, type ModelSettings } from '../domain/revision.ts';
import { findOptionalCredential } from '../repo/credentials.ts';
import { listUnknownModels, type ModelRevision } from '../repo/models.ts';

const invalid = (errors: readonly ErrorItem[]): AppError =>
  new AppError('validation_failed', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), { errors });

/** A base URL in its one form. @throws AppError validation_failed for one that may not be asked */
export function acceptBaseUrl<T extends string | null | undefined>(context: TenantContext, url: T): T | string {
  if (url === null || url === undefined) return url;
  const message = baseUrlProblem(url, context.config);
  if (message !== null) throw invalid([{ path: 'baseUrl', message, code: 'base_url_refused' }]);
  return canonicalBaseUrl(url);
}

/** @throws AppError forbidden for who may change models, but not say to whom a provider's key is sent */
export function assertMaySendKey(context: TenantContext): void {
  if (can(context.actor, 'credentials:manage')) return;
  throw new AppError(
    'forbidden',
    'A base URL says to whom a provider’s key is sent: to set or change it, or the provider of a model that has one, needs the permission credentials:manage too.',
  );
}

/** Whether settings fit together and name what there is. @throws AppError validation_failed with every finding */
export async function assertSettings(context: TenantContext, name: string, settings: ModelSettings): Promise<void> {
  const { provider, baseUrl, fallbacks } = settings;
  const errors: ErrorItem[] = [];
  if (provider === 'mock' && baseUrl !== null) {
    errors.push({ path: 'baseUrl', message: 'must be null: mock is asked nowhere', code: 'base_url_refused' });
  }
  const unknown = fallbacks.length === 0 ? [] : await listUnknownModels(context.db, context.scope, fallbacks);
  for (const [index, fallback] of fallbacks.entries()) {
    const path = `fallbacks[${index}]`;
    if (fallback === name) errors.push({ path, message: 'is the model itself', code: 'self_fallback' });
    else if (unknown.includes(fallback))
      errors.push({ path, message: `is no model: ${fallback}`, code: 'unknown_model' });
    else if (fallbacks.indexOf(fallback) < index) errors.push({ path, message: 'is named twice', code: 'duplicate' });
  }
  if (errors.length > 0) throw invalid(errors);
}

/** What the price list says of a model where it is asked: at its own base URL, else at that of its credential. */
export async function lookUp(
  context: TenantContext,
  { provider, model, baseUrl }: Pick<ModelSettings, 'provider' | 'model' | 'baseUrl'>,
): Promise<Listed> {
  const asked = baseUrl ?? (await findOptionalCredential(context.db, context.scope, provider))?.baseUrl ?? null;
  return listedPrices(provider, model, asked, context.now());
}

/** A row of settings, as the actor's work of now. */
export function newRevision(
  context: TenantContext,
  of: { modelId: string; revision: number },
  settings: ModelSettings,
): ModelRevision {
  const now = context.now();
  const { prices, ...rest } = settings;
  return {
    tenantId: context.scope.tenantId,
    id: newId('modelRevision', now),
    ...of,
    ...rest,
    inputMicrosPerMillion: prices?.inputMicrosPerMillion ?? null,
    outputMicrosPerMillion: prices?.outputMicrosPerMillion ?? null,
    contentHash: hashOfSettings(settings),
    authorId: personOf(context.actor) ?? context.actor.id,
    createdBy: context.actor.id,
    createdAt: now,
  };
}
