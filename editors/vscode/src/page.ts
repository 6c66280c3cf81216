// A readable page beside the editor: headings, tables, and links that call commands. It has no scripts.
import * as vscode from 'vscode';

// html marks text that is HTML already. Everything else that is put into it is escaped.
export class HTML { constructor(readonly text: string) {} }

export function html(parts: TemplateStringsArray, ...values: (string | number | undefined | HTML | HTML[])[]): HTML {
  const text = values.map(value => Array.isArray(value) ? value.map(v => v.text).join('') : value instanceof HTML ? value.text : escape(String(value ?? '')));
  return new HTML(parts.map((part, i) => part + (text[i] ?? '')).join(''));
}

// link calls a command of VS Code. Of the actions of a page, the one that most want can stand out.
export function link(title: string, command: string, args: unknown[], primary = false): HTML {
  return html`<a class="${primary ? 'primary' : ''}" href="command:${command}?${encodeURIComponent(JSON.stringify(args))}" role="button">${title}</a>`;
}

// answers are the links that answer the question of a page. None of them stands out: what destroys must not.
export function answers(page: string, ...titles: string[]): HTML {
  return html`<div class="actions">${titles.map(title => link(title, answered, [page, title]))}</div>`;
}

const answered = 'dockwright.page.answer';

export function table(caption: string, columns: string[], rows: (string | number | HTML)[][]): HTML {
  if (rows.length === 0) {
    return html`<p>Nothing.</p>`;
  }
  return html`<table aria-label="${caption}"><thead><tr>${columns.map(c => html`<th scope="col">${c}</th>`)}</tr></thead>
<tbody>${rows.map(row => html`<tr>${row.map(cell => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`;
}

// facts is a table of names and values.
export function facts(caption: string, rows: [string, string][]): HTML {
  return html`<table aria-label="${caption}"><tbody>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>`;
}

export class Page implements vscode.Disposable {
  private readonly panels = new Map<string, vscode.WebviewPanel>();
  private readonly questions = new Map<string, (answer?: string) => void>();

  // show opens a page, or brings the one of that name up to date. Its links may call these commands and no others.
  show(name: string, title: string, body: HTML, commands: string[] = []): void {
    let panel = this.panels.get(name);
    if (!panel) {
      panel = vscode.window.createWebviewPanel('dockwright', title, vscode.ViewColumn.Active, { enableScripts: false, enableFindWidget: true, localResourceRoots: [] });
      this.panels.set(name, panel);
      panel.onDidDispose(() => { this.panels.delete(name); this.answer(name); });
    }
    panel.title = title;
    panel.webview.options = { ...panel.webview.options, enableCommandUris: commands };
    panel.webview.html = document(title, body).text;
    panel.reveal(undefined, false);
  }

  // ask shows a page with answers, and gives the one that the user chooses. Who closes the page gives none.
  ask(name: string, title: string, body: HTML): Promise<string | undefined> {
    this.answer(name);
    this.show(name, title, body, [answered]);
    return new Promise(resolve => this.questions.set(name, resolve));
  }

  // answer is what the links of a question call.
  answer(name: string, answer?: string): void {
    const resolve = this.questions.get(name);
    this.questions.delete(name);
    if (resolve) {
      this.panels.get(name)?.dispose();
      resolve(answer);
    }
  }

  dispose(): void {
    this.panels.forEach(panel => panel.dispose());
  }
}

function document(title: string, body: HTML): HTML {
  return html`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${new HTML(style)}</style></head><body><main>${body}</main></body></html>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
}

const style = `
body { font: var(--vscode-font-size) var(--vscode-font-family); color: var(--vscode-foreground); padding: 0 1.5rem 2rem; line-height: 1.5; }
main { max-width: 60rem; }
h1 { font-size: 1.5em; font-weight: 600; } h2 { font-size: 1.1em; font-weight: 600; margin: 1.6em 0 .4em; }
.lead { font-size: 1.15em; } .quiet { color: var(--vscode-descriptionForeground); }
code, pre, .mono { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); }
pre { background: var(--vscode-textCodeBlock-background); padding: .6em .8em; overflow-x: auto; white-space: pre-wrap; border-radius: 4px; margin: .3em 0 .8em; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; } th[scope=row] { width: 10em; font-weight: normal; color: var(--vscode-descriptionForeground); }
td, th { padding: .25em .8em .25em 0; vertical-align: top; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border)); overflow-wrap: anywhere; }
.actions a { display: inline-block; padding: .25em .9em; margin: 0 .5em .5em 0; border-radius: 4px; text-decoration: none;
  color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
.actions a:hover { background: var(--vscode-button-secondaryHoverBackground); }
.actions a.primary { color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
.actions a.primary:hover { background: var(--vscode-button-hoverBackground); }
a:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
`;
