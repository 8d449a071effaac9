import type { EditCall, ValueCall } from '@lunkit/config'
import { edits, NodeKind, valueGroups } from '@lunkit/config'
import * as z from 'zod'
import { FaultKind } from '../control-fault.ts'
import { controlLimits } from '../limits.ts'
import { callSchema } from './domain-schema.ts'
import { method } from './method.ts'
import { routes } from './routes.ts'

/** A value that `info` shows. */
const shown = z.union([z.string(), z.number(), z.boolean(), z.null()])

const node = z.object({
  path: z.string().describe('/iscsi/iqn.2026-11.com.example:disk'),
  name: z.string().describe('the last part of the path'),
  depth: z.int().min(0).describe('levels below the node that was asked for'),
  kind: z.enum(NodeKind),
  summary: z.string().describe('what targetcli shows in brackets'),
  healthy: z.boolean().nullable().describe('null: it neither is nor is not'),
  reason: z.string().nullable().default(null).describe('why it is not as the configuration has it'),
  sessions: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe('logged in to it, or from it; null: that is said of others'),
  children: z.int().min(0).describe('how many it has, told here or not'),
  served: z.boolean().describe('false: it is kept, and not served'),
  info: z.record(z.string(), shown).optional().describe('what info shows, of the node that was asked for'),
})

const PATH = 'a path in the tree, which begins with /'

/** Reading and changing targetcli's tree. */
export const treeMethods = {
  tree: method(routes.tree, {
    meaning: 'a node of the tree, and what is below it, in the order in which targetcli shows it',
    input: z.strictObject({
      path: z.string().regex(/^\//, PATH).default('/').describe(PATH),
      depth: z.int().min(0).max(controlLimits.treeDepth).default(1).describe('levels below the node'),
    }),
    answer: z.object({ nodes: z.array(node) }),
    errors: [FaultKind.notFound],
  }),
  values: method(routes.values, {
    meaning: 'a group of values in force; of passwords only whether they are set',
    input: callSchema<ValueCall>(valueGroups),
    answer: z.object({ values: z.record(z.string(), z.union([z.string(), z.number()])) }),
    errors: [FaultKind.notFound],
  }),
  edit: method(routes.edit, {
    meaning: 'changes, all of them or none; with dryRun only whether they can be made',
    input: z.strictObject({
      edits: z.array(callSchema<EditCall>(edits)).min(1).max(controlLimits.edits),
      dryRun: z.boolean().default(false),
    }),
    answer: z.object({
      made: z.array(z.string()).describe('paths of what was made, in order'),
      steps: z.int().min(0).describe('how many steps changed what is served'),
    }),
    errors: [FaultKind.notFound, FaultKind.conflict, FaultKind.refused],
  }),
} as const
