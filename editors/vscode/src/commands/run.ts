// Running a container, in the background or in a terminal: from a lens at once, from a menu by a form.
import * as vscode from 'vscode';
import { App } from '../app';
import { defaultTag, dockerfileFor, dockerfileInFront } from '../dockerfile';
import { ask, Field, form } from '../form';
import { byName, bytes, line, words, writtenBytes } from '../format';
import { invoke, quietly, tell } from '../invoke';
import { wrongContainer } from '../names';
import { given, imageArgs } from '../target';
import { runInTerminal } from '../terminal';
import { Explanation, Image, Port } from '../types';
import { assigned, assignments, buildOutput, notAssignments, terminalName } from './build';

interface RunArgs {
  image?: string; dockerfile?: string; tags?: string[]; propose?: boolean; detach?: boolean; waitMs?: number;
  name?: string; argv?: string[]; ports?: string[]; env?: Record<string, string>; mounts?: string[]; remove?: boolean;
  network?: string; restart?: string; resources?: { cpus?: number; memoryBytes?: number };
}

interface Ran { id: string; name: string; state: string; ports?: Port[] }

// run runs what is given at once, and asks how if only the image or Dockerfile is known.
export async function run(app: App, first?: unknown): Promise<void> {
  const direct = given(first, 'image') as RunArgs;
  if (direct.image || direct.dockerfile) {
    await background(app, { ...app.remembered.of<RunArgs>('run', subject(direct)), ...direct });
    return;
  }
  const args = await what(app, first);
  await (args && fillIn(app, args));
}

// fillIn runs what a form says.
async function fillIn(app: App, args: RunArgs): Promise<void> {
  const how = await runForm(app, args);
  if (how === 0) {
    await background(app, { ...args, detach: true, waitMs: args.dockerfile ? undefined : 1500 });
  } else if (how === 1) {
    await runInTerminal(app, args);
  }
}

export async function runInteractive(app: App, first?: unknown): Promise<void> {
  const direct = { ...given(first, 'image'), ...imageArgs(first) } as RunArgs;
  const args = direct.image || direct.dockerfile ? direct : await what(app, first);
  if (args) {
    await runInTerminal(app, { ...app.remembered.of<RunArgs>('run', subject(args)), ...args });
  }
}

async function background(app: App, args: RunArgs): Promise<void> {
  const name = args.tags?.[0] ?? args.image ?? vscode.workspace.asRelativePath(vscode.Uri.parse(args.dockerfile!));
  const shown = buildOutput(app, args.dockerfile ? terminalName(args.dockerfile) : name);
  await invoke<Ran>(app, 'dockwright.container.run', args, {
    title: `Running ${name}`, output: shown.output,
    buttons: (_, { kind }) => kind in taken ? { [taken[kind]]: () => fillIn(app, { ...args }) } : {},
    again: () => background(app, args),
    told: (message, data, warned) => {
      const ran = data as Ran;
      shown.note(message || `Ran as ${ran.name}`);
      void (ran.state === 'exited' && args.detach ? endedAtOnce(app, ran.id) : message && offerOpen(message, ran, warned));
    },
  });
}

// taken is what one chooses anew in the form, by what went wrong.
const taken: Record<string, string> = { nameInUse: 'Choose Another Name', portInUse: 'Choose Another Port' };

// offerOpen says what runs, with the way to its first port.
async function offerOpen(message: string, { id, ports }: Ran, warned: boolean): Promise<void> {
  const open = 'Open in Browser', [port] = ports ?? [];
  if (await tell(message, warned, ...port?.protocol === 'tcp' ? [open] : []) === open) {
    await vscode.commands.executeCommand('dockwright.container.open', { container: id, port: port.containerPort });
  }
}

// endedAtOnce says why. The server says it too, but without the button.
export async function endedAtOnce(app: App, container: string): Promise<void> {
  const { data, error } = await quietly<Explanation>(app, 'dockwright.container.explain', { container });
  if (!data) {
    await (error?.kind === 'notFound' && tell('The container ended at once, and was removed as it was to be.', true));
    return;
  }
  const message = `${data.name}: ${data.summary}`, more = 'Explain', log = 'Show Log';
  app.server.claim(message);
  switch (await vscode.window.showWarningMessage(message, more, log)) {
    case more: await vscode.commands.executeCommand('dockwright.container.explain', { container }); break;
    case log: await vscode.commands.executeCommand('dockwright.container.logs', { container }); break;
  }
}

// what finds out what to run: the image or Dockerfile that a menu was opened on, else one that the user picks.
async function what(app: App, first: unknown): Promise<RunArgs | undefined> {
  const { image } = imageArgs(first);
  if (image) {
    return { image };
  }
  if (first instanceof vscode.Uri) {
    return { dockerfile: first.toString(), tags: await defaultTag(first), propose: true };
  }
  const { data, error } = await quietly<{ images: Image[] | null }>(app, 'dockwright.image.list', { dangling: false });
  const front = dockerfileInFront();
  const build = `$(tools) Build ${front ? vscode.workspace.asRelativePath(front) : 'a Dockerfile'} and run it`, other = '$(edit) Another image…';
  const names = error ? [] : (data?.images ?? []).flatMap(i => i.references ?? []).sort(byName);
  const line = { label: '', kind: vscode.QuickPickItemKind.Separator }, images = names.map(label => ({ label }));
  const items = front ? [{ label: build }, line, ...images, line, { label: other }] : [...images, line, { label: build }, { label: other }];
  const picked = await vscode.window.showQuickPick(items, { placeHolder: 'Run which image?' });
  if (picked?.label === build) {
    const uri = await dockerfileFor();
    return uri && { dockerfile: uri.toString(), tags: await defaultTag(uri), propose: true };
  }
  const chosen = picked?.label === other ? await ask('Run an image', 'repository:tag') : picked?.label;
  return chosen ? { image: chosen } : undefined;
}

