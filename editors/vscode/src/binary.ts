// Finds the dockwright program: where the user says, in the extension, or on PATH.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';

const name = process.platform === 'win32' ? 'dockwright.exe' : 'dockwright';

export interface Binary { path: string; origin: 'setting' | 'bundled' | 'PATH' }

// BinaryMissing says in one sentence why there is no program, for the user.
export class BinaryMissing extends Error {}

export function findBinary(extension: vscode.Uri): Binary {
  const set = expand(vscode.workspace.getConfiguration('dockwright').get<string>('server.path', '').trim());
  if (set) {
    if (!isProgram(set)) {
      throw new BinaryMissing(`The setting dockwright.server.path names no program that can be run: ${set}. Empty it to use the extension's own.`);
    }
    return { path: set, origin: 'setting' };
  }
  const bundled = vscode.Uri.joinPath(extension, 'bin', name).fsPath;
  if (isProgram(bundled)) {
    return { path: bundled, origin: 'bundled' };
  }
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    // A relative folder on PATH would let a workspace bring a program of its own.
    if (path.isAbsolute(folder) && isProgram(path.join(folder, name))) {
      return { path: path.join(folder, name), origin: 'PATH' };
    }
  }
  throw new BinaryMissing(`The program ${name} is neither part of this extension nor on PATH. Install it, or say where it is in the setting dockwright.server.path.`);
}

function expand(set: string): string {
  return set.startsWith('~/') ? path.join(os.homedir(), set.slice(2)) : set;
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return path.isAbsolute(file) && fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
