// Values as people read them.

// byName compares names as people count them: 2 stands before 10.
export const byName = new Intl.Collator(undefined, { numeric: true }).compare;

// size is a number of bytes in decimal units, as the engine's own tools count.
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  for (; bytes >= 999.5 && unit < units.length - 1; unit++) {
    bytes /= 1000;
  }
  return `${unit === 0 || bytes >= 99.95 ? Math.round(bytes) : Number(bytes.toPrecision(3))} ${units[unit]}`;
}

const binary = ['', 'k', 'm', 'g', 't'];

// bytes reads an amount of memory as the docker command has it, in binary units: 512m. Empty is 0, what is none is undefined.
export function bytes(text: string): number | undefined {
  const [, number, unit] = /^([\d.]+)([kmgt]?)i?b?$/.exec(text.trim().toLowerCase()) ?? [];
  const amount = Number(number) * 1024 ** binary.indexOf(unit ?? '');
  return text.trim() === '' ? 0 : Number.isFinite(amount) ? Math.round(amount) : undefined;
}

// writtenBytes is the opposite of bytes.
export function writtenBytes(amount = 0): string {
  let unit = 0;
  for (; amount > 0 && amount % 1024 === 0 && unit < binary.length - 1; unit++) {
    amount /= 1024;
  }
  return amount > 0 ? `${amount}${binary[unit]}` : '';
}

// ago is how long ago a time was, in the largest unit that fits.
export function ago(time: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  for (const [unit, length] of [['year', 31_536_000], ['month', 2_592_000], ['week', 604_800], ['day', 86_400], ['hour', 3600], ['minute', 60]] as const) {
    const n = Math.floor(seconds / length);
    if (n >= 1) {
      return `${count(n, unit)} ago`;
    }
  }
  return 'just now';
}

// when is a time as it stands in a tree, where it must stay true for as long as the tree is shown.
export function when(time: string, now = new Date()): string {
  const date = new Date(time);
  if (date.toDateString() === now.toDateString()) {
    return date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  }
  return date.toLocaleDateString([], { day: 'numeric', month: 'short', year: date.getFullYear() === now.getFullYear() ? undefined : 'numeric' });
}

// count is a number of things.
export function count(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? '' : 's'}`;
}

export function duration(ms: number): string {
  return ms < 1000 ? `${ms} ms` : ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.floor(ms / 60_000)} min ${Math.round(ms % 60_000 / 1000)} s`;
}

// shortID is what people call an image or container by its id.
export function shortID(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

// shortAddress is what stands for the address of an engine where there is no room: the host, or the end of a socket's path.
export function shortAddress(address: string): string {
  const [, scheme = '', rest = address] = /^(\w+):\/\/(.*)$/.exec(address) ?? [];
  return scheme === 'unix' || scheme === 'npipe' ? rest.split(/[\\/]/).slice(-2).join('/') : rest;
}

// words splits a command line as a shell does: at spaces, but for what is quoted.
export function words(line: string): string[] {
  const found: string[] = [];
  let word = '', quote = '', any = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '\\' && quote !== "'" && i + 1 < line.length) {
      word += line[++i];
      any = true;
    } else if (quote ? c === quote : c === '"' || c === "'") {
      quote = quote ? '' : c;
      any = true;
    } else if (!quote && /\s/.test(c)) {
      if (any) {
        found.push(word);
      }
      word = '';
      any = false;
    } else {
      word += c;
      any = true;
    }
  }
  return any ? [...found, word] : found;
}

// line is the opposite of words.
export function line(argv: string[]): string {
  return argv.map(word => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}
