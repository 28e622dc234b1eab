import { OpenAPIHono } from '@hono/zod-openapi';
import { auditRoutes, recordRefusal } from './audit/public.ts';
import { authenticateAccessToken, authRoutes } from './auth/public.ts';
import { furnishEnvironments } from './environments/public.ts';
import { AppError } from './kernel/errors.ts';
import type { Doorkeepers, PublicEnv } from './platform/http/env.ts';
import { methodsAt } from './platform/http/methods.ts';
import { crossOrigin, onError, onNotFound, pipeline } from './platform/http/pipeline.ts';

const doorkeepers: Doorkeepers = {
  authenticate: (context, authorization) => {
    const [scheme, token] = (authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || token === undefined) {
      throw new AppError('unauthenticated', 'Send `Authorization: Bearer <access token or API key>`.');
    }
    return authenticateAccessToken(context, token);
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
  for (const rooms of [authRoutes(furnishEnvironments), auditRoutes]) app.route('/', rooms as OpenAPIHono<PublicEnv>);
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
