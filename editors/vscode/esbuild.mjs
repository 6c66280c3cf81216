// Bundles the extension, and with --test its tests. Only vscode itself comes from outside.
import { build } from 'esbuild';

const common = { bundle: true, platform: 'node', format: 'cjs', target: 'node20', external: ['vscode'], logLevel: 'warning' };

await build({ ...common, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', minify: true });
if (process.argv.includes('--test')) {
  await build({ ...common, entryPoints: ['test/api/index.ts'], outfile: 'dist/test.js', sourcemap: 'inline' });
}
