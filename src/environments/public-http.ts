export { EnvironmentNameSchema } from './schemas.ts';
