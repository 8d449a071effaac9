import * as z from 'zod'
import { FaultKind } from '../control-fault.ts'
import { method } from './method.ts'
import { routes } from './routes.ts'

/** How the daemon is. */
export const Health = {
  ok: 'ok',
  /** It serves, and something is wrong. */
  degraded: 'degraded',
  /** It serves nothing of what it should. */
  failed: 'failed',
} as const
export type Health = (typeof Health)[keyof typeof Health]

/** What the daemon tells of while it runs. */
export const EventKind = {
  changed: 'changed',
  saved: 'saved',
  login: 'login',
  logout: 'logout',
  refusal: 'refusal',
  fault: 'fault',
  recovery: 'recovery',
  progress: 'progress',
  warning: 'warning',
} as const
export type EventKind = (typeof EventKind)[keyof typeof EventKind]

const preferences = z.object({
  preferences: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})

const session = z.object({
  id: z.string().describe('for endSession'),
  initiator: z.string(),
  alias: z.string().nullable(),
  target: z.string().nullable().describe('null in a discovery session that names none'),
  tag: z.int(),
  isid: z.string().describe('12 hex digits'),
  tsih: z.int(),
  remote: z.string(),
  local: z.string(),
  discovery: z.boolean(),
  dynamic: z.boolean().describe('it has no ACL of its own'),
  since: z.iso.datetime(),
  luns: z
    .array(z.object({ lun: z.int().min(0), storage_object: z.string(), write_protect: z.boolean() }))
    .default([])
    .describe('what it sees'),
  load: z.record(z.string(), z.number()).default({}).describe('what it holds now, as commandsInProgress'),
})

const refusal = z.object({
  at: z.iso.datetime(),
  remote: z.string(),
  portal: z.string().default('').describe('the address and port that it came to'),
  initiator: z.string().nullable(),
  target: z.string().nullable(),
  tag: z.int().nullable().default(null).describe("of that target's portal group"),
  status: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'class and detail of the Login Response (RFC 7143 11.13.5) in hexadecimal, as 0202; null: there was none',
    ),
  cause: z.string().default('').describe('as what it is counted, as no_acl'),
  reason: z.string().describe('in words'),
  remedy: z.string().default('').describe('what to do about it'),
  times: z.int().min(1).describe('how often, in a row'),
})

const isnsServer = z.object({
  server: z.string().describe('as the configuration has it'),
  entity: z.string().describe('as what targets are registered there'),
  state: z
    .enum(['connecting', 'registered', 'idle', 'waiting', 'closed'])
    .describe('idle: there is nothing to register; waiting: it is tried again'),
  targets: z.int().min(0).describe('that it has'),
  portals: z.int().min(0),
  failures: z.int().min(0).describe('attempts that failed, since lunkitd was started'),
  wrong: z.string().nullable().describe('why the last attempt failed; null: it did not'),
})

/** Below the time for which a client waits for an answer. */
const LONGEST_DRAIN_SECONDS = 240
/** 30 days. */
const LONGEST_CLOSED_SECONDS = 2_592_000

const reason = z.string().max(200).describe('for the log and the events')

