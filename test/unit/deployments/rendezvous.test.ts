import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { murmur3, rendezvous } from '../../../src/deployments/domain/rendezvous.ts';
import { utf8 } from '../../../src/kernel/bytes.ts';

const PROMPT = 'prm_01jd3z8v4q6r0s2t4v6w8y0a2c';
const SUBJECTS = Array.from({ length: 100_000 }, (_, i) => `user-${i}`);

interface Arm {
  tag: string;
  weight: number;
}

const arm = (tag: string, weight: number): Arm => ({ tag, weight });

/** What is chosen for each of 100,000 subjects. */
const choices = (arms: readonly Arm[], promptId = PROMPT): string[] =>
  SUBJECTS.map((subject) => arms[rendezvous(promptId, subject, arms)]?.tag ?? '');

const sharesOf = (chosen: readonly string[]): Map<string, number> =>
  new Map([...Map.groupBy(chosen, (tag) => tag)].map(([tag, all]) => [tag, all.length / chosen.length]));

describe('murmur3', () => {
  // Of the reference implementation (SMHasher), as listed at https://en.wikipedia.org/wiki/MurmurHash and
  // https://stackoverflow.com/a/31929528.
  it.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['', 0xffffffff, 0x81f16f39],
    ['test', 0, 0xba6bd213],
    ['test', 0x9747b28c, 0x704b81dc],
    ['Hello, world!', 0, 0xc0363e43],
    ['Hello, world!', 0x9747b28c, 0x24884cba],
    ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
    ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
    ['a', 0x9747b28c, 0x7fa09ea6],
    ['aa', 0x9747b28c, 0x5d211726],
    ['aaa', 0x9747b28c, 0x283e0130],
    ['aaaa', 0x9747b28c, 0x5a97808a],
    ['ππππππππ', 0x9747b28c, 0xd58063c1],
  ])('hashes %j with the seed %i as the reference does', (text, seed, hash) => {
    expect(murmur3(utf8(text), undefined, seed).toString(16)).toBe(hash.toString(16));
  });
});

describe('rendezvous', () => {
  it.each([
    ['two', [arm('1.0.0', 90), arm('1.1.0', 10)]],
    ['two alike', [arm('1.0.0', 50), arm('1.1.0', 50)]],
    ['two, one of them small', [arm('1.0.0', 1000), arm('1.1.0', 1)]],
    ['four', [arm('1.0.0', 70), arm('1.1.0', 20), arm('1.2.0', 7), arm('1.3.0', 3)]],
    ['ten', Array.from({ length: 10 }, (_, i) => arm(`1.0.${i}`, (i + 1) ** 2))],
  ])('gives each of %s its share of 100,000 subjects', (_, arms) => {
    const all = arms.reduce((sum, { weight }) => sum + weight, 0);
    const shares = sharesOf(choices(arms));
    for (const { tag, weight } of arms) {
      const share = weight / all;
      // Within 1 %, and as near as a fair draw comes: four standard deviations.
      const most = Math.min(0.01, 4 * Math.sqrt((share * (1 - share)) / SUBJECTS.length));
      expect(Math.abs((shares.get(tag) ?? 0) - share), tag).toBeLessThan(most);
    }
  });

  it('chooses the same again, in whatever order the arms stand', () => {
    fc.assert(
      fc.property(someArms, fc.string({ minLength: 1, maxLength: 255 }), (arms, subject) => {
        const chosen = arms[rendezvous(PROMPT, subject, arms)];
        const turned = arms.toReversed();
        expect(turned[rendezvous(PROMPT, subject, turned)]).toEqual(chosen);
      }),
    );
  });

  it('moves only subjects to or from the arm whose weight changes, that comes, or that goes', () => {
    const arms = [arm('1.0.0', 60), arm('1.1.0', 25), arm('1.2.0', 15)];
    const before = choices(arms);
    const movedTo = (next: Arm[]): Set<string> => {
      const after = choices(next);
      return new Set(before.flatMap((from, i) => (from === after[i] ? [] : [`${from} → ${after[i]}`])));
    };
    expect(movedTo([arm('1.0.0', 60), arm('1.1.0', 25), arm('1.2.0', 40)])).toEqual(
      new Set(['1.0.0 → 1.2.0', '1.1.0 → 1.2.0']),
    );
    expect(movedTo([arm('1.0.0', 60), arm('1.1.0', 25), arm('1.2.0', 2)])).toEqual(
      new Set(['1.2.0 → 1.0.0', '1.2.0 → 1.1.0']),
    );
    expect(movedTo([...arms, arm('2.0.0', 10)])).toEqual(new Set(['1.0.0 → 2.0.0', '1.1.0 → 2.0.0', '1.2.0 → 2.0.0']));
    expect(movedTo(arms.slice(1))).toEqual(new Set(['1.0.0 → 1.1.0', '1.0.0 → 1.2.0']));
    expect(movedTo(arms)).toEqual(new Set());
  });

  it('moves as few as the shares differ by, where it is between two', () => {
    const [tenth, fifth] = [10, 20].map((weight) => choices([arm('1.0.0', 100 - weight), arm('1.1.0', weight)]));
    const moved = SUBJECTS.filter((_, i) => tenth?.[i] !== fifth?.[i]).length / SUBJECTS.length;
    expect(Math.abs(moved - 0.1)).toBeLessThan(0.01);
    expect(SUBJECTS.every((_, i) => tenth?.[i] === '1.0.0' || fifth?.[i] === '1.1.0')).toBe(true);
  });

  it('moves nobody between the others, whatever the weights', () => {
    fc.assert(
      fc.property(
        someArms,
        fc.nat(9),
        weight,
        fc.array(fc.string(), { maxLength: 20 }),
        (arms, at, other, subjects) => {
          const index = at % arms.length;
          const next = arms.map((each, i) => (i === index ? { ...each, weight: other } : each));
          for (const subject of subjects) {
            const [from, to] = [rendezvous(PROMPT, subject, arms), rendezvous(PROMPT, subject, next)];
            expect(from === to || from === index || to === index).toBe(true);
          }
        },
      ),
    );
  });

  it('is another draw for another prompt', () => {
    const arms = [arm('1.0.0', 50), arm('1.1.0', 50)];
    const [one, other] = [choices(arms), choices(arms, 'prm_01jd3z8v4q6r0s2t4v6w8y0a2d')];
    const same = one.filter((tag, i) => tag === other[i]).length / one.length;
    expect(Math.abs(same - 0.5)).toBeLessThan(0.01);
  });

  it('knows no arm where there is none', () => {
    expect(rendezvous(PROMPT, 'ada', [])).toBe(-1);
  });
});

const weight = fc.integer({ min: 1, max: 1000 });
const someArms = fc.uniqueArray(fc.record({ tag: fc.nat(30).map((minor) => `1.${minor}.0`), weight }), {
  minLength: 1,
  maxLength: 10,
  selector: ({ tag }) => tag,
});
