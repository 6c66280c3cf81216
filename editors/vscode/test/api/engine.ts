// The private engine of the test, as its API has it: what the extension says is held against it.
import * as http from 'node:http';

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
