/** How long things are kept, in days. */
export const LOG_DAYS = 35;
/** Days in zones other than UTC are made of hours. */
export const HOURS_KEPT_DAYS = 400;
export const DAYS_KEPT_DAYS = 5 * 366;
