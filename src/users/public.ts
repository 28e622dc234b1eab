export type { User } from './domain.ts';
export { findOptionalUser, findOptionalUserByEmail, insertUser, updatePasswordHash } from './repo.ts';
/** For joins in other rooms' repos. */
export { users } from './table.ts';
