// Commands that show something of a container, an image or the engine.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { App } from '../app';
import { CommandID } from '../catalogue';
import { dockerfileFor } from '../dockerfile';
import { explanation } from '../explain';
import { ago, count, duration, shortID, size } from '../format';
import { invoke } from '../invoke';
import { facts, html, HTML, link, table } from '../page';
import { containerArgs, given, imageArgs } from '../target';
import { ContainerNode } from '../trees/containers';
import { EngineInfo, Explanation, Job } from '../types';

export async function explain(app: App, first?: unknown): Promise<void> {
  const data = await invoke<Explanation>(app, 'dockwright.container.explain', containerArgs(first));
  if (data) {
    app.server.claim(`${data.name}: ${data.summary}`); // the page says it
    const { body, commands } = explanation(data);
    app.page.show(`explain ${data.id}`, `Why: ${data.name}`, body, commands);
  }
}

export function inspect(command: CommandID, args: typeof containerArgs | typeof imageArgs) {
  return async (app: App, first?: unknown) => {
    const data = await invoke<{ id: string; name?: string; references?: string[] }>(app, command, args(first));
    if (data) {
      const name = (data.name ?? data.references?.[0] ?? shortID(data.id)).replace(/[^\w.-]+/g, '-');
      await app.documents.show(`${name}.json`, JSON.stringify(data, undefined, 2));
    }
  };
}

export async function top(app: App, first?: unknown): Promise<void> {
  const data = await invoke<{ titles: string[]; rows: string[][] | null }>(app, 'dockwright.container.top', containerArgs(first));
  if (data) {
    app.page.show('top', 'Processes', html`<h1>Processes${of(first)}</h1>${table('Processes', data.titles, data.rows ?? [])}`);
  }
}

export async function stats(app: App, first?: unknown): Promise<void> {
  type Stats = { name: string; cpuPercent: number; memoryBytes: number; memoryLimit: number; netReceived: number; netSent: number; blockRead: number; blockWrite: number; pids: number };
  const args = containerArgs(first);
  const s = await invoke<Stats>(app, 'dockwright.container.stats', args);
  if (s) {
    const rows: [string, string][] = [
      ['Processor', `${s.cpuPercent.toFixed(1)} %`], ['Memory', `${size(s.memoryBytes)} of ${size(s.memoryLimit)}`], ['Processes', String(s.pids)],
      ['Network', `${size(s.netReceived)} received, ${size(s.netSent)} sent`], ['Disk', `${size(s.blockRead)} read, ${size(s.blockWrite)} written`],
    ];
    const again: CommandID = 'dockwright.container.stats';
    app.page.show('stats', `Use: ${s.name}`, html`<h1>${s.name}</h1>${facts('Resource use', rows)}
<div class="actions"><p>${link('Again', again, [args.container ? args : { container: s.name }])}</p></div>`, [again]);
  }
}

export async function diff(app: App, first?: unknown): Promise<void> {
  const data = await invoke<{ changes: { kind: string; path: string }[] | null }>(app, 'dockwright.container.diff', containerArgs(first));
  if (data) {
    app.page.show('diff', 'Changed files', html`<h1>What differs from the image${of(first)}</h1>${table('Changed files', ['Change', 'Path'], (data.changes ?? []).map(c => [c.kind, mono(c.path)]))}`);
  }
}

export async function history(app: App, first?: unknown): Promise<void> {
  const args = imageArgs(first);
  const data = await invoke<{ rows: { createdBy: string; created: string; size: number; comment?: string }[] | null }>(app, 'dockwright.image.history', args);
  if (data) {
    const rows = (data.rows ?? []).map(row => [size(row.size), ago(row.created), mono(row.createdBy || row.comment || '')]);
    app.page.show('history', `Layers: ${args.image ?? 'image'}`, html`<h1>${args.image ?? 'Layers'}</h1><p class="quiet">The newest step stands first.</p>${table('Layers', ['Size', 'Made', 'By'], rows)}`);
  }
}

export async function builds(app: App, first?: unknown): Promise<void> {
  type Build = { dockerfile: string; started: string; durationMs: number; status: string; tags?: string[]; imageId?: string; error?: string };
  const args = first instanceof vscode.Uri ? { dockerfile: first.toString() } : given(first, 'dockerfile');
  const data = await invoke<{ builds: Build[] | null }>(app, 'dockwright.build.history', args);
  if (data) {
    const rows = (data.builds ?? []).map(b => [ago(b.started), b.status, duration(b.durationMs), b.tags?.join(', ') || (b.imageId ? shortID(b.imageId) : ''),
      link(vscode.workspace.asRelativePath(vscode.Uri.parse(b.dockerfile)), 'dockwright.reveal', [b.dockerfile, 1]), b.error ?? '']);
    app.page.show('builds', 'Builds', html`<h1>Builds</h1>${table('Builds', ['When', 'Result', 'Took', 'Image', 'Dockerfile', ''], rows)}`, ['dockwright.reveal']);
  }
}

