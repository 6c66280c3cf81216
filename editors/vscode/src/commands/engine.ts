// Commands about the engine as a whole.
import * as vscode from 'vscode';
import { App } from '../app';
import { ask } from '../form';
import { invoke } from '../invoke';
import { given } from '../target';
import { about, ContextNode } from '../trees/contexts';
import { EngineInfo } from '../types';

// use works with another engine for the rest of the session.
export async function use(app: App, first?: unknown): Promise<void> {
  const direct = first instanceof ContextNode ? first.choice.use : given(first, 'context');
  const args = direct.context || direct.host ? direct : await pick(app);
  const info = args && await invoke<EngineInfo>(app, 'dockwright.engine.use', args);
  if (info) {
    await app.engine.used(args);
    await vscode.commands.executeCommand('dockwright.views.refresh');
    vscode.window.setStatusBarMessage(`Now with ${info.product} ${info.version} at ${info.endpoint.host}`, 5000);
  }
}

async function pick(app: App): Promise<{ context?: string; host?: string } | undefined> {
  const { choices } = await app.engine.choices();
  const other = { label: '$(edit) Another address…', description: '', use: {} };
  const picked = await vscode.window.showQuickPick([...choices.map(choice => ({ label: choice.name, description: about(choice), use: choice.use })), other], { placeHolder: 'Use which engine?' });
  if (picked !== other) {
    return picked?.use;
  }
  const host = await ask('Use the engine at an address', 'unix:///path, tcp://host:port, ssh://user@host or npipe://path', 'ssh://');
  return host ? { host } : undefined;
}

// menu is what a click on the status bar gives.
export async function menu(app: App): Promise<void> {
  const { failure, endpoint } = app.engine;
  const items = [
    { label: '$(list-tree) Show containers and images', command: 'dockwright.containers.focus' },
    { label: '$(arrow-swap) Use another engine…', command: 'dockwright.engine.use' },
    { label: '$(info) Show the engine', command: 'dockwright.engine.info' },
    { label: '$(checklist) Show jobs', command: 'dockwright.job.list' },
    { label: '$(clear-all) Remove everything unused…', command: 'dockwright.system.prune' },
    { label: '$(debug-restart) Restart the server', command: 'dockwright.server.restart' },
    { label: '$(mortar-board) Open the walkthrough', command: 'dockwright.walkthrough.open' },
  ];
  const picked = await vscode.window.showQuickPick(items, { title: app.engine.title ? `Engine: ${app.engine.title}` : 'Engine', placeHolder: failure?.message ?? endpoint?.host ?? 'Not asked yet' });
  if (picked) {
    await vscode.commands.executeCommand(picked.command);
  }
}
