import { DurableObject } from 'cloudflare:workers';
import { app } from './app.ts';

export class DeploymentObject extends DurableObject<Env> {}
export class EnvironmentObject extends DurableObject<Env> {}

export default {
  fetch: (request, env, context) => app.fetch(request, env, context),
} satisfies ExportedHandler<Env>;
