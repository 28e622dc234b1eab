import { and, eq, type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Bundle } from '../../deployments/public.ts';
import { type Environment, environments } from '../../environments/public.ts';
import type { TenantScope } from '../../kernel/actor.ts';
import { isId } from '../../kernel/ids.ts';
import type { Parameters, ProviderName, RunnableModel, SealedCredential } from '../../models/public.ts';
import { batch, type Db, type Statement } from '../../platform/db/db.ts';
import { fixed, type Value } from '../../platform/db/fixed.ts';
import { executionSettings, type SettingsRow } from '../table.ts';

/** A model that was named, and whether it is there. */
export interface NamedModel {
  name: string;
  /** Null: no model of the tenant has this name. */
  model: RunnableModel | null;
  /** Whether this very revision is active in the environment, rather than the model's latest one. */
  isActive: boolean;
  /** The tenant's credential for its provider, still sealed. */
  credential: SealedCredential | null;
}

export interface Runnable {
  /** The model that was asked for, then its fallbacks. Empty: nobody named one. */
  models: NamedModel[];
  /** Null: the defaults. */
  settings: SettingsRow | null;
}

interface ModelRecord {
  arm: number;
  asked: string;
  id: string | null;
  revision: number;
  provider: ProviderName;
  model: string;
  base_url: string | null;
  parameters: string;
  context_window: number | null;
  input_price: number | null;
  output_price: number | null;
  is_active: number;
  sealed_key: string | null;
  credential_url: string | null;
}

export interface ActiveAsk {
  environment: string;
  /** Name or id. */
  prompt: string;
  /** The model that the caller names; null: the one that the version names. */
  model: string | null;
}

export interface ActiveRunnable extends Omit<Runnable, 'models'> {
  environment: Environment | null;
  bundle: Bundle | null;
  /** The model that was asked for, then its fallbacks; where none was, of each of the bundle's versions: its own is 0. */
  chains: ReadonlyMap<number, NamedModel[]>;
}

/** What an execution of an active prompt needs, in one round trip. */
export async function loadActive(db: Db, scope: TenantScope, ask: ActiveAsk): Promise<ActiveRunnable> {
  return readActive(await batch(db, askForActive(db, scope, ask)));
}

/** The statements that ask for it, for a round trip with others. */
export function askForActive(db: Db, { tenantId }: TenantScope, ask: ActiveAsk): readonly Statement[] {
  const values = { tenantId, ...ask };
  const statements = isId('prompt', ask.prompt) ? ASKS.byId : ASKS.byName;
  return statements.map((statement) => statement(db, values));
}

type AskedFor = ActiveAsk & { tenantId: string };

function statementsFor(ofPrompt: (prompt: Placeholder) => SQL) {
  const bundleOf = (value: Value<AskedFor>) => sql`SELECT b.body FROM activations a
    JOIN bundles b ON b.tenant_id = a.tenant_id AND b.environment_id = a.environment_id AND b.name = a.name
    WHERE a.tenant_id = ${value('tenantId')} AND a.environment_id = ${environmentIdOf(value)} AND a.type = 'prompt'
      AND a.to_generation IS NULL AND ${ofPrompt(value('prompt'))}`;
  return [
    fixed<AskedFor>((db, value) =>
      db
        .select()
        .from(environments)
        .where(and(eq(environments.tenantId, value('tenantId')), eq(environments.name, value('environment')))),
    ),
    fixed<AskedFor>((db, value) => db.all(bundleOf(value))),
    fixed<AskedFor>((db, value) => {
      const asked = value('model');
      const names = sql`SELECT 0, coalesce(${asked}, body ->> '$.model.name', body ->> '$.model.model') FROM (${bundleOf(value)})
        UNION ALL SELECT 1 + variant.key, coalesce(variant.value ->> '$.model.name', variant.value ->> '$.model.model')
        FROM (${bundleOf(value)}), json_each(body, '$.experiment.variants') AS variant WHERE ${asked} IS NULL`;
      return db.all(chainsOf(value('tenantId'), names, environmentIdOf(value)));
    }),
    fixed<AskedFor>((db, value) =>
      db
        .select()
        .from(executionSettings)
        .where(eq(executionSettings.tenantId, value('tenantId'))),
    ),
  ];
}

const environmentIdOf = (value: Value<AskedFor>) =>
  sql`(SELECT id FROM environments WHERE tenant_id = ${value('tenantId')} AND name = ${value('environment')})`;

