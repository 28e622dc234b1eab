import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { type Answer, owner, type Person, type Send } from '../client.ts';
import { apiKey, member, ok } from '../team.ts';
import { type ActorName, type EnvironmentName, newWorkspace, type PersonName, type Workspace } from './workspace.ts';

const SCOPES = [
  'prompts:read',
  'prompts:write',
  'assets:read',
  'assets:write',
  'environments:read',
  'edge:read',
  'deployments:read',
  'deployments:create',
  'deployments:execute',
  'deployments:rollback_development',
];

/** One tenant: the real one, and what the model thinks of it. */
export interface Tenant {
  id: string;
  label: string;
  send: Record<ActorName, Send>;
  ids: Record<PersonName, string>;
  environmentIds: Record<EnvironmentName, string>;
  workspace: Workspace;
  /** Environments whose bundles KV may lack: a write was made to fail. */
  behind: Set<EnvironmentName>;
  /** How often the edge was looked at. */
  looks: number;
  /** What was chosen for which subject from what. */
  choices: Map<string, unknown>;
}

async function settle(label: string): Promise<Tenant> {
  const ada = await owner('Ada');
  const join = (role: string, name: string): Promise<Person> => member(ada, role, name);
  const admin = await join('admin', 'admin');
  const approver = await join('approver', 'approver');
  const second = await join('approver', 'second');
  const editor = await join('editor', 'editor');
  const people = { owner: ada, admin, approver, second, editor };
  const key = await apiKey(ada, SCOPES);
  const { data } = await ok(ada.send('GET', '/v1/environments'));
  const by = <T>(of: (person: Person) => T) =>
    Object.fromEntries(Object.entries(people).map(([name, person]) => [name, of(person)])) as Record<PersonName, T>;
  return {
    id: ada.tenantId,
    label,
    ids: by(({ id }) => id),
    send: { ...by(({ send }) => send), key: key.send },
    environmentIds: Object.fromEntries(data.map(({ name, id }: { name: string; id: string }) => [name, id])),
    workspace: newWorkspace(),
    behind: new Set(),
    looks: 0,
    choices: new Map(),
  } as Tenant;
}

/** Two tenants, made when they are first needed, and what was said to them. */
export class World {
  readonly trace: string[] = [];
  /** So that each text is another. */
  texts = 0;
  readonly tally = new Map<string, number>();
  readonly tenants: (Tenant | undefined)[] = [];

  async tenant(index: number): Promise<Tenant> {
    const tenant = this.tenants[index] ?? (await settle(`tenant ${index}`));
    this.tenants[index] = tenant;
    return tenant;
  }

  note(line: string, counted = line): void {
    this.trace.push(line);
    this.tally.set(counted, (this.tally.get(counted) ?? 0) + 1);
  }
}

/** Runs an environment's alarm now, if it is set. */
export async function runAlarm(tenant: Tenant, environment: EnvironmentName): Promise<void> {
  await runDurableObjectAlarm(env.ENVIRONMENTS.getByName(`${tenant.id}:${tenant.environmentIds[environment]}`));
}

/** Does something while KV refuses one write. @returns whether it did */
export async function withKvFailingOnce(work: () => Promise<void>): Promise<boolean> {
  const proto = Object.getPrototypeOf(env.EDGE) as Pick<KVNamespace, 'put'>;
  const { put } = proto;
  let failed = false;
  proto.put = function (this: KVNamespace, ...args: Parameters<KVNamespace['put']>): Promise<void> {
    if (failed || !args[0].startsWith('bundle:')) return put.apply(this, args);
    failed = true;
    return Promise.reject(new Error('KV refuses this write'));
  };
  try {
    await work();
  } finally {
    proto.put = put;
  }
  return failed;
}

/** What KV has of a prompt. */
export const readKv = (tenant: Tenant, environment: EnvironmentName, name: string): Promise<any> =>
  env.EDGE.get(`bundle:${tenant.id}:${environment}:${name}`, 'json');

export const summary = ({ status, body }: Answer): string =>
  `${status}${body?.code === undefined ? '' : ` ${body.code}: ${body.detail}`}${body?.status === undefined || body.code !== undefined ? '' : ` ${body.status}`}`;
