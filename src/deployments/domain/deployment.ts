import type { RiskLevel } from '../../environments/public.ts';

export const DEPLOYMENT_STATUSES = [
  'pending',
  'approved',
  'deploying',
  'deployed',
  'rolled_back',
  'rejected',
  'cancelled',
  'failed',
] as const;
export type DeploymentStatus = (typeof DEPLOYMENT_STATUSES)[number];

export const ITEM_TYPES = ['prompt', 'asset', 'model'] as const;
export type ItemType = (typeof ITEM_TYPES)[number];

/** One reason for a deployment's risk. */
export interface RiskReason {
  code: string;
  level: RiskLevel;
  /** The item it was found in, as `type:name`, or null for the deployment as a whole. */
  item: string | null;
  message: string;
}
