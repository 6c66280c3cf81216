// Bundles the extension, the connection to the server, which is loaded when the extension is active, and with --test the tests. Only vscode itself comes from outside.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const common = { bundle: true, platform: 'node', format: 'cjs', target: 'node20', supported: { 'dynamic-import': false }, external: ['vscode'], logLevel: 'warning' };

await build({ ...common, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', minify: true, external: ['vscode', './connection'] });
const connection = await build({ ...common, entryPoints: ['src/connection.ts'], outfile: 'dist/connection.js', minify: true, metafile: true });
writeFileSync('dist/ThirdPartyNotices.txt', notices(Object.keys(connection.metafile.inputs)));
if (process.argv.includes('--test')) {
  await build({ ...common, entryPoints: ['test/api/index.ts'], outfile: 'dist/test.js', sourcemap: 'inline' });
}

// notices are the licences of the packages that these files come from.
function notices(files) {
  const packages = new Set(files.flatMap(file => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []));
  return [...packages].sort().map(folder => {
    const { name, version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const licence = readdirSync(folder).find(file => /^licen[cs]e/i.test(file));
    return `${name} ${version}\n\n${readFileSync(path.join(folder, licence), 'utf8').trim()}\n`;
  }).join(`\n${'-'.repeat(80)}\n\n`);
}
