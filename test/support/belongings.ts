import { env } from 'cloudflare:workers';
import type { Role } from '../../src/kernel/permissions.ts';
import { owner, type Person } from './client.ts';
import { deliver, message } from './queues.ts';
import { addItems, dataset } from './datasets.ts';
import { secret } from './secrets.ts';
import { apiKey, asset, assetVersion, type Key, member, ok, prompt, release, request, version } from './team.ts';
import { rowsOf, tablesWhere } from './workbench.ts';

/** A tenant with one of everything in it, and a person of each role. */
export interface Belongings {
  people: Record<Role, Person>;
  tenantId: string;
  prompt: { id: string; name: string };
  asset: { id: string; key: string };
  model: { id: string; name: string };
  dataset: { id: string; name: string; item: string };
  evaluator: { id: string; name: string };
  /** It has ended. */
  execution: string;
  /** About that execution. */
  feedback: string;
  /** Nobody reads its queue: it waits. */
  evaluation: string;
  /** An environment whose name no other tenant has. */
  environment: string;
  /** Waits for its approval. */
  pending: string;
  deployed: string;
  invitation: string;
  key: Key;
  /** A message that nobody could handle. */
  deadLetter: string;
}

/** Furnishes a tenant. Version 1.0.0 of its prompt is active in development; 1.1.0 is free, with a translation. */
export async function furnish(label: string): Promise<Belongings> {
  const ada = await owner(label);
  const people = { owner: ada } as Record<Role, Person>;
  for (const role of ['admin', 'approver', 'editor', 'viewer'] as const)
    people[role] = await member(ada, role, `${label}-${role}`);
  const name = `${label}/greeting`;
  const translations = [{ locale: 'fr', text: `Bonjour de ${label}` }];
  const madePrompt = await prompt(ada, name, `Hello from ${label}`, { translations });
  await version(ada, name, '1.1.0', `Hello again from ${label}`, { translations });
  const madeAsset = await asset(ada, name, `The voice of ${label}`, { translations });
  await assetVersion(ada, name, '1.1.0', `The new voice of ${label}`, { translations });
  const environment = `${label}-own`;
  await ok(ada.send('POST', '/v1/environments', { name: environment, kind: 'development' }));
  const model = { name: `${label}-fast`, provider: 'openai', model: 'gpt-4o-mini' };
  const madeModel = await ok(ada.send('POST', '/v1/models', model));
  await ok(ada.send('PUT', '/v1/provider-credentials/openai', { apiKey: secret(`the-key-of-${label}`) }));
  // The one that the document's examples name.
  await ok(ada.send('POST', '/v1/models', { name: 'echo', provider: 'mock', model: 'words' }));
  const run = { tag: '1.1.0', model: 'echo' };
  const { id: execution } = await ok(ada.send('POST', `/v1/prompts/${madePrompt.id}/execute?wait=true`, run));
  const { id: feedback } = await ok(ada.send('POST', '/v1/feedback', { executionId: execution, score: 1 }));
  const madeDataset = await dataset(ada, `${label}/cases`);
  const { ids } = await ok(addItems(ada, `${label}/cases`, [{ input: { question: `Is it ${label}?` } }]));
  const evaluator = { name: `${label}/exact`, type: 'exact' };
  const madeEvaluator = await ok(ada.send('POST', '/v1/evaluators', evaluator));
  const wish = { prompt: name, tags: ['1.1.0'], models: ['echo'], dataset: `${label}/cases`, evaluators: ['quick'] };
  await ok(ada.send('POST', '/v1/evaluators', { name: 'quick', type: 'latency', config: { maxMs: 1_000 } }));
  const { id: evaluation } = await ok(ada.send('POST', '/v1/evaluations', wish), 202);
  const deployed = await release(ada, [], 'development', [`prompt:${name}@1.0.0`]);
  const pending = await ok(request(people.editor, 'production', [`prompt:${name}@1.0.0`]));
  const invitation = await ok(ada.send('POST', '/v1/invitations', { email: `guest@${label}.example`, role: 'viewer' }));
  const dead = message(ada.tenantId, 'budget.warning', { usedShare: 1 });
  await deliver('footlight-events-dead', [dead]);
  return {
    people,
    tenantId: ada.tenantId,
    environment,
    key: await apiKey(ada, ['prompts:read', 'edge:read']),
    prompt: {
      id: madePrompt.id,
      name,
    },
    asset: {
      id: madeAsset.id,
      key: name,
    },
    model: { id: madeModel.id, name: model.name },
    dataset: { id: madeDataset.id, name: madeDataset.name, item: ids[0] },
    evaluator: { id: madeEvaluator.id, name: evaluator.name },
    execution,
    feedback,
    evaluation,
    pending: pending.id,
    deployed: deployed.id,
    invitation: invitation.id,
    deadLetter: dead.id,
  };
}

