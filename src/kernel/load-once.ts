/**
 * Loads a module when it is first asked for, and keeps it: `import()` looks up anew each time. Of those who ask at once each loads it itself, for
 * no request waits for what another one does.
 */
export function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: T | undefined;
  return async () => (loaded ??= await load());
}
