// What the user filled in last, per Dockerfile or image, in this workspace.
import * as vscode from 'vscode';

export class Remembered {
  constructor(private readonly state: vscode.Memento) {}

  of<T extends object>(form: string, subject: string): T {
    return this.state.get<T>(`${form} ${subject}`, {} as T);
  }

  keep(form: string, subject: string, values: object): Thenable<void> {
    return this.state.update(`${form} ${subject}`, values);
  }
}