/** Whose thing each parameter of a path names. A route with a parameter that is not here fails the suite. */
export const pathsOf = (whose: Belongings): Record<string, string> => ({
  '/v1/members/{userId}': whose.people.viewer.id,
  '/v1/invitations/{id}': whose.invitation,
  '/v1/api-keys/{id}': whose.key.id,
  '/v1/prompts/{prompt}': whose.prompt.id,
  '/v1/prompts/{prompt}/versions/{tag}': '1.1.0',
  '/v1/prompts/{prompt}/versions/{tag}/translations/{locale}': 'fr',
  '/v1/assets/{asset}': whose.asset.id,
  '/v1/assets/{asset}/versions/{tag}': '1.1.0',
  '/v1/assets/{asset}/versions/{tag}/translations/{locale}': 'fr',
  '/v1/models/{name}': whose.model.id,
  '/v1/models/{name}/revisions/{revision}': '1',
  '/v1/provider-credentials/{provider}': 'openai',
  '/v1/datasets/{name}': whose.dataset.id,
  '/v1/datasets/{name}/items/{id}': whose.dataset.item,
  '/v1/evaluators/{name}': whose.evaluator.id,
  '/v1/executions/{id}': whose.execution,
  '/v1/evaluations/{id}': whose.evaluation,
  '/v1/environments/{name}': whose.environment,
  '/v1/deployments/{id}': whose.pending,
  '/v1/dead-letters/{id}': whose.deadLetter,
  '/v1/edge/{environment}': whose.environment,
  '/v1/edge/{environment}/prompts/{name}': whose.prompt.name,
  '/v1/edge/{environment}/render/{name}': whose.prompt.name,
});

/** Parameters that are words of the contract, the same for every tenant: what they lead to is the caller’s own. */
export const WORDS: ReadonlySet<string> = new Set(['/v1/provider-credentials/{provider}']);

/** Queries without which a route is not well asked. */
export const QUERIES: Readonly<Record<string, string>> = {
  diffPromptVersions: '?from=1.0.0&to=1.1.0',
  diffAssetVersions: '?from=1.0.0&to=1.1.0',
  listAnalyticsUsage: '?by=model',
  getAnalyticsVariants: `?environment=development&prompt=${encodeURIComponent('ours/greeting')}`,
};

/**
 * Everything that D1 and KV hold of a tenant, to compare before and after: of the outbox, all that was ever in it.
 * @param except tables to leave out
 */
export async function holdings(tenantId: string, except: readonly string[] = []): Promise<Record<string, unknown>> {
  // D1 does not let us ask for a table's columns: its SQL names them.
  const tables = await tablesWhere(`sql LIKE '%tenant_id%'`);
  const kept = tables.filter((table) => table !== 'outbox' && !except.includes(table));
  const found: Record<string, unknown> = await rowsOf(kept, 'tenant_id = ?', tenantId);
  found['tenants'] = (await env.DB.prepare('SELECT * FROM tenants WHERE id = ?').bind(tenantId).all()).results;
  for (const { name } of (await env.EDGE.list()).keys) {
    if (name.includes(tenantId)) found[`kv ${name}`] = await env.EDGE.get(name);
  }
  return found;
}
