import type { TenantContext } from '../../platform/context.ts';
import { hear } from '../../platform/kv/heard.ts';
import { bundleKey } from '../domain/bundle.ts';
import type { Activated, EnvironmentRef } from '../domain/deployment.ts';
import { findBundles, readBundle, readBundlesSince } from '../repo/activations.ts';
import type { BundleRow } from '../repo/activations.ts';

/** Bundles read at a time: at 1.5 MB each they must fit into an isolate. */
const BUNDLES_A_PAGE = 20;
/** Workers hold six connections open at once. */
const WRITES_AT_ONCE = 6;

/**
 * Writes to KV every bundle newer than a generation, oldest first, inside the environment's object: KV's only writer,
 * so that an older bundle never overwrites a newer one. @returns what changed, generation by generation
 */
export async function publishSince(
  context: TenantContext,
  environment: EnvironmentRef,
  generation: number,
): Promise<Activated[]> {
  const activated = new Map<number, string[]>();
  let after = { generation, name: '\u{10ffff}' };
  for (;;) {
    const { rows, more, ...now } = await readBundlesSince(
      ...([context.db, context.scope, environment.id, after, BUNDLES_A_PAGE] as const),
    );
    await write(context, environment, rows);
    for (const row of rows) activated.set(row.generation, [...(activated.get(row.generation) ?? []), row.name]);
    const last = rows.at(-1);
    if (last !== undefined && more) {
      after = { generation: last.generation, name: last.name };
      continue;
    }
    // An activation of models, or assets that nothing includes, changes no bundle, and is announced all the same.
    if (now.generation > generation && !activated.has(now.generation)) activated.set(now.generation, []);
    break;
  }
  return [...activated]
    .map(([at, names]) => ({ generation: at, names }))
    .toSorted((a, b) => a.generation - b.generation);
}

/** Writes some bundles to KV again: what the edge missed there. */
export async function publishNames(
  context: TenantContext,
  environment: EnvironmentRef,
  names: readonly string[],
): Promise<void> {
  const { rows } = await findBundles(context.db, context.scope, environment.name, names);
  await write(context, environment, rows);
}

async function write(context: TenantContext, environment: EnvironmentRef, rows: readonly BundleRow[]): Promise<void> {
  const { tenantId } = context.scope;
  for (let from = 0; from < rows.length; from += WRITES_AT_ONCE) {
    await Promise.all(
      rows.slice(from, from + WRITES_AT_ONCE).map(async (row) => {
        const key = bundleKey(tenantId, environment.name, row.name);
        hear(key, row.generation);
        context.operations.kv++;
        await context.env.EDGE.put(key, row.body ?? JSON.stringify(readBundle(row)));
      }),
    );
  }
}
