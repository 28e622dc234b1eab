/** The largest body that is read, in bytes. */
export const BODY_MAX = 1024 * 1024;
