// The extension, put together. Nothing waits for the server here.
import * as vscode from 'vscode';
import { App } from './app';
import { registerCommands } from './commands';
import { Documents } from './documents';
import { Engine } from './engine';
import { Page } from './page';
import { Remembered } from './remembered';
import { Server } from './server';
import { Status } from './status';
import { Streams } from './stream';
import { Tasks } from './tasks';
import { ContainerTree } from './trees/containers';
import { ContextTree } from './trees/contexts';
import { ImageTree } from './trees/images';
import { Walkthrough } from './walkthrough';

// Exports are what the extension's own tests look at; nobody else gets any.
export interface Exports { app: App; containers: ContainerTree; images: ImageTree; contexts: ContextTree; status: Status }

export function activate(context: vscode.ExtensionContext): Exports | undefined {
  const server = new Server(context.extensionUri);
  const engine = new Engine(server);
  const app: App = {
    context, server, engine, documents: new Documents(), page: new Page(), remembered: new Remembered(context.workspaceState), streams: new Streams(),
    walkthrough: new Walkthrough(`${context.extension.id}#start`),
  };
  const status = new Status(engine, server);
  const containers = new ContainerTree(app), images = new ImageTree(app), contexts = new ContextTree(app);
  const refresh = () => [containers, images, contexts].forEach(tree => tree.refresh());
  engine.views.push(containers.view, images.view);

  context.subscriptions.push(
    server, engine, app.documents, app.page, app.streams, status, containers, images, contexts,
    ...registerCommands(app),
    vscode.commands.registerCommand('dockwright.views.refresh', refresh),
    vscode.tasks.registerTaskProvider('dockwright', new Tasks(app)),
    server.onState(state => {
      if (state === 'running') {
        void engine.look().catch(() => {});
        refresh();
      } else if (server.missing) {
        refresh(); // what they show is not true any more
      }
    }),
    server.onEngineChanged(({ kinds }) => {
      if (kinds.some(kind => kind !== 'image')) { // containers, or the engine as a whole
        containers.refresh();
      }
      images.refresh(); // they show which containers use them
    }),
    engine.onChange(() => contexts.refresh()),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused && engine.endpoint) { // some engines do not tell of what other programs have built
        images.refresh();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.restart()),
    vscode.workspace.onDidChangeConfiguration(change => {
      if (['dockwright.server', 'dockwright.engine', 'dockwright.build.builder', 'dockwright.build.builderTLS'].some(name => change.affectsConfiguration(name))) {
        server.chosen = {};
        void server.restart();
      }
    }),
  );
  void server.start().catch(() => {}); // the user has been told
  return context.extensionMode === vscode.ExtensionMode.Test ? { app, containers, images, contexts, status } : undefined;
}
