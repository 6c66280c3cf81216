// Commands about the engine as a whole.
import * as vscode from 'vscode';
import { App } from '../app';
import { ask } from '../form';
import { invoke, quietly } from '../invoke';
import { given } from '../target';
import { ContextNode } from '../trees/contexts';
import { Context, EngineInfo } from '../types';

// use works with another engine for the rest of the session.
export async function use(app: App, first?: unknown): Promise<void> {
  const direct = first instanceof ContextNode ? { context: first.context.name } : given(first, 'context');
  const args = direct.context || direct.host ? direct : await pick(app);
  const info = args && await invoke<EngineInfo>(app, 'dockwright.engine.use', args);
  if (info) {
    app.server.chosen = args;
    await app.engine.look();
    await vscode.commands.executeCommand('dockwright.views.refresh');
    vscode.window.setStatusBarMessage(`Now with ${info.product} ${info.version} at ${info.endpoint.host}`, 5000);
  }
}

async function pick(app: App): Promise<{ context?: string; host?: string } | undefined> {
  const { data } = await quietly<{ contexts: Context[] | null }>(app, 'dockwright.engine.contexts', {});
  const items = (data?.contexts ?? []).map(context => ({
    label: context.name, description: [context.current && 'in use', context.problem ?? context.host].filter(Boolean).join(' · '), context: context.name,
  }));
  const other = { label: '$(edit) Another address…', description: '', context: '' };
  const picked = await vscode.window.showQuickPick([...items, other], { placeHolder: 'Use which engine?' });
  if (picked !== other) {
    return picked && { context: picked.context };
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
  const picked = await vscode.window.showQuickPick(items, { title: app.engine.name ? `Engine: ${app.engine.name}` : 'Engine', placeHolder: failure?.message ?? endpoint?.host ?? 'Not asked yet' });
  if (picked) {
    await vscode.commands.executeCommand(picked.command);
  }
}
