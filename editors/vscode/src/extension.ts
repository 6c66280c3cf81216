import * as vscode from 'vscode';
import { findBinary } from './binary';
import { newClient } from './client';

export async function activate(context: vscode.ExtensionContext) {
  const channel = vscode.window.createOutputChannel('Dockwright', { log: true });
  const client = newClient(findBinary(context.extensionUri), channel);
  context.subscriptions.push(channel, client);
  await client.start();
}
