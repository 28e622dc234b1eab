export {
  findOptionalUser,
  findOptionalUserByEmail,
  insertUser,
  listUsersById,
  updatePasswordHash,
  type User,
} from './repo.ts';
export { UserSchema, presentUser } from './schemas.ts';
