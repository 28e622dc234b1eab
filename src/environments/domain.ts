export const ENVIRONMENT_KINDS = ['development', 'staging', 'production'] as const;
export type EnvironmentKind = (typeof ENVIRONMENT_KINDS)[number];

export const RISK_LEVELS = ['low', 'medium', 'high', 'critical'] as const;
export type RiskLevel = (typeof RISK_LEVELS)[number];

/** How many approvals a deployment needs, by its risk. */
export type RequiredApprovals = Record<RiskLevel, number>;

/** The contract's policies, by kind of environment. */
export const DEFAULT_APPROVALS: Readonly<Record<EnvironmentKind, RequiredApprovals>> = {
  development: { low: 0, medium: 0, high: 0, critical: 0 },
  staging: { low: 1, medium: 1, high: 1, critical: 2 },
  production: { low: 1, medium: 1, high: 2, critical: 2 },
};

export const higherRisk = (a: RiskLevel, b: RiskLevel): RiskLevel =>
  RISK_LEVELS.indexOf(a) >= RISK_LEVELS.indexOf(b) ? a : b;

export type ApprovalChanges = { readonly [level in RiskLevel]?: number | undefined };

/** A policy with some of its numbers changed. */
export const changeApprovals = (policy: RequiredApprovals, changes: ApprovalChanges): RequiredApprovals => ({
  low: changes.low ?? policy.low,
  medium: changes.medium ?? policy.medium,
  high: changes.high ?? policy.high,
  critical: changes.critical ?? policy.critical,
});

/** The evaluation that an environment requires of what is deployed to it, as it is asked for. */
export interface EvaluationPolicy {
  evaluator: string;
  dataset: string;
  /** 0 to 1: the mean score that is enough. */
  threshold: number;
}
