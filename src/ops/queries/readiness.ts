import { ConfigError, loadConfig } from '../../platform/config.ts';
import type { Context } from '../../platform/context.ts';
import { describeError, log } from '../../platform/log/log.ts';

export interface Check {
  status: 'ok' | 'failed';
  /** What an operator should do; nothing of the inside. */
  detail?: string;
}

/** An answer later than this counts as none (ms). */
const PATIENCE_MS = 5_000;

/** Whether everything that a request may need is there. */
export async function checkReadiness(context: Context): Promise<{ ready: boolean; checks: Record<string, Check> }> {
  const { env } = context;
  const checks = await Promise.all([
    check('configuration', context, () => void loadConfig(env)),
    check('d1', context, () => env.DB.prepare('SELECT 1 FROM tenants LIMIT 1').all()),
    check('kv', context, () => env.EDGE.get('readiness')),
    check('deploymentObject', context, () => env.DEPLOYMENTS.getByName('readiness').fetch('https://object/ready')),
    check('environmentObject', context, () => env.ENVIRONMENTS.getByName('readiness').fetch('https://object/ready')),
    check('executionObject', context, () => env.EXECUTIONS.getByName('readiness').fetch('https://object/ready')),
    check('evaluationObject', context, () => env.EVALUATIONS.getByName('readiness').fetch('https://object/ready')),
    check('limitsObject', context, () => env.LIMITS.getByName('readiness').fetch('https://object/ready')),
    check('r2', context, () => env.OUTPUTS.head('readiness')),
  ]);
  return { ready: checks.every(([, result]) => result.status === 'ok'), checks: Object.fromEntries(checks) };
}

async function check(name: string, context: Context, ask: () => unknown): Promise<[string, Check]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), PATIENCE_MS);
  });
  try {
    await Promise.race([ask(), patience]);
    return [name, { status: 'ok' }];
  } catch (error) {
    log('info', 'error', 'not ready', { requestId: context.requestId, check: name, ...describeError(error) });
    // A setting is named to whoever sets it; everything else stays in the log.
    return [name, { status: 'failed', detail: error instanceof ConfigError ? error.message : 'See the log.' }];
  } finally {
    clearTimeout(timer);
  }
}
