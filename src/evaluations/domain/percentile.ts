/**
 * The value below which a share of some values lies, between neighbours in proportion: definition 7 of Hyndman and Fan, "Sample
 * Quantiles in Statistical Packages" (1996), which is numpy's and R's default.
 * @param sorted in rising order
 * @param share 0 to 1
 * @returns null: there are no values
 */
export function percentile(sorted: ArrayLike<number>, share: number): number | null {
  if (sorted.length === 0) return null;
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
