import { describe, expect, it } from 'vitest';
import { decoyHash, hashPassword, needsRehash, verifyPassword } from '../../../src/auth/domain/password.ts';

const salt = new Uint8Array(16).fill(7);

describe('passwords', () => {
  it('verifies the one that was hashed, and no other', async () => {
    const hash = await hashPassword('correct horse', 1024, salt);
    expect(hash).toMatch(/^scrypt\$1024\$8\$5\$[\w-]+\$[\w-]{43}$/);
    expect(await verifyPassword('correct horse', hash)).toBe(true);
    expect(await verifyPassword('correct horsf', hash)).toBe(false);
    expect(await verifyPassword('', hash)).toBe(false);
  });

  it('takes equal characters for equal, however they are composed', async () => {
    const hash = await hashPassword('caf\u00e9 au lait', 1024, salt);
    expect(await verifyPassword('cafe\u0301 au lait', hash)).toBe(true);
  });

  it('knows a hash of another cost, and still verifies it', async () => {
    const hash = await hashPassword('correct horse', 1024, salt);
    expect(needsRehash(hash, 1024)).toBe(false);
    expect(needsRehash(hash, 2048)).toBe(true);
    expect(await verifyPassword('correct horse', hash)).toBe(true);
  });

  it('has a decoy that nothing fits', async () => {
    expect(await verifyPassword('anything', decoyHash(1024))).toBe(false);
    expect(await verifyPassword('anything', 'bcrypt$x')).toBe(false);
  });
});
