import { type Answer, as, type Person, type Send, send } from './client.ts';

/** The body of an answer that must be a success. */
export async function ok<T = any>(answer: Promise<Answer<T>>, ...statuses: number[]): Promise<T> {
  const { status, body } = await answer;
  const expected = statuses.length === 0 ? [200, 201, 204] : statuses;
  if (!expected.includes(status)) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Somebody who joins a tenant by invitation. */
export async function member(by: Person, role: string, name = role): Promise<Person> {
  const email = `${name}-${crypto.randomUUID().slice(0, 8)}@example.com`;
  const password = 'correct horse battery';
  const { token } = await ok(by.send('POST', '/v1/invitations', { email, role }));
  const body = await ok(send('POST', '/v1/invitations/accept', { token, name, password }));
  return {
    id: body.user.id,
    email,
    password,
    tenantId: body.tenant.id,
    accessToken: body.accessToken,
    refreshToken: body.refreshToken,
    send: as(body.accessToken),
  };
}

export interface Key {
  id: string;
  key: string;
  send: Send;
}

/** An API key of a person's making. */
export async function apiKey(by: Person, scopes: readonly string[], environments?: readonly string[]): Promise<Key> {
  const body = { name: 'test', scopes, ...(environments === undefined ? {} : { environments }) };
  const made = await ok(by.send('POST', '/v1/api-keys', body));
  return { id: made.id, key: made.key, send: as(made.key) };
}

const path = (name: string): string => encodeURIComponent(name);

/** A text prompt with a first version. */
export const prompt = (by: { send: Send }, name: string, text: string, version: object = {}) =>
  ok(by.send('POST', '/v1/prompts', { name, kind: 'text', locale: 'en', version: { text, ...version } }));

/** An asset with a first version. */
export const asset = (by: { send: Send }, key: string, text: string, version: object = {}) =>
  ok(by.send('POST', '/v1/assets', { key, locale: 'en', version: { text, ...version } }));

/** Another version of a prompt. */
export const version = (by: { send: Send }, name: string, tag: string, text: string, more: object = {}) =>
  ok(by.send('POST', `/v1/prompts/${path(name)}/versions`, { tag, text, ...more }));

/** Another version of an asset. */
export const assetVersion = (by: { send: Send }, key: string, tag: string, text: string, more: object = {}) =>
  ok(by.send('POST', `/v1/assets/${path(key)}/versions`, { tag, text, ...more }));

/** `prompt:name@tag`, `asset:key@tag` or `model:name@revision` as an item of a deployment. */
export function item(reference: string): object {
  const [, type, name, tag] = /^(prompt|asset|model):(.+)@([^@]+)$/.exec(reference) ?? [];
  if (type === 'model') return { type, model: name, revision: Number(tag) };
  return type === 'prompt' ? { type, prompt: name, tag } : { type, asset: name, tag };
}

/** Asks for a deployment. */
export const request = (
  by: { send: Send },
  environment: string,
  references: string[],
  more: object = {},
): Promise<Answer> => by.send('POST', '/v1/deployments', { environment, items: references.map(item), ...more });

/** A move of a deployment: approve, reject, cancel, deploy, rollback. */
export const move = (by: { send: Send }, id: string, verb: string, body?: object): Promise<Answer> =>
  by.send('POST', `/v1/deployments/${id}/${verb}`, body);

/** Takes items all the way: requested, approved by as many as it takes, deployed. */
export async function release(
  by: { send: Send },
  approvers: { send: Send }[],
  environment: string,
  references: string[],
): Promise<any> {
  const deployment = await ok(request(by, environment, references));
  for (const approver of approvers.slice(0, deployment.requiredApprovals)) {
    await ok(move(approver, deployment.id, 'approve'));
  }
  return ok(move(by, deployment.id, 'deploy'));
}

/** What the edge serves: the truth, unless told otherwise. */
export const served = (
  by: { send: Send },
  environment: string,
  name: string,
  headers: Record<string, string> = {},
): Promise<Answer> => by.send('GET', `/v1/edge/${environment}/prompts/${name}`, undefined, headers);
