// Looks again for an engine that does not answer while a view shows that it does not: the server watches only those that have answered once.
import * as vscode from 'vscode';
import { App } from './app';
import { quietly } from './invoke';

const near = 5000, far = 30_000; // milliseconds between two looks; for an engine elsewhere a connection is made each time

export class Recovery implements vscode.Disposable {
  private timer?: NodeJS.Timeout;
  private readonly registered: vscode.Disposable[];

  // found is called when the engine answers.
  constructor(private readonly app: App, private readonly found: () => void) {
    this.registered = [app.engine.onChange(() => this.wait()), ...app.engine.views.map(view => view.onDidChangeVisibility(() => this.wait()))];
  }

  private wait(): void {
    const { engine, server } = this.app;
    clearTimeout(this.timer);
    if (engine.inSight && engine.failure!.kind === 'engineUnreachable' && !server.missing) {
      this.timer = setTimeout(() => void this.look(), /^(tcp|ssh):/.test(engine.choice?.host ?? '') ? far : near);
    }
  }

  private async look(): Promise<void> {
    if (this.app.server.missing) { // calls start it, which the user has been told about
      return;
    }
    const { error } = await quietly(this.app, 'dockwright.engine.info', {}).catch(error => ({ error }));
    if (error) {
      this.wait();
    } else {
      this.found();
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.registered.forEach(d => d.dispose());
  }
}
