import { AppError, type ErrorItem } from '../../kernel/errors.ts';
import type { ParsedTemplate } from './parse.ts';
import { RenderLimitError, renderTemplate } from './render.ts';
import { type JsonValue, prepareVariables, type VariableDeclaration } from './values.ts';

/** All texts of one prompt together, in UTF-16 units. */
const FILLED_MAX = 10 * 1024 * 1024;

/**
 * Values as declarations want them, in the same words wherever a prompt is filled in.
 * @throws AppError missing_variables naming all, validation_failed for values of the wrong type
 */
export function fitValues(
  declared: readonly VariableDeclaration[],
  given: Record<string, JsonValue>,
): Record<string, JsonValue> {
  const prepared = prepareVariables(declared, given);
  if (prepared.ok) return prepared.values;
  const { missing, mistyped } = prepared;
  const errors = [
    ...missing.map((name): ErrorItem => ({ path: `variables.${name}`, message: 'is required', code: 'missing' })),
    ...mistyped.map(({ name, expected, actual }): ErrorItem => {
      return { path: `variables.${name}`, message: `must be ${expected}, not ${actual}`, code: 'invalid_type' };
    }),
  ];
  if (missing.length > 0)
    throw new AppError('missing_variables', `Give values for: ${missing.join(', ')}.`, { errors });
  throw new AppError('validation_failed', `${errors[0]?.path}: ${errors[0]?.message}`, { errors });
}

/**
 * The texts of one prompt with values in them.
 * @throws AppError validation_failed when the values would make them too long, or too much work
 */
export function fillTexts(templates: readonly ParsedTemplate[], values: Record<string, JsonValue>): string[] {
  let length = 0;
  return templates.map((template) => {
    const text = filled(template, values);
    length += text.length;
    if (length > FILLED_MAX) throw tooLarge(`Its texts would exceed ${FILLED_MAX} characters.`);
    return text;
  });
}

function filled(template: ParsedTemplate, values: Record<string, JsonValue>): string {
  try {
    return renderTemplate(template, values);
  } catch (error) {
    if (error instanceof RenderLimitError) throw tooLarge(error.message);
    throw error;
  }
}

function tooLarge(message: string): AppError {
  const errors = [{ path: 'variables', message, code: 'too_large' }];
  return new AppError('validation_failed', `These values make the prompt too large. ${message}`, { errors });
}
