// Terminals: the integrated terminal runs the server's own program, which is a true terminal client of the engine.
import * as vscode from 'vscode';
import { App } from './app';
import { buildOutput } from './commands/build';
import { invoke } from './invoke';

// terminalSource marks the terminals of new containers among tasks.
export const terminalSource = 'Dockwright';

interface Order { title: string; argv: string[]; cwd: string }

// openTerminal opens a terminal in a container; of a shell nothing has to stay when it ends.
export async function openTerminal(app: App, args: object): Promise<vscode.Terminal | undefined> {
  const order = await take(app, args);
  if (!order) {
    return undefined;
  }
  const terminal = vscode.window.createTerminal({
    name: order.title, shellPath: order.argv[0], shellArgs: order.argv.slice(1), cwd: order.cwd, iconPath: new vscode.ThemeIcon('package'), isTransient: true,
  });
  terminal.show();
  return terminal;
}

// runInTerminal runs a new container in a terminal that stays when it ends: what was written last says why.
export async function runInTerminal(app: App, run: object): Promise<void> {
  const order = await take(app, { mode: 'run', run });
  if (!order) {
    return;
  }
  const execution = new vscode.ProcessExecution(order.argv[0], order.argv.slice(1), { cwd: order.cwd });
  const task = new vscode.Task({ type: 'process' }, vscode.TaskScope.Workspace, order.title, terminalSource, execution, []);
  task.presentationOptions = { echo: false, focus: true, panel: vscode.TaskPanelKind.New, showReuseMessage: false };
  await vscode.tasks.executeTask(task);
}

async function take(app: App, args: object): Promise<Order | undefined> {
  const order = await invoke<Order>(app, 'dockwright.container.terminal', args, { output: buildOutput(app, 'for the terminal') });
  if (order) {
    // The server tells editors without terminals what to run.
    app.server.claim(`Run this in a terminal: ${order.argv.join(' ')}`);
  }
  return order;
}