/** What goes on in the daemon. */
export const runningMethods = {
  status: method(routes.status, {
    meaning: 'how the daemon is, what is wrong, and what to do',
    input: z.strictObject({}),
    answer: z.object({
      version: z.string(),
      pid: z.int(),
      since: z.iso.datetime(),
      health: z.enum(Health),
      troubles: z.array(z.object({ path: z.string(), wrong: z.string(), remedy: z.string() })),
      configuration: z.object({ path: z.string().nullable(), unsaved: z.boolean() }),
      counts: z.object({
        storageObjects: z.int(),
        targets: z.int(),
        portals: z.int(),
        luns: z.int(),
        sessions: z.int(),
      }),
      isns: z.array(isnsServer).default([]).describe('the iSNS servers of the configuration'),
    }),
    errors: [],
  }),
  sessions: method(routes.sessions, {
    meaning: 'who is logged in',
    input: z.strictObject({ target: z.string().optional(), initiator: z.string().optional() }),
    answer: z.object({ sessions: z.array(session) }),
    errors: [],
  }),
  endSession: method(routes.endSession, {
    meaning: 'ends a session; its initiator may log in again',
    input: z.strictObject({ id: z.string(), reason: reason.optional() }),
    answer: z.object({ ended: z.int().min(0) }),
    errors: [FaultKind.notFound],
  }),
  drain: method(routes.drain, {
    meaning:
      'asks initiators to log out, and ends those that have not in time; who may log in may come back. What is given all has to be true of a session',
    input: z.strictObject({
      target: z.string().optional(),
      tag: z.int().min(0).max(0xffff).optional(),
      portal: z.string().optional().describe('the portal that it came to, as 192.0.2.1:3260'),
      initiator: z.string().optional(),
      id: z.string().optional().describe('of one session'),
      seconds: z.int().min(0).max(LONGEST_DRAIN_SECONDS).default(15).describe('how long they have'),
      come_back_after: z
        .int()
        .min(0)
        .max(0xffff)
        .optional()
        .describe('seconds that they are told to stay away (Time2Wait); else what was negotiated'),
      keep_out: z.boolean().default(false).describe('nobody of them may log in until undrain, or until lunkitd ends'),
      keep_out_seconds: z
        .int()
        .min(1)
        .max(LONGEST_CLOSED_SECONDS)
        .optional()
        .describe('the same for so long; they are told to come back then, unless come_back_after says otherwise'),
      redirect_to: z
        .string()
        .max(300)
        .optional()
        .describe(
          'where their logins are sent meanwhile (0101), as 192.0.2.7:3260; else they are told to come later (0301)',
        ),
      reason: reason.optional(),
    }),
    answer: z.object({
      sessions: z.int().min(0).describe('how many were asked'),
      ended: z.int().min(0).describe('how many of them had to be ended'),
      kept_out: z.boolean().default(false).describe('whether nobody of them may log in now'),
    }),
    errors: [FaultKind.notFound, FaultKind.refused],
  }),
  undrain: method(routes.undrain, {
    meaning: 'lets in again whom a drain keeps out: of the same place as it, or of all where none is given',
    input: z.strictObject({
      target: z.string().optional(),
      tag: z.int().min(0).max(0xffff).optional(),
      portal: z.string().optional(),
      initiator: z.string().optional(),
    }),
    answer: z.object({ opened: z.int().min(1).describe('how many places were closed') }),
    errors: [FaultKind.notFound],
  }),
  refusals: method(routes.refusals, {
    meaning: 'who was turned away, from where, why and what to do, the newest first',
    input: z.strictObject({ limit: z.int().min(1).max(1000).default(100) }),
    answer: z.object({
      refusals: z.array(refusal),
      counts: z
        .array(z.object({ cause: z.string(), times: z.int().min(0) }))
        .default([])
        .describe('how many there were since the start, the most frequent first'),
    }),
    errors: [],
  }),
  clearFault: method(routes.clearFault, {
    meaning: 'lets a storage object be written again after a flush that failed',
    input: z.strictObject({ storage_object: z.string() }),
    answer: z.object({ cleared: z.boolean().describe('false: there was no fault') }),
    errors: [FaultKind.notFound, FaultKind.refused],
  }),
  preferences: method(routes.preferences, {
    meaning: 'the preferences of the user who asks, as targetcli has them',
    input: z.strictObject({}),
    answer: preferences,
    errors: [],
  }),
  setPreferences: method(routes.setPreferences, {
    meaning: 'sets preferences of the user who asks, all that are given or none; answers all there are',
    input: z.strictObject(preferences.shape),
    answer: preferences,
    errors: [FaultKind.refused],
  }),
  events: method(routes.events, {
    meaning: 'what happens from now on, as server-sent events',
    input: z.strictObject({ kinds: z.array(z.enum(EventKind)).optional().describe('only these') }),
    answer: z.object({
      at: z.iso.datetime(),
      kind: z.enum(EventKind),
      path: z.string().describe('what it is about, in the tree; empty: the daemon'),
      text: z.string(),
      details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
    }),
    errors: [],
  }),
} as const
