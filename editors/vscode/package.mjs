// Makes dockwright-TARGET.vsix, with the program for that target in it: node package.mjs [TARGET...] [--out FOLDER] [--binary FILE]
// Without targets it makes one for each platform that VS Code has. Go must be there unless --binary gives the program.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const go = {
  'darwin-arm64': ['darwin', 'arm64'], 'darwin-x64': ['darwin', 'amd64'], 'linux-arm64': ['linux', 'arm64'], 'linux-x64': ['linux', 'amd64'],
  'win32-arm64': ['windows', 'arm64'], 'win32-x64': ['windows', 'amd64'],
};
const here = import.meta.dirname;
const { positionals, values } = parseArgs({ allowPositionals: true, options: { out: { type: 'string', default: here }, binary: { type: 'string' } } });
const run = (command, args, env = {}) => execFileSync(command, args, { cwd: here, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });

run(process.execPath, ['esbuild.mjs']);
// VS Code's page of an extension shows no pictures but those of web sites.
writeFileSync(path.join(here, 'dist', 'README.md'), readFileSync(path.join(here, 'README.md'), 'utf8').replace(/^!\[.*\n\n/gm, ''));
for (const target of positionals.length > 0 ? positionals : Object.keys(go)) {
  const [GOOS, GOARCH] = go[target];
  const program = path.join(here, 'bin', GOOS === 'windows' ? 'dockwright.exe' : 'dockwright');
  rmSync(path.dirname(program), { recursive: true, force: true });
  mkdirSync(path.dirname(program));
  if (values.binary) {
    copyFileSync(values.binary, program);
  } else {
    run('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', program, 'dockwright/server/cmd/dockwright'], { GOOS, GOARCH, CGO_ENABLED: '0' });
  }
  const vsce = path.join(here, 'node_modules', '@vscode', 'vsce', 'vsce');
  run(process.execPath, [vsce, 'package', '--no-dependencies', '--skip-license', '--allow-missing-repository', '--no-rewrite-relative-links', '--readme-path', 'dist/README.md', '--target', target, '--out', path.resolve(values.out, `dockwright-${target}.vsix`)]);
}
rmSync(path.join(here, 'bin'), { recursive: true, force: true });
