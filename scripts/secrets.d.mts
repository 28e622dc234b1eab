// For test/vitest.config.ts, which is TypeScript.
export function generateSecrets(): { AUTH_SIGNING_KEYS: string; AUTH_PEPPER: string; ENCRYPTION_KEYS: string };
