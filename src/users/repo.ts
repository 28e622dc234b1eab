import { eq } from 'drizzle-orm';
import type { Db, Statement } from '../platform/db/db.ts';
import type { User } from './domain.ts';
import { users } from './table.ts';

export const insertUser = (db: Db, user: User): Statement => db.insert(users).values(user);

export async function findOptionalUserByEmail(db: Db, email: string): Promise<User | null> {
  const [user] = await db.select().from(users).where(eq(users.email, email)).limit(1);
  return user ?? null;
}

export async function findOptionalUser(db: Db, id: string): Promise<User | null> {
  const [user] = await db.select().from(users).where(eq(users.id, id)).limit(1);
  return user ?? null;
}

export const updatePasswordHash = (db: Db, id: string, passwordHash: string, now: number): Statement =>
  db.update(users).set({ passwordHash, updatedAt: now }).where(eq(users.id, id));
