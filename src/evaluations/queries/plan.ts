import { findOptionalEntry, type LoadedVersion, loadVersionsByRef } from '../../content/public.ts';
import { type FrozenDataset, freezeDataset } from '../../datasets/public.ts';
import { type Evaluator, loadEvaluators, needsExpected } from '../../evaluators/public.ts';
import { modelNamedBy, readSettings } from '../../executions/public.ts';
import { AppError, type ErrorItem, notFound } from '../../kernel/errors.ts';
import { findModel } from '../../models/public.ts';
import { type Pins, pinIncludes } from '../../prompts/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { type FrozenEvaluator, LIMITS, type Pass, widthFor } from '../domain/evaluation.ts';

export interface PlanInput {
  prompt: string;
  tags: string[];
  models?: string[] | undefined;
  dataset: string;
  evaluators: string[];
  locale?: string | undefined;
}

/** Everything that an evaluation is made with, as it is now. */
export interface Plan {
  prompt: { id: string; name: string };
  dataset: FrozenDataset;
  evaluators: FrozenEvaluator[];
  passes: Pass[];
  width: number;
}

/** Finds what an evaluation names, and writes down in which state it is. @throws AppError not_found, validation_failed */
export async function plan(context: TenantContext, input: PlanInput): Promise<Plan> {
  const entry = await findOptionalEntry(context.db, context.scope, 'prompt', input.prompt);
  if (entry === null) throw notFound(`The prompt "${input.prompt}"`);
  const versions = await findVersions(context, entry, input.tags);
  const dataset = await freezeDataset(context, input.dataset);
  const found = await findEvaluators(context, input.evaluators);
  assertExpected(dataset, found);
  const evaluators = await Promise.all(found.map((evaluator) => freeze(context, evaluator)));
  const { settings } = await readSettings(context);
  const passes = await passesOf(context, versions, input);
  const results = dataset.count * passes.length;
  if (results > LIMITS.results) {
    const problem = `${dataset.count} items in ${passes.length} passes are ${results} results; ${LIMITS.results} are the most.`;
    throw invalid('dataset', problem, 'too_many');
  }
  const { id, name } = entry;
  return { prompt: { id, name }, dataset, evaluators, passes, width: widthFor(settings.concurrentExecutions) };
}

async function findVersions(
  { db, scope }: TenantContext,
  { id, name }: { id: string; name: string },
  tags: readonly string[],
): Promise<LoadedVersion[]> {
  const found = await Promise.all(
    tags.map(async (tag) => {
      const [version] = await loadVersionsByRef(db, scope, [{ type: 'prompt', nameOrId: id, tag }]);
      if (version === undefined) throw notFound(`The version ${tag} of the prompt "${name}"`);
      return version;
    }),
  );
  const twice = found.findIndex(({ versionId }, at) =>
    found.some((other, i) => i < at && other.versionId === versionId),
  );
  if (twice >= 0) throw invalid(`tags[${twice}]`, `${tags[twice]} is named twice.`, 'duplicate');
  return found;
}

async function findEvaluators(context: TenantContext, names: readonly string[]): Promise<Evaluator[]> {
  const found = await loadEvaluators(context, names);
  const twice = found.findIndex(({ id }, at) => found.some((other, i) => i < at && other.id === id));
  if (twice >= 0) throw invalid(`evaluators[${twice}]`, `${names[twice]} is named twice.`, 'duplicate');
  return found;
}

/** A dataset without an expected answer would say nothing to somebody who compares with it. */
function assertExpected({ name, count, withoutExpected }: FrozenDataset, evaluators: readonly Evaluator[]): void {
  if (count === 0) throw invalid('dataset', `The dataset ${name} has no items.`, 'empty');
  const comparing = evaluators.find(needsExpected);
  if (comparing === undefined || withoutExpected < count) return;
  throw invalid('dataset', `No item of ${name} has an expected answer, which ${comparing.name} needs.`, 'no_expected');
}

/** An evaluator as it is now, and the model of one who judges. */
async function freeze(context: TenantContext, evaluator: Evaluator): Promise<FrozenEvaluator> {
  const { id, name, revision, type } = evaluator;
  const judge = evaluator.type === 'llm_judge' ? await findModel(context, evaluator.config.model) : null;
  return { id, name, revision, type, modelRevision: judge?.revision.revision ?? null };
}

/** Each version on each model; on the one that it names where none are given. */
async function passesOf(
  context: TenantContext,
  versions: readonly LoadedVersion[],
  { models, locale }: PlanInput,
): Promise<Pass[]> {
  const wanted = versions.flatMap((version) =>
    (models ?? [modelNamedBy(version)]).map((model) => ({ version, model: named(version, model) })),
  );
  const found = new Map<string, { name: string; revision: number }>();
  for (const name of new Set(wanted.map(({ model }) => model))) {
    const { model, revision } = await findModel(context, name);
    const twice = [...found.values()].some((other) => other.name === model.name);
    if (twice && models !== undefined) throw invalid('models', `${model.name} is named twice.`, 'duplicate');
    found.set(name, { name: model.name, revision: revision.revision });
  }
  const included = new Map<string, Pins>();
  for (const version of versions) {
    included.set(version.versionId, await pinIncludes(context, version, locale ?? null));
  }
  return wanted.map(({ version: { tag, versionId, contentHash }, model: asked }, pass) => {
    const { name: model, revision: modelRevision } = found.get(asked) ?? { name: asked, revision: 0 };
    const includes = included.get(versionId) ?? null;
    return { pass, tag, versionId, contentHash, includes, model, modelRevision };
  });
}

function named({ tag }: LoadedVersion, model: string | null): string {
  if (model !== null) return model;
  const problem = `Say which models to run it on: ${tag} names none. GET /v1/models lists them.`;
  throw invalid('models', problem, 'model_missing');
}

function invalid(path: string, message: string, code: string): AppError {
  const errors: ErrorItem[] = [{ path, message, code }];
  return new AppError('validation_failed', message, { errors });
}
