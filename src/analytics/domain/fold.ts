import { dayOfHour, type Grain, hourOf } from './buckets.ts';
import type { Fact, Subjects } from './facts.ts';
import { addCounts, type Counts, noCounts } from './metrics.ts';
import { addToSketch, bucketOf, mergeInto } from './sketch.ts';

/** What there are numbers of. */
export const KINDS = [
  'whole',
  'environment',
  'prompt',
  'environment_prompt',
  'model',
  'member',
  'api_key',
  'variant',
  'event',
] as const;

export type Kind = (typeof KINDS)[number];

/** The numbers of one subject in one hour or day. */
export interface Rollup {
  readonly kind: Kind;
  readonly subject: string;
  readonly grain: Grain;
  readonly bucket: number;
  readonly counts: Counts;
  readonly latency: Map<number, number>;
}

/** The subject of a kind of two things or three. No name of an environment and no id holds a slash. */
export const subjectOf = (...parts: string[]): string => parts.join('/');

/** Facts as the numbers of every subject they are of, by the hour. Folding facts apart and adding gives the same. */
export class Fold {
  readonly #rollups = new Map<string, Rollup>();

  add(facts: Iterable<Fact>): this {
    for (const fact of facts) {
      const bucket = hourOf(fact.at);
      const latencyBucket = fact.latencyMs === null ? null : bucketOf(fact.latencyMs);
      for (const [kind, subject] of subjectsOf(fact.of)) {
        const rollup = at(this.#rollups, { kind, subject, grain: 'hour', bucket });
        addCounts(rollup.counts, fact.counts);
        if (latencyBucket !== null) addToSketch(rollup.latency, latencyBucket, 1);
      }
    }
    return this;
  }

  get rollups(): Rollup[] {
    return [...this.#rollups.values()];
  }
}

/** The same of all facts at once. */
export const fold = (facts: Iterable<Fact>): Rollup[] => new Fold().add(facts).rollups;

/** The numbers of days (UTC), from those of their hours. */
export function foldDays(hours: Iterable<Rollup>): Rollup[] {
  const rollups = new Map<string, Rollup>();
  for (const { kind, subject, bucket, counts, latency } of hours) {
    const rollup = at(rollups, { kind, subject, grain: 'day', bucket: dayOfHour(bucket) });
    addCounts(rollup.counts, counts);
    mergeInto(rollup.latency, latency);
  }
  return [...rollups.values()];
}

function at(rollups: Map<string, Rollup>, of: Pick<Rollup, 'kind' | 'subject' | 'grain' | 'bucket'>): Rollup {
  const key = `${of.kind} ${of.bucket} ${of.subject}`;
  let rollup = rollups.get(key);
  if (rollup === undefined) {
    rollup = { ...of, counts: noCounts(), latency: new Map() };
    rollups.set(key, rollup);
  }
  return rollup;
}

function* subjectsOf(of: Partial<Subjects>): Iterable<[Kind, string]> {
  const { environment, promptId, variant, model, personId, apiKeyId, event } = of;
  yield ['whole', ''];
  if (isGiven(environment)) yield ['environment', environment];
  if (isGiven(promptId)) yield ['prompt', promptId];
  if (isGiven(environment) && isGiven(promptId)) {
    yield ['environment_prompt', subjectOf(environment, promptId)];
    if (isGiven(variant)) yield ['variant', subjectOf(environment, promptId, variant)];
  }
  if (isGiven(model)) yield ['model', model];
  if (isGiven(personId)) yield ['member', personId];
  if (isGiven(apiKeyId)) yield ['api_key', apiKeyId];
  if (isGiven(event)) yield ['event', event];
}

const isGiven = (part: string | null | undefined): part is string => part !== null && part !== undefined;
