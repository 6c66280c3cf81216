// Building an image: from a lens at once, from a menu by a form.
import * as vscode from 'vscode';
import { App } from '../app';
import { dockerfileFor, defaultTag, stages } from '../dockerfile';
import { ask, Field, form } from '../form';
import { line, words, duration } from '../format';
import { invoke, tell } from '../invoke';
import { Sink } from '../jobs';
import { wrongReferences } from '../names';
import { StreamTerminal } from '../stream';
import { given } from '../target';

export interface BuildArgs {
  dockerfile: string; contextDir?: string; target?: string; tags?: string[]; args?: Record<string, string>; noCache?: boolean; pull?: boolean; platforms?: string[]; secrets?: Secret[]; fresh?: boolean; until?: number;
}

// Secret names a file or an environment variable; its value never passes through here.
export interface Secret { id: string; file?: string; env?: string }

interface Built { imageId?: string; tags?: { reference: string }[]; buildMs: number; failedLine?: number; cacheHits: number }

export async function build(app: App, first?: unknown): Promise<void> {
  const direct = given(first, 'dockerfile');
  if (direct.dockerfile) {
    await carryOut(app, direct as unknown as BuildArgs); // the server repeats the options of the last build
    return;
  }
  const uri = await dockerfileFor(first);
  const args = uri && await buildForm(app, uri);
  if (args) {
    await carryOut(app, args);
  }
}

// carryOut builds, with the output in a terminal, and says what came of it.
export async function carryOut(app: App, args: BuildArgs): Promise<Built | undefined> {
  const name = args.tags?.[0] ?? vscode.workspace.asRelativePath(vscode.Uri.parse(args.dockerfile));
  const shown = buildOutput(app, terminalName(args.dockerfile));
  return invoke<Built>(app, 'dockwright.image.build', args, {
    title: `Building ${name}`, output: shown.output,
    buttons: data => {
      const built = data as Built | undefined;
      const any = shown.note(`Build failed${built ? ` after ${duration(built.buildMs)}` : ''}`, 'red');
      return { ...showLine(args.dockerfile, built?.failedLine), ...any && { 'Show Output': () => app.streams.show(terminalName(args.dockerfile)) } };
    },
    told: (message, data, warned) => {
      shown.note(`Built in ${duration((data as Built).buildMs)}`);
      void offerRun(message, args, data as Built, warned);
    },
  });
}

// offerRun says what was built, with what one does next.
async function offerRun(message: string, args: BuildArgs, built: Built, warned: boolean): Promise<void> {
  const run = 'Run', image = built.tags?.[0]?.reference ?? built.imageId;
  if (await tell(message, warned, ...image && !args.until ? [run] : []) === run) {
    await vscode.commands.executeCommand('dockwright.container.run', args.target
      ? { image, detach: true, waitMs: 1500 } : { dockerfile: args.dockerfile, propose: true, detach: true }); // the server repeats the build's options
  }
}

function showLine(dockerfile: string, line?: number): Record<string, () => unknown> {
  return line ? { 'Show Line': () => vscode.commands.executeCommand('dockwright.reveal', dockerfile, line) } : {};
}

interface BuildOutput {
  output: Sink;
  note: (text: string, how?: 'red') => boolean; // adds a line of ours, if there is anything
  close: () => void; // when nobody needs to see it any more
}

// buildOutput shows a build in a terminal that opens with its first line.
export function buildOutput(app: App, name: string): BuildOutput {
  let screen: StreamTerminal | undefined;
  return {
    output: text => (screen ??= app.streams.fresh(name, 'tools')).write(painted(text), ''),
    note: (text, how) => { screen?.note(text, how); return !!screen; },
    close: () => screen && app.streams.close(name),
  };
}

// terminalName is where the builds of a Dockerfile show.
export function terminalName(dockerfile: string): string {
  return `build ${vscode.workspace.asRelativePath(vscode.Uri.parse(dockerfile))}`;
}

