// Copies Swagger UI's files to where the Worker's static assets are taken from (wrangler.toml: [build], [assets]).
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const from = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const to = fileURLToPath(new URL('../.wrangler/docs/docs/assets/', import.meta.url));

const START = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

await mkdir(to, { recursive: true });
await Promise.all([
  ...['swagger-ui.css', 'swagger-ui-bundle.js'].map((file) => copyFile(join(from, file), join(to, file))),
  writeFile(join(to, 'start.js'), START),
]);
