import type { Node } from './parse.ts';

/** One step of a program; `next` and `other` are the steps that may follow. */
export type Step =
  | { kind: 'character'; source: string; next: number }
  | { kind: 'assertion'; of: '^' | '$' | 'b' | 'B'; next: number }
  | { kind: 'fork'; next: number; other: number }
  | { kind: 'match' };

/** How many steps a pattern has with its repetitions written out, known before any is written. */
export function stepsOf(node: Node): number {
  switch (node.kind) {
    case 'character':
    case 'assertion':
      return 1;
    case 'sequence':
      return node.of.reduce((sum, each) => sum + stepsOf(each), 0);
    case 'choice':
      return node.of.reduce((sum, each) => sum + stepsOf(each) + 1, -1);
    case 'repetition': {
      const body = stepsOf(node.of);
      if (body === 0) return 0;
      return node.min * body + (node.max === Infinity ? body + 1 : (node.max - node.min) * (body + 1));
    }
  }
}

/**
 * Thompson's construction, written back to front: each part is given the step that follows it. Greedy or not makes no
 * difference to whether there is a match.
 */
export function programOf(node: Node): { steps: Step[]; start: number } {
  const steps: Step[] = [{ kind: 'match' }];
  const add = (step: Step): number => steps.push(step) - 1;
  const write = (part: Node, next: number): number => {
    switch (part.kind) {
      case 'character':
        return add({ kind: 'character', source: part.source, next });
      case 'assertion':
        return add({ kind: 'assertion', of: part.of, next });
      case 'sequence':
        return part.of.reduceRight((after, each) => write(each, after), next);
      case 'choice': {
        const [last, ...others] = part.of.map((each) => write(each, next)).toReversed();
        return others.reduce((other, option) => add({ kind: 'fork', next: option, other }), last ?? next);
      }
      case 'repetition':
        return repeat(part, next);
    }
  };
  const repeat = ({ of, min, max }: Extract<Node, { kind: 'repetition' }>, next: number): number => {
    if (stepsOf(of) === 0) return next;
    let start = next;
    if (max === Infinity) {
      const loop: Step & { kind: 'fork' } = { kind: 'fork', next, other: next };
      start = add(loop);
      loop.next = write(of, start);
    }
    for (let left = max === Infinity ? 0 : max - min; left > 0; left--) {
      start = add({ kind: 'fork', next: write(of, start), other: next });
    }
    for (let left = min; left > 0; left--) start = write(of, start);
    return start;
  };
  return { start: write(node, 0), steps };
}
