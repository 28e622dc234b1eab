export { maskJson } from './domain/mask-json.ts';
export { maskText } from './domain/mask-text.ts';
export { findPersonalData } from './domain/personal-data.ts';
export { findSecrets } from './domain/secrets-in-text.ts';
export type { Sighting } from './domain/sighting.ts';
