export { furnishEnvironments } from './commands/furnish.ts';
export { higherRisk, RISK_LEVELS } from './domain.ts';
export type { EnvironmentKind, RiskLevel } from './domain.ts';
export { assertMayEnter, findEnvironment } from './queries/find.ts';
export type { Environment } from './table.ts';
/** For joins in other rooms' repos. */
export { environments } from './table.ts';
