// A form in a quick pick: what can be done stands first, then each field with its value. It comes back until something is done.
import * as vscode from 'vscode';

export interface Field {
  label: string;
  value: string; // as shown; empty shows what is left to the server
  empty: string;
  edit: () => Promise<void> | void;
}

// form returns the index of the action that was chosen, or undefined.
export async function form(title: string, actions: { label: string; icon: string }[], fields: () => Field[]): Promise<number | undefined> {
  for (;;) {
    type Item = vscode.QuickPickItem & { action?: number; edit?: Field['edit'] };
    const items: Item[] = [
      ...actions.map(({ label, icon }, action) => ({ label: `$(${icon}) ${label}`, action })),
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      ...fields().map(({ label, value, empty, edit }) => ({ label, description: value || empty, edit })),
    ];
    const picked = await pick(title, items);
    if (!picked || picked.action !== undefined) {
      return picked?.action;
    }
    await picked.edit!();
  }
}

function pick<T extends vscode.QuickPickItem>(title: string, items: T[]): Promise<T | undefined> {
  const quick = vscode.window.createQuickPick<T>();
  quick.title = title;
  quick.placeholder = 'Enter does the first line. Choose another line to change it.';
  quick.items = items;
  quick.ignoreFocusOut = true;
  return new Promise(resolve => {
    quick.onDidAccept(() => { resolve(quick.activeItems[0]); quick.dispose(); });
    quick.onDidHide(() => { resolve(undefined); quick.dispose(); });
    quick.show();
  });
}

// ask is an input box that gives the text, or undefined if it was left.
export function ask(title: string, prompt: string, value = '', validate?: (text: string) => string | undefined): Thenable<string | undefined> {
  return vscode.window.showInputBox({ title, prompt, value, ignoreFocusOut: true, validateInput: validate });
}
