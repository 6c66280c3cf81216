// What is known of the container engine: which one it is, and whether it answers. Nobody is asked for it: every result tells.
import * as vscode from 'vscode';
import { Server } from './server';
import { Context, Endpoint, Failure, Result } from './types';

export class Engine implements vscode.Disposable {
  name = ''; // of the context in use
  endpoint?: Endpoint;
  failure?: Failure; // why it does not answer

  private readonly changed = new vscode.EventEmitter<void>();
  readonly onChange = this.changed.event;

  constructor(private readonly server: Server) {}

  // saw learns from a result of a command that asks the engine.
  saw(result: Result<unknown>): void {
    const failure = result.error && unreachable.includes(result.error.kind) ? result.error : undefined;
    if (!failure && !result.endpoint) {
      return;
    }
    const before = `${this.endpoint?.host} ${this.failure?.message}`;
    this.endpoint = result.endpoint ?? this.endpoint;
    this.failure = failure;
    if (`${this.endpoint?.host} ${this.failure?.message}` !== before) {
      this.tell();
    }
  }

  // look finds out which context is in use. That is in files of the user: no engine is asked.
  async look(): Promise<void> {
    const result = await this.server.call<{ contexts: Context[] }>('dockwright.engine.contexts', {});
    this.name = result.data?.contexts.find(context => context.current)?.name ?? '';
    this.tell();
  }

  private tell(): void {
    void vscode.commands.executeCommand('setContext', 'dockwright.engine', this.failure ? 'unreachable' : this.endpoint ? 'ok' : 'unknown');
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}

const unreachable = ['engineUnreachable', 'permissionDenied', 'authFailed'];
