/** What a method does to the daemon. */
export const Access = {
  /** It tells, and no secret. */
  reads: 'reads',
  /** It changes something. */
  changes: 'changes',
  /** It tells secrets. */
  reveals: 'reveals',
  /** It tells what initiators read and write, and no secret of the daemon's. */
  watches: 'watches',
} as const
export type Access = (typeof Access)[keyof typeof Access]

/** What the body of a request or an answer is. */
export const Body = {
  /** A request's arguments are in its query. */
  none: 'none',
  json: 'json',
  /** The text of a saveconfig.json, as it is: no digit of it is lost. */
  document: 'document',
  /** Server-sent events (HTML, 9.2), until either side ends them. */
  events: 'events',
} as const
export type Body = (typeof Body)[keyof typeof Body]

/** Where a method is in HTTP. */
export interface Route {
  readonly verb: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly access: Access
  readonly takes: Body
  readonly gives: Body
}

const get = { verb: 'GET', access: Access.reads, takes: Body.none, gives: Body.json } as const
const post = { verb: 'POST', access: Access.changes, takes: Body.json, gives: Body.json } as const

/** Where each method is, without what it takes and gives: all that a client needs to call it. */
export const routes = {
  status: { ...get, path: '/v1/status' },
  tree: { ...get, path: '/v1/tree' },
  values: { ...post, path: '/v1/values', access: Access.reads },
  edit: { ...post, path: '/v1/edits' },
  plan: { ...post, path: '/v1/plan', access: Access.reads, takes: Body.document },
  apply: { ...post, path: '/v1/apply', takes: Body.document },
  document: { ...get, path: '/v1/document', access: Access.reveals, gives: Body.document },
  save: { ...post, path: '/v1/save' },
  generations: { ...get, path: '/v1/generations' },
  restore: { ...post, path: '/v1/restore' },
  unsaved: { ...get, path: '/v1/unsaved' },
  reload: { ...post, path: '/v1/reload' },
  sessions: { ...get, path: '/v1/sessions' },
  endSession: { ...post, path: '/v1/sessions/end' },
  drain: { ...post, path: '/v1/sessions/drain' },
  undrain: { ...post, path: '/v1/sessions/undrain' },
  refusals: { ...get, path: '/v1/refusals' },
  statistics: { ...get, path: '/v1/statistics' },
  counters: { ...get, path: '/v1/counters' },
  inventory: { ...get, path: '/v1/inventory' },
  clearFault: { ...post, path: '/v1/clear-fault' },
  preferences: { ...get, path: '/v1/preferences' },
  setPreferences: { ...post, verb: 'PUT', path: '/v1/preferences' },
  events: { ...get, path: '/v1/events', gives: Body.events },
  trace: { ...get, path: '/v1/trace', access: Access.watches, gives: Body.events },
} as const satisfies Readonly<Record<string, Route>>

/** The name of a method. */
export type MethodName = keyof typeof routes

/** Where the daemon describes its methods, in OpenAPI 3.1. */
export const OPENAPI_PATH = '/v1/openapi.json'
