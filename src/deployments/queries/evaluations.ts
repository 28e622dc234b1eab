import type { ErrorItem } from '../../kernel/errors.ts';
import type { RiskFinding } from '../domain/deployment.ts';
import { evaluationFindings, type Evaluations, regressionsOf, type ScoredVersion } from '../domain/evaluation.ts';
import type { Deployable } from '../domain/plan.ts';

/** A change by the ids of its versions: its own, and those that are served beside it. */
interface VersionsOfChange {
  entryId: string;
  path: string;
  versionId: string | null;
  experiment?: { variants: readonly { versionId: string; version?: Deployable; position?: number }[] } | null;
}

/** What evaluations say against some changes. */
export interface Judgement {
  /** What the environment requires and does not find; for what goes forward, not for what goes back. */
  missing: ErrorItem[];
  /** Of each change, by its entry. */
  regressions: ReadonlyMap<string, RiskFinding[]>;
}

/**
 * Holds versions against what they scored.
 * @param activeIds the versions that are active now, by their entries
 */
export function judge(
  evaluations: Evaluations,
  environment: string,
  refs: readonly VersionsOfChange[],
  deployable: ReadonlyMap<string, Deployable>,
  activeIds: ReadonlyMap<string, string>,
): Judgement {
  const prompts = refs.flatMap((ref) => {
    const versions = versionsOf(ref).flatMap(({ versionId, path, version }) => {
      const scored = toScored(version ?? deployable.get(versionId));
      return scored === null ? [] : [{ ...scored, path }];
    });
    const active = toScored(deployable.get(activeIds.get(ref.entryId) ?? ''));
    return versions.length === 0 ? [] : [{ entryId: ref.entryId, versions, active }];
  });
  return {
    missing: evaluationFindings(
      evaluations,
      environment,
      prompts.flatMap(({ versions }) => versions),
    ),
    regressions: new Map(
      prompts.map(({ entryId, versions, active }) => [
        entryId,
        versions.flatMap((version) => regressionsOf(evaluations, version, active)),
      ]),
    ),
  };
}

function versionsOf(
  ref: VersionsOfChange & { version?: Deployable },
): { versionId: string; path: string; version?: Deployable | undefined }[] {
  const { path, versionId, version, experiment } = ref;
  if (versionId === null) return [];
  const variants = (experiment?.variants ?? []).map((variant, i) => ({
    versionId: variant.versionId,
    version: variant.version,
    path: `${path}.variants[${variant.position ?? i}]`,
  }));
  return [{ versionId, version, path }, ...variants];
}

/** Only prompts are scored. */
function toScored(version: Deployable | undefined): ScoredVersion | null {
  if (version?.type !== 'prompt') return null;
  const { versionId, contentHash, name, tag, model } = version;
  return { versionId, contentHash, name, tag, model };
}
