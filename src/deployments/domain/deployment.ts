import type { Actor } from '../../kernel/actor.ts';
import type { ErrorCode, ErrorItem } from '../../kernel/errors.ts';
import type { RiskLevel } from '../../environments/public.ts';
import type { ShownExperiment } from './experiment.ts';

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

/** The same before it is known which item's it is. */
export type RiskFinding = Omit<RiskReason, 'item'>;

/** A deployment as the API shows it. */
export interface DeploymentView {
  id: string;
  environment: string;
  status: DeploymentStatus;
  title: string | null;
  description: string | null;
  riskLevel: RiskLevel;
  riskReasons: RiskReason[];
  requiredApprovals: number;
  approvals: { userId: string; decision: 'approved' | 'rejected'; comment: string | null; createdAt: string }[];
  items: ({
    type: ItemType;
    name: string;
    tag: string | null;
    contentHash: string | null;
    previousTag: string | null;
    previousWeight: ShownExperiment['weight'];
    previousVariants: ShownExperiment['variants'];
    riskLevel: RiskLevel;
  } & ShownExperiment)[];
  requestedBy: string;
  createdAt: string;
  approvedAt: string | null;
  deployedAt: string | null;
  rolledBackAt: string | null;
  generation: number | null;
  rollbackOf: string | null;
  autoDeploy: boolean;
  /** Why it failed, was rolled back, or went without approvals. */
  reason: string | null;
}

/** A deployment as the move that may have set its execution going is answered. */
export interface MovedDeployment extends DeploymentView {
  /** Why it did not execute itself, though nothing was missing; null: it did, or was not to. Not kept with it. */
  blocked: { code: ErrorCode; detail: string; errors?: ErrorItem[] } | null;
}

/** Who asks a Durable Object for what: everything that must cross to it. */
export interface Call {
  readonly actor: Actor;
  readonly deploymentId: string;
  readonly requestId: string | null;
  readonly traceId: string | null;
}

export interface VoteCall extends Call {
  readonly decision: 'approved' | 'rejected';
  readonly comment: string | null;
}

export interface DeployCall extends Call {
  /** Why the missing approvals are passed, by an owner; null: they are not. */
  readonly breakGlass: string | null;
}

/** Which environment's object is asked, and for which deployment. */
export interface ActivationCall extends DeployCall {
  readonly environment: { readonly id: string; readonly name: string };
  /** Whose approvals count: a risk that has grown since is held against them, and a role that was lost since. */
  readonly approvals: readonly string[];
}

/** What an activation changed. */
export interface Activated {
  generation: number;
  names: string[];
}

/** One environment of one tenant. */
export interface EnvironmentRef {
  readonly tenantId: string;
  readonly id: string;
  readonly name: string;
}
