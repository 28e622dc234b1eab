import { timestamp } from '../kernel/time.ts';
import { pricesOf } from './domain/revision.ts';
import type { ModelJson, ModelRevisionJson } from './schemas/models.ts';
import type { Model, ModelRevision } from './table.ts';

function presentFacts(row: ModelRevision) {
  const { provider, model, baseUrl, parameters, contextWindow, priceSource, fallbacks, contentHash } = row;
  const seen = { provider, model, baseUrl, parameters, contextWindow, prices: pricesOf(row), priceSource };
  return { ...seen, fallbacks, contentHash };
}

/** A model as its latest revision has it. */
export function presentModel({ model, revision }: { model: Model; revision: ModelRevision }): ModelJson {
  const { id, name, createdBy, createdAt, updatedAt } = model;
  const times = { createdAt: timestamp(createdAt), updatedAt: timestamp(updatedAt) };
  return { id, name, revision: revision.revision, ...presentFacts(revision), createdBy, ...times };
}

/** One of a model's revisions. */
export function presentRevision({ name }: Pick<Model, 'name'>, row: ModelRevision): ModelRevisionJson {
  const { id, revision, createdBy, createdAt } = row;
  return { id, name, revision, ...presentFacts(row), createdBy, createdAt: timestamp(createdAt) };
}
