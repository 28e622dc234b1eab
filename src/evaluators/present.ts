import { timestamp } from '../kernel/time.ts';
import type { EvaluatorJson, EvaluatorRevisionJson } from './schemas.ts';
import type { EvaluatorRevision, EvaluatorRow } from './table.ts';

/** An evaluator as its latest revision has it. */
export function presentEvaluator({
  evaluator,
  revision,
}: {
  evaluator: EvaluatorRow;
  revision: EvaluatorRevision;
}): EvaluatorJson {
  const { id, name, type, createdBy, createdAt, updatedAt } = evaluator;
  const times = { createdAt: timestamp(createdAt), updatedAt: timestamp(updatedAt) };
  return { id, name, type, revision: revision.revision, config: { ...revision.config }, createdBy, ...times };
}

/** One of an evaluator's revisions. */
export function presentRevision({ revision, config, createdBy, createdAt }: EvaluatorRevision): EvaluatorRevisionJson {
  return { revision, config: { ...config }, createdBy, createdAt: timestamp(createdAt) };
}
