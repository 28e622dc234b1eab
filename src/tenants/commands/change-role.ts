import { commit } from '../../audit/public.ts';
import { personOf } from '../../kernel/actor.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Role } from '../../kernel/permissions.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { mayHandle, type Member, rolesThatHandle } from '../domain.ts';
import { lastOwner, mayNotHandle, membersChanged } from '../errors.ts';
import { findOptionalMember, guardOtherOwner, guardRole, updateRole } from '../repo/members.ts';

/**
 * Gives a member another role. Both who asks and who is changed must still be what they were when the batch runs: two
 * owners who demote each other at once do not both succeed.
 * @throws AppError not_found, forbidden, state_conflict
 */
export async function changeRole(context: TenantContext, userId: string, role: Role): Promise<Member> {
  const { db, scope, actor } = context;
  const found = await findOptionalMember(db, scope, userId);
  if (found === null) throw notFound('The member');
  const { member, owners } = found;
  const high = member.role === 'owner' ? member.role : role;
  if (!mayHandle(actor, high)) throw mayNotHandle(high);
  if (member.role === role) return member;
  const losesOwner = member.role === 'owner';
  if (losesOwner && owners < 2) throw lastOwner();
  const person = personOf(actor);
  const statements = [
    ...(person === null ? [] : [guardRole(db, scope, person, rolesThatHandle(high))]),
    guardRole(db, scope, userId, [member.role]),
    ...(losesOwner ? [guardOtherOwner(db, scope, userId)] : []),
    updateRole(db, scope, userId, role, context.now()),
  ];
  const data = { from: member.role, to: role };
  try {
    await commit(context, statements, { action: 'member.update', entity: { type: 'user', id: userId }, data });
  } catch (error) {
    throw isGuardFailure(error) ? membersChanged() : error;
  }
  return { ...member, role };
}