function subject(args: RunArgs): string {
  return args.dockerfile ?? args.image ?? '';
}

async function runForm(app: App, args: RunArgs): Promise<number | undefined> {
  Object.assign(args, { ...app.remembered.of<RunArgs>('run', subject(args)), ...args });
  const title = args.tags?.[0] ?? args.image ?? vscode.workspace.asRelativePath(vscode.Uri.parse(args.dockerfile!));
  const how = await form(`Run ${title}`, [{ label: 'Run', icon: 'play' }, { label: 'Run in Terminal', icon: 'terminal' }], () => runFields(args));
  if (how !== undefined) {
    await app.remembered.keep('run', subject(args), args);
  }
  return how;
}

function runFields(args: RunArgs): Field[] {
  const proposed = args.propose ? 'what the Dockerfile says' : 'none';
  return [
    { label: 'Name', value: args.name ?? '', empty: 'one that the engine makes up', edit: async () => {
      const text = await ask('Name of the container', 'Letters, digits, _ . and -; empty is one that the engine makes up', args.name, text => text ? wrongContainer(text) : undefined);
      if (text !== undefined) { args.name = text || undefined; }
    } },
    { label: 'Command', value: line(args.argv ?? []), empty: 'the image\'s own', edit: async () => {
      const text = await ask('Command', 'Program and arguments, in place of the image\'s CMD', line(args.argv ?? []));
      if (text !== undefined) { args.argv = text.trim() ? words(text) : undefined; }
    } },
    { label: 'Ports', value: (args.ports ?? []).join(' '), empty: proposed, edit: async () => {
      const text = await ask('Ports', 'host:container, such as 8080:80; several with spaces between', (args.ports ?? []).join(' '), wrongPort);
      if (text !== undefined) { args.ports = text.trim() ? words(text) : undefined; }
    } },
    { label: 'Environment', value: Object.keys(args.env ?? {}).join(' '), empty: 'none', edit: async () => {
      const text = await ask('Environment variables', 'NAME=value; several with spaces between', assignments(args.env), notAssignments);
      if (text !== undefined) { args.env = text.trim() ? assigned(text) : undefined; }
    } },
    { label: 'Volumes', value: (args.mounts ?? []).join(' '), empty: proposed, edit: async () => {
      const text = await ask('Volumes and folders', 'source:target, such as ./data:/data or cache:/cache:ro; several with spaces between', line(args.mounts ?? []));
      if (text !== undefined) { args.mounts = text.trim() ? words(text) : undefined; }
    } },
    { label: 'Network', value: args.network ?? '', empty: 'the engine\'s own', edit: async () => {
      const text = await ask('Network', 'bridge, host, none, or the name of a network', args.network);
      if (text !== undefined) { args.network = text.trim() || undefined; }
    } },
    { label: 'Memory', value: writtenBytes(args.resources?.memoryBytes), empty: 'no limit', edit: async () => {
      const text = await ask('Memory at most', 'Such as 512m or 2g; empty is no limit', writtenBytes(args.resources?.memoryBytes), text => bytes(text) === undefined ? 'Write a number with k, m or g behind it' : undefined);
      if (text !== undefined) { limit({ memoryBytes: bytes(text) || undefined }); }
    } },
    { label: 'Processors', value: String(args.resources?.cpus ?? ''), empty: 'no limit', edit: async () => {
      const text = await ask('Processors at most', 'Such as 2 or 0.5; empty is no limit', String(args.resources?.cpus ?? ''), text => Number(text) >= 0 ? undefined : 'Write a number such as 0.5');
      if (text !== undefined) { limit({ cpus: Number(text) || undefined }); }
    } },
    { label: 'Restart', value: args.restart ?? '', empty: 'no', edit: async () => {
      const items = [{ label: 'no', description: 'when it has ended, it has ended' }, { label: 'on-failure', description: 'if it ended with an error' },
        { label: 'unless-stopped', description: 'until somebody stops it' }, { label: 'always', description: 'also when the engine starts' }];
      const picked = await vscode.window.showQuickPick(items, { title: 'Start it again by itself', placeHolder: 'When?' });
      if (picked) { Object.assign(args, picked.label === 'no' ? { restart: undefined } : { restart: picked.label, remove: undefined }); } // the engine takes one of the two
    } },
    { label: 'Remove it when it ends', value: args.remove ? 'yes' : '', empty: 'no', edit: () => { Object.assign(args, args.remove ? { remove: undefined } : { remove: true, restart: undefined }); } },
  ];

  function limit(more: { cpus?: number; memoryBytes?: number }): void {
    const { cpus, memoryBytes } = { ...args.resources, ...more };
    args.resources = cpus || memoryBytes ? { cpus, memoryBytes } : undefined;
  }
}

function wrongPort(text: string): string | undefined {
  const wrong = words(text).find(word => !/^([\d.]+:)?(\d+:)?\d+(\/(tcp|udp|sctp))?$/.test(word));
  return wrong && `${wrong} is no port: write 8080:80`;
}
