// Bundles the extension, the connection to the server, which is loaded when the extension is active, and with --test the tests. Only vscode itself comes from outside.
import { build } from 'esbuild';

const common = { bundle: true, platform: 'node', format: 'cjs', target: 'node20', supported: { 'dynamic-import': false }, external: ['vscode'], logLevel: 'warning' };

await build({ ...common, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', minify: true, external: ['vscode', './connection'] });
await build({ ...common, entryPoints: ['src/connection.ts'], outfile: 'dist/connection.js', minify: true });
if (process.argv.includes('--test')) {
  await build({ ...common, entryPoints: ['test/api/index.ts'], outfile: 'dist/test.js', sourcemap: 'inline' });
}
