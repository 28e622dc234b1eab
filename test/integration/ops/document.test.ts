import { describe, expect, it } from 'vitest';
import { app } from '../../../src/app.ts';
import { send } from '../../support/client.ts';
import { document, exampleOf, needsCredential, operations, resolved } from '../../support/surface.ts';

/** The HTTP contract, as far as it is built: what clients are written against. */
const CONTRACT = `
POST /v1/auth/register
POST /v1/auth/login
POST /v1/auth/refresh
POST /v1/auth/logout
POST /v1/auth/switch-tenant
GET /v1/me
POST /v1/tenants
GET /v1/tenant
PATCH /v1/tenant
GET /v1/members
PATCH /v1/members/{userId}
DELETE /v1/members/{userId}
POST /v1/invitations
GET /v1/invitations
DELETE /v1/invitations/{id}
POST /v1/invitations/accept
POST /v1/api-keys
GET /v1/api-keys
DELETE /v1/api-keys/{id}
GET /.well-known/jwks.json
POST /v1/prompts
GET /v1/prompts
GET /v1/prompts/{prompt}
PATCH /v1/prompts/{prompt}
DELETE /v1/prompts/{prompt}
POST /v1/prompts/{prompt}/versions
GET /v1/prompts/{prompt}/versions
GET /v1/prompts/{prompt}/versions/{tag}
GET /v1/prompts/{prompt}/diff
PUT /v1/prompts/{prompt}/versions/{tag}/translations/{locale}
DELETE /v1/prompts/{prompt}/versions/{tag}/translations/{locale}
POST /v1/prompts/{prompt}/versions/{tag}/render
POST /v1/assets
GET /v1/assets
GET /v1/assets/{asset}
PATCH /v1/assets/{asset}
DELETE /v1/assets/{asset}
POST /v1/assets/{asset}/versions
GET /v1/assets/{asset}/versions
GET /v1/assets/{asset}/versions/{tag}
GET /v1/assets/{asset}/diff
PUT /v1/assets/{asset}/versions/{tag}/translations/{locale}
DELETE /v1/assets/{asset}/versions/{tag}/translations/{locale}
GET /v1/environments
POST /v1/environments
PATCH /v1/environments/{name}
GET /v1/environments/{name}/active
GET /v1/environments/{name}/live
POST /v1/deployments
GET /v1/deployments
GET /v1/deployments/{id}
GET /v1/deployments/{id}/events
GET /v1/deployments/{id}/live
POST /v1/deployments/{id}/approve
POST /v1/deployments/{id}/reject
POST /v1/deployments/{id}/cancel
POST /v1/deployments/{id}/deploy
POST /v1/deployments/{id}/rollback
GET /v1/edge/{environment}/prompts/{name}
POST /v1/edge/{environment}/render/{name}
POST /v1/edge/{environment}/batch
POST /v1/models
GET /v1/models
GET /v1/models/{name}
PATCH /v1/models/{name}
DELETE /v1/models/{name}
PUT /v1/provider-credentials/{provider}
GET /v1/provider-credentials/{provider}
DELETE /v1/provider-credentials/{provider}
POST /v1/datasets
GET /v1/datasets
GET /v1/datasets/{name}
POST /v1/datasets/{name}/items
GET /v1/datasets/{name}/items
POST /v1/evaluators
GET /v1/evaluators
GET /v1/evaluators/{name}
POST /v1/evaluations
GET /v1/evaluations
GET /v1/evaluations/{id}
GET /v1/evaluations/{id}/results
GET /v1/evaluations/{id}/comparison
GET /v1/evaluations/{id}/stream
POST /v1/prompts/{prompt}/execute
GET /v1/executions
GET /v1/executions/{id}
POST /v1/executions/{id}/cancel
GET /v1/executions/{id}/stream
GET /v1/executions/{id}/events
GET /v1/analytics/stats
GET /v1/analytics/trending
GET /v1/analytics/usage
GET /health
GET /readiness
GET /v1/audit-events
GET /v1/audit-events/verify
`
  .trim()
  .split('\n');

