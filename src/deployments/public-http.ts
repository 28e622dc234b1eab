export { SubjectSchema } from './schemas.ts';
