// What the tests in the extension host share.
import * as vscode from 'vscode';
import type { Exports } from '../../src/extension';

export type Tests = Record<string, () => Promise<void>>;

export const check = {
  // until waits for something to be there. The limit is for what hangs; nothing depends on it.
  async until<T>(what: string, get: () => T | undefined | false | Promise<T | undefined | false>, limit = 30_000): Promise<T> {
    for (const end = Date.now() + limit; Date.now() < end;) {
      const got = await get();
      if (got) {
        return got;
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error(`it did not come to this: ${what}`);
  },

  limit<T>(work: Promise<T>, ms: number): Promise<T> {
    return Promise.race([work, new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`not done after ${ms} ms`)), ms))]);
  },
};

export function extension(): vscode.Extension<Exports> {
  return vscode.extensions.getExtension<Exports>('dockwright.dockwright')!;
}

export function exports(): Exports {
  return extension().exports;
}

export function folder(): vscode.Uri {
  return vscode.workspace.workspaceFolders![0].uri;
}

// open writes a file into the workspace and shows it.
export async function open(name: string, text: string): Promise<vscode.TextEditor> {
  const uri = vscode.Uri.joinPath(folder(), name);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return vscode.window.showTextDocument(uri);
}

export function codes(uri: vscode.Uri): string[] {
  return vscode.languages.getDiagnostics(uri).map(d => String(typeof d.code === 'object' ? d.code.value : d.code)).sort();
}
