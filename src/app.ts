import { OpenAPIHono } from '@hono/zod-openapi';
import { analyticsRoutes } from './analytics/routes.ts';
import { authenticateApiKey, parseApiKey } from './api-keys/public.ts';
import { apiKeyRoutes } from './api-keys/routes.ts';
import { assetRoutes } from './assets/routes.ts';
import { recordRefusal } from './audit/public.ts';
import { auditRoutes } from './audit/routes.ts';
import { authenticateAccessToken } from './auth/public.ts';
import { authRoutes } from './auth/routes.ts';
import { deadLetterRoutes } from './dead-letters/routes.ts';
import { datasetRoutes } from './datasets/routes/datasets.ts';
import { fileRoutes } from './datasets/routes/files.ts';
import { itemRoutes } from './datasets/routes/items.ts';
import { deploymentRoutes } from './deployments/routes/deployments.ts';
import { moveRoutes } from './deployments/routes/moves.ts';
import { watchRoutes } from './deployments/routes/watch.ts';
import { edgeRoutes } from './edge/routes.ts';
import { furnishEnvironments } from './environments/public.ts';
import { environmentRoutes } from './environments/routes.ts';
import { evaluationRoutes } from './evaluations/routes/evaluations.ts';
import { outcomeRoutes } from './evaluations/routes/outcomes.ts';
import { evaluatorRoutes } from './evaluators/routes.ts';
import { holderOf, notATicket, readTicket } from './executions/public.ts';
import { executeRoutes } from './executions/routes/execute.ts';
import { executionRoutes } from './executions/routes/executions.ts';
import { settingsRoutes } from './executions/routes/settings.ts';
import { feedbackRoutes } from './feedback/routes.ts';
import { AppError } from './kernel/errors.ts';
import { credentialRoutes } from './models/routes/credentials.ts';
import { modelRoutes } from './models/routes/models.ts';
import { docsPage } from './ops/public.ts';
import { opsRoutes } from './ops/routes.ts';
import { bearerToken } from './platform/http/bearer.ts';
import { DOCUMENTED_HEADERS, DOCUMENTED_PARAMETERS } from './platform/http/documented.ts';
import type { Doorkeepers, PublicEnv } from './platform/http/env.ts';
import { methodsAt } from './platform/http/methods.ts';
import { crossOrigin, onError, onNotFound, pipeline } from './platform/http/pipeline.ts';
import { promptRoutes } from './prompts/routes.ts';
import { tenantsRoutes } from './tenants/routes.ts';

const doorkeepers: Doorkeepers = {
  authenticate: async (context, authorization, meanwhile = null) => {
    const credential = bearerToken(authorization);
    if (credential === null) {
      throw new AppError('unauthenticated', 'Send `Authorization: Bearer <access token or API key>`.');
    }
    return credential.startsWith('fl_')
      ? authenticateApiKey(context, credential, meanwhile)
      : authenticateAccessToken(context, credential);
  },
  claimedTenant: (authorization) => parseApiKey(bearerToken(authorization) ?? ''),
  redeemTicket: (context, text, executionId) => {
    const ticket = readTicket(context, text);
    if (ticket.executionId !== executionId) throw notATicket();
    return holderOf(ticket);
  },
  recordRefusal,
};

/** The whole HTTP surface, put together. */
export function buildApp(): OpenAPIHono<PublicEnv> {
  const app = new OpenAPIHono<PublicEnv>();
  app.use('*', pipeline(doorkeepers));
  app.use('*', crossOrigin());
  app.onError(onError);
  app.notFound(onNotFound((path) => methodsAt(app, path)));
  const rooms = [
    authRoutes(furnishEnvironments),
    tenantsRoutes(furnishEnvironments),
    apiKeyRoutes,
    promptRoutes,
    assetRoutes,
    modelRoutes,
    credentialRoutes,
    environmentRoutes,
    datasetRoutes,
    itemRoutes,
    fileRoutes,
    evaluatorRoutes,
    deploymentRoutes,
    moveRoutes,
    watchRoutes,
    edgeRoutes,
    executeRoutes,
    executionRoutes,
    settingsRoutes,
    analyticsRoutes,
    feedbackRoutes,
    evaluationRoutes,
    outcomeRoutes,
    auditRoutes,
    deadLetterRoutes,
    opsRoutes,
  ];
  for (const room of rooms) app.route('/', room as OpenAPIHono<PublicEnv>);
  app.get('/openapi.json', (c) => c.json(openApiDocument()));
  app.get('/docs', () => docsPage());
  return app;
}

export const app = buildApp();

/** The OpenAPI 3.1 document, generated from the routes. */
export function openApiDocument(): object {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token (POST /v1/auth/login) or an API key (`fl_…`)',
  });
  for (const [name, header] of Object.entries(DOCUMENTED_HEADERS)) {
    app.openAPIRegistry.registerComponent('headers', name, header);
  }
  for (const [name, parameter] of Object.entries(DOCUMENTED_PARAMETERS)) {
    app.openAPIRegistry.registerComponent('parameters', name, parameter);
  }
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Footlight',
      version: '1',
      description: 'Prompts, versioned and translated, through governed deployments to the nearest edge.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    servers: [{ url: '/' }],
  });
}
