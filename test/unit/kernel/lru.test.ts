import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lru } from '../../../src/kernel/lru.ts';

describe('Lru', () => {
  it('never holds more than it may, and forgets what was used longest ago', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    const step = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), key, size: fc.integer({ min: 0, max: 12 }) }),
      fc.record({ kind: fc.constant('get' as const), key }),
      fc.record({ kind: fc.constant('delete' as const), key }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const lru = new Lru<number>(4, 20);
        // The model: a list in the order of use.
        let model: { key: string; value: number; size: number }[] = [];
        steps.forEach((one, value) => {
          const known = model.find((entry) => entry.key === one.key);
          if (one.kind === 'get') {
            expect(lru.get(one.key)).toBe(known?.value);
            if (known !== undefined) model = [...model.filter((entry) => entry !== known), known];
          } else {
            model = model.filter((entry) => entry !== known);
            if (one.kind === 'delete') lru.delete(one.key);
            else {
              lru.set(one.key, value, one.size);
              if (one.size <= 20) model.push({ key: one.key, value, size: one.size });
              while (model.length > 4 || model.reduce((sum, entry) => sum + entry.size, 0) > 20) model.shift();
            }
          }
          expect(lru.count).toBe(model.length);
          expect(lru.size).toBe(model.reduce((sum, entry) => sum + entry.size, 0));
        });
        for (const { key: kept, value } of model) expect(lru.get(kept)).toBe(value);
      }),
    );
  });
});
