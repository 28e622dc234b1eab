// Checks the import law (.dependency-cruiser.cjs) over src and durable-objects. Beside the rules: every .ts file was really cruised (with
// a parser that it does not understand dependency-cruiser sees nothing and is content), rooms form no cycle among themselves, and what starts
// with the isolate reaches no schema.
// Usage: node scripts/import-law.mjs [directory]
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { cruise } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';

const home = path.resolve(import.meta.dirname, '..');

/**
 * Cruises the tree under `directory` and returns what breaks the law.
 * @param {string} directory holds src and, perhaps, durable-objects
 * @returns {Promise<{modules: number, violations: {rule: string, from: string, to: string, comment: string}[]}>}
 */
export async function importLaw(directory) {
  const options = await extractDepcruiseOptions(path.join(home, '.dependency-cruiser.cjs'));
  const comments = new Map([...options.ruleSet.forbidden, ...options.ruleSet.required].map((r) => [r.name, r.comment]));
  const roots = ['src', 'durable-objects'].filter((root) => existsSync(path.join(directory, root)));
  const { output } = await cruise(roots, { ...options, baseDir: directory });

  const violations = output.summary.violations.map(({ rule, from, to, cycle }) => ({
    rule: rule.name,
    from,
    to: cycle ? cycle.map(({ name }) => name).join(' → ') : to === from ? '' : to,
    comment: comments.get(rule.name) ?? '',
  }));

  const cruised = new Set(output.modules.map(({ source }) => source));
  const files = roots.flatMap((root) => typescriptFiles(directory, root));
  for (const file of files.filter((name) => !cruised.has(name))) {
    violations.push({
      rule: 'every-file-is-cruised',
      from: file,
      to: '',
      comment: 'dependency-cruiser did not see this file.',
    });
  }
  const seen = output.modules.filter(({ source }) => files.includes(source));
  if (files.length > 1 && seen.every(({ dependencies }) => dependencies.length === 0)) {
    violations.push({
      rule: 'every-file-is-cruised',
      from: 'src',
      to: '',
      comment: 'No file has an import: the parser is blind.',
    });
  }
  for (const cycle of roomCycles(output.modules)) {
    violations.push({ rule: 'no-room-cycle', from: cycle[0], to: cycle.join(' → '), comment: 'Rooms form no cycle.' });
  }
  const heavy = startUpPath(output.modules);
  if (heavy !== null) {
    violations.push({
      rule: 'start-up-is-light',
      from: heavy[0],
      to: heavy.join(' → '),
      comment:
        'What worker.ts imports starts with the isolate: schemas come by import(), when they are first asked for.',
    });
  }
  return { modules: seen.length, violations };
}

/** How worker.ts comes to zod without an `import()`; null: it does not. */
function startUpPath(modules) {
  const found = new Map(modules.map((module) => [module.source, module]));
  const seen = new Set();
  const walk = (trail) => {
    const at = trail.at(-1);
    if (/(^|\/)zod(-openapi)?(\/|$)/.test(at)) return trail;
    if (seen.has(at)) return null;
    seen.add(at);
    for (const { resolved, dynamic, typeOnly, dependencyTypes } of found.get(at)?.dependencies ?? []) {
      if (dynamic || typeOnly || dependencyTypes.includes('type-only')) continue;
      const path = walk([...trail, resolved]);
      if (path !== null) return path;
    }
    return null;
  };
  return walk(['src/worker.ts']);
}

function typescriptFiles(directory, root) {
  return readdirSync(path.join(directory, root), { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${root}/${name.split(path.sep).join('/')}`);
}

/** Cycles in the graph of rooms, each once. Tables are left out: their foreign keys may point anywhere in their tier. */
function roomCycles(modules) {
  const room = (file) => /^src\/(?!kernel\/|platform\/)([^/]+)\//.exec(file)?.[1];
  const graph = new Map();
  for (const { source, dependencies } of modules) {
    const from = room(source);
    if (!from || source.endsWith('/table.ts')) continue;
    for (const { resolved } of dependencies) {
      const to = room(resolved);
      if (to && to !== from) graph.set(from, (graph.get(from) ?? new Map()).set(to, true));
    }
  }
  const cycles = new Map();
  const walk = (node, trail) => {
    const start = trail.indexOf(node);
    if (start >= 0) {
      const cycle = trail.slice(start);
      const first = cycle.indexOf(cycle.toSorted()[0]);
      const turned = [...cycle.slice(first), ...cycle.slice(0, first)];
      cycles.set(turned.join(), [...turned, turned[0]]);
      return;
    }
    for (const next of graph.get(node)?.keys() ?? []) if (!done.has(next)) walk(next, [...trail, node]);
    done.add(node);
  };
  const done = new Set();
  for (const node of graph.keys()) if (!done.has(node)) walk(node, []);
  return [...cycles.values()];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { modules, violations } = await importLaw(path.resolve(process.argv[2] ?? home));
  for (const { rule, from, to, comment } of violations)
    console.error(`${rule}: ${from}${to && ` → ${to}`}\n  ${comment}`);
  console.log(`${modules} modules cruised, ${violations.length} violations`);
  process.exitCode = violations.length > 0 || modules === 0 ? 1 : 0;
}
