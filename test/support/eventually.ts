import { vi } from 'vitest';

/** What holds sooner or later, also on a slow machine: tried again until it throws no more, for twenty seconds at most. */
export const eventually = <T>(look: () => T | Promise<T>): Promise<T> => vi.waitFor(look, { timeout: 20_000 });
