import type { Context } from '../../platform/context.ts';
import { seal, unseal } from '../../platform/crypto.ts';
import { batch, type Statement } from '../../platform/db/db.ts';
import { describeError, log } from '../../platform/log/log.ts';
import { sealPurpose } from '../domain/credential.ts';
import { listSealedUnder, resealCredential } from '../repo/credentials.ts';

/** Credentials a run: more wait for the next minute. */
const CREDENTIALS_A_RUN = 100;

/**
 * Seals anew what is sealed under an encryption key that is no longer the first, so that the old one can be taken out.
 * Runs every minute; may run twice at once, and gives way to a credential that is set meanwhile.
 */
export async function resealCredentials(context: Context): Promise<void> {
  const { config, db } = context;
  const [, ...old] = config.encryptionKeys.map(({ kid }) => kid);
  if (old.length === 0) return;
  const statements: Statement[] = [];
  for (const row of await listSealedUnder(db, old, CREDENTIALS_A_RUN)) {
    const purpose = sealPurpose(row);
    try {
      const sealed = await seal(config, purpose, await unseal(config, purpose, row.sealedKey));
      statements.push(resealCredential(db, row, sealed));
    } catch (error) {
      const { tenantId, provider } = row;
      log(config.logLevel, 'error', 'credential cannot be opened', { tenantId, provider, ...describeError(error) });
    }
  }
  await batch(db, statements);
}