const ASKS = {
  byId: statementsFor((prompt) => sql`a.entry_id = ${prompt}`),
  byName: statementsFor((prompt) => sql`a.name = ${prompt}`),
};

/** What they gave. */
export function readActive(results: readonly unknown[]): ActiveRunnable {
  const [found, bundles, models, settings] = results as [
    Environment[],
    { body: string | null }[],
    ModelRecord[],
    SettingsRow[],
  ];
  const body = bundles[0]?.body ?? null;
  return {
    environment: found[0] ?? null,
    bundle: body === null ? null : (JSON.parse(body) as Bundle),
    chains: new Map([...Map.groupBy(models, ({ arm }) => arm)].map(([arm, chain]) => [arm, chain.map(toNamedModel)])),
    settings: settings[0] ?? null,
  };
}

/**
 * The same for a version that is loaded already: models in their latest revisions.
 * @param revision of the model that is asked for, where it is not to be the latest
 */
export async function loadLatest(
  db: Db,
  scope: TenantScope,
  asked: string | null,
  revision: number | null = null,
): Promise<Runnable> {
  const [models, settings] = await db.batch([
    db.all<ModelRecord>(chainsOf(scope.tenantId, sql`SELECT 0, ${asked}`, sql`''`, revision)),
    db.select().from(executionSettings).where(eq(executionSettings.tenantId, scope.tenantId)),
  ]);
  return { models: models.map(toNamedModel), settings: settings[0] ?? null };
}

/**
 * Models by their names, each with the models that its revision falls back to, in order.
 * @param names a query of numbers and names, which may be null
 * @param revision of those that are named, where it is not to be the latest
 */
function chainsOf(tenantId: string | Placeholder, names: SQL, environmentId: SQL, revision: number | null = null): SQL {
  const joins = (named: SQL, pinned: SQL) => sql`
    LEFT JOIN models m ON m.tenant_id = ${tenantId} AND m.name = ${named} AND m.deleted_at IS NULL
    LEFT JOIN activations a ON a.tenant_id = m.tenant_id AND a.environment_id = ${environmentId}
      AND a.entry_id = m.id AND a.to_generation IS NULL
    LEFT JOIN model_revisions r ON r.tenant_id = m.tenant_id AND r.model_id = m.id
      AND CASE WHEN a.version_id IS NULL THEN r.revision = coalesce(${pinned}, m.latest_revision) ELSE r.id = a.version_id END`;
  return sql`WITH
    asked(arm, name) AS (${names}),
    named(arm, position, name) AS (
      SELECT arm, 0, asked.name FROM asked WHERE asked.name IS NOT NULL
      UNION ALL
      SELECT arm, 1 + fallback.key, fallback.value FROM asked ${joins(sql`asked.name`, sql`${revision}`)}
      JOIN json_each(r.fallbacks) AS fallback)
    SELECT named.arm, named.name AS asked, r.id, r.revision, r.provider, r.model, r.base_url, r.parameters, r.context_window,
      r.input_micros_per_million AS input_price, r.output_micros_per_million AS output_price,
      a.version_id IS NOT NULL AS is_active, c.sealed_key, c.base_url AS credential_url
    FROM named ${joins(sql`named.name`, sql`CASE named.position WHEN 0 THEN ${revision} END`)}
    LEFT JOIN provider_credentials c ON c.tenant_id = r.tenant_id AND c.provider = r.provider
    ORDER BY named.arm, named.position`;
}

function toNamedModel(record: ModelRecord): NamedModel {
  const { asked: name, id, revision, provider, model, base_url: baseUrl, context_window: contextWindow } = record;
  const { input_price: inputMicrosPerMillion, output_price: outputMicrosPerMillion } = record;
  if (id === null) return { name, model: null, isActive: false, credential: null };
  const prices =
    inputMicrosPerMillion === null || outputMicrosPerMillion === null
      ? null
      : { inputMicrosPerMillion, outputMicrosPerMillion };
  const parameters = JSON.parse(record.parameters) as Parameters;
  return {
    name,
    isActive: record.is_active === 1,
    credential: record.sealed_key === null ? null : { sealedKey: record.sealed_key, baseUrl: record.credential_url },
    model: { name, revision, revisionId: id, provider, model, baseUrl, parameters, contextWindow, prices },
  };
}
