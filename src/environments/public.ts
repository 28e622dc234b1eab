export { furnishEnvironments } from './commands/furnish.ts';
export { DEFAULT_APPROVALS, ENVIRONMENT_KINDS, higherRisk, RISK_LEVELS } from './domain.ts';
export type { EnvironmentKind, RequiredApprovals, RiskLevel } from './domain.ts';
/** For joins in other rooms' repos. */
export { environments } from './table.ts';
