import type { LoadedVersion } from '../../content/public.ts';
import type { RiskFinding } from './deployment.ts';
import type { Plan, PlannedChange, ServedChange } from './plan.ts';
import type { LargestChanges } from './served-change.ts';
import { isSystem, larger, largeChange } from './text-change.ts';
import type { TextChange } from './text-change.ts';

interface TextChanges {
  /** Of system messages, in production: there they count by themselves. */
  system: TextChange | null;
  text: TextChange | null;
}

/** What changes in what is written, and in what is served: the larger of the two. */
export function textChanges(
  previous: LoadedVersion,
  next: LoadedVersion,
  plan: Pick<Plan, 'servedChanges'>,
  isProduction: boolean,
): TextChanges {
  const served = plan.servedChanges.find(
    ({ entryId, from, to }) => entryId === next.entryId && from === previous.versionId && to === next.versionId,
  );
  const { system, text } = weighed(served ?? { system: null, other: null }, isProduction);
  if (!isProduction) return { system: null, text: larger(largeChange(previous, next), text) };
  return {
    system: larger(largeChange(previous, next, isSystem), system),
    text: larger(
      largeChange(previous, next, (role) => !isSystem(role)),
      text,
    ),
  };
}

const weighed = ({ system, other }: LargestChanges, isProduction: boolean): TextChanges =>
  isProduction ? { system, text: other } : { system: null, text: larger(system, other) };

/** So many prompts are named whose text changes through one item, those that change most first. */
const TOLD = 10;

/** What changes in prompts that include what changes, and are not in the deployment themselves. */
export function changedThrough({ entryId }: PlannedChange, plan: Plan, isProduction: boolean): RiskFinding[] {
  const served = plan.servedChanges.filter(({ through }) => through === entryId);
  return [
    ...told(served, systemChanged, (each) => weighed(each, isProduction).system),
    ...told(served, textChanged, (each) => weighed(each, isProduction).text),
  ];
}

/** One finding for each prompt, by the version of it that changes most. */
function told(
  served: readonly ServedChange[],
  say: (change: TextChange, whose?: string) => RiskFinding,
  pick: (served: LargestChanges) => TextChange | null,
): RiskFinding[] {
  const found = [...Map.groupBy(served, (each) => each.entryId).values()].flatMap((versions) => {
    const change = versions.map(pick).reduce(larger, null);
    const of = versions.find((each) => pick(each) === change);
    return change === null || of === undefined ? [] : [{ change, of }];
  });
  const sorted = found.toSorted((a, b) => (b.change.percent ?? 0) - (a.change.percent ?? 0));
  const findings = sorted.slice(0, TOLD).map(({ change, of }) => say(change, whoseText(of)));
  const [first] = findings;
  const more = found.length - findings.length;
  if (more === 0 || first === undefined) return findings;
  const message = `So does the text of ${more} more prompt${more === 1 ? '' : 's'}, by more than 30 %.`;
  return [...findings, { ...first, message }];
}

const whoseText = ({ name, variant }: ServedChange): string =>
  ` of ${variant === null ? '' : `variant ${variant} of `}prompt ${name}`;

export const systemChanged = (change: TextChange, whose = ''): RiskFinding => ({
  code: 'system_message_changed',
  level: 'critical',
  message: sayChange(change, whose),
});

export const textChanged = (change: TextChange, whose = ''): RiskFinding => ({
  code: 'text_changed',
  level: 'medium',
  message: sayChange(change, whose),
});

function sayChange({ locale, role, percent }: TextChange, whose: string): string {
  const what = `The text${role === null ? '' : ` of role ${role}`}${whose}`;
  return percent === null
    ? `${what} is too long to be compared with what is served now, in locale ${locale}, and counts as changed.`
    : `${what} changes by ${percent} % in locale ${locale}.`;
}
