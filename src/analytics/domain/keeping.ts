import { type Kind, KINDS } from './fold.ts';

/** How long the log is kept, from which days are counted anew, and how long the numbers of days are, in days. */
export const LOG_DAYS = 35;
export const DAYS_KEPT_DAYS = 5 * 366;

/** Of these there are few, so that their hours are kept long: days in zones other than UTC are made of them. */
const FEW: readonly Kind[] = ['whole', 'environment'];
/** Of the others there may be thousands in every hour. */
const MANY = KINDS.filter((kind) => !FEW.includes(kind));

export const HOURS_KEPT: readonly { readonly kinds: readonly Kind[]; readonly days: number }[] = [
  { kinds: FEW, days: 400 },
  { kinds: MANY, days: 100 },
];

/** For how many days the hours of a kind are kept. */
export const hoursKept = (kind: Kind): number => HOURS_KEPT.find(({ kinds }) => kinds.includes(kind))?.days ?? 0;
