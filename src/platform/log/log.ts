import { LOG_LEVELS, type LogLevel } from '../config.ts';

/** What a log line may say. No secrets, no prompt text: name fields here, not whole objects. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One JSON object a line, to the console: Workers Logs and Logpush take it from there. */
export function log(threshold: LogLevel, level: LogLevel, message: string, fields: LogFields): void {
  if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(threshold)) return;
  const line = JSON.stringify({ time: new Date().toISOString(), level, message, ...fields });
  if (level === 'error') console.error(line);
  else console.log(line);
}

/** A line at level info whose JSON was made by hand, for the one road where that counts: docs/decisions/0004-hot-path.md. */
export function logMade(threshold: LogLevel, make: () => string): void {
  if (LOG_LEVELS.indexOf(threshold) <= LOG_LEVELS.indexOf('info')) console.log(make());
}

/**
 * An unexpected error, told to operators alone. Neither what a query was nor what it was given: drizzle quotes both in its
 * message, JSON.parse quotes what it could not read.
 */
export function describeError(error: unknown): { error: string; stack: string | undefined } {
  if (!(error instanceof Error)) return { error: typeof error, stack: undefined };
  let root = error;
  while (root.cause instanceof Error) root = root.cause;
  const quotes = root.name === 'SyntaxError' || root.message.startsWith('Failed query');
  const frames = root.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
  return {
    error: quotes ? root.name : `${root.name}: ${root.message}`.slice(0, 500),
    stack: frames?.slice(0, 5).join(' | '),
  };
}
