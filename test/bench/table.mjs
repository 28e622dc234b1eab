// Figures, and how they are shown.

/** The value below which a share of them lies; NaN of none. */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const middle = (values) => quantile(values, 0.5);

/** A table whose columns are the keys of its first row. */
export function print(title, rows) {
  const columns = Object.keys(rows[0]);
  const width = (column) => Math.max(...[column, ...rows.map((row) => String(row[column]))].map((text) => text.length));
  const line = (cell) =>
    columns
      .map((column, i) => (i === 0 ? cell(column).padEnd(width(column)) : cell(column).padStart(width(column))))
      .join('  ');
  console.log(`\n${title}`);
  console.log(line((column) => column));
  for (const row of rows) console.log(line((column) => String(row[column])));
}
