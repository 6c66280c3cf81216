// Terminals: the integrated terminal runs the server's own program, which is a true terminal client of the engine.
import * as vscode from 'vscode';
import { App } from './app';
import { buildOutput } from './commands/build';
import { invoke } from './invoke';

interface Order { title: string; argv: string[]; cwd: string }

// openTerminal opens a terminal in a container, or of a new one. The program holds it when it ends, unless the user left a shell.
export async function openTerminal(app: App, args: object): Promise<vscode.Terminal | undefined> {
  const build = buildOutput(app, 'build for the terminal');
  const order = await invoke<Order>(app, 'dockwright.container.terminal', { ...args, hold: true }, {
    output: build.output, told: (_, __, warned) => warned || build.close(), // the server tells editors without terminals what to run
  });
  if (!order) {
    return undefined;
  }
  const terminal = vscode.window.createTerminal({
    name: order.title, shellPath: order.argv[0], shellArgs: order.argv.slice(1), cwd: order.cwd, iconPath: new vscode.ThemeIcon('package'), isTransient: true,
  });
  terminal.show();
  return terminal;
}

export async function runInTerminal(app: App, run: object): Promise<void> {
  await openTerminal(app, { mode: 'run', run });
}
