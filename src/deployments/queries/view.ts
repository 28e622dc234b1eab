import { optionalTimestamp, timestamp } from '../../kernel/time.ts';
import type { DeploymentView } from '../domain/deployment.ts';
import { showExperiment } from '../domain/experiment.ts';
import type { Dossier } from '../repo/deployments.ts';

/** A deployment as the API shows it. */
export function presentDeployment({
  deployment,
  items,
  votes,
}: Pick<Dossier, 'deployment' | 'items' | 'votes'>): DeploymentView {
  const { id, environment, status, title, description, riskLevel, riskReasons, requiredApprovals } = deployment;
  const { requestedBy, generation, rollbackOf, autoDeploy, reason } = deployment;
  return {
    id,
    environment,
    status,
    title,
    description,
    riskLevel,
    riskReasons,
    requiredApprovals,
    approvals: votes.map(({ userId, decision, comment, createdAt }) => ({
      userId,
      decision,
      comment,
      createdAt: timestamp(createdAt),
    })),
    items: items
      .filter((item) => item.role === 'item')
      .map(({ type, name, tag, contentHash, experiment, previousTag, previousExperiment, riskLevel: level }) => {
        const { weight, variants } = showExperiment(experiment);
        const { weight: previousWeight, variants: previousVariants } = showExperiment(previousExperiment);
        return {
          type,
          name,
          tag,
          contentHash,
          weight,
          variants,
          previousTag,
          previousWeight,
          previousVariants,
          riskLevel: level,
        };
      }),
    requestedBy,
    createdAt: timestamp(deployment.createdAt),
    approvedAt: optionalTimestamp(deployment.approvedAt),
    deployedAt: optionalTimestamp(deployment.deployedAt),
    rolledBackAt: optionalTimestamp(deployment.rolledBackAt),
    generation,
    rollbackOf,
    autoDeploy,
    reason,
  };
}
