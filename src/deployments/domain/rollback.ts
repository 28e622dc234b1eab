export interface LaterDeployment {
  id: string;
  rollbackOf: string | null;
}

/**
 * Of the deployments that came after one and touched its items, in their order, those that still stand: a deployment
 * and the rollback of it leave everything as it was before the two.
 */
export function stillStanding<D extends LaterDeployment>(later: readonly D[]): D[] {
  const standing: D[] = [];
  for (const deployment of later) {
    if (deployment.rollbackOf !== null && standing.at(-1)?.id === deployment.rollbackOf) standing.pop();
    else standing.push(deployment);
  }
  return standing;
}
