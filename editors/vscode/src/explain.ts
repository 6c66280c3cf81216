// The page that says why a container stopped, or why it does not.
import * as vscode from 'vscode';
import { catalogue, Command } from './catalogue';
import { html, HTML, link } from './page';
import { Action, Explanation } from './types';

export function explanation(e: Explanation): { body: HTML; commands: string[] } {
  const fixes = (e.fixes ?? []).filter(fix => fix.command);
  const byHand = (e.fixes ?? []).filter(fix => !fix.command);
  const again = { title: 'Explain Again', command: 'dockwright.container.explain', arguments: [{ container: e.id }] };
  const actions = [...fixes.filter(fix => !takesAway(fix)), again, ...fixes.filter(takesAway)];
  const state = e.exitCode === undefined || e.exitCode === null ? e.state : `${e.state}, exit code ${e.exitCode}`;
  const body = html`
<h1>${e.name}</h1>
<p class="lead">${e.summary}</p>
<p class="quiet">${e.image} · ${state} · confidence: ${e.confidence}</p>
<div class="actions">${actions.map((a, i) => link(a.title, a.command, a.arguments, i === 0 && a !== again))}</div>
${byHand.length ? html`<h2>What to do</h2><ul>${byHand.map(fix => html`<li>${fix.title}</li>`)}</ul>` : ''}
${e.line ? html`<h2>In the Dockerfile</h2><p>${link(`${vscode.workspace.asRelativePath(vscode.Uri.parse(e.line.uri))}:${e.line.line}`, 'dockwright.reveal', [e.line.uri, e.line.line])}</p><pre>${e.line.text}</pre>` : ''}
${e.evidence?.length ? html`<h2>What this rests on</h2>${bySource(e.evidence).map(([source, text]) => html`<p>${sources[source] ?? source}</p><pre>${text}</pre>`)}` : ''}
${e.notes?.length ? html`<h2>Also</h2><ul>${e.notes.map(note => html`<li>${note}</li>`)}</ul>` : ''}`;
  return { body, commands: ['dockwright.reveal', ...actions.map(a => a.command)] };
}

// takesAway tells what stops or destroys something: that stands last, and never stands out.
function takesAway({ command }: Action): boolean {
  const known: Partial<Record<string, Command>> = catalogue;
  return known[command]?.class === 'destroy' || /\.(stop|kill|pause)$/.test(command);
}

const sources: Record<string, string> = {
  state: 'What the engine says', log: 'The end of the log', health: 'The health check', image: 'The image', dockerfile: 'The Dockerfile',
};

// bySource puts what comes from one source together.
function bySource(evidence: { source: string; text: string }[]): [string, string][] {
  const texts = new Map<string, string>();
  for (const { source, text } of evidence) {
    texts.set(source, texts.has(source) ? `${texts.get(source)}\n${text}` : text);
  }
  return [...texts];
}
