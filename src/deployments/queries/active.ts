import { findEnvironment } from '../../environments/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import { findOptionalEntry } from '../../content/public.ts';
import { AppError, notFound } from '../../kernel/errors.ts';
import { findBundles, findOptionalBundle, listActive, readBundle } from '../repo/activations.ts';
import type { ActivationRow } from '../repo/activations.ts';
import type { Bundle, Tombstone } from '../domain/bundle.ts';

/** What is active in an environment, by type and name. */
export async function listActivePage<T>(
  context: TenantContext,
  query: { name: string; limit: number; cursor?: string | undefined },
  present: (row: ActivationRow) => T,
): Promise<Page<T> & { generation: number }> {
  const environment = await findEnvironment(context, query.name);
  const [type, name] = query.cursor === undefined ? [] : decodeCursor(query.cursor, ['string', 'string']);
  const after = type === undefined || name === undefined ? undefined : { type, name };
  const rows = await listActive(context.db, context.scope, environment.id, { after, limit: query.limit + 1 });
  return { generation: environment.generation, ...toPage(rows, query.limit, (row) => [row.type, row.name], present) };
}

/** What D1 says that the edge serves. */
export interface ActiveBundles {
  environment: { id: string; generation: number } | null;
  /** By name; one that was never active has none. */
  bundles: Map<string, Bundle | Tombstone>;
}

/**
 * What is active of a prompt, by its name or id. One round trip where it is.
 * @throws AppError not_found for an unknown environment or prompt, not_deployed
 */
export async function findActiveBundle(
  context: TenantContext,
  environmentName: string,
  nameOrId: string,
): Promise<Bundle> {
  const { db, scope } = context;
  const { hasEnvironment, body } = await findOptionalBundle(db, scope, environmentName, nameOrId);
  if (body !== null) return JSON.parse(body) as Bundle;
  if (!hasEnvironment) throw notFound(`The environment ${environmentName}`);
  const entry = await findOptionalEntry(db, scope, 'prompt', nameOrId);
  if (entry === null) throw notFound(`The prompt "${nameOrId}"`);
  throw new AppError('not_deployed', `No version of ${entry.name} is active in ${environmentName}. Deploy one first.`);
}

/** The truth behind KV for some prompts of an environment, in one round trip. */
export async function findActiveBundles(
  context: Pick<TenantContext, 'db' | 'scope'>,
  environmentName: string,
  names: readonly string[],
): Promise<ActiveBundles> {
  const { environment, rows } = await findBundles(context.db, context.scope, environmentName, names);
  return { environment, bundles: new Map(rows.map((row) => [row.name, readBundle(row)])) };
}
