import { DurableObject } from 'cloudflare:workers';
import type { Call, DeployCall, DeploymentView, VoteCall } from '../src/deployments/domain/deployment.ts';
import type { DeploymentPorts } from '../src/deployments/domain/ports.ts';
import { type Outcome, success, toFailure } from '../src/kernel/errors.ts';
import { describeError, log } from '../src/platform/log/log.ts';
import { Serial } from '../src/platform/serial.ts';
import { acceptWatcher, tellWatchers } from '../src/platform/watchers.ts';

/** One deployment's votes and moves, one after the other. Its truth is in D1: the object remembers nothing. */
export abstract class DeploymentObjectBase extends DurableObject<Env> {
  protected abstract readonly ports: DeploymentPorts;
  readonly #serial = new Serial();

  vote(call: VoteCall): Promise<Outcome<DeploymentView>> {
    return this.#move(call.actor.tenantId, () => this.ports.vote(this.env, call));
  }

  cancel(call: Call): Promise<Outcome<DeploymentView>> {
    return this.#move(call.actor.tenantId, () => this.ports.cancel(this.env, call));
  }

  deploy(call: DeployCall): Promise<Outcome<DeploymentView>> {
    return this.#move(call.actor.tenantId, () => this.ports.deploy(this.env, call));
  }

  async changed(tenantId: string, deploymentId: string): Promise<void> {
    if (this.ctx.getWebSockets().length === 0) return;
    await this.#tell(tenantId, await this.ports.read(this.env, tenantId, deploymentId));
  }

  /** A WebSocket of somebody whom src/deployments/routes has let in. */
  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get('upgrade') === null) return new Response(null, { status: 204 }); // readiness
    const [tenantId = '', deploymentId = ''] = (request.headers.get('x-footlight-deployment') ?? '').split(':');
    const deployment = await this.ports.read(this.env, tenantId, deploymentId);
    return acceptWatcher(this.ctx, request, { type: 'snapshot', deployment });
  }

  #move(tenantId: string, work: () => Promise<DeploymentView>): Promise<Outcome<DeploymentView>> {
    return this.#serial.run(async () => {
      try {
        const view = await work();
        await this.#tell(tenantId, view);
        return success(view);
      } catch (error) {
        return toFailure(error);
      }
    });
  }

  async #tell(tenantId: string, deployment: DeploymentView): Promise<void> {
    try {
      await tellWatchers(this.ctx, this.env, tenantId, this.ports.mayWatch, { type: 'changed', deployment });
    } catch (error) {
      log('info', 'error', 'watchers not told', { object: 'deployment', ...describeError(error) });
    }
  }
}
