/** How often one and the same thing was done, since this was last told on. */
export interface Tally<T> {
  readonly tenantId: string;
  /** What it is, with everything that makes it another: the same for the same. */
  readonly key: string;
  readonly of: T;
  count: number;
  /** Whether it has a place among those that are counted one by one: then `count` may be raised without further ado. */
  counting: boolean;
}

export const newTally = <T>(tenantId: string, key: string, of: T): Tally<T> => ({
  tenantId,
  key,
  of,
  count: 0,
  counting: false,
});

/** What was gathered of one thing. */
export interface Gathered<T> {
  readonly tenantId: string;
  readonly of: T;
  readonly count: number;
}

/**
 * Gathers what happens, tenant by tenant. So many different things of a tenant are counted one by one. What is different from
 * all of these is sampled: of each `stride` one, drawn by lot, is recorded for all of them, the last stride as far as it came. So the
 * tenant's total is right whatever the load, and each thing's own number is right on average.
 */
export class Sampler<T> {
  readonly #exactMax: number;
  readonly #random: () => number;
  #tenants = new Map<string, OfTenant<T>>();

  /** @param random as Math.random */
  constructor({ exactMax, random }: { exactMax: number; random: () => number }) {
    this.#exactMax = exactMax;
    this.#random = random;
  }

  /** Counts one that `counting` does not stand for. */
  admit(tally: Tally<T>): void {
    let tenant = this.#tenants.get(tally.tenantId);
    if (tenant === undefined) {
      tenant = { exact: new Map(), sampled: new Map(), stride: STRIDE, strides: 0, seen: 0, chosen: null };
      this.#tenants.set(tally.tenantId, tenant);
    }
    const known = tenant.exact.get(tally.key);
    if (known !== undefined) known.count++;
    else if (tenant.exact.size < this.#exactMax) {
      tally.count = 1;
      tally.counting = true;
      tenant.exact.set(tally.key, tally);
    } else this.#sample(tenant, tally);
  }

  #sample(tenant: OfTenant<T>, tally: Tally<T>): void {
    tenant.seen++;
    // One of all that were seen, each with the same chance.
    if (this.#random() * tenant.seen < 1) tenant.chosen = tally;
    if (tenant.seen < tenant.stride) return;
    record(tenant);
    // The more there is, the less of it is kept.
    if (++tenant.strides % (STRIDES * this.#exactMax) === 0) tenant.stride *= 2;
  }

  /** Everything since the last time. From here on counting begins anew. */
  take(): Gathered<T>[] {
    const tenants = this.#tenants;
    this.#tenants = new Map();
    const gathered: Gathered<T>[] = [];
    for (const [tenantId, tenant] of tenants) {
      record(tenant);
      for (const tally of tenant.exact.values()) {
        gathered.push({ tenantId, of: tally.of, count: tally.count });
        tally.count = 0;
        tally.counting = false;
      }
      for (const { of, count } of tenant.sampled.values()) gathered.push({ tenantId, of, count });
    }
    return gathered;
  }
}

/** Of how many at first one is recorded, and for how many times as many strides as things are counted one by one. */
const STRIDE = 8;
const STRIDES = 4;

interface OfTenant<T> {
  readonly exact: Map<string, Tally<T>>;
  readonly sampled: Map<string, { of: T; count: number }>;
  stride: number;
  /** How many have ended. */
  strides: number;
  /** How many of the stride there were. */
  seen: number;
  chosen: Tally<T> | null;
}

/** Ends a stride: the one that was chosen stands for all that were seen. */
function record<T>(tenant: OfTenant<T>): void {
  const { chosen, seen, sampled } = tenant;
  if (chosen === null) return;
  const known = sampled.get(chosen.key);
  if (known === undefined) sampled.set(chosen.key, { of: chosen.of, count: seen });
  else known.count += seen;
  tenant.seen = 0;
  tenant.chosen = null;
}
