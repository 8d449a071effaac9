import { DocumentChangeKind, NoticeKind } from '@lunkit/config'
import * as z from 'zod'
import { FaultKind } from '../control-fault.ts'
import { method } from './method.ts'
import { routes } from './routes.ts'

const document = z.strictObject({ document: z.string().describe('the text of a saveconfig.json') })

const steps = z.array(z.string()).describe('what changes of what is served, in words and in order')
const notices = z.array(z.object({ kind: z.enum(NoticeKind), text: z.string(), paths: z.array(z.string()) }))
const place = z.object({
  kind: z.enum(DocumentChangeKind),
  path: z.string().describe("in targetcli's tree"),
  keys: z.array(z.string()).describe('which of its values, of what has changed'),
  noticed: z.boolean().describe('initiators may notice it; else it is kept in the document alone'),
})
const changes = z.object({
  steps,
  notices: notices.describe('what is not served as it stands there, and why'),
  changes: z.array(place).describe('every difference of the document'),
})

/** Of a change that takes what it can. */
const partly = {
  leaveOut: z
    .boolean()
    .default(false)
    .describe(
      'what cannot be opened does not keep the rest from being served: it is kept in the document, and tried again',
    ),
}
const partlyChanged = changes.extend({
  notOpened: z
    .array(
      z.object({
        path: z.string().describe("in targetcli's tree: /backstores/block/disk0"),
        why: z.string(),
      }),
    )
    .default([])
    .describe('what could not be opened, with leaveOut'),
})

const generation = z.object({
  name: z.string(),
  savedAt: z.iso.datetime().describe('of the oldest: when it was saved at the latest'),
  bytes: z.int().min(0),
  current: z.boolean().describe('it is the file as it is now'),
})

/** The configuration as a document, and its file. */
export const documentMethods = {
  plan: method(routes.plan, {
    meaning: 'what would change if a document were applied; changes nothing',
    input: document,
    answer: changes,
    errors: [FaultKind.refused],
  }),
  apply: method(routes.apply, {
    meaning: 'makes what is served what a document says, all of it or nothing',
    input: document.extend(partly),
    answer: partlyChanged,
    errors: [FaultKind.refused, FaultKind.conflict],
  }),
  document: method(routes.document, {
    meaning: 'the configuration that is served, secrets included, as LIO writes it',
    input: z.strictObject({}),
    answer: document,
    errors: [],
  }),
  save: method(routes.save, {
    meaning: 'saves the configuration, so that it is there after a power failure',
    input: z.strictObject({
      force: z.boolean().default(false).describe('also over a file that somebody else has changed since'),
    }),
    answer: z.object({
      path: z.string(),
      generation: z
        .string()
        .describe('what the file was before, for restore; empty: it was not there, or could not be kept'),
    }),
    errors: [FaultKind.conflict, FaultKind.refused],
  }),
  generations: method(routes.generations, {
    meaning: 'the file as it is now, and its generations that are kept, the newest first',
    input: z.strictObject({}),
    answer: z.object({ generations: z.array(generation) }),
    errors: [],
  }),
  restore: method(routes.restore, {
    meaning: 'makes what is served what a generation says; does not save it',
    input: z.strictObject({ generation: z.string(), ...partly }),
    answer: partlyChanged,
    errors: [FaultKind.notFound, FaultKind.refused, FaultKind.conflict],
  }),
  unsaved: method(routes.unsaved, {
    meaning: 'the paths in which what is served differs from the file',
    input: z.strictObject({}),
    answer: z.object({
      paths: z.array(z.string()),
      changedOutside: z.boolean().describe('somebody else has changed the file since it was read or saved'),
    }),
    errors: [],
  }),
  reload: method(routes.reload, {
    meaning: 'makes what is served what the file says, and reads the certificate and the tokens of TLS again',
    input: z.strictObject({
      discard: z.boolean().default(false).describe('also where changes that are not saved are lost'),
    }),
    answer: changes,
    errors: [FaultKind.conflict, FaultKind.refused],
  }),
} as const
