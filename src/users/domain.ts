/** A person. Global: belongs to tenants through memberships. */
export interface User {
  id: string;
  /** Lower case. */
  email: string;
  name: string;
  /** Algorithm, parameters, salt and hash. Never leaves the Worker. */
  passwordHash: string;
  /** Milliseconds. */
  createdAt: number;
  updatedAt: number;
}
