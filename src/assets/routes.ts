import { contentRoutes } from '../content/public-http.ts';

/** Named, versioned, translatable texts that prompts include. */
export const assetRoutes = contentRoutes({
  type: 'asset',
  path: 'assets',
  noun: 'Asset',
  nameField: 'key',
  kinds: ['text'],
  read: 'assets:read',
  write: 'assets:write',
  actions: { create: 'asset.create', update: 'asset.update', delete: 'asset.delete' },
});
