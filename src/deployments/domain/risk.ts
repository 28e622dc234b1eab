import { textsOf } from '../../content/public.ts';
import type { LoadedVersion } from '../../content/public.ts';
import { higherRisk } from '../../environments/public.ts';
import type { EnvironmentKind, RiskLevel } from '../../environments/public.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { findPersonalData, findSecrets } from '../../privacy/public.ts';
import type { Sighting } from '../../privacy/public.ts';
import type { RiskFinding, RiskReason } from './deployment.ts';
import { comparedRevisions } from './model-risk.ts';
import type { BundleBody } from './bundle.ts';
import { stepsBetween, versionsIn } from './experiment.ts';
import type { Deployable, Plan, PlannedChange } from './plan.ts';
import { contentsOf } from './references.ts';
import { lostLocales } from './text-change.ts';
import { changedThrough, systemChanged, textChanged, textChanges } from './text-risk.ts';
import { compareVariables, ownVariables } from './variables.ts';

export interface AssessedChange {
  change: PlannedChange;
  /** What is active now. */
  previous: Deployable | null;
  /** What is served beside it now. */
  previousVariants: readonly LoadedVersion[];
  everActiveInProduction: boolean;
  /** How many active items include it, directly or not. */
  dependants: number;
  /** Where it scored below what is active. */
  regressions?: readonly RiskFinding[];
}

export interface RiskInput {
  environment: { name: string; kind: EnvironmentKind };
  changes: AssessedChange[];
  /** What the requester declared: it may raise the level, never lower it. */
  declared?: RiskLevel;
  plan: Plan;
}

export interface Risk {
  /** The highest of the reasons. */
  level: RiskLevel;
  reasons: RiskReason[];
  /** Each change's own level, by position; what is declared counts for the deployment as a whole. */
  items: RiskLevel[];
}

/** From so many dependants on, a change is a high risk. */
const MANY_DEPENDANTS = 10;

/** The contract's rules and those for models, each with its code. No message holds what was found in a text. */
export function assessRisk({ environment, changes, declared, plan }: RiskInput): Risk {
  const isProduction = environment.kind === 'production';
  const reasons = changes.map((assessed) => reasonsFor(assessed, plan, isProduction));
  const floor: RiskLevel = isProduction ? 'medium' : 'low';
  const all = reasons.flat();
  if (isProduction)
    all.push(reason('production_target', 'medium', null, `${environment.name} is a production environment.`));
  const assessed = highest(all);
  if (declared !== undefined && higherRisk(declared, assessed) !== assessed) {
    all.push(reason('declared', declared, null, `The requester declared the risk ${declared}.`));
  }
  return { level: highest(all), reasons: all, items: reasons.map((own) => higherRisk(floor, highest(own))) };
}

function highest(reasons: readonly RiskReason[]): RiskLevel {
  return reasons.reduce<RiskLevel>((level, each) => higherRisk(level, each.level), 'low');
}

function reason(code: string, level: RiskLevel, item: string | null, message: string): RiskReason {
  return { code, level, item, message };
}

function reasonsFor(assessed: AssessedChange, plan: Plan, isProduction: boolean): RiskReason[] {
  const { change, previous } = assessed;
  const found: RiskFinding[] = [
    ...many(assessed, plan),
    ...(assessed.regressions ?? []),
    ...changedThrough(change, plan, isProduction),
  ];
  if (change.version !== null) {
    if (isProduction && !assessed.everActiveInProduction) found.push(FIRST_IN_PRODUCTION);
    const bundle = bundleOf(plan, change);
    found.push(...inText(searchedTexts(change.version, bundle)));
    for (const version of versionsIn(change.experiment)) {
      const served = bundle?.experiment?.variants.find(({ versionId }) => versionId === version.versionId) ?? null;
      found.push(...of(`Variant ${version.tag}`, inText(searchedTexts(version, served))));
    }
    if (previous !== null) found.push(...comparedWith(previous, change.version, assessed, plan, isProduction));
  }
  return found.map(({ code, level, message }) => reason(code, level, `${change.type}:${change.name}`, message));
}

const FIRST_IN_PRODUCTION: RiskFinding = {
  code: 'first_in_production',
  level: 'high',
  message: 'It has never been active in production before.',
};

function many({ change, dependants }: AssessedChange, plan: Plan): RiskFinding[] {
  const planned = plan.dependants.find(({ entryId }) => entryId === change.entryId)?.count ?? 0;
  const count = Math.max(dependants, planned);
  if (count < MANY_DEPENDANTS) return [];
  return [{ code: 'many_dependants', level: 'high', message: `${count} active items include it and change with it.` }];
}

function bundleOf(plan: Plan, { type, entryId, name }: PlannedChange): BundleBody | null {
  if (type !== 'prompt') return null;
  return plan.bundles.find((bundle) => bundle.promptId === entryId && bundle.name === name)?.body ?? null;
}

/** The same, said of a variant. */
const of = (whose: string, found: readonly RiskFinding[]): RiskFinding[] =>
  found.map((finding) => ({ ...finding, message: `${whose}: ${finding.message}` }));

