/** How many calls a request made to each kind of store: logged with it, shown by the bench. */
export interface Operations {
  d1: number;
  kv: number;
  do: number;
}

export const noOperations = (): Operations => ({ d1: 0, kv: 0, do: 0 });
