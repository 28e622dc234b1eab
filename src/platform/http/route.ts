import { createRoute, OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { Context as HonoContext, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { fromStrictUtf8 } from '../../kernel/bytes.ts';
import { type Actor, can, type TenantScope } from '../../kernel/actor.ts';
import type { AuditAction } from '../../kernel/audit-actions.ts';
import { AppError, type ErrorItem } from '../../kernel/errors.ts';
import type { Permission } from '../../kernel/permissions.ts';
import { type Context, forActor } from '../context.ts';
import type { Meanwhile } from '../db/meanwhile.ts';
import { forgetReads } from '../db/reads.ts';
import { isUpgrade, offeredToken } from '../subprotocol.ts';
import { documentedHeaders, documentedParameter } from './documented.ts';
import type { PublicEnv, TenantEnv } from './env.ts';
import { idempotent } from './idempotency.ts';
import { BODY_MAX } from './limits.ts';
import { ProblemSchema } from './schemas.ts';

/**
 * Who may call a route: `person` is anybody signed in, `member` any credential of the tenant, a list any one of its
 * permissions.
 */
export type Access = Permission | readonly Permission[] | 'person' | 'member';

interface FootlightRoute extends RouteConfig {
  /** The name that clients generate a method from. */
  operationId: string;
  summary: string;
  tags: string[];
  /** The largest body that is read, in bytes, where it is not the usual one. */
  bodyMax?: number;
}

/** A route that needs no credential. */
export function publicRoute<const R extends FootlightRoute>(config: R) {
  return createRoute({
    ...config,
    security: [],
    middleware: bodyChecks(config),
    responses: withProblems(config.responses),
  });
}

/**
 * A route behind a credential. A write names what it is audited as, so that refusals are recorded too; `ticketed` says
 * that a `?ticket=` for its `{id}` will do instead, for those who cannot send a header; `ahead` reads while the credential
 * is being checked.
 */
export function tenantRoute<
  const R extends FootlightRoute & { access: Access; action?: AuditAction; ticketed?: boolean; ahead?: Ahead },
>(config: R) {
  const { access, action, ticketed = false, ahead, bodyMax: _, ...rest } = config;
  const isWrite = config.method !== 'get';
  return createRoute({
    ...rest,
    ...(isWrite ? { parameters: [documentedParameter('Idempotency-Key')] } : {}),
    'x-permission': access,
    security: [{ bearer: [] }],
    middleware: [
      authenticated({ access, action, ticketed, ahead, isWrite }),
      ...bodyChecks(config),
      idempotent,
    ] as MiddlewareHandler<TenantEnv>[],
    responses: withProblems(config.responses, isWrite ? documentedHeaders('Idempotency-Replayed') : {}),
    // The problems are left out of the type: handlers return what succeeded and throw the rest.
  } as unknown as R & { middleware: MiddlewareHandler<TenantEnv>[] });
}

/**
 * A read behind a credential that its handler checks, because it reads it together with what is asked for. A request
 * that never gets to the handler is checked here: who may not ask is not told what is wrong with the question.
 * @param glance refuses what is no credential at all, before the request is looked at
 */
export function selfCheckedRoute<const R extends FootlightRoute & { access: Access }>(
  config: R,
  glance: (authorization: string | null) => void,
) {
  const { access, ...rest } = config;
  const look: MiddlewareHandler<PublicEnv> = async (c, next) => {
    const authorization = c.req.header('authorization') ?? null;
    glance(authorization);
    await next();
    if (!UNREADABLE.has(c.res.status) || (c.var as Partial<TenantEnv['Variables']>).tenant !== undefined) return;
    assertAccess(await c.get('doorkeepers').authenticate(c.get('context'), authorization), access);
  };
  return createRoute({
    ...rest,
    'x-permission': access,
    security: [{ bearer: [] }],
    middleware: [look, ...bodyChecks(config)],
    responses: withProblems(config.responses),
  } as unknown as R & { middleware: MiddlewareHandler<PublicEnv>[] });
}

/** What a request is answered that its handler never sees: its body or its parameters will not do. */
const UNREADABLE: ReadonlySet<number> = new Set([400, 413, 415]);

/** A room's routes that need no credential. */
export const publicRoutes = (): OpenAPIHono<PublicEnv> => new OpenAPIHono<PublicEnv>({ defaultHook: rejectInvalid });

/** A room's routes behind a credential. */
export const tenantRoutes = (): OpenAPIHono<TenantEnv> => new OpenAPIHono<TenantEnv>({ defaultHook: rejectInvalid });

/** @param more headers of every success */
function withProblems(
  responses: RouteConfig['responses'],
  more: ReturnType<typeof documentedHeaders> = {},
): RouteConfig['responses'] {
  const always = documentedHeaders('X-Request-Id');
  const told = Object.entries(responses).map(([status, response]) => {
    const own: object = ('headers' in response ? response.headers : undefined) ?? {};
    return [status, { ...response, headers: { ...own, ...more, ...always } }];
  });
  return {
    ...(Object.fromEntries(told) as RouteConfig['responses']),
    default: {
      description: 'A problem (RFC 9457)',
      headers: { ...documentedHeaders('Retry-After'), ...always },
      content: { 'application/problem+json': { schema: ProblemSchema } },
    },
  };
}

function authenticated({
  access,
  action,
  ticketed,
  ahead,
  isWrite,
}: {
  access: Access;
  action: AuditAction | undefined;
  ticketed: boolean;
  ahead: Ahead | undefined;
  isWrite: boolean;
}): MiddlewareHandler<TenantEnv> {
  return async (c, next) => {
    const context = c.get('context');
    const credential = presentedCredential(c.req.raw);
    const ticket = ticketed && credential === null ? c.req.query('ticket') : undefined;
    const doorkeepers = c.get('doorkeepers');
    const claimed = ahead === undefined ? null : doorkeepers.claimedTenant(credential);
    const meanwhile = ahead === undefined || claimed === null ? null : await ahead(context, claimed, asked(c));
    if (meanwhile !== null) c.set('ahead', meanwhile);
    const actor =
      ticket === undefined
        ? await doorkeepers.authenticate(context, credential, meanwhile)
        : doorkeepers.redeemTicket(context, ticket, c.req.param('id') ?? '');
    const tenant = forActor(context, actor);
    c.set('tenant', tenant);
    if (action !== undefined) c.set('action', action);
    assertAccess(actor, access);
    await next();
    // What reads ahead changes nothing of that.
    if (isWrite && ahead === undefined) forgetReads(actor.tenantId);
  };
}

/** @throws AppError forbidden */
function assertAccess(actor: Actor, access: Access): void {
  if (access === 'person' && actor.kind !== 'user') {
    throw new AppError('forbidden', 'Only a person may do this: use an access token, not an API key.');
  }
  if (access === 'person' || access === 'member') return;
  const wanted = typeof access === 'string' ? [access] : access;
  if (!wanted.some((permission) => can(actor, permission))) {
    throw new AppError('forbidden', `This needs the permission ${wanted.join(' or ')}.`);
  }
}

/**
 * The credential as an Authorization header; a WebSocket from a browser cannot set one, and offers the subprotocols
 * `footlight.v1, bearer.<token>` instead.
 */
function presentedCredential(request: Request): string | null {
  const header = request.headers.get('authorization');
  if (header !== null || !isUpgrade(request.headers)) return header;
  const token = offeredToken(request.headers);
  return token === null ? null : `Bearer ${token}`;
}

/** An answer that is no JSON, such as a stream: its type says nothing of what is in it. */
export const asItIs = (response: Response): never => response as never;

/**
 * What a request will need, of the tenant that its API key claims: read in the round trip that checks the key, or known
 * with it from a moment ago. Nothing of it is used unless the key turns out to be that tenant's.
 */
export type Ahead = (context: Context, claimed: TenantScope, request: Asked) => Promise<Meanwhile | null>;

/** What may be looked at of a request ahead. */
interface Asked {
  param(name: string): string | undefined;
  header(name: string): string | undefined;
  json(): Promise<unknown>;
}

const asked = (c: HonoContext<TenantEnv>): Asked => ({
  param: (name) => c.req.param(name),
  header: (name) => c.req.header(name),
  json: async () => {
    // Its bytes are kept for requireUtf8.
    await c.req.arrayBuffer();
    return c.req.json<unknown>();
  },
});

/** What is asked of a body before anybody reads it: that it is of a type that the route takes, not too long, and, being JSON, in UTF-8. */
function bodyChecks({ request, bodyMax = BODY_MAX }: FootlightRoute): MiddlewareHandler<PublicEnv>[] {
  const types = Object.keys(request?.body?.content ?? { [JSON_TYPE]: null });
  return [requireType(types), limitBody(bodyMax), ...(types.includes(JSON_TYPE) ? [requireUtf8] : [])];
}

const JSON_TYPE = 'application/json';

/** A body must say what it is; without this, hono passes over one that does not. All of them are in UTF-8. */
function requireType(types: readonly string[]): MiddlewareHandler<PublicEnv> {
  const known = types.map((type) => `\`Content-Type: ${type}\``).join(' or ');
  return async (c, next) => {
    const hasBody = c.req.raw.body !== null && c.req.header('content-length') !== '0';
    const [type = '', ...parameters] = (c.req.header('content-type') ?? '')
      .split(';')
      .map((part) => part.trim().toLowerCase());
    if (hasBody && !types.includes(type)) {
      throw new AppError('unsupported_media_type', `Send the body as ${known}.`);
    }
    const charset = parameters.find((parameter) => parameter.startsWith('charset='));
    if (hasBody && charset !== undefined && !/^charset="?(utf-?8|us-ascii)"?$/.test(charset)) {
      throw new AppError('unsupported_media_type', 'Send the body in UTF-8.');
    }
    await next();
  };
}

/** Read as text, what is no UTF-8 would be replaced by U+FFFD, and stored so. */
const requireUtf8: MiddlewareHandler<PublicEnv> = async (c, next) => {
  if (c.req.raw.body !== null) {
    const bytes = await c.req.arrayBuffer();
    let text: string;
    try {
      text = fromStrictUtf8(bytes);
    } catch {
      throw new AppError('malformed_json', 'The body is not in UTF-8.');
    }
    // Where hono looks first.
    Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
  }
  await next();
};

const limitBody = (maxSize: number): MiddlewareHandler =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new AppError('payload_too_large', `A body may have ${maxSize} bytes at most.`);
    },
  });

interface Invalid {
  success: false;
  target: string;
  error: { issues: readonly { path: PropertyKey[]; message: string; code?: string }[] };
}

/** Every field that will not do, where it is, in one answer. */
function rejectInvalid(result: { success: true } | (Omit<Invalid, 'success'> & { success: boolean })): undefined {
  if (result.success) return undefined;
  const { target, error } = result as Invalid;
  const errors = error.issues.slice(0, 100).map((issue): ErrorItem => ({
    path: pathOf(target, issue.path),
    message: issue.message,
    code: issue.code ?? 'invalid',
  }));
  const [first] = errors;
  throw new AppError(
    'validation_failed',
    first === undefined ? 'The request is not valid.' : `${first.path}: ${first.message}`,
    {
      errors,
    },
  );
}

/** `items[0].tag` in a body, `query.limit` elsewhere. */
function pathOf(target: string, path: readonly PropertyKey[]): string {
  const inner = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return target === 'json' ? inner.replace(/^\./, '') || 'body' : `${target === 'param' ? 'path' : target}${inner}`;
}
