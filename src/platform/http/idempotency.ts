import type { MiddlewareHandler } from 'hono';
import { fromUtf8 } from '../../kernel/bytes.ts';
import { AppError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/canonical-json.ts';
import { derive } from '../context.ts';
import { claimIdempotencyKey, releaseIdempotencyKey, saveIdempotentAnswer } from '../db/idempotency.ts';
import type { TenantEnv } from './env.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * `Idempotency-Key` on any write: the first success is remembered for a day and given again to its repetitions.
 * Commands that record their answer in the batch of their effect (IdempotencyClaim) make the two one; the others are
 * safe to repeat by nature, and their answer is kept after the fact.
 */
export const idempotent: MiddlewareHandler<TenantEnv> = async (c, next) => {
  const key = c.req.header('idempotency-key');
  if (key === undefined || c.req.method === 'GET' || c.req.method === 'HEAD') return next();
  if (!KEY.test(key)) {
    throw new AppError('validation_failed', 'Idempotency-Key must have 1 to 255 printable ASCII characters.', {
      errors: [{ path: 'header.idempotency-key', message: 'is malformed', code: 'invalid_header' }],
    });
  }
  const tenant = c.get('tenant');
  // As bytes, since not every body says that it is text.
  const body = fromUtf8(new Uint8Array(await c.req.arrayBuffer()));
  const requestHash = sha256(`${c.req.method}\n${c.req.path}\n${body}`);
  const claim = await claimIdempotencyKey(tenant, key, requestHash);
  if (claim.answer !== null) {
    const { status, body: answer } = claim.answer;
    c.res = new Response(answer === null ? null : JSON.stringify(answer), {
      status,
      headers: { 'content-type': 'application/json', 'idempotency-replayed': 'true' },
    });
    return undefined;
  }
  c.set('tenant', derive(tenant, { idempotency: claim }));
  await next();
  // An answer that was meant for a batch which then failed was not kept: only the error's key is given back.
  if (c.error !== undefined || c.res.status >= 300) await releaseIdempotencyKey(tenant, key);
  else if (!claim.completed) {
    const text = await c.res.clone().text();
    await saveIdempotentAnswer(tenant, key, c.res.status, text === '' ? null : JSON.parse(text));
  }
  return undefined;
};
