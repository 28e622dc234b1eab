import type { Db, Statement } from '../platform/db/db.ts';
import { environments } from './table.ts';

export type Environment = typeof environments.$inferSelect;

export const insertEnvironments = (db: Db, rows: Environment[]): Statement => db.insert(environments).values(rows);
