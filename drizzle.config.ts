import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: ['./src/*/table.ts', './src/platform/db/table.ts'],
  out: './migrations',
  casing: 'snake_case',
});
