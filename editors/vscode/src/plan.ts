// Shows what a command is going to remove, and asks for it.
import * as vscode from 'vscode';
import { size } from './format';
import { Endpoint, Plan } from './types';

const shown = 15; // items; a modal cannot scroll

// confirm asks the user and reports whether the plan may be carried out.
export async function confirm(plan: Plan, endpoint?: Endpoint): Promise<boolean> {
  const where = endpoint && !endpoint.local ? ` on ${endpoint.host}` : '';
  const [verb] = plan.title.split(' '); // Remove, Replace …
  return await vscode.window.showWarningMessage(`${plan.title}${where}?`, { modal: true, detail: detail(plan) }, verb) === verb;
}

export function detail(plan: Plan): string {
  const lines = plan.items.slice(0, shown).map(item => `• ${item.kind.replace(/[A-Z]/g, c => ` ${c.toLowerCase()}`)} ${item.name}: ${item.reason}${item.size > 0 ? `, ${size(item.size)}` : ''}`);
  if (plan.items.length > shown) {
    lines.push(`• and ${plan.items.length - shown} more`);
  }
  if (plan.size > 0) {
    lines.push('', `Frees ${size(plan.size)}.`);
  }
  if (plan.loses?.length) {
    lines.push('', ...plan.loses);
  }
  if (plan.protected?.length) {
    lines.push('', `${plan.protected.length} ${plan.protected.length === 1 ? 'stays' : 'stay'}, because something needs ${plan.protected.length === 1 ? 'it' : 'them'}.`);
  }
  return lines.join('\n');
}
