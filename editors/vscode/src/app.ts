// What the parts of the extension share.
import * as vscode from 'vscode';
import { Channels } from './channels';
import { Documents } from './documents';
import { Engine } from './engine';
import { Page } from './page';
import { Remembered } from './remembered';
import { Server } from './server';

export interface App {
  context: vscode.ExtensionContext;
  server: Server;
  engine: Engine;
  channels: Channels;
  documents: Documents;
  page: Page;
  remembered: Remembered;
}
