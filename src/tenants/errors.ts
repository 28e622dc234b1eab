import { AppError } from '../kernel/errors.ts';
import type { Role } from '../kernel/permissions.ts';

export const mayNotHandle = (role: Role): AppError =>
  role === 'owner'
    ? new AppError('forbidden', 'Only an owner makes, changes, invites or removes owners.')
    : new AppError('forbidden', 'This needs the permission members:manage.');

export const lastOwner = (): AppError =>
  new AppError('state_conflict', 'The last owner can’t leave or be demoted. Make another member an owner first.');

export const membersChanged = (): AppError =>
  new AppError(
    'state_conflict',
    'Roles changed at the same time, or no owner would be left. Read the members and try again.',
  );

export const alreadyMember = (): AppError =>
  new AppError('already_exists', 'A member has this email. Change the role with PATCH /v1/members/{userId}.');
