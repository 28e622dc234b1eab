import { and, eq, isNull } from 'drizzle-orm';
import { entries } from '../../content/public.ts';
import type { TenantScope } from '../../kernel/actor.ts';
import { isId } from '../../kernel/ids.ts';
import type { Db } from '../../platform/db/db.ts';
import type { NamedPrompt } from '../domain/answers.ts';

/** A prompt by its id, deleted ones included, for their numbers stay; or by its name. */
export async function findOptionalPrompt(db: Db, scope: TenantScope, nameOrId: string): Promise<NamedPrompt | null> {
  const [prompt] = await db
    .select({ id: entries.id, name: entries.name })
    .from(entries)
    .where(
      and(
        eq(entries.tenantId, scope.tenantId),
        eq(entries.type, 'prompt'),
        isId('prompt', nameOrId)
          ? eq(entries.id, nameOrId)
          : and(eq(entries.name, nameOrId), isNull(entries.deletedAt)),
      ),
    );
  return prompt ?? null;
}
