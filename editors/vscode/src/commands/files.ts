// Commands on the files of containers: look, copy out, copy in.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { App } from '../app';
import { count, size } from '../format';
import { ask } from '../form';
import { invoke } from '../invoke';
import { wrongInside } from '../names';
import { ContainerArgs, containerArgs } from '../target';
import { FileNode, FolderNode, foldersFirst, isFolder } from '../trees/files';
import { File } from '../types';

type Files = { path: string; files: File[] | null; file?: File };

// look goes through the folders of a container in a quick pick, and shows the file that is chosen.
export async function look(app: App, first?: unknown): Promise<void> {
  const args = await inOne(app, first);
  const file = args?.read ? String(args.path) : args && await browse(app, args);
  const data = file && await invoke<Files>(app, 'dockwright.container.files', { ...args, path: file, read: true });
  if (data) {
    await app.documents.show(`${args!.container}${data.file!.path}`, text(data.file!));
  }
}

interface Step extends vscode.QuickPickItem { to?: string; taken?: string; write?: boolean }

// browse has the user go through the folders of a container to a file. Where something is to be copied, by the given title, a folder can be
// taken as well, and a path be written.
async function browse(app: App, args: ContainerArgs, copies?: { title: string; into?: boolean }): Promise<string | undefined> {
  const { container, context, host } = args;
  for (let folder = args.path;;) {
    const data = await invoke<Files>(app, 'dockwright.container.files', { container, context, host, path: folder });
    if (!data) {
      return undefined;
    }
    const steps: Step[] = (data.files ?? []).filter(file => !copies?.into || isFolder(file)).sort(foldersFirst).map(step);
    if (data.path !== '/') {
      steps.unshift({ label: '$(arrow-up) ..', to: path.posix.dirname(data.path) });
    }
    if (copies) {
      steps.unshift({ label: `$(check) ${data.path}`, description: 'this folder', taken: data.path }, { label: '$(edit) Write a path…', write: true });
    }
    const picked = await vscode.window.showQuickPick(steps, { title: copies?.title, placeHolder: data.path });
    if (picked?.write) {
      return ask(copies!.title, 'Absolute path in the container', data.path, wrongInside);
    }
    if (!picked?.to) {
      return picked?.taken;
    }
    folder = picked.to;
  }
}

function step(file: File): Step {
  return isFolder(file) ? { label: `$(folder) ${file.name}`, to: file.path }
    : { label: `$(file) ${file.name}`, description: file.target ? `→ ${file.target}` : size(file.size), taken: file.path };
}

// inOne is the arguments with a container; the user picks it if there is none.
async function inOne(app: App, first: unknown): Promise<ContainerArgs | undefined> {
  const args: ContainerArgs = { ...containerArgs(first), ...pathOf(first) };
  args.container ??= (await invoke<{ id: string }>(app, 'dockwright.container.inspect', {}))?.id;
  return args.container ? args : undefined;
}

function text(file: File): string {
  if (file.text === undefined && file.size > 0) {
    return `This file is no text (${size(file.size)}).\nCopy it out to look at it with another program.\n`;
  }
  return (file.text ?? '') + (file.truncated ? '\n… the rest is left out\n' : '');
}

export async function copyOut(app: App, first?: unknown): Promise<void> {
  const args = await inOne(app, first);
  if (!args) {
    return;
  }
  args.inside ??= await browse(app, args, { title: 'Copy out of the container' });
  if (args.inside && !args.outside) {
    const [folder] = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel: 'Copy Here', title: 'Copy to which folder?' }) ?? [];
    args.outside = folder?.toString();
  }
  if (args.inside && args.outside) {
    await carryOut(app, { ...args, direction: 'out' });
  }
}

export async function copyIn(app: App, first?: unknown): Promise<void> {
  const args = await inOne(app, first);
  if (!args) {
    return;
  }
  if (!args.outside) {
    const [source] = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: true, openLabel: 'Copy', title: 'Copy what into the container?' }) ?? [];
    args.outside = source?.toString();
  }
  if (args.outside) {
    args.inside ??= await browse(app, args, { title: 'Copy into the container', into: true });
  }
  if (args.inside && args.outside) {
    await carryOut(app, { ...args, direction: 'in' });
  }
}

// carryOut copies. What is there already the server replaces only if the user says so.
async function carryOut(app: App, args: ContainerArgs): Promise<void> {
  const { path: _, ...copy } = args;
  const data = await invoke<{ path: string; files: number; bytes: number }>(app, 'dockwright.container.copy', copy);
  await (data && copied(data, args.direction === 'out'));
}

export async function copy(app: App, first?: unknown): Promise<void> {
  const { direction } = containerArgs(first);
  const into = direction ? direction === 'in' : (await vscode.window.showQuickPick([{ label: 'Out of the container' }, { label: 'Into the container', into: true }]))?.into;
  return into ? copyIn(app, first) : copyOut(app, first);
}

async function copied(data: { path: string; files: number; bytes: number }, out: boolean): Promise<void> {
  const message = `Copied ${count(data.files, 'file')} (${size(data.bytes)}) to ${data.path}`;
  const show = 'Show';
  if (await vscode.window.showInformationMessage(message, ...out ? [show] : []) === show) {
    await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(data.path));
  }
}

function pathOf(node: unknown): { inside?: string } {
  return node instanceof FolderNode || node instanceof FileNode ? { inside: node.path } : {};
}
