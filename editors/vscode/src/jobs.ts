// Long commands: progress with a way to cancel, and the output while it comes.
import { ExecuteCommandRequest, WorkDoneProgress, WorkDoneProgressCancelNotification } from 'vscode-languageclient';
import { LanguageClient } from 'vscode-languageclient/node';
import * as vscode from 'vscode';
import { CommandID } from './catalogue';
import { Job, Result } from './types';

export type Sink = (text: string, stream: string) => void;

export interface JobOptions {
  output?: Sink;
  cancel?: vscode.CancellationToken;
  progress?: (message: string, percentage?: number) => void;
}

const nowhere: Sink = () => {};

interface Piece { jobId: string; stream: string; data: string }

export class Jobs {
  private last = 0;
  private starting: Promise<void> = Promise.resolve();
  private readonly bound = new Map<string, Sink>();
  private readonly early = new Map<string, Piece[]>();

  constructor(private readonly client: LanguageClient) {
    client.onNotification('dockwright/job/output', (piece: Piece) => this.take(piece));
  }

  // run calls a command that is a job. Its output comes under an id that the server makes up, so calls begin one after the other:
  // then the job that nobody knows yet is the one that was begun.
  async run<T>(command: CommandID, args: object, options: JobOptions): Promise<Result<T>> {
    const before = this.starting;
    let begun!: () => void;
    this.starting = new Promise(resolve => begun = resolve);
    await before;
    let id: string | undefined;
    const bind = (jobId?: string) => {
      if (jobId && !id) {
        id = jobId;
        this.bind(jobId, options.output);
      }
    };
    const token = `vscode/${++this.last}`;
    const progress = this.client.onProgress(WorkDoneProgress.type, token, value => {
      if (value.kind === 'begin') {
        void this.newest(command).then(bind, () => {}).then(begun);
      } else if (value.kind === 'report') {
        options.progress?.(value.message ?? '', value.percentage);
      }
    });
    const cancel = options.cancel?.onCancellationRequested(() => void this.client.sendNotification(WorkDoneProgressCancelNotification.type, { token }));
    try {
      const result: Result<T> = await this.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [args], workDoneToken: token });
      bind(result.jobId);
      return result;
    } finally {
      begun();
      progress.dispose();
      cancel?.dispose();
      if (id) {
        this.bound.set(id, nowhere);
      }
    }
  }

  // newest is the id of the job that runs this command and is nobody's yet.
  private async newest(command: CommandID): Promise<string | undefined> {
    const list: CommandID = 'dockwright.job.list';
    const result: Result<{ jobs: Job[] }> = await this.client.sendRequest(ExecuteCommandRequest.type, { command: list, arguments: [{}] });
    return result.data?.jobs.find(job => job.command === command && !this.bound.has(job.jobId))?.jobId;
  }

  private bind(jobId: string, output: Sink = nowhere): void {
    this.bound.set(jobId, output);
    for (const piece of this.early.get(jobId) ?? []) {
      output(piece.data, piece.stream);
    }
    this.early.delete(jobId);
  }

  private take(piece: Piece): void {
    const output = this.bound.get(piece.jobId);
    if (output) {
      output(piece.data, piece.stream);
    } else {
      this.early.set(piece.jobId, [...this.early.get(piece.jobId) ?? [], piece]);
    }
  }
}
