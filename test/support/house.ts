import { env } from 'cloudflare:workers';
import { bundleKey } from '../../src/deployments/public.ts';
import { owner, type Person } from './client.ts';
import { apiKey, type Key, member, ok, served } from './team.ts';
import { d1 } from './workbench.ts';

/** A tenant with somebody for every part in a deployment, and an application at the edge. */
export interface House {
  tenantId: string;
  /** The owner. */
  ada: Person;
  /** Approvers. */
  ben: Person;
  cy: Person;
  /** The editor. */
  eve: Person;
  app: Key;
}

export async function house(name = 'Ada'): Promise<House> {
  const ada = await owner(name);
  const ben = await member(ada, 'approver', 'ben');
  const cy = await member(ada, 'approver', 'cy');
  const eve = await member(ada, 'editor', 'eve');
  return { tenantId: ada.tenantId, ada, ben, cy, eve, app: await apiKey(ada, ['edge:read']) };
}

let names = 0;

/** A name that no other test of this file uses. */
export const fresh = (name: string): string => `${name}-${++names}`;

/** Of an answer, what a test of a refusal looks at. */
export const refusal = ({ status, body }: { status: number; body: any }): [number, string] => [status, body.code];

/** The codes and places of a 422's findings. */
export const findings = ({ body }: { body: any }): string[] =>
  (body.errors ?? []).map((error: any) => `${error.path} ${error.code}`).toSorted();

/** What is served, as D1 has it and as KV has it: the same, or something is wrong. The generation is left to the caller. */
export async function servedEverywhere(home: House, environment: string, name: string): Promise<any> {
  const truth = await served(home.app, environment, name, { 'cache-control': 'no-cache' });
  const usual = await served(home.app, environment, name);
  const stored = await env.EDGE.get<any>(bundleKey(home.tenantId, environment, name), 'json');
  const [row] = await d1(
    `SELECT b.generation, b.body FROM bundles b JOIN environments e ON e.tenant_id = b.tenant_id AND e.id = b.environment_id
     WHERE b.tenant_id = ? AND e.name = ? AND b.name = ?`,
    home.tenantId,
    environment,
    name,
  );
  const said = (answer: { status: number; body: any }) =>
    answer.status === 200
      ? [answer.body.text, answer.body.tag, answer.body.generation, answer.body.deploymentId]
      : answer.status;
  const kept = (bundle: any) =>
    bundle === null || bundle === undefined || bundle.removed === true
      ? 404
      : [bundle.locales[bundle.locale].text, bundle.tag, bundle.generation, bundle.deploymentId];
  const all = {
    truth: said(truth),
    usual: said(usual),
    kv: kept(stored),
    d1: kept(row?.body === null || row === undefined ? null : JSON.parse(row.body)),
  };
  const [first, ...others] = Object.values(all).map((value) => JSON.stringify(value));
  if (others.some((other) => other !== first)) throw new Error(`not the same everywhere: ${JSON.stringify(all)}`);
  return truth.status === 200 ? truth.body : truth.status;
}

/** Of an answer of the edge, all that a rollback must bring back. */
export function lasting({ generation: _generation, deploymentId: _deployment, ...rest }: any): object {
  return rest;
}

/** Gives stubs of an environment's Durable Object: a new one each time, since a stub dies with its object. */
export async function environmentStub(home: House, name: string): Promise<() => DurableObjectStub> {
  const { id } = await ok(home.ada.send('GET', `/v1/environments/${name}`));
  return () => env.ENVIRONMENTS.getByName(`${home.tenantId}:${id}`);
}

/** The Durable Object of a deployment. */
export const deploymentStub = (home: House, id: string): DurableObjectStub =>
  env.DEPLOYMENTS.getByName(`${home.tenantId}:${id}`);

/** What holds in D1 whatever happened: one activation of a name at most, each begun by a deployment of its generation. */
export async function activations(home: House, environment: string, name: string): Promise<any[]> {
  return d1(
    `SELECT a.tag, a.deployment_id AS deployment, a.from_generation AS since, a.to_generation AS until
     FROM activations a JOIN environments e ON e.tenant_id = a.tenant_id AND e.id = a.environment_id
     WHERE a.tenant_id = ? AND e.name = ? AND a.name = ? ORDER BY a.from_generation`,
    home.tenantId,
    environment,
    name,
  );
}

/** The generation that an environment is at. */
export const generationOf = async (home: House, environment: string): Promise<number> =>
  (await ok(home.ada.send('GET', `/v1/environments/${environment}`))).generation;

/** A deployment as it is now. */
export const look = (home: House, id: string): Promise<any> => ok(home.ada.send('GET', `/v1/deployments/${id}`));
