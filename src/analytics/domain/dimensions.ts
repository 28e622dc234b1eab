import type { Permission } from '../../kernel/permissions.ts';
import type { Kind } from './fold.ts';

/** What usage is told by. */
export const DIMENSIONS = ['prompt', 'model', 'member', 'apiKey', 'environment', 'event'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const KIND_OF: Readonly<Record<Dimension, Kind>> = {
  prompt: 'prompt',
  model: 'model',
  member: 'member',
  apiKey: 'api_key',
  environment: 'environment',
  event: 'event',
};

/** Who sees the names of what it is told by, where it is not everybody who sees the numbers. */
export const NAMES_NEED: Partial<Readonly<Record<Dimension, Permission>>> = {
  apiKey: 'api_keys:manage',
  member: 'members:read',
};
