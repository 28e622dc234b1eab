import { tenantRoutes } from '../../platform/http/route.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { responseSchemas } from '../schemas/responses.ts';
import { entryRoutes } from './entries.ts';
import { translationRoutes } from './translations.ts';
import { versionRoutes } from './versions.ts';

/** Everything that prompts and assets have in common, for one of the two. */
export function contentRoutes(descriptor: ContentDescriptor) {
  const schemas = responseSchemas(descriptor);
  const routes = tenantRoutes();
  for (const part of [entryRoutes, versionRoutes, translationRoutes]) routes.route('/', part(descriptor, schemas));
  return routes;
}
