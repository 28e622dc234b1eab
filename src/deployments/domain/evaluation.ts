import type { RequiredEvaluation, VersionScore } from '../../evaluators/public.ts';
import type { ErrorItem } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/canonical-json.ts';
import type { RiskFinding } from './deployment.ts';

/** What an environment requires, and what versions scored. */
export interface Evaluations {
  required: RequiredEvaluation | null;
  scores: readonly VersionScore[];
}

/** A prompt's version, as far as its scores go. */
export interface ScoredVersion {
  versionId: string;
  contentHash: string;
  name: string;
  tag: string;
  /** Its model settings. */
  model: { [key: string]: JsonValue } | null;
}

/** A fall of more than this, as a part of what is active, is a regression. */
const FALL = 0.05;
/** So many regressions of a version are told, the worst first. */
const TOLD = 10;

/**
 * What a score is worth: items without one count 0, so that a version of which most runs failed cannot pass by the rest.
 */
const worthOf = ({ score, n, total }: VersionScore): number => (total === 0 ? 0 : (score * n) / total);

/** Which model a version is run on, where it says so: as src/executions/queries/prepare.ts reads it. */
function modelOf({ model }: ScoredVersion): string | null {
  const name = model?.['name'] ?? model?.['model'];
  return typeof name === 'string' ? name : null;
}

/** A version's scores: on its own model where it names one, else on every model. */
const allScoresOf = ({ scores }: Evaluations, version: ScoredVersion): VersionScore[] => {
  const model = modelOf(version);
  return scores.filter(
    ({ versionId, model: on }) => versionId === version.versionId && (model === null || on === model),
  );
};

/** Whether a score is of what the version says now. */
const isOf = ({ contentHash }: VersionScore, version: ScoredVersion): boolean =>
  contentHash === null || contentHash === version.contentHash;

/** Those that count. */
const scoresOf = (evaluations: Evaluations, version: ScoredVersion): VersionScore[] =>
  allScoresOf(evaluations, version).filter((score) => isOf(score, version));

/** The worst of some scores: a version without a model of its own may be run on any. */
const worst = (scores: readonly VersionScore[]): VersionScore | undefined =>
  scores.toSorted((a, b) => worthOf(a) - worthOf(b))[0];

const shown = (value: number): string => (Math.round(value * 1000) / 1000).toString();

/** `0.91 on support/cases@7 with the model fast (49 of 50 items have a score)` */
function told(score: VersionScore): string {
  const all = score.n === score.total ? '' : ` (${score.n} of ${score.total} items have a score)`;
  return `${shown(worthOf(score))} on ${score.dataset}@${score.datasetVersion} with the model ${score.model}${all}`;
}

/**
 * What an environment finds missing of the versions that are to be deployed to it.
 * @param versions each with its place in the request
 */
export function evaluationFindings(
  evaluations: Evaluations,
  environment: string,
  versions: readonly (ScoredVersion & { path: string })[],
): ErrorItem[] {
  const { required } = evaluations;
  if (required === null) return [];
  return versions.flatMap((version) => findingOf(evaluations, required, environment, version) ?? []);
}

function findingOf(
  evaluations: Evaluations,
  required: RequiredEvaluation,
  environment: string,
  version: ScoredVersion & { path: string },
): ErrorItem | null {
  const { path } = version;
  const { evaluator, evaluatorRevision, dataset, datasetVersion, threshold } = required;
  const label = `prompt ${version.name}@${version.tag}`;
  const wanted = `${environment} requires ${shown(threshold)} by ${evaluator} on ${dataset}`;
  const everMeasured = allScoresOf(evaluations, version).filter(
    (score) => score.evaluatorId === required.evaluatorId && score.datasetId === required.datasetId,
  );
  const measured = everMeasured.filter((score) => isOf(score, version));
  const found = measured.filter(
    (score) => score.evaluatorRevision >= evaluatorRevision && score.datasetVersion >= datasetVersion,
  );
  const score = worst(found);
  if (score === undefined) {
    const model = modelOf(version);
    const since = `revision ${evaluatorRevision} and version ${datasetVersion} or later`;
    const why =
      measured.length > 0
        ? `has a score only by an earlier ${evaluator} or ${dataset}; ${wanted}, by ${since}`
        : everMeasured.length > 0
          ? `has a score only from before its translations changed; ${wanted}`
          : `has no score${model === null ? '' : ` with its model ${model}`}; ${wanted}`;
    return { path, code: 'evaluation_missing', message: `${label} ${why}. Evaluate it: POST /v1/evaluations` };
  }
  if (worthOf(score) >= threshold) return null;
  return { path, code: 'evaluation_below_threshold', message: `${label} scored ${told(score)}; ${wanted}` };
}

/** Where a version scores more than 5 % below what is active: by each evaluator, on each dataset. */
export function regressionsOf(
  evaluations: Evaluations,
  next: ScoredVersion,
  active: ScoredVersion | null,
): RiskFinding[] {
  if (active === null || active.versionId === next.versionId) return [];
  const measure = ({ evaluatorId, datasetId }: VersionScore) => `${evaluatorId} ${datasetId}`;
  const before = Map.groupBy(scoresOf(evaluations, active), measure);
  const falls = [...Map.groupBy(scoresOf(evaluations, next), measure)].flatMap(([key, scores]) => {
    const [is, was] = [worst(scores), worst(before.get(key) ?? [])];
    if (is === undefined || was === undefined || worthOf(is) >= worthOf(was) * (1 - FALL)) return [];
    return [{ is, was, fall: 1 - worthOf(is) / worthOf(was) }];
  });
  return falls
    .toSorted((a, b) => b.fall - a.fall)
    .slice(0, TOLD)
    .map(({ is, was, fall }) => ({
      code: 'evaluation_regressed',
      level: 'high',
      message: `By ${is.evaluator} ${next.tag} scored ${told(is)}, ${shown(fall * 100)} % below ${active.tag}, which is active: ${told(was)}.`,
    }));
}
