import type { ModelSettings } from '../../models/public.ts';

/** A model's revision, as what is deployed. */
export interface LoadedRevision {
  type: 'model';
  /** The model's id. */
  entryId: string;
  name: string;
  /** The revision's id. */
  versionId: string;
  /** The revision's number. */
  tag: string;
  /** Over the settings. */
  contentHash: string;
  settings: ModelSettings;
}

/** A model that is active now, and the names that it falls back to. */
export interface ActiveModel {
  entryId: string;
  name: string;
  fallbacks: readonly string[];
}
