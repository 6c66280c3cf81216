// Commands that change what a container is doing, and remove it.
import * as vscode from 'vscode';
import { App } from '../app';
import { CommandID } from '../catalogue';
import { ask } from '../form';
import { count } from '../format';
import { invoke } from '../invoke';
import { wrongContainer } from '../names';
import { containerArgs } from '../target';
import { ContainerNode } from '../trees/containers';
import { endedAtOnce } from './run';

// on is a command that takes containers and needs nothing more from the user. The tree shows what has become of them.
export function on(command: CommandID, done?: string, doing?: string) {
  return async (app: App, first?: unknown, all?: unknown) => {
    const args = containerArgs(first, all);
    const which = args.containers ? count(args.containers.length, 'container') : first instanceof ContainerNode ? first.container.name : 'container';
    const data = await invoke<{ items?: { name: string; error?: unknown }[] }>(app, command, args, { title: doing && `${doing} ${which}` });
    const names = data?.items?.filter(item => !item.error).map(item => item.name) ?? [];
    if (done && names.length > 0) {
      vscode.window.setStatusBarMessage(`${done} ${names.join(', ')}`, 5000);
    }
  };
}

// start watches for a moment whether the program ends at once, and says why.
export async function start(app: App, first?: unknown, all?: unknown): Promise<void> {
  const data = await invoke<{ items: { id: string; name: string; state: string }[] }>(app, 'dockwright.container.start', { waitMs: 1200, ...containerArgs(first, all) }, {
    title: 'Starting', moment: 2500, told: () => {},
  });
  const up = (data?.items ?? []).filter(item => item.state === 'running').map(item => item.name);
  if (up.length > 0) {
    vscode.window.setStatusBarMessage(`Started ${up.join(', ')}`, 5000);
  }
  for (const item of data?.items ?? []) {
    if (item.state === 'exited') {
      void endedAtOnce(app, item.id);
    }
  }
}

export async function rename(app: App, first?: unknown): Promise<void> {
  const args = containerArgs(first);
  if (!args.name) {
    const now = first instanceof ContainerNode ? first.container.name : '';
    const name = await ask('Rename the container', 'At least two of letters, digits, _ . and -', now, wrongContainer);
    if (!name || name === now) {
      return;
    }
    args.name = name;
  }
  await invoke(app, 'dockwright.container.rename', args);
}

export async function wait(app: App, first?: unknown): Promise<void> {
  const data = await invoke<{ name: string; exitCode: number }>(app, 'dockwright.container.wait', containerArgs(first));
  if (data) {
    void vscode.window.showInformationMessage(`${data.name} has ended with exit code ${data.exitCode}.`);
  }
}
