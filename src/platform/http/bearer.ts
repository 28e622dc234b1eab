/** The credential of an `Authorization: Bearer …` header, or null when it is absent or of another kind. */
export const bearerToken = (header: string | null): string | null => /^bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? null;
