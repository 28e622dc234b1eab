/** What feedback is about: an execution, or whatever a subject is served of a prompt. */
export type About =
  | { executionId: string }
  | { subject: string; /** Name or id. */ prompt: string; environment: string };
