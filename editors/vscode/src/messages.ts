// The server's messages to the user. What a command's result says too is shown by the extension, with buttons; so a message waits
// a moment before it is shown, in which the result that follows it can claim it.
import * as vscode from 'vscode';
import { MessageType, ShowMessageNotification, ShowMessageParams } from 'vscode-languageclient';
import { LanguageClient } from 'vscode-languageclient/node';

const patience = 150; // milliseconds; the result follows on the same wire

export class Messages {
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private ended = false;

  constructor(client: LanguageClient) {
    client.onNotification(ShowMessageNotification.type, message => this.hold(message));
  }

  // claim keeps a message from being shown.
  claim(text: string): void {
    clearTimeout(this.waiting.get(text));
    this.waiting.delete(text);
  }

  // end drops what waits, and what comes still: of a server that leaves, nothing is worth a message.
  end(): void {
    this.ended = true;
    this.waiting.forEach(timer => clearTimeout(timer));
  }

  private hold(message: ShowMessageParams): void {
    if (this.ended) {
      return;
    }
    this.claim(message.message); // the same again is shown once
    this.waiting.set(message.message, setTimeout(() => {
      this.waiting.delete(message.message);
      void show(message);
    }, patience));
  }
}

function show({ type, message }: ShowMessageParams): Thenable<unknown> {
  switch (type) {
    case MessageType.Error: return vscode.window.showErrorMessage(message);
    case MessageType.Warning: return vscode.window.showWarningMessage(message);
    default: return vscode.window.showInformationMessage(message);
  }
}
