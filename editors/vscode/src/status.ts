// The status bar item: which engine is in use, and whether it answers.
import * as vscode from 'vscode';
import { Engine } from './engine';
import { Server } from './server';

export class Status implements vscode.Disposable {
  readonly item = vscode.window.createStatusBarItem('dockwright.engine', vscode.StatusBarAlignment.Left, -10);

  constructor(private readonly engine: Engine, server: Server) {
    this.item.name = 'Container Engine (Dockwright)';
    this.item.command = 'dockwright.engine.menu';
    engine.onChange(() => this.update());
    server.onState(state => state === 'running' ? this.update() : this.down());
  }

  private update(): void {
    const { title, endpoint, failure } = this.engine;
    const shown = title || 'engine';
    this.item.text = `$(${failure ? 'warning' : 'package'}) ${shown}`;
    this.item.backgroundColor = failure && new vscode.ThemeColor('statusBarItem.warningBackground');
    this.item.tooltip = failure?.message ?? (endpoint ? `Container engine at ${endpoint.host}` : 'The container engine that is used when something is asked of it');
    this.item.accessibilityInformation = { label: `Container engine ${shown}${failure ? ', does not answer' : ''}`, role: 'button' };
    this.item.show();
  }

  private down(): void {
    this.item.text = '$(error) Dockwright';
    this.item.backgroundColor = new vscode.ThemeColor('statusBarItem.errorBackground');
    this.item.tooltip = 'The dockwright server does not run.';
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}
