import { openApiDocument } from '../../src/app.ts';
import { type Permission, PERMISSION_NAMES } from '../../src/kernel/permissions.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  example?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
}

interface Parameter {
  $ref?: string;
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
}

interface Described {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<
    string,
    { description: string; headers?: Record<string, object>; content?: Record<string, { schema: Schema }> }
  >;
  'x-permission'?: string | string[];
}

/** One operation of the OpenAPI document. */
export interface Operation extends Described {
  method: string;
  path: string;
}

export interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Described>>;
  components: {
    schemas: Record<string, Schema>;
    headers: Record<string, object>;
    parameters: Record<string, Parameter>;
    securitySchemes: Record<string, { type: string; scheme: string }>;
  };
}

export const document = openApiDocument() as Document;

function parameterAt(parameter: Parameter): Parameter {
  const name = parameter.$ref?.replace('#/components/parameters/', '');
  return (name === undefined ? undefined : document.components.parameters[name]) ?? parameter;
}

/** Every operation that the document knows of. */
export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => ({
    ...described,
    parameters: (described.parameters ?? []).map(parameterAt),
    method: method.toUpperCase(),
    path,
  })),
);

export const needsCredential = ({ security }: Operation): boolean => security.length > 0;

/** The permissions of which any one opens an operation; none for those that any person or member may call. */
export const permissionsOf = (operation: Operation): readonly Permission[] =>
  PERMISSION_NAMES.filter((name) => [operation['x-permission']].flat().includes(name));

/** What `$ref` points at. */
export function resolved(schema: Schema): Schema & { name?: string } {
  const name = schema.$ref?.replace('#/components/schemas/', '');
  if (name === undefined) return schema;
  const found = document.components.schemas[name];
  if (found === undefined) throw new Error(`${schema.$ref} points at nothing`);
  return { ...found, name };
}

/** The type of the body that an operation takes: JSON where it takes several, or none. */
export function mediaTypeOf({ requestBody }: Operation): string {
  const types = Object.keys(requestBody?.content ?? {});
  return types.includes('application/json') ? 'application/json' : (types[0] ?? 'application/json');
}

/** The body that an operation's schema gives as its example; undefined when it takes none. */
export function exampleOf(operation: Operation): unknown {
  const { method, path, requestBody } = operation;
  const schema = requestBody?.content[mediaTypeOf(operation)]?.schema;
  if (schema === undefined) return undefined;
  const { name, example, properties = {}, required = [] } = resolved(schema);
  if (example !== undefined) return example;
  return Object.fromEntries(
    required.map((field) => {
      const value = resolved(properties[field] ?? {}).example;
      if (value === undefined) {
        throw new Error(
          `The body of ${method} ${path} has no example: give its schema ${name ?? ''} one with .openapi({ example }).`,
        );
      }
      return [field, value];
    }),
  );
}

/** The path up to and with each parameter: `/v1/prompts/{prompt}` and `/v1/prompts/{prompt}/versions/{tag}`. */
export const parametersOf = (path: string): string[] =>
  [...path.matchAll(/\{[^}]+\}/g)].map((match) => path.slice(0, match.index + match[0].length));

/** A path with its parameters filled in from a table by the path up to each. */
export function filled(path: string, values: Readonly<Record<string, string>>): string {
  const parameters = parametersOf(path);
  return path.replace(/\{[^}]+\}/g, () => {
    const parameter = parameters.shift() ?? '';
    const value = values[parameter];
    if (value === undefined) {
      throw new Error(
        `No value for ${parameter}: add it to \`pathsOf\` in test/support/belongings.ts, so that ${path} is tried too.`,
      );
    }
    return encodeURIComponent(value);
  });
}
