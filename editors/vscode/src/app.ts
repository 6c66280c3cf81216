// What the parts of the extension share.
import * as vscode from 'vscode';
import { Documents } from './documents';
import { Engine } from './engine';
import { Page } from './page';
import { Remembered } from './remembered';
import { Server } from './server';
import { Streams } from './stream';
import { Walkthrough } from './walkthrough';

export interface App {
  context: vscode.ExtensionContext;
  server: Server;
  engine: Engine;
  documents: Documents;
  page: Page;
  remembered: Remembered;
  streams: Streams;
  walkthrough: Walkthrough;
}
