/** Starts the fake providers on a port of this machine, 0 for a free one. */
export function startUpstream(port?: number): Promise<{ url: string; close: () => Promise<void> }>;
