import { publicRoute, publicRoutes } from '../../platform/http/route.ts';
import { jwks } from '../access-token.ts';
import { JwksSchema } from '../schemas.ts';

const route = publicRoute({
  method: 'get',
  path: '/.well-known/jwks.json',
  operationId: 'getJwks',
  summary: 'The public keys of the access tokens',
  description: 'RFC 7517. To rotate, add the new key as the second one, wait for five minutes, then make it the first.',
  tags: ['Identity'],
  responses: { 200: { description: 'The keys', content: { 'application/json': { schema: JwksSchema } } } },
});

export const getJwksRoutes = publicRoutes().openapi(route, (c) => {
  c.header('cache-control', 'public, max-age=300');
  return c.json(jwks(c.get('context').config), 200);
});
