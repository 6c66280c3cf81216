// The server as the rest of the extension sees it: it is there, it is not there, it answers commands.
import * as vscode from 'vscode';
import { ExecuteCommandRequest, State } from 'vscode-languageclient';
import { LanguageClient } from 'vscode-languageclient/node';
import { BinaryMissing, findBinary } from './binary';
import { catalogue, CommandID } from './catalogue';
import { newClient } from './client';
import { JobOptions, Jobs } from './jobs';
import { Messages } from './messages';
import { Result } from './types';

// ServerMissing is thrown by calls while there is no server. The user has been told already.
export class ServerMissing extends Error {}

export class Server implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel('Dockwright', { log: true });
  readonly messages = new Messages();
  // engine is what the user has chosen in this session, for when the server starts again.
  engine: { host?: string; context?: string } = {};

  private readonly states = new vscode.EventEmitter<'running' | 'stopped'>();
  private readonly changes = new vscode.EventEmitter<{ kinds: string[] }>();
  readonly onState = this.states.event;
  missing = false; // it could not be started; the user has been told
  readonly onEngineChanged = this.changes.event;

  private client?: LanguageClient;
  private jobs?: Jobs;
  private started?: Promise<void>;

  constructor(private readonly extension: vscode.Uri) {}

  // start starts the server, or waits for it. It tells the user if that cannot be.
  start(): Promise<void> {
    return this.started ??= this.launch().then(() => this.tell(false), error => {
      this.started = undefined;
      this.tell(true);
      this.states.fire('stopped');
      void this.complain(error);
      throw new ServerMissing(String(error));
    });
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start().catch(() => {});
  }

  async stop(): Promise<void> {
    await this.started?.catch(() => {});
    const client = this.client;
    this.client = this.jobs = this.started = undefined;
    await client?.dispose();
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
    if (catalogue[command].long) {
      return this.jobs!.run<T>(command, args, options);
    }
    return this.client!.sendRequest(ExecuteCommandRequest.type, { command, arguments: [args] }, options.cancel);
  }

  private async launch(): Promise<void> {
    const binary = findBinary(this.extension);
    this.log.info(`Starting ${binary.path} (${binary.origin})`);
    const client = newClient(binary, this.log, this.engine);
    this.client = client;
    this.jobs = new Jobs(client);
    this.messages.attach(client);
    client.onNotification('dockwright/engine/changed', change => this.changes.fire(change));
    client.onDidChangeState(({ newState }) => {
      if (this.client === client && newState !== State.Starting) {
        this.states.fire(newState === State.Running ? 'running' : 'stopped');
      }
    });
    await client.start();
  }

  private tell(missing: boolean): void {
    this.missing = missing;
    void vscode.commands.executeCommand('setContext', 'dockwright.server', missing ? 'missing' : 'running');
  }

  // complain says why there is no server, and what to do.
  private async complain(error: unknown): Promise<void> {
    const again = 'Try Again', setting = 'Set Path', log = 'Show Log';
    const message = error instanceof BinaryMissing
      ? `${error.message} Install dockwright, or say where it is in the setting dockwright.server.path.`
      : `The dockwright server could not be started: ${error instanceof Error ? error.message : error}`;
    this.log.error(message);
    switch (await vscode.window.showErrorMessage(message, again, setting, log)) {
      case again: await this.restart(); break;
      case setting: await vscode.commands.executeCommand('workbench.action.openSettings', 'dockwright.server.path'); break;
      case log: this.log.show(); break;
    }
  }
}
