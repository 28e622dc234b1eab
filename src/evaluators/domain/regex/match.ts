import { LIMITS, WORK_MAX } from '../limits.ts';
import { parsePattern, PatternError } from './parse.ts';
import { programOf, type Step, stepsOf } from './program.ts';

/**
 * A pattern that is searched for in time proportional to the text and to itself, whatever either is: all its states are
 * advanced together, one character at a time (K. Thompson, 1968), and nothing is tried twice.
 *
 * Its syntax is JavaScript's with the flag `u`, and so is what it means: single characters are put to the engine itself,
 * each alone, where there is nothing to backtrack.
 */
export interface Pattern {
  /** Whether it is found anywhere; null: that would take more than `WORK_MAX` steps. */
  isIn(text: string): boolean | null;
  /** The steps that a text of this many characters takes. */
  work(length: number): number;
}

/**
 * Compiles a pattern.
 * @param flags any of i, m and s; u goes without saying
 * @throws PatternError saying what is wrong
 */
export function compilePattern(pattern: string, flags: string): Pattern {
  try {
    void new RegExp(pattern, `${flags}u`);
  } catch (error) {
    throw new PatternError(`must be a regular expression: ${(error as Error).message}`);
  }
  const node = parsePattern(pattern);
  if (stepsOf(node) > LIMITS.program) {
    throw new PatternError(`must have ${LIMITS.program} steps at most, its repetitions written out`);
  }
  const program = new Program(programOf(node), flags);
  return {
    isIn: (text) => (program.work(text.length) > WORK_MAX ? null : program.isIn(text)),
    work: (length) => program.work(length),
  };
}

/** Why a pattern will not do, or null when it will. */
export function patternProblem(pattern: string, flags: string): string | null {
  try {
    compilePattern(pattern, flags);
    return null;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

/** Characters that a matcher remembers: more than an alphabet, less than fills an isolate. */
const REMEMBERED = 256;

/** Whether a single character is matched by a piece of a pattern. */
class Matcher {
  readonly #expression: RegExp;
  readonly #known = new Map<string, boolean>();

  constructor(source: string, flags: string) {
    this.#expression = new RegExp(`^${source}$`, `${flags.replace('m', '')}u`);
  }

  matches(character: string): boolean {
    const remembered = this.#known.get(character);
    if (remembered !== undefined) return remembered;
    const known = this.#expression.test(character);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(character, known);
    return known;
  }
}

class Program {
  readonly #steps: readonly Step[];
  readonly #start: number;
  readonly #matchers: readonly (Matcher | null)[];
  readonly #isWord: Matcher;
  readonly #isMultiline: boolean;
  /** The position at which a step was last reached: none is looked at twice in one. */
  readonly #reachedAt: Int32Array;

  constructor({ steps, start }: { steps: Step[]; start: number }, flags: string) {
    this.#steps = steps;
    this.#start = start;
    const matchers = new Map<string, Matcher>();
    const matcherOf = (source: string): Matcher => {
      const made = matchers.get(source) ?? new Matcher(source, flags);
      matchers.set(source, made);
      return made;
    };
    this.#matchers = steps.map((step) => (step.kind === 'character' ? matcherOf(step.source) : null));
    this.#isWord = matcherOf('\\w');
    this.#isMultiline = flags.includes('m');
    this.#reachedAt = new Int32Array(steps.length);
  }

  work(length: number): number {
    return this.#steps.length * (length + 1);
  }

  isIn(text: string): boolean {
    this.#reachedAt.fill(-1);
    let waiting: number[] = [];
    let previous: string | null = null;
    let position = 0;
    for (const character of text) {
      const reached = this.#follow([...waiting, this.#start], position++, previous, character);
      if (reached === null) return true;
      waiting = [];
      for (const at of reached) {
        const step = this.#steps[at];
        if (step?.kind === 'character' && this.#matchers[at]?.matches(character) === true) waiting.push(step.next);
      }
      previous = character;
    }
    return this.#follow([...waiting, this.#start], position, previous, null) === null;
  }

  /** Where one gets without a character more, from some steps; null: to the end of the pattern. */
  #follow(from: number[], position: number, previous: string | null, next: string | null): number[] | null {
    const reached: number[] = [];
    const open = from;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (this.#reachedAt[at] === position) continue;
      this.#reachedAt[at] = position;
      const step = this.#steps[at];
      if (step === undefined || step.kind === 'match') return null;
      if (step.kind === 'character') reached.push(at);
      else if (step.kind === 'fork') open.push(step.other, step.next);
      else if (this.#holds(step.of, previous, next)) open.push(step.next);
    }
    return reached;
  }

  #holds(assertion: '^' | '$' | 'b' | 'B', previous: string | null, next: string | null): boolean {
    if (assertion === '^') return previous === null || (this.#isMultiline && isLineEnd(previous));
    if (assertion === '$') return next === null || (this.#isMultiline && isLineEnd(next));
    const isBoundary = this.#isWordAt(previous) !== this.#isWordAt(next);
    return (assertion === 'b') === isBoundary;
  }

  #isWordAt(character: string | null): boolean {
    return character !== null && this.#isWord.matches(character);
  }
}

/** Line terminators of ECMAScript. */
const isLineEnd = (character: string): boolean => /^[\n\r\u2028\u2029]$/.test(character);
