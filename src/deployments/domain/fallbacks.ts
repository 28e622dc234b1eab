import type { Change, Finding } from './changes.ts';
import type { ActiveModel } from './revision.ts';

/**
 * Fallbacks that would not be active once the changes are made: where what runs needs approval, no execution would get
 * as far as asking them. Of models that do not change, those that lose one.
 */
export function fallbackFindings(
  changes: readonly Change[],
  active: readonly ActiveModel[],
  environment: string,
): Finding[] {
  const changed = changes.filter(({ type }) => type === 'model');
  const changedIds = new Set(changed.map(({ entryId }) => entryId));
  const kept = active.filter(({ entryId }) => !changedIds.has(entryId));
  const arriving = changed.flatMap(({ position, version }) =>
    version?.type === 'model'
      ? [{ path: `items[${position}]`, name: version.name, fallbacks: version.settings.fallbacks }]
      : [],
  );
  const names = new Set([...arriving, ...kept].map(({ name }) => name));
  const gone = new Map(changed.flatMap(({ name, position }) => (names.has(name) ? [] : [[name, position] as const])));
  const missing = [
    ...arriving.map(({ path, name, fallbacks }) => ({
      path,
      name,
      lost: fallbacks.filter((each) => !names.has(each)),
    })),
    ...kept.map(({ name, fallbacks }) => ({
      path: `model:${name}`,
      name,
      lost: fallbacks.filter((each) => gone.has(each)),
    })),
  ];
  return missing.flatMap(({ path, name, lost }) =>
    lost.map((fallback) => ({
      path,
      code: 'fallback_not_active',
      message: explain(name, fallback, gone, environment),
    })),
  );
}

function explain(name: string, fallback: string, gone: ReadonlyMap<string, number>, environment: string): string {
  const position = gone.get(fallback);
  if (position !== undefined) {
    return `model:${fallback} is no longer active after items[${position}], and is still a fallback of model:${name}.`;
  }
  return `model:${fallback}, a fallback of model:${name}, is neither active in ${environment} nor part of this deployment. Deploy it too, or fall back to another.`;
}
