// Commands that name images, move them, and remove them.
import * as vscode from 'vscode';
import { App } from '../app';
import { CommandID } from '../catalogue';
import { ask } from '../form';
import { size } from '../format';
import { invoke } from '../invoke';
import { wrongReference } from '../names';
import { given, imageArgs } from '../target';
import { ImageNode } from '../trees/images';

export async function remove(app: App, first?: unknown, all?: unknown): Promise<void> {
  const data = await invoke<{ items: { image: string; untagged: string[] | null; deleted: string[] | null; error?: unknown }[] }>(app, 'dockwright.image.remove', imageArgs(first, all));
  const gone = (data?.items ?? []).filter(item => !item.error);
  if (gone.length > 0) {
    const names = gone.map(item => item.untagged?.[0] ?? item.image).join(', ');
    vscode.window.setStatusBarMessage(gone.some(item => item.deleted?.length) ? `Removed ${names}` : `Took the name ${names} away; the image stays`, 5000);
  }
}

export async function tag(app: App, first?: unknown): Promise<void> {
  const args = await named(app, first);
  if (args && !args.reference) {
    args.reference = await ask(`Another name for ${args.image}`, 'repository:tag', String(args.image), wrongReference);
  }
  if (args?.reference) {
    await invoke(app, 'dockwright.image.tag', args);
  }
}

export async function untag(app: App, first?: unknown): Promise<void> {
  const { image, ...more } = first instanceof ImageNode ? { image: first.reference } : imageArgs(first);
  const reference = more.reference ?? image ?? (await named(app, first))?.image;
  if (reference) {
    await invoke(app, 'dockwright.image.untag', { ...more, reference });
  }
}

export async function pull(app: App, first?: unknown): Promise<void> {
  const args = imageArgs(first);
  args.image ??= await ask('Pull an image', 'repository:tag, such as alpine:3.22');
  const data = args.image && await invoke<{ reference: string; upToDate?: boolean }>(app, 'dockwright.image.pull', args, { title: `Pulling ${args.image}` });
  if (data) {
    void vscode.window.showInformationMessage(data.upToDate ? `${data.reference} is the newest already.` : `Pulled ${data.reference}.`);
  }
}

// tags lists what the registry has, and gets what is picked.
export async function tags(app: App, first?: unknown): Promise<void> {
  const args = imageArgs(first);
  args.image ??= await ask('List the tags of a repository', 'repository, such as python or ghcr.io/team/app');
  const data = args.image && await invoke<{ repository: string; tags: string[] | null }>(app, 'dockwright.image.tags', args);
  if (data) {
    const tag = await vscode.window.showQuickPick(data.tags ?? [], { title: data.repository, placeHolder: 'Pull which tag?' });
    if (tag) {
      await pull(app, `${data.repository}:${tag}`);
    }
  }
}

export async function push(app: App, first?: unknown): Promise<void> {
  const args = await named(app, first);
  const data = args && await invoke<{ reference: string; size?: number }>(app, 'dockwright.image.push', args, { title: `Pushing ${args.image}` });
  if (data) {
    void vscode.window.showInformationMessage(`Pushed ${data.reference}${data.size ? ` (${size(data.size)})` : ''}.`);
  }
}

// pruneImages asks which of the images that no container uses are meant.
export async function pruneImages(app: App, first?: unknown): Promise<void> {
  const args = given(first, '');
  if (args.all === undefined) {
    const items = [
      { label: 'Those without a name', description: 'what earlier builds left behind', all: false },
      { label: 'All that no container uses', description: 'also those with a name', all: true },
    ];
    const picked = await vscode.window.showQuickPick(items, { placeHolder: 'Remove which unused images?' });
    if (!picked) {
      return;
    }
    args.all = picked.all;
  }
  await invoke(app, 'dockwright.image.prune', args);
}

// prune is about everything: that a row is selected, which VS Code passes on from buttons above a tree too, means nothing.
export function prune(command: CommandID) {
  return async (app: App, first?: unknown) => { await invoke(app, command, given(first, '')); };
}

// named is the arguments with an image; the user picks it if there is none. The server does not ask where it must be given.
async function named(app: App, first: unknown): Promise<ReturnType<typeof imageArgs> | undefined> {
  const args = imageArgs(first);
  if (!args.image) {
    const found = await invoke<{ references?: string[]; id: string }>(app, 'dockwright.image.inspect', {});
    args.image = found?.references?.[0] ?? found?.id;
  }
  return args.image ? args : undefined;
}
