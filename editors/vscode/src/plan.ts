// Shows what a command is going to remove, and asks for it. A dialog cannot scroll: what is too long for one has a page.
import * as vscode from 'vscode';
import { count, size } from './format';
import { answers, html, HTML, Page, table } from './page';
import { Endpoint, Plan, PlanItem } from './types';

const shown = 12, shownKept = 4; // lines of the dialog: of what goes, and of what stays

// confirm asks the user and reports whether the plan may be carried out.
export async function confirm(page: Page, plan: Plan, endpoint?: Endpoint): Promise<boolean> {
  const question = `${plan.title}${endpoint && !endpoint.local ? ` on ${endpoint.host}` : ''}?`;
  const [verb] = plan.title.split(' '); // Remove, Replace …
  const all = 'Show All', { goes, rest } = whole(plan);
  const buttons = !goes ? [all] : !rest ? [verb, all] : [verb]; // what goes has to be seen first
  const pressed = await vscode.window.showWarningMessage(question, { modal: true, detail: detail(plan) }, ...buttons);
  return pressed === all ? await page.ask('plan', plan.title, inFull(plan, question, verb)) === verb : pressed === verb;
}

export function detail(plan: Plan): string {
  const lines = bullets(plan.items, shown, item => `${item.reason}${item.size > 0 ? `, ${size(item.size)}` : ''}`);
  if (plan.size > 0) {
    lines.push('', `Frees ${size(plan.size)}.`);
  }
  if (plan.loses?.length) {
    lines.push('', ...plan.loses);
  }
  if (plan.protected?.length) {
    lines.push('', 'What stays, because something needs it:', ...bullets(plan.protected, shownKept, needs));
  }
  return lines.join('\n');
}

// inFull is the page that has all of a plan, with the answers to it.
export function inFull(plan: Plan, question: string, verb: string): HTML {
  const rows = (items: PlanItem[], why: (item: PlanItem) => string) => items.map(item => [kind(item), item.name, why(item), item.size > 0 ? size(item.size) : '']);
  return html`<h1>${question}</h1>
<p class="quiet">${count(plan.items.length, 'item')}${plan.size > 0 ? `, frees ${size(plan.size)}` : ''}</p>
${(plan.loses ?? []).map(lost => html`<p>${lost}</p>`)}
${answers('plan', 'Cancel', verb)}
${table('What goes', ['Kind', 'Name', 'Why', 'Size'], rows(plan.items, item => item.reason))}
${plan.protected?.length ? html`<h2>What stays</h2>${table('What stays', ['Kind', 'Name', 'Why', 'Size'], rows(plan.protected, needs))}` : ''}`;
}

// whole reports whether the dialog has all that goes, and all that there is to say.
function whole({ items, protected: kept }: Plan): { goes: boolean; rest: boolean } {
  const fits = (items: PlanItem[], most: number) => together(items).length <= most + 1;
  return { goes: fits(items, shown), rest: fits(kept ?? [], shownKept) && together(items).length === items.length };
}

function bullets(items: PlanItem[], most: number, why: (item: PlanItem) => string): string[] {
  const all = together(items);
  const lines = all.slice(0, all.length > most + 1 ? most : undefined).map(item => `• ${kind(item)} ${item.name}: ${why(item)}`);
  return lines.length < all.length ? [...lines, `• and ${all.length - lines.length} more`] : lines;
}

// together makes one item of the records of the build cache, which nobody knows apart.
function together(items: PlanItem[]): PlanItem[] {
  const records = items.filter(item => item.kind === 'buildCache');
  if (records.length < 2) {
    return items;
  }
  const sum = { ...records[0], name: `(${count(records.length, 'record')})`, size: records.reduce((sum, item) => sum + item.size, 0) };
  return [...items.filter(item => item.kind !== 'buildCache'), sum];
}

function kind(item: PlanItem): string {
  return item.kind.replace(/[A-Z]/g, c => ` ${c.toLowerCase()}`);
}

function needs(item: PlanItem): string {
  return item.protectedBy?.join(', ') || item.reason;
}
