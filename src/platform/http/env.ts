import type { Actor, TenantScope } from '../../kernel/actor.ts';
import type { AuditAction } from '../../kernel/audit-actions.ts';
import type { AppError } from '../../kernel/errors.ts';
import type { Context, TenantContext } from '../context.ts';
import type { Meanwhile } from '../db/meanwhile.ts';
import type { describeError } from '../log/log.ts';

/** What the composition root gives the HTTP plumbing, so that it needs no room of the house. */
export interface Doorkeepers {
  /**
   * Who presents this Authorization header.
   * @param meanwhile is read in the same round trip where the credential is an API key
   * @throws AppError unauthenticated
   */
  authenticate(context: Context, authorization: string | null, meanwhile?: Meanwhile | null): Promise<Actor>;
  /** Which tenant an API key says it is of, before anybody has looked whether it is one. */
  claimedTenant(authorization: string | null): TenantScope | null;
  /** Who holds a ticket of something's links. @throws AppError unauthenticated */
  redeemTicket(context: Context, ticket: string, id: string): Actor;
  /** Records a write that was refused to a known actor. */
  recordRefusal(context: TenantContext, refusal: { action: AuditAction; error: AppError; path: string }): Promise<void>;
}

/** The Hono environment of routes that need no credential. */
export interface PublicEnv {
  Bindings: Env;
  Variables: {
    context: Context;
    doorkeepers: Doorkeepers;
    action?: AuditAction;
    /** What was read in the round trip of the credential's check: see `Ahead`. */
    ahead?: Meanwhile;
    /** What nobody expected, for operators. */
    surprise?: ReturnType<typeof describeError>;
  };
}

/** The Hono environment of routes behind a credential: the type says that it was checked. */
export interface TenantEnv {
  Bindings: Env;
  Variables: PublicEnv['Variables'] & { tenant: TenantContext };
}
