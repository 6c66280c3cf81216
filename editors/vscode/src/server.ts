// The server as the rest of the extension sees it: it is there, it is not there, it answers commands.
import * as vscode from 'vscode';
import { BinaryMissing, findBinary } from './binary';
import { CommandID } from './catalogue';
import type { Connection } from './connection';
import type { JobOptions } from './jobs';
import { Result } from './types';

// ServerMissing is thrown by calls while there is no server. The user has been told already.
export class ServerMissing extends Error {}

export class Server implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel('Dockwright', { log: true });
  missing = false; // it could not be started; the user has been told
  chosen: { host?: string; context?: string } = {}; // the engine that the user has chosen in this session, for when the server starts again

  private readonly states = new vscode.EventEmitter<'running' | 'stopped'>();
  private readonly changes = new vscode.EventEmitter<{ kinds: string[] }>();
  readonly onState = this.states.event;
  readonly onEngineChanged = this.changes.event;

  private connection?: Connection;
  private started?: Promise<void>;
  private restarting?: Promise<void>;

  constructor(private readonly extension: vscode.Uri) {}

  // start starts the server, or waits for it. It tells the user if that cannot be.
  start(): Promise<void> {
    return this.restarting?.then(() => this.missing ? Promise.reject(new ServerMissing()) : this.begin()) ?? this.begin();
  }

  private begin(): Promise<void> {
    return this.started ??= this.launch().then(() => this.tell(false), error => {
      this.started = undefined;
      this.tell(true);
      this.states.fire('stopped');
      void this.complain(error);
      throw new ServerMissing(String(error));
    });
  }

  // restart starts the server anew. Calls wait for it meanwhile: that it cannot be started is said once.
  restart(): Promise<void> {
    return this.restarting ??= this.stop().then(() => this.begin()).catch(() => {}).finally(() => this.restarting = undefined);
  }

  async stop(): Promise<void> {
    this.connection?.leave();
    await this.started?.catch(() => {});
    const connection = this.connection;
    this.connection = this.started = undefined;
    await connection?.dispose().catch(error => this.log.warn(`Stopping the server: ${error}`));
  }

  async dispose(): Promise<void> {
    await this.stop();
    this.states.dispose();
    this.changes.dispose();
    this.log.dispose();
  }

  // call calls a command of the server.
  async call<T>(command: CommandID, args: object, options: JobOptions = {}): Promise<Result<T>> {
    await this.start();
    return this.connection!.call<T>(command, args, options);
  }

  // claim keeps a message of the server from being shown: it has been, in another way.
  claim(message: string): void {
    this.connection?.claim(message);
  }

  private async launch(): Promise<void> {
    const binary = findBinary(this.extension);
    this.log.info(`Starting ${binary.path} (${binary.origin})`);
    const { Connection } = await import('./connection');
    const connection = new Connection(binary, this.log, this.engine(), {
      state: running => {
        if (this.connection === connection) {
          this.states.fire(running ? 'running' : 'stopped');
        }
      },
      engineChanged: change => this.changes.fire(change),
    });
    this.connection = connection;
    await connection.start();
  }

  private engine(): Record<string, string> {
    const { host = '', context = '' } = this.chosen;
    return host || context ? { 'dockwright.engine.host': host, 'dockwright.engine.context': context } : {};
  }

  private tell(missing: boolean): void {
    this.missing = missing;
    void vscode.commands.executeCommand('setContext', 'dockwright.server', missing ? 'missing' : 'running');
  }

  // complain says why there is no server, and what to do.
  private async complain(error: unknown): Promise<void> {
    const again = 'Try Again', setting = 'Set Path', log = 'Show Log';
    const message = error instanceof BinaryMissing
      ? error.message
      : `The dockwright server could not be started: ${error instanceof Error ? error.message : error}`;
    this.log.error(message);
    switch (await vscode.window.showErrorMessage(message, again, setting, log)) {
      case again: await this.restart(); break;
      case setting: await vscode.commands.executeCommand('workbench.action.openSettings', 'dockwright.server.path'); break;
      case log: this.log.show(); break;
    }
  }
}
