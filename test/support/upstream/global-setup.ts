import type { TestProject } from 'vitest/node';
import { startUpstream } from './server.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the fake providers listen. */
    upstream: string;
  }
}

/** The fake providers run in Node for as long as the tests do; a test reaches them by `inject('upstream')`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, close } = await startUpstream();
  project.provide('upstream', url);
  return close;
}
