// A running server: its client, its jobs, its messages. Bundled apart from the rest, because the client's library is large: the
// extension is active before it is read.
import * as vscode from 'vscode';
import { ExecuteCommandRequest, State } from 'vscode-languageclient';
import { LanguageClient } from 'vscode-languageclient/node';
import { Binary } from './binary';
import { catalogue, CommandID } from './catalogue';
import { newClient } from './client';
import { JobOptions, Jobs } from './jobs';
import { Messages } from './messages';
import { Result } from './types';

export interface Listener {
  state: (running: boolean) => void;
  engineChanged: (change: { kinds: string[] }) => void;
}

export class Connection {
  private readonly client: LanguageClient;
  private readonly jobs: Jobs;
  private readonly messages: Messages;
  private leaving = false;

  constructor(binary: Binary, log: vscode.LogOutputChannel, engine: Record<string, string>, listener: Listener) {
    this.client = newClient(binary, log, engine, () => this.leaving);
    this.jobs = new Jobs(this.client);
    this.messages = new Messages(this.client);
    this.client.onNotification('dockwright/engine/changed', listener.engineChanged);
    this.client.onDidChangeState(({ newState }) => {
      if (newState !== State.Starting) {
        listener.state(newState === State.Running);
      }
    });
  }

  start(): Promise<void> {
    return this.client.start();
  }

  // leave says that dispose is about to come.
  leave(): void {
    this.leaving = true;
    this.messages.end();
  }

  dispose(): Promise<void> {
    return this.client.dispose();
  }

  call<T>(command: CommandID, args: object, options: JobOptions): Promise<Result<T>> {
    if (catalogue[command].long) {
      return this.jobs.run<T>(command, args, options);
    }
    return this.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [args] }, options.cancel);
  }

  claim(message: string): void {
    this.messages.claim(message);
  }
}
