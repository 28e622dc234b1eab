import type { Parameters, ProviderName, Usage } from '../domain/model.ts';

export interface ProviderMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string;
}

/** One question to a model. */
export interface Question {
  provider: ProviderName;
  /** As the provider calls it. */
  model: string;
  /** Null: the provider's own. */
  baseUrl: string | null;
  /** Null: there is none (mock, and endpoints that need none). */
  apiKey: string | null;
  messages: readonly ProviderMessage[];
  parameters: Parameters;
  /** Aborts the upstream request. */
  signal: AbortSignal;
  /** Told when the request has gone out. */
  onSent?: () => void;
  /** Whether plain http to this machine is allowed: local development only. */
  allowLoopback: boolean;
}

/** Why a model stopped, in one vocabulary for all providers. */
export const FINISH_REASONS = ['stop', 'length', 'tool_calls', 'content_filter', 'other'] as const;
export type FinishReason = (typeof FINISH_REASONS)[number];

/** A call of a tool that the model asks for; arguments as the text it wrote, JSON if it kept to it. */
export interface ToolCall {
  id: string;
  name: string;
  arguments: string;
}

/** How an answer ends. */
export interface End {
  finishReason: FinishReason;
  /** Null: the provider did not say. */
  usage: Usage | null;
  toolCalls: ToolCall[];
}

/** Hears the texts of an answer, in order. @returns false: no more of it is wanted */
export type OnText = (text: string) => boolean;

/**
 * Asks a model. A stream that is cut off throws instead of ending. Told rather than iterated: each step of an iterator
 * costs a turn, and an answer has as many as it has tokens.
 * @returns null where no more was wanted, or its tool calls are more than is kept: then the provider is left alone
 * @throws ProviderError; whatever the signal was aborted with
 */
export type Ask = (question: Question, onText: OnText) => Promise<End | null>;

export const PROVIDER_ERROR_CODES = [
  'connection_failed',
  'timeout',
  'rate_limited',
  'provider_unavailable',
  'stream_interrupted',
  'malformed_response',
  'authentication_failed',
  'credential_missing',
  'base_url_refused',
  'invalid_request',
  'model_not_found',
  'content_refused',
  'provider_error',
] as const;
export type ProviderErrorCode = (typeof PROVIDER_ERROR_CODES)[number];

/** A provider failed. Its message is shown to callers: the provider's own words, without anything secret. */
export class ProviderError extends Error {
  readonly code: ProviderErrorCode;
  /** The provider's HTTP status, where it answered. */
  readonly status: number | null;
  /** Whether asking again may help: 408, 409, 429, 5xx, and connections that failed. */
  readonly retryable: boolean;
  /** What the provider asked to wait, in milliseconds. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ProviderErrorCode,
    message: string,
    of: { status?: number | null; retryable: boolean; retryAfterMs?: number | null; cause?: unknown },
  ) {
    super(message, of.cause === undefined ? undefined : { cause: of.cause });
    this.name = 'ProviderError';
    this.code = code;
    this.status = of.status ?? null;
    this.retryable = of.retryable;
    this.retryAfterMs = of.retryAfterMs ?? null;
  }
}