// painted makes the build's own lines stand out from what the steps write.
export function painted(text: string): string {
  return text
    .replace(/^#\d+ (ERROR|CANCELED).*$/gm, '\x1b[31m$&\x1b[0m')
    .replace(/^WARNING:.*$/gm, '\x1b[33m$&\x1b[0m')
    .replace(/^#\d+ (DONE|CACHED|…).*$/gm, '\x1b[2m$&\x1b[0m')
    .replace(/^#\d+ \[.*$/gm, '\x1b[1m$&\x1b[0m');
}

async function buildForm(app: App, uri: vscode.Uri): Promise<BuildArgs | undefined> {
  const dockerfile = uri.toString();
  const args: BuildArgs = { tags: await defaultTag(uri), ...app.remembered.of<BuildArgs>('build', dockerfile), dockerfile };
  const done = await form(`Build ${vscode.workspace.asRelativePath(uri)}`, [{ label: 'Build', icon: 'tools' }], () => buildFields(args, uri));
  if (done === undefined) {
    return undefined;
  }
  await app.remembered.keep('build', dockerfile, { ...args, args: withoutSecrets(args.args) });
  return { ...args, fresh: true }; // what the form shows is all there is
}

// withoutSecrets keeps what looks like a secret from being remembered.
function withoutSecrets(args: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !/pass|secret|token|key|credential/i.test(name)));
}

function buildFields(args: BuildArgs, uri: vscode.Uri): Field[] {
  const toggle = (label: string, name: 'noCache' | 'pull'): Field => ({ label, value: args[name] ? 'yes' : '', empty: 'no', edit: () => { args[name] = !args[name]; } });
  return [
    { label: 'Name', value: (args.tags ?? []).join(' '), empty: 'none', edit: async () => {
      const text = await ask('Name of the image', 'repository:tag; several with spaces between', (args.tags ?? []).join(' '), wrongReferences);
      if (text !== undefined) { args.tags = words(text); }
    } },
    { label: 'Stage', value: args.target ?? '', empty: 'the last', edit: async () => {
      const picked = await vscode.window.showQuickPick([{ label: 'The last', target: undefined }, ...(await stages(uri)).map(target => ({ label: target, target }))], { placeHolder: 'Build up to which stage?' });
      if (picked) { args.target = picked.target; }
    } },
    { label: 'Build arguments', value: assignments(args.args), empty: 'none', edit: async () => {
      const text = await ask('Values of ARGs', 'NAME=value; several with spaces between', assignments(args.args), notAssignments);
      if (text !== undefined) { args.args = assigned(text); }
    } },
    { label: 'Context folder', value: args.contextDir ? vscode.workspace.asRelativePath(vscode.Uri.parse(args.contextDir)) : '', empty: 'as the settings say, else the Dockerfile\'s own', edit: async () => {
      const [folder] = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel: 'Build With This Folder' }) ?? [];
      if (folder) { args.contextDir = folder.toString(); }
    } },
    { label: 'Platform', value: (args.platforms ?? []).join(' '), empty: 'the engine\'s own', edit: async () => {
      const text = await ask('Platform', 'os/arch, such as linux/arm64', (args.platforms ?? []).join(' '));
      if (text !== undefined) { args.platforms = words(text); }
    } },
    { label: 'Secrets', value: writtenSecrets(args.secrets), empty: 'none', edit: async () => {
      const text = await ask('Secrets for RUN --mount=type=secret', 'id=npmrc,src=.npmrc for a file, id=token,env=TOKEN for an environment variable; several with spaces between', writtenSecrets(args.secrets), notSecrets);
      if (text !== undefined) { args.secrets = secrets(text); }
    } },
    toggle('Run every step again', 'noCache'),
    toggle('Look for newer base images', 'pull'),
  ];
}

// assignments is NAME=value pairs as a user types them.
export function assignments(values: Record<string, string> = {}): string {
  return line(Object.entries(values).map(([name, value]) => `${name}=${value}`));
}

export function assigned(text: string): Record<string, string> {
  return Object.fromEntries(words(text).map(word => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
}

export function notAssignments(text: string): string | undefined {
  const wrong = words(text).find(word => word.indexOf('=') < 1);
  return wrong && `${wrong} is not NAME=value`;
}

// secrets reads them as the docker command has them: id=ID,src=FILE or id=ID,env=NAME.
export function secrets(text: string): Secret[] {
  return words(text).map(word => {
    const values = Object.fromEntries(word.split(',').map(part => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]));
    return { id: values.id ?? '', file: values.src ?? values.source, env: values.env };
  });
}

export function writtenSecrets(all: Secret[] = []): string {
  return line(all.map(({ id, file, env }) => `id=${id},${file ? `src=${file}` : `env=${env}`}`));
}

export function notSecrets(text: string): string | undefined {
  const wrong = secrets(text).findIndex(({ id, file, env }) => !id || !file === !env);
  return wrong < 0 ? undefined : `${words(text)[wrong]} is not id=NAME,src=FILE or id=NAME,env=VARIABLE`;
}
