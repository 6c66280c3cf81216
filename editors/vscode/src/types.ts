// The server's answers, as far as the extension reads them. `dockwright command describe` prints their schemas.

export interface Action { title: string; command: string; arguments: unknown[] }

export interface Failure { kind: string; message: string; facts?: { name: string; value: string }[]; actions?: Action[] }

export interface Endpoint { host: string; context?: string; source: string; local: boolean }

export interface PlanItem { kind: string; id: string; name: string; reason: string; size: number; protectedBy?: string[] }

export interface Plan { title: string; items: PlanItem[]; protected?: PlanItem[]; loses?: string[]; size: number }

export interface InputNeeded { argument: string; message: string; choices: { title: string; value: string }[] | null }

export interface Result<T> {
  status: 'ok' | 'failed' | 'partial' | 'cancelled' | 'confirmationRequired' | 'inputRequired';
  endpoint?: Endpoint;
  data?: T;
  error?: Failure;
  plan?: Plan;
  confirmToken?: string;
  input?: InputNeeded;
  jobId?: string;
  warnings?: string[];
  message?: string; // what the server shows of it
  durationMs: number;
}

export interface Port { hostIp?: string; hostPort?: number; containerPort: number; protocol: string }

export type State = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export interface Container {
  id: string; name: string; image: string; imageId: string; command: string; created: string; state: State; status: string;
  exitCode?: number; health?: string; why?: string; outdated?: string; dockerfile?: string; ports: Port[] | null; labels?: Record<string, string>;
}

export interface Image {
  id: string; references: string[] | null; created: string; size: number; dangling: boolean;
  containers: { id: string; name: string; state: State }[] | null;
}

export interface Context { name: string; current: boolean; host?: string; description?: string; source?: string; problem?: string }

export interface File { path: string; name: string; kind: string; size: number; mode: string; modified: string; target?: string; text?: string; truncated?: boolean }

export interface Job { jobId: string; command: string; title: string; status: string; started: string; ended?: string; message?: string }

export interface Explanation {
  id: string; name: string; image: string; state: State; exitCode?: number; verdict: string; summary: string; confidence: string;
  evidence: { source: string; text: string }[] | null; notes?: string[]; fixes: Action[] | null; line?: { uri: string; line: number; text: string };
}

export interface EngineInfo { endpoint: Endpoint; product: string; version: string; apiVersion: string; buildBackend: string; name: string }
