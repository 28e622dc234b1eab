import type { Storing } from './execution.ts';
import type { Limits } from './limits.ts';

/** What a tenant has decided about its executions. */
export interface ExecutionSettings extends Limits {
  readonly storeInputs: Storing;
  readonly storeOutputs: Storing;
}

export const DEFAULT_SETTINGS: ExecutionSettings = {
  storeInputs: 'whole',
  storeOutputs: 'whole',
  concurrentExecutions: 200,
  executionsPerMinute: 1_000,
  monthlyCostMicros: null,
  monthlyExecutions: null,
};