/** What the contract leaves to us: each with a reason in its own description. */
const OURS = [
  'GET /v1/environments/{name}',
  'GET /v1/models/{name}/revisions',
  'GET /v1/models/{name}/revisions/{revision}',
  'GET /v1/provider-credentials',
  'PATCH /v1/datasets/{name}',
  'DELETE /v1/datasets/{name}',
  'GET /v1/datasets/{name}/versions',
  'GET /v1/datasets/{name}/items/{id}',
  'PUT /v1/datasets/{name}/items/{id}',
  'DELETE /v1/datasets/{name}/items/{id}',
  'POST /v1/datasets/{name}/import',
  'PUT /v1/datasets/{name}/import',
  'GET /v1/datasets/{name}/export',
  'PATCH /v1/evaluators/{name}',
  'DELETE /v1/evaluators/{name}',
  'GET /v1/evaluators/{name}/revisions',
  'POST /v1/evaluations/{id}/cancel',
  'POST /v1/evaluations/{id}/resume',
  'GET /v1/execution-settings',
  'PATCH /v1/execution-settings',
  'GET /v1/analytics/variants',
  'POST /v1/analytics/rebuild',
  'GET /v1/dead-letters',
  'GET /v1/dead-letters/{id}',
  'POST /v1/dead-letters/{id}/retry',
  'POST /v1/feedback',
  'GET /v1/feedback',
];

/** What is sent and answered that is no JSON: files. */
const FILES = ['application/jsonl', 'application/x-ndjson', 'text/csv'];
const isFileRoute = ({ path }: { path: string }): boolean => /\/(import|export)$/.test(path);

/** Routes that describe or show the document, and so do not stand in it. */
const UNLISTED = ['GET /openapi.json', 'GET /docs'];

const FETCH = 'GET /v1/edge/{environment}/prompts/{name}';

const nameOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;

