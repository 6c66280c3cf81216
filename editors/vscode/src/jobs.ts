// Long commands: progress with a way to cancel, and the output while it comes.
import { ExecuteCommandRequest, WorkDoneProgress, WorkDoneProgressCancelNotification } from 'vscode-languageclient';
import { LanguageClient } from 'vscode-languageclient/node';
import * as vscode from 'vscode';
import { CommandID } from './catalogue';
import { Result } from './types';

export type Sink = (text: string, stream: string) => void;

export interface JobOptions {
  output?: Sink;
  cancel?: vscode.CancellationToken;
  progress?: (message: string, percentage?: number) => void;
}

interface Piece { progressToken: string | number; stream: string; data: string }

export class Jobs {
  private last = 0;
  private readonly running = new Map<string | number, Sink>(); // by the token that the call was made with

  constructor(private readonly client: LanguageClient) {
    client.onNotification('dockwright/job/output', (piece: Piece) => this.running.get(piece.progressToken)?.(piece.data, piece.stream));
  }

  // run calls a command that is a job.
  async run<T>(command: CommandID, args: object, options: JobOptions): Promise<Result<T>> {
    const token = `vscode/${++this.last}`;
    if (options.output) {
      this.running.set(token, options.output);
    }
    const progress = this.client.onProgress(WorkDoneProgress.type, token, value => {
      if (value.kind === 'report') {
        options.progress?.(value.message ?? '', value.percentage);
      }
    });
    const cancel = options.cancel?.onCancellationRequested(() => void this.client.sendNotification(WorkDoneProgressCancelNotification.type, { token }));
    try {
      return await this.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [args], workDoneToken: token });
    } finally {
      this.running.delete(token);
      progress.dispose();
      cancel?.dispose();
    }
  }
}
