// Answers for the questions that the extension asks: VS Code's own inputs cannot be pressed from here.
import * as vscode from 'vscode';

type Input = 'showWarningMessage' | 'showErrorMessage' | 'showInformationMessage' | 'showQuickPick' | 'showInputBox' | 'showOpenDialog';

export interface Asked { input: Input; args: unknown[] }

// answering has answer called in place of VS Code's inputs while work is done, and returns what was asked.
export async function answering(answer: (asked: Asked) => unknown, work: () => Thenable<unknown>): Promise<Asked[]> {
  const asked: Asked[] = [];
  const inputs: Input[] = ['showWarningMessage', 'showErrorMessage', 'showInformationMessage', 'showQuickPick', 'showInputBox', 'showOpenDialog'];
  const window = vscode.window as unknown as Record<Input, unknown>;
  const before = Object.fromEntries(inputs.map(input => [input, window[input]])) as Record<Input, unknown>;
  for (const input of inputs) {
    window[input] = async (...args: unknown[]) => {
      asked.push({ input, args });
      return answer({ input, args });
    };
  }
  try {
    await work();
  } finally {
    Object.assign(window, before);
  }
  return asked;
}
