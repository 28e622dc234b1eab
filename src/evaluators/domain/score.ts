import { bleuOf, bleuTokens, countBleu } from './bleu.ts';
import { type ComputedRule, type Configs, type Observed, type Score, unscored } from './evaluator.ts';
import { isFoundIn } from './find-text.ts';
import { isDeeperThan, parseJson, unfenced } from './json-answer.ts';
import { WORK_MAX } from './limits.ts';
import { compilePattern } from './regex/match.ts';
import { rougeL, rougeTokens } from './rouge.ts';
import { DEPTH_MAX, TooMuchWork, validate } from './schema/validate.ts';
import { comparisonWork, editDistance } from './sequences.ts';
import { charactersOf, normalText } from './text.ts';

/**
 * How good an answer is by a rule: the same whenever and however often it is asked, in a bounded number of steps
 * whatever the answer and the rule (`WORK_MAX`). Where the rule cannot say, the score is null.
 */
export function score(rule: ComputedRule, observed: Observed): Score {
  switch (rule.type) {
    case 'exact':
      return compared(observed, (expected) => exact(rule.config, observed.output, expected));
    case 'contains':
      return rule.config.values === null
        ? compared(observed, (expected) => contains(rule.config, observed.output, [expected]))
        : contains(rule.config, observed.output, rule.config.values);
    case 'regex':
      return regex(rule.config, observed.output);
    case 'json_schema':
      return jsonSchema(rule.config, observed.output);
    case 'levenshtein':
      return compared(observed, (expected) => levenshtein(rule.config, observed.output, expected));
    case 'rouge_l':
      return compared(observed, (expected) => rouge(rule.config, observed.output, expected));
    case 'bleu':
      return compared(observed, (expected) => bleu(rule.config, observed.output, expected));
    case 'latency':
      return within(observed.latencyMs, rule.config.maxMs, 'ms');
    case 'cost':
      return within(observed.costMicros, rule.config.maxMicros, 'micro-USD');
  }
}

function compared({ expected }: Observed, compare: (expected: string) => Score): Score {
  return expected === null ? unscored('The item has no expected answer.') : compare(expected);
}

const verdict = (passed: boolean, detail: string): Score => ({ score: passed ? 1 : 0, passed, detail });
const graded = (value: number, threshold: number, detail: string): Score => ({
  score: value,
  passed: value >= threshold,
  detail,
});

const tooLong = unscored(`It is too long to be compared: that takes more than ${WORK_MAX} steps.`);

function exact(config: Configs['exact'], output: string, expected: string): Score {
  return normalText(output, config) === normalText(expected, config)
    ? verdict(true, 'The output is the expected answer.')
    : verdict(false, 'The output is not the expected answer.');
}

/** How many of the values are there; with `none`, how many are not. */
function contains({ mode, ignoreCase, threshold }: Configs['contains'], output: string, values: string[]): Score {
  const text = normalText(output, { ignoreCase });
  if (text.length * values.length > WORK_MAX) return tooLong;
  const found = values.filter((value) => isFoundIn(text, normalText(value, { ignoreCase }))).length;
  const detail = `${found} of ${values.length} values found.`;
  if (mode === 'any') return verdict(found > 0, detail);
  return graded((mode === 'all' ? found : values.length - found) / values.length, threshold, detail);
}

function regex({ pattern, flags, negate }: Configs['regex'], output: string): Score {
  const isFound = compilePattern(pattern, flags).isIn(output);
  if (isFound === null) return tooLong;
  return verdict(isFound !== negate, isFound ? 'The pattern is found.' : 'The pattern is not found.');
}

function jsonSchema({ schema, strict }: Configs['json_schema'], output: string): Score {
  const value = parseJson(strict ? output : unfenced(output));
  if (value === undefined) return verdict(false, 'The output is not JSON.');
  if (isDeeperThan(value, DEPTH_MAX)) return verdict(false, `The output nests deeper than ${DEPTH_MAX} levels.`);
  try {
    const misfits = validate(schema, value);
    if (misfits.length === 0) return verdict(true, 'The output fits the schema.');
    return verdict(
      false,
      misfits
        .map(({ path, message }) => `${path === '' ? 'It' : path} ${message}.`)
        .join(' ')
        .slice(0, 1000),
    );
  } catch (error) {
    if (error instanceof TooMuchWork) return unscored(`It cannot be checked: ${error.message}.`);
    throw error;
  }
}

/** 1 less the distance over the longer length, in Unicode characters: RapidFuzz's `Levenshtein.normalized_similarity`. */
function levenshtein(config: Configs['levenshtein'], output: string, expected: string): Score {
  const [a = [], b = []] = [expected, output].map((text) => charactersOf(normalText(text, config)));
  if (comparisonWork(a.length, b.length) > WORK_MAX) return tooLong;
  const [distance, longest] = [editDistance(a, b), Math.max(a.length, b.length)];
  return graded(
    longest === 0 ? 1 : 1 - distance / longest,
    config.threshold,
    `${distance} edits in ${longest} characters.`,
  );
}

function rouge({ measure, threshold }: Configs['rouge_l'], output: string, expected: string): Score {
  const [a, b] = [rougeTokens(expected), rougeTokens(output)];
  if (comparisonWork(a.length, b.length) > WORK_MAX) return tooLong;
  const found = rougeL(a, b);
  const told = (['precision', 'recall', 'f1'] as const).map((each) => `${each} ${found[each].toFixed(4)}`);
  return graded(found[measure], threshold, `ROUGE-L ${told.join(', ')}.`);
}

/** Steps that a character of a text costs: it may be a token by itself, and stands in four n-grams. */
const BLEU_WORK = 100;

/** As sacreBLEU's `sentence_bleu` with its defaults: tokenizer 13a, smoothing exp, effective order. */
function bleu({ ignoreCase, threshold }: Configs['bleu'], output: string, expected: string): Score {
  if ((output.length + expected.length) * BLEU_WORK > WORK_MAX) return tooLong;
  const [a, b] = [output, expected].map((text) => bleuTokens(ignoreCase ? text.toLowerCase() : text));
  const value = bleuOf(countBleu(a ?? [], [b ?? []]), true);
  return graded(value, threshold, `BLEU ${(value * 100).toFixed(2)} of 100.`);
}

/** Within the limit is 1; beyond it, the part of it that was allowed. */
function within(value: number | null, limit: number, unit: string): Score {
  if (value === null) return unscored('It is not known.');
  const share = value <= limit ? 1 : limit / value;
  return { score: share, passed: value <= limit, detail: `${value} ${unit}, of ${limit} allowed.` };
}
