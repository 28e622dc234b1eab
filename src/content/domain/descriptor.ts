import type { AuditAction } from '../../kernel/audit-actions.ts';
import type { Permission } from '../../kernel/permissions.ts';
import type { EntryType } from './content.ts';

/** What tells prompts and assets apart, to the furniture that they share. */
export interface ContentDescriptor {
  /** Also the parameter's name in paths, the field's in version bodies, and the kind of id. */
  type: EntryType;
  /** `/v1/<path>`. */
  path: string;
  /** In the names of operations and schemas. */
  noun: 'Prompt' | 'Asset';
  /** Under what its name travels in JSON. */
  nameField: 'name' | 'key';
  kinds: readonly ['text'] | readonly ['text', 'chat'];
  read: Permission;
  write: Permission;
  actions: { create: AuditAction; update: AuditAction; delete: AuditAction };
}
