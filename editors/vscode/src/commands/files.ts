// Commands on the files of containers: look, copy out, copy in.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { App } from '../app';
import { count, size } from '../format';
import { ask } from '../form';
import { invoke } from '../invoke';
import { containerArgs } from '../target';
import { FileNode, FolderNode, foldersFirst, isFolder } from '../trees/files';
import { File } from '../types';

type Files = { path: string; files: File[] | null; file?: File };

// look goes through the folders of a container in a quick pick, and shows the file that is chosen.
export async function look(app: App, first?: unknown): Promise<void> {
  let args = containerArgs(first);
  for (;;) {
    const data = await invoke<Files & { container?: string }>(app, 'dockwright.container.files', args);
    if (!data || data.file) {
      return data?.file && app.documents.show(`${args.container}${data.file.path}`, text(data.file));
    }
    const up = { label: '$(arrow-up) ..', path: path.posix.dirname(data.path), folder: true, description: '' };
    const items = (data.files ?? []).sort(foldersFirst).map(file => ({
      label: `$(${isFolder(file) ? 'folder' : 'file'}) ${file.name}`, path: file.path, folder: isFolder(file), description: file.target ? `→ ${file.target}` : isFolder(file) ? '' : size(file.size),
    }));
    const picked = await vscode.window.showQuickPick(data.path === '/' ? items : [up, ...items], { placeHolder: data.path });
    if (!picked) {
      return;
    }
    args = { ...args, path: picked.path, read: !picked.folder };
  }
}

function text(file: File): string {
  if (file.text === undefined && file.size > 0) {
    return `This file is no text (${size(file.size)}).\nCopy it out to look at it with another program.\n`;
  }
  return (file.text ?? '') + (file.truncated ? '\n… the rest is left out\n' : '');
}

export async function copyOut(app: App, first?: unknown): Promise<void> {
  const args = { direction: 'out', ...containerArgs(first), ...pathOf(first) };
  if (!('inside' in args)) {
    const inside = await ask('Copy out of the container', 'Absolute path in the container', '/');
    if (!inside) {
      return;
    }
    Object.assign(args, { inside });
  }
  if (!('outside' in args)) {
    const [folder] = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel: 'Copy Here', title: 'Copy to which folder?' }) ?? [];
    if (!folder) {
      return;
    }
    Object.assign(args, { outside: folder.toString() });
  }
  await copied(await invoke(app, 'dockwright.container.copy', args), true);
}

export async function copyIn(app: App, first?: unknown): Promise<void> {
  const args = { direction: 'in', ...containerArgs(first), ...pathOf(first) };
  if (!('outside' in args)) {
    const [source] = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: true, openLabel: 'Copy', title: 'Copy what into the container?' }) ?? [];
    if (!source) {
      return;
    }
    Object.assign(args, { outside: source.toString() });
  }
  if (!('inside' in args)) {
    const inside = await ask('Copy into the container', 'Absolute path of the folder in the container', '/tmp/');
    if (!inside) {
      return;
    }
    Object.assign(args, { inside });
  }
  await copied(await invoke(app, 'dockwright.container.copy', args), false);
}

export async function copy(app: App, first?: unknown): Promise<void> {
  const { direction } = containerArgs(first);
  const into = direction ? direction === 'in' : (await vscode.window.showQuickPick([{ label: 'Out of the container' }, { label: 'Into the container', into: true }]))?.into;
  return into ? copyIn(app, first) : copyOut(app, first);
}

async function copied(data: { path: string; files: number; bytes: number } | undefined, out: boolean): Promise<void> {
  if (!data) {
    return;
  }
  const message = `Copied ${count(data.files, 'file')} (${size(data.bytes)}) to ${data.path}`;
  const show = 'Show';
  if (await vscode.window.showInformationMessage(message, ...out ? [show] : []) === show) {
    await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(data.path));
  }
}

function pathOf(node: unknown): { inside?: string } {
  return node instanceof FolderNode || node instanceof FileNode ? { inside: node.path } : {};
}