function comparedWith(
  previous: Deployable,
  next: Deployable,
  { change, previousVariants }: AssessedChange,
  plan: Plan,
  isProduction: boolean,
): RiskFinding[] {
  if (previous.type !== 'model' && next.type !== 'model') {
    const before = { version: previous, variants: previousVariants };
    const after = { version: next, variants: versionsIn(change.experiment) };
    return stepsBetween(before, after).flatMap(({ from, to, variant, ends }) => {
      const found = comparedVersions(from, to, plan, isProduction);
      return variant === null ? found : of(ends ? `Variant ${variant} ends` : `Variant ${variant}`, found);
    });
  }
  if (previous.type !== 'model' || next.type !== 'model') return [];
  const isChanged = isProduction && previous.versionId !== next.versionId;
  return [...(isChanged ? [MODEL_CHANGED] : []), ...comparedRevisions(previous, next)];
}

function comparedVersions(
  previous: LoadedVersion,
  next: LoadedVersion,
  plan: Plan,
  isProduction: boolean,
): RiskFinding[] {
  const { entryId } = next;
  const found: RiskFinding[] = [];
  const { system, text } = textChanges(previous, next, plan, isProduction);
  if (system !== null) found.push(systemChanged(system));
  const { removed, required } =
    plan.variableChanges.find(
      (changes) => changes.entryId === entryId && changes.from === previous.versionId && changes.to === next.versionId,
    ) ?? compareVariables(ownVariables(previous), ownVariables(next));
  if (removed.length > 0) found.push(variables('variable_removed', 'Variables are removed', removed));
  if (required.length > 0) found.push(variables('required_variable_added', 'Variables are required now', required));
  if (isProduction && canonicalJson(previous.model) !== canonicalJson(next.model)) found.push(MODEL_CHANGED);
  if (text !== null) found.push(textChanged(text));
  const lost = lostLocales(previous, next);
  if (lost.length > 0) {
    found.push({
      code: 'locale_lost',
      level: 'medium',
      message: `Locales that are active now would be lost: ${listed(lost)}.`,
    });
  }
  return found;
}

const MODEL_CHANGED: RiskFinding = {
  code: 'model_changed',
  level: 'high',
  message: 'The model or its settings change in production.',
};

function variables(code: string, what: string, names: readonly string[]): RiskFinding {
  return { code, level: 'high', message: `${what}: ${listed(names)}.` };
}

const SHOWN = 10;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map((name) => (name.length > 60 ? `${name.slice(0, 60)}…` : name));
  return shown.join(', ') + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '');
}

interface Searched {
  /** As it stands in a message. */
  where: string;
  text: string;
  /** Whether its lines are ones that its author knows. */
  hasLines: boolean;
}

/** Secrets and personal data in what is written; each kind once. */
function inText(texts: Iterable<Searched>): RiskFinding[] {
  const found = new Map<string, RiskFinding>();
  const note = (code: string, level: RiskLevel, searched: Searched, { what, line }: Sighting): void => {
    const key = `${code} ${what}`;
    const at = searched.hasLines ? `, line ${line}` : '';
    if (!found.has(key))
      found.set(key, { code, level, message: `What looks like ${what} is in ${searched.where}${at}.` });
  };
  for (const searched of texts) {
    for (const sighting of findSecrets(searched.text)) note('secret_in_text', 'critical', searched, sighting);
    for (const sighting of findPersonalData(searched.text)) note('personal_data', 'high', searched, sighting);
  }
  return [...found.values()];
}

/** What is written in the version, then what comes inside. */
function* searchedTexts(
  version: Deployable,
  bundle: Pick<BundleBody, 'locales' | 'variables'> | null,
): Generator<Searched> {
  if (version.type === 'model') {
    yield settings('the parameters', version.settings.parameters);
    return;
  }
  const written = new Set<string>();
  for (const [locale, content] of contentsOf(version)) {
    for (const [index, text] of textsOf(content).entries()) {
      written.add(text);
      yield { where: `${messageAt(content, index)}locale ${locale}`, text, hasLines: true };
    }
  }
  yield settings('the variables', version.variables);
  yield settings('the model settings', version.model);
  for (const [locale, content] of Object.entries(bundle?.locales ?? {})) {
    const texts = 'text' in content ? [content.text] : content.messages.map((message) => message.content);
    for (const [index, text] of texts.entries()) {
      const where = `${messageAt(content, index)}locale ${locale} with its includes`;
      if (!written.has(text)) yield { where, text, hasLines: true };
    }
  }
  yield settings('the variables of what is included', bundle?.variables);
}

const messageAt = (content: object, index: number): string => ('text' in content ? '' : `message ${index + 1} of `);

const settings = (where: string, value: unknown): Searched => ({
  where,
  text: strings(value).join('\n'),
  hasLines: false,
});

/** Every `name: value` within, so that a default is seen beside the name it is for. */
function strings(value: unknown, name = ''): string[] {
  if (typeof value === 'string') return [`${name}: ${value}`];
  if (typeof value !== 'object' || value === null) return [];
  const declared = 'name' in value && typeof value.name === 'string' ? value.name : null;
  return Object.entries(value).flatMap(([key, child]) =>
    strings(child, declared !== null && key === 'default' ? declared : key),
  );
}