// preview shows what a build would send, before it is sent.
export async function preview(app: App, first?: unknown): Promise<void> {
  type Entry = { path: string; bytes: number; files: number; why?: string };
  type Source = { pattern: string; files: number; bytes: number; excludedBy?: { file: string; line: number; pattern: string } };
  type Preview = { dir: string; files: number; bytes: number; ignored: number; ignoreFile?: string; folders: Entry[] | null; largest: Entry[] | null; secrets: Entry[] | null; sources: Source[] | null };
  const direct = given(first, 'dockerfile');
  const dockerfile = direct.dockerfile ?? (await dockerfileFor(first))?.toString();
  const data = dockerfile && await invoke<Preview>(app, 'dockwright.image.contextPreview', { ...direct, dockerfile });
  if (!data) {
    return;
  }
  const entries = (title: string, about: string, all: Entry[] | null) => all?.length
    ? html`<h2>${title}</h2>${table(title, ['Path', 'Size', about], all.map(e => [mono(e.path), size(e.bytes), e.why ?? (e.files ? count(e.files, 'file') : '')]))}` : html``;
  const sources = (data.sources ?? []).map(s => [mono(s.pattern), s.excludedBy
    ? html`left out by ${link(`${s.excludedBy.file}:${s.excludedBy.line}`, 'dockwright.reveal', [vscode.Uri.file(path.join(data.dir, s.excludedBy.file)).toString(), s.excludedBy.line])}`
    : s.files === 0 ? 'is not there' : `${size(s.bytes)}, ${count(s.files, 'file')}`]);
  app.page.show('context', 'Build context', html`<h1>What a build sends</h1>
<p class="lead">${count(data.files, 'file')}, ${size(data.bytes)}</p><p class="quiet">${data.dir} · ${data.ignoreFile ? `${data.ignored} left out by ${data.ignoreFile}` : 'no .dockerignore'}</p>
${entries('What looks like secrets', 'Why', data.secrets)}${sources.length ? html`<h2>What COPY and ADD take</h2>${table('Sources', ['Source', 'What it is'], sources)}` : ''}
${entries('Largest folders', 'Holds', data.folders)}${entries('Largest files', '', data.largest)}`, ['dockwright.reveal']);
}

export async function jobs(app: App): Promise<void> {
  const output: CommandID = 'dockwright.job.output', cancel: CommandID = 'dockwright.job.cancel';
  const data = await invoke<{ jobs: Job[] | null }>(app, 'dockwright.job.list', {});
  if (data) {
    const rows = (data.jobs ?? []).map(job => [job.title, ago(job.started), job.status, job.message ?? '',
      html`${link('Output', output, [{ jobId: job.jobId }])} ${job.ended ? '' : link('Cancel', cancel, [{ jobId: job.jobId }])}`]);
    app.page.show('jobs', 'Jobs', html`<h1>Jobs</h1>${table('Jobs', ['Job', 'Began', 'State', '', ''], rows)}`, [output, cancel]);
  }
}

// job calls a command about one job; the user picks it if it is not given.
export async function jobOutput(app: App, first?: unknown): Promise<void> {
  const jobId = await pickJob(app, first, () => true);
  const data = jobId && await invoke<Job & { output: string }>(app, 'dockwright.job.output', { jobId });
  if (data) {
    await app.documents.show(`${data.jobId}.log`, data.output);
  }
}

export async function jobCancel(app: App, first?: unknown): Promise<void> {
  const jobId = await pickJob(app, first, job => !job.ended);
  if (jobId) {
    await invoke(app, 'dockwright.job.cancel', { jobId });
  }
}

async function pickJob(app: App, first: unknown, which: (job: Job) => boolean): Promise<string | undefined> {
  const { jobId } = given(first, 'jobId');
  if (typeof jobId === 'string') {
    return jobId;
  }
  const data = await invoke<{ jobs: Job[] | null }>(app, 'dockwright.job.list', {});
  const items = (data?.jobs ?? []).filter(which).map(job => ({ label: job.title, description: `${job.status} · ${ago(job.started)}`, jobId: job.jobId }));
  return (await vscode.window.showQuickPick(items, { placeHolder: items.length > 0 ? 'Which job?' : 'No job runs' }))?.jobId;
}

export async function info(app: App, first?: unknown): Promise<void> {
  const e = await invoke<EngineInfo & Record<string, unknown>>(app, 'dockwright.engine.info', given(first, 'context'));
  if (e) {
    const rows: [string, string][] = [
      ['Engine', `${e.product} ${e.version}`], ['Address', e.endpoint.host], ['Named by', e.endpoint.source], ['API', e.apiVersion], ['Builds with', e.buildBackend],
      ['System', `${e.os}/${e.architecture}`], ['Processors', String(e.cpus)], ['Memory', size(Number(e.memoryBytes))], ['Storage', String(e.storageDriver)],
      ['Containers', `${e.containers}, ${e.running} running`], ['Images', String(e.images)],
    ];
    app.page.show('engine', 'Engine', html`<h1>${e.name}</h1>${facts('Engine', rows)}`);
  }
}

// of says which container a page is about, if that is known.
function of(node: unknown): string {
  return node instanceof ContainerNode ? `: ${node.container.name}` : '';
}

function mono(text: string): HTML {
  return html`<span class="mono">${text}</span>`;
}