describe('the OpenAPI document', () => {
  it('is served as it is made', async () => {
    const { status, headers, body } = await send('GET', '/openapi.json');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('application/json');
    expect(body).toEqual(JSON.parse(JSON.stringify(document)));
    expect(body.openapi).toBe('3.1.0');
    expect(body.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    expect(body.components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
  });

  it('has every call of the contract, and nothing that the contract does not know', () => {
    expect(operations.map(nameOf).toSorted()).toEqual([...CONTRACT, ...OURS].toSorted());
  });

  it('has every route there is, and no other', () => {
    const plain = (path: string): string => path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}');
    const routes = app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${plain(path)}`);
    const known = new Set([...operations.map(nameOf), ...UNLISTED]);
    expect([...new Set(routes)].toSorted()).toEqual([...known].toSorted());
    // Middleware for all methods stands on all paths: a route there would escape this suite.
    expect(app.routes.filter(({ method }) => method === 'ALL').map(({ path }) => path)).toEqual(['/*', '/*']);
  });

  it.each(operations.map((operation) => [nameOf(operation), operation] as const))('describes %s', (name, operation) => {
    const { operationId, summary, tags, security, parameters = [], requestBody, responses, path } = operation;
    expect(operationId).toMatch(/^[a-z][A-Za-z]+$/);
    expect(operations.filter((other) => other.operationId === operationId)).toHaveLength(1);
    expect(summary.length).toBeGreaterThan(3);
    expect(tags.length).toBeGreaterThan(0);
    expect(Array.isArray(security)).toBe(true);
    if (needsCredential(operation)) expect(security).toEqual([{ bearer: [] }]);
    else expect(operation['x-permission']).toBeUndefined();

    const inPath = parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath.map((parameter) => parameter.name).toSorted()).toEqual(
      [...path.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1])).toSorted(),
    );
    for (const parameter of parameters) {
      expect(['path', 'query', 'header']).toContain(parameter.in);
      expect(parameter.schema).toBeDefined();
      if (parameter.in === 'path') expect(parameter.required).toBe(true);
    }

    const successes = Object.keys(responses).filter((status) => /^[123]\d\d$/.test(status));
    expect(successes.length).toBeGreaterThan(0);
    for (const response of Object.values(responses)) expect(response.description.length).toBeGreaterThan(2);
    expect(responses['default']?.content?.['application/problem+json']?.schema).toEqual({
      $ref: '#/components/schemas/Problem',
    });
    for (const status of successes) {
      const content = responses[status]?.content;
      if (['200', '201', '202'].includes(status))
        expect(
          (content?.['application/json'] ?? content?.['text/event-stream'] ?? content?.['text/csv'])?.schema,
          name,
        ).toBeDefined();
      else expect(content).toBeUndefined();
    }
    if (requestBody !== undefined) {
      expect(Object.keys(requestBody.content)).toEqual(isFileRoute(operation) ? FILES : ['application/json']);
      expect(exampleOf(operation)).toBeDefined();
    }
    if (operation.method === 'GET' || operation.method === 'DELETE') expect(requestBody).toBeUndefined();
  });

  it('has no reference that points at nothing, and nothing that nobody refers to', () => {
    const text = JSON.stringify(document);
    const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? ''));
    const { schemas, headers, parameters } = document.components;
    const known = Object.entries({ schemas, headers, parameters }).flatMap(([kind, all]) =>
      Object.keys(all).map((name) => `#/components/${kind}/${name}`),
    );
    expect([...references].toSorted()).toEqual(known.toSorted());
    for (const $ref of references) {
      if ($ref.startsWith('#/components/schemas/'))
        expect(Object.keys(resolved({ $ref })).length, $ref).toBeGreaterThan(1);
    }
  });

  it.each(operations.map((operation) => [nameOf(operation), operation] as const))(
    'says which headers %s takes and gives',
    (name, operation) => {
      const { parameters = [], responses, method } = operation;
      const isEdge = operation.path.startsWith('/v1/edge/');
      const taken = parameters.filter((parameter) => parameter.in === 'header').map((parameter) => parameter.name);
      const isClaimed = method !== 'GET' && needsCredential(operation) && !isEdge;
      expect(taken.includes('Idempotency-Key')).toBe(isClaimed);
      expect(taken.includes('If-None-Match')).toBe(name === FETCH);
      for (const [status, { headers = {} }] of Object.entries(responses)) {
        const given = Object.keys(headers);
        expect(given).toContain('X-Request-Id');
        if (status === 'default') expect(given).toContain('Retry-After');
        else {
          expect(given.includes('Idempotency-Replayed')).toBe(isClaimed);
          expect(given.includes('ETag')).toBe(name === FETCH);
          expect(given.includes('X-Generation')).toBe(isEdge && !name.endsWith('/batch'));
          expect(given.includes('Server-Timing')).toBe(isEdge);
        }
      }
    },
  );

  it('says that an execution can be answered as a stream', () => {
    const execute = operations.find((operation) => operation.operationId === 'executePrompt');
    expect(Object.keys(execute?.responses['200']?.content ?? {})).toEqual(['application/json', 'text/event-stream']);
    expect(execute?.responses['200']?.headers).toHaveProperty('Content-Location');
  });

  it('uses no words that OpenAPI 3.1 has left behind', () => {
    expect(JSON.stringify(document)).not.toMatch(/"nullable":/);
    expect(JSON.stringify(document)).not.toMatch(/"exclusive(Min|Max)imum":(true|false)/);
  });

  it('takes its own examples', async () => {
    // Without a credential the body of a public route is looked at first; the others are tried by the security suite.
    for (const operation of operations.filter(
      (candidate) => !needsCredential(candidate) && candidate.requestBody !== undefined,
    )) {
      const { status, body } = await send(operation.method, operation.path, exampleOf(operation));
      expect(body.code, nameOf(operation)).not.toBe('validation_failed');
      expect(status).toBeLessThan(500);
    }
  });
});

describe('GET /docs', () => {
  it('shows the reference, from our own files and under a policy that lets nothing else in', async () => {
    const { status, headers, body } = await send<string>('GET', '/docs');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    for (const [, url = ''] of body.matchAll(/(?:src|href)="([^"]+)"/g))
      expect(url).toMatch(/^\/docs\/assets\/[a-z-]+\.(css|js)$/);
    expect(body).not.toMatch(/<script>|https?:\/\//);
    for (const name of ['x-content-type-options', 'x-frame-options', 'referrer-policy', 'strict-transport-security']) {
      expect(headers.get(name)).not.toBeNull();
    }
  });
});
