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

/** An unexpected error, told to operators alone. */
export function describeError(error: unknown): { error: string; stack: string | undefined } {
  if (!(error instanceof Error)) return { error: String(error), stack: undefined };
  // drizzle quotes the statement and its parameters in its message; the cause says what went wrong without them.
  const root = error.cause instanceof Error ? error.cause : error;
  return { error: `${root.name}: ${root.message}`.slice(0, 500), stack: root.stack?.split('\n').slice(1, 6).join(' | ') };
}
