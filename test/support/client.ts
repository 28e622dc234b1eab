import { exports } from 'cloudflare:workers';
import { overhearAnswer } from './secrets.ts';

/** An answer, read: tests look at status, headers and JSON. */
export interface Answer<T = any> {
  status: number;
  headers: Headers;
  body: T;
}

export type Send = <T = any>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer<T>>;

/** Calls the Worker at its door, with real bindings. */
export const send = async <T = any>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> => {
  const response = await exports.default.fetch(
    new Request(`https://footlight.test${path}`, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
  );
  // As bytes: workerd warns of a text that does not say that it is one, such as JSON Lines.
  const text = new TextDecoder().decode(await response.arrayBuffer());
  overhearAnswer(response, text);
  const json = /json(;|$)/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: (json && text !== '' ? JSON.parse(text) : text) as T,
  };
};

/** A client that presents a credential. */
export const as =
  (credential: string): Send =>
  (method, path, body, headers = {}) =>
    send(method, path, body, { authorization: `Bearer ${credential}`, ...headers });

export interface Person {
  id: string;
  email: string;
  password: string;
  tenantId: string;
  accessToken: string;
  refreshToken: string;
  send: Send;
}

let people = 0;

/** A new person, owner of a new tenant. */
export async function owner(name = 'Ada'): Promise<Person> {
  const email = `${name.toLowerCase()}-${++people}-${crypto.randomUUID().slice(0, 8)}@example.com`;
  const password = 'correct horse battery';
  const { status, body } = await send('POST', '/v1/auth/register', { email, password, name, tenantName: `${name}'s` });
  if (status !== 201) throw new Error(`register answered ${status}: ${JSON.stringify(body)}`);
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
