/**
 * DDSketch (Masson, Rim, Lee: "DDSketch: A fast and fully-mergeable quantile sketch with relative-error guarantees",
 * PVLDB 12 (2019), section 2): values are counted in buckets whose bounds grow by the factor γ = (1 + α) / (1 − α), so that
 * the middle of the bucket in which a quantile lies is within α of it. Adding two sketches bucket by bucket gives the sketch
 * of all their values: that is done in SQL too, see ../repo/rollups.ts.
 */
export type Sketch = ReadonlyMap<number, number>;

/** α: how far a quantile may be off, of itself. */
export const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);

/** Milliseconds. What is shorter or longer counts as this: so there are 914 buckets at most. */
const SHORTEST = 1;
const LONGEST = 86_400_000;

/** The bucket of a value: i holds what is above γ^(i − 1), and γ^i at most. Never below 0. */
export const bucketOf = (value: number): number =>
  Math.ceil(Math.log(Math.min(Math.max(value, SHORTEST), LONGEST)) / LOG_GAMMA);

/** The value within a bucket that is off by the same share from both of its ends. */
const valueOf = (bucket: number): number => (2 * GAMMA ** bucket) / (GAMMA + 1);

export function addToSketch(sketch: Map<number, number>, bucket: number, count: number): void {
  sketch.set(bucket, (sketch.get(bucket) ?? 0) + count);
}

/** Adds all of one sketch to another. */
export function mergeInto(sketch: Map<number, number>, other: Sketch): void {
  for (const [bucket, count] of other) addToSketch(sketch, bucket, count);
}

/** The values below which these shares of all lie, in the order of the shares, each within ACCURACY; null of no values. */
export function quantiles<const S extends readonly number[]>(
  sketch: Sketch,
  shares: S,
): { -readonly [I in keyof S]: number } | null {
  const buckets = [...sketch].toSorted(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return null;
  return shares.map((share) => {
    let rank = Math.floor(share * (total - 1));
    for (const [bucket, count] of buckets) {
      rank -= count;
      if (rank < 0) return valueOf(bucket);
    }
    return Number.NaN;
  }) as { -readonly [I in keyof S]: number };
}

/** As it is stored: `{"bucket":count}`, in order of the buckets, as SQLite's json_group_object writes it. */
export const sketchToJson = (sketch: Sketch): string => JSON.stringify(Object.fromEntries(sketch));

export const sketchFromJson = (json: string): Map<number, number> =>
  new Map(Object.entries(JSON.parse(json) as Record<string, number>).map(([bucket, count]) => [Number(bucket), count]));
