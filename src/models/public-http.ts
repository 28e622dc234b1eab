export { ModelNameSchema } from './schemas/models.ts';
export { ParametersSchema, parseParameters } from './schemas/parameters.ts';
