export { resealCredentials } from './commands/reseal-credentials.ts';
export { baseUrlProblem } from './domain/base-url.ts';
export { costOf } from './domain/model.ts';
export type { Parameters, ProviderName, RunnableModel, Usage } from './domain/model.ts';
export { outputLimitOf, USUAL_OUTPUT_LIMIT } from './domain/output-limit.ts';
export { mergeParameters } from './domain/parameters.ts';
export { hashOfSettings, settingsOf } from './domain/revision.ts';
export type { ModelSettings } from './domain/revision.ts';
export { askModel } from './providers/ask.ts';
export { ProviderError } from './providers/port.ts';
export type { End, FinishReason, OnText, ProviderMessage, ToolCall } from './providers/port.ts';
export { findModel } from './queries/find.ts';
export { openCredential, openSealed } from './queries/open-credential.ts';
export type { SealedCredential } from './queries/open-credential.ts';
export { listUnknownModels } from './repo/models.ts';
/** For joins in other rooms' repos. */
export { modelRevisions, models } from './table.ts';
