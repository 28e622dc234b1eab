import { env } from 'cloudflare:workers';
import { apiKeyRecordKey } from '../../../src/api-keys/public.ts';
import { type Bundle, bundleKey, type Tombstone } from '../../../src/deployments/public.ts';
import { as, owner, type Person, type Send } from '../../support/client.ts';

export interface Application {
  person: Person;
  tenantId: string;
  key: string;
  keyId: string;
  send: Send;
}

/** A tenant with an application that holds an API key for the edge. */
export async function application(body: object = {}, person?: Person): Promise<Application> {
  const maker = person ?? (await owner());
  const { status, body: made } = await maker.send('POST', '/v1/api-keys', {
    name: 'app',
    scopes: ['edge:read'],
    ...body,
  });
  if (status !== 201) throw new Error(`making a key answered ${status}: ${JSON.stringify(made)}`);
  return { person: maker, tenantId: maker.tenantId, key: made.key, keyId: made.id, send: as(made.key) };
}

/** Where an activation is written: both stores, or what a crash or a cache leaves of it. */
export type Stores = 'both' | 'd1' | 'kv';

/** Makes a bundle active as an environment's object does, without the deployment before it. */
export async function activate(
  tenantId: string,
  name: string,
  part: Partial<Bundle> = {},
  { stores = 'both', environment = 'production' }: { stores?: Stores; environment?: string } = {},
): Promise<Bundle> {
  const generation = part.generation ?? (await nextGeneration(tenantId, environment));
  const bundle: Bundle = {
    name,
    promptId: 'prm_01jd3z8v4q6r0s2t4v6w8y0a2c',
    tag: '1.0.0',
    versionId: 'ver_01jd3z8v4q6r0s2t4v6w8y0a2c',
    kind: 'text',
    locale: 'en',
    locales: { en: { text: `Hello {{who}}, this is ${tenantId}` }, fr: { text: 'Bonjour {{who}}' } },
    variables: [{ name: 'who', type: 'string' }],
    model: { temperature: 0.2 },
    deploymentId: 'dep_01jd3z8v4q6r0s2t4v6w8y0a2c',
    contentHash: 'a'.repeat(64),
    ...part,
    generation,
  };
  await store(tenantId, environment, bundle, stores);
  return bundle;
}

/** Makes a prompt inactive. */
export async function deactivate(tenantId: string, name: string, environment = 'production'): Promise<void> {
  const generation = await nextGeneration(tenantId, environment);
  await store(tenantId, environment, { name, generation, removed: true }, 'both');
}

async function store(tenantId: string, environment: string, bundle: Bundle | Tombstone, stores: Stores): Promise<void> {
  if (stores !== 'kv') {
    await env.DB.prepare(
      `INSERT INTO bundles (tenant_id, environment_id, name, generation, body)
       SELECT tenant_id, id, ?3, ?4, ?5 FROM environments WHERE tenant_id = ?1 AND name = ?2
       ON CONFLICT DO UPDATE SET generation = excluded.generation, body = excluded.body`,
    )
      .bind(tenantId, environment, bundle.name, bundle.generation, 'removed' in bundle ? null : JSON.stringify(bundle))
      .run();
  }
  if (stores !== 'd1') await env.EDGE.put(bundleKey(tenantId, environment, bundle.name), JSON.stringify(bundle));
}

async function nextGeneration(tenantId: string, environment: string): Promise<number> {
  const row = await env.DB.prepare(
    'UPDATE environments SET generation = generation + 1 WHERE tenant_id = ? AND name = ? RETURNING generation',
  )
    .bind(tenantId, environment)
    .first<{ generation: number }>();
  if (row === null) throw new Error(`no environment ${environment}`);
  return row.generation;
}

export const recordKeyOf = ({ tenantId, keyId }: Application): string => apiKeyRecordKey(tenantId, keyId);

export const pathOf = (name: string, environment = 'production'): string =>
  `/v1/edge/${environment}/prompts/${name.split('/').map(encodeURIComponent).join('/')}`;

export const tierOf = (answer: { headers: Headers }): string | undefined =>
  answer.headers.get('server-timing')?.split(';')[0];
