// The private engine of the test, as its API has it: what the extension says is held against it.
import * as http from 'node:http';
import * as net from 'node:net';

export async function engine<T>(method: string, path: string, body?: object): Promise<T> {
  const socketPath = process.env.DOCKWRIGHT_ENGINE!.replace('unix://', '');
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath, path, method, headers: { 'Content-Type': 'application/json' } }, response => {
      let text = '';
      response.on('data', chunk => text += chunk);
      response.on('end', () => {
        if (response.statusCode! >= 300) {
          reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
        } else {
          resolve((text ? JSON.parse(text) : undefined) as T);
        }
      });
    });
    request.on('error', reject);
    request.end(body && JSON.stringify(body));
  });
}

// proxy has the engine answer at another socket, too.
export async function proxy(socket: string): Promise<{ close: () => Promise<void> }> {
  const open = new Set<net.Socket>();
  const server = net.createServer(client => {
    const engine = net.connect(process.env.DOCKWRIGHT_ENGINE!.replace('unix://', ''));
    for (const [from, to] of [[client, engine], [engine, client]]) {
      open.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy()).on('close', () => { open.delete(from); to.destroy(); });
    }
  });
  await new Promise<void>(resolve => server.listen(socket, resolve));
  return { close: () => new Promise(resolve => { server.close(() => resolve()); open.forEach(socket => socket.destroy()); }) };
}

// create makes a container and starts it.
export async function create(name: string, argv: string[]): Promise<string> {
  const { Id } = await engine<{ Id: string }>('POST', `/containers/create?name=${name}`, { Image: 'busybox:latest', Cmd: argv });
  await engine('POST', `/containers/${Id}/start`);
  return Id;
}

export async function names(): Promise<string[]> {
  const all = await engine<{ Names: string[] }[]>('GET', '/containers/json?all=1');
  return all.map(container => container.Names[0].slice(1)).sort();
}

// held are the containers and images of the engine, by their paths in its API.
export async function held(): Promise<string[]> {
  const containers = await engine<{ Id: string }[]>('GET', '/containers/json?all=1');
  const images = await engine<{ Id: string; RepoTags: string[] | null }[]>('GET', '/images/json');
  const names = images.flatMap(({ Id, RepoTags }) => RepoTags?.some(tag => !tag.startsWith('<none>')) ? RepoTags : [Id]);
  return [...containers.map(({ Id }) => `/containers/${Id}`), ...names.map(name => `/images/${name}`)].sort();
}

// leave removes what has come since, so that the same tests find the engine as it was.
export async function leave(before: string[]): Promise<void> {
  for (const path of await held()) {
    if (!before.includes(path)) {
      await engine('DELETE', `${path}?force=1`);
    }
  }
}
