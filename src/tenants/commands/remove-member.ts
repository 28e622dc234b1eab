import { commit } from '../../audit/public.ts';
import { personOf } from '../../kernel/actor.ts';
import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { mayHandle, rolesThatHandle } from '../domain.ts';
import { lastOwner, mayNotHandle, membersChanged } from '../errors.ts';
import { deleteMembership, findOptionalMember, guardOtherOwner, guardRole } from '../repo/members.ts';

/**
 * Takes a member out of the tenant; anybody may leave. Sessions and API keys of the one who left stop working on the
 * control plane at once, and stay so if they come back. What the edge has in KV goes on until the keys are revoked, so
 * that production does not stop when a person leaves.
 * @throws AppError not_found, forbidden, state_conflict
 */
export async function removeMember(context: TenantContext, userId: string): Promise<void> {
  const { db, scope, actor } = context;
  const leaving = actor.kind === 'user' && actor.id === userId;
  // Before looking: who may not manage members is not told who is one.
  if (!leaving && !mayHandle(actor, 'viewer')) throw mayNotHandle('viewer');
  const found = await findOptionalMember(db, scope, userId);
  if (found === null) throw notFound('The member');
  const { member, owners } = found;
  if (!leaving && !mayHandle(actor, member.role)) throw mayNotHandle(member.role);
  const losesOwner = member.role === 'owner';
  if (losesOwner && owners < 2) throw lastOwner();
  const person = leaving ? null : personOf(actor);
  const statements = [
    ...(person === null ? [] : [guardRole(db, scope, person, rolesThatHandle(member.role))]),
    guardRole(db, scope, userId, [member.role]),
    ...(losesOwner ? [guardOtherOwner(db, scope, userId)] : []),
    deleteMembership(db, scope, userId),
  ];
  const data = { role: member.role, left: leaving };
  try {
    await commit(context, statements, { action: 'member.delete', entity: { type: 'user', id: userId }, data });
  } catch (error) {
    throw isGuardFailure(error) ? membersChanged() : error;
  }
}
