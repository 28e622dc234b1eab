export { EmailSchema, PersonNameSchema, presentUser, UserSchema } from './schemas.ts';
