import * as z from 'zod'
import { method } from './method.ts'
import { routes } from './routes.ts'

/** What a storage object is to those who use it. */
export const LunState = {
  ready: 'ready',
  /** It cannot be written. */
  readonly: 'readonly',
  /** Something is wrong with what it lies on. */
  faulted: 'faulted',
  /** It is not open. */
  deactivated: 'deactivated',
} as const
export type LunState = (typeof LunState)[keyof typeof LunState]

const lun = z.object({
  lun: z.string().describe('the storage object: fileio/disk0'),
  state: z.enum(LunState),
  size: z.int().min(0).describe('bytes; 0 where it is not open'),
  serial: z.string(),
  product: z.string(),
  naa: z.string().describe('hex digits; empty where it is not open'),
  blockSize: z.int().min(0),
  thin: z.boolean(),
  allocated: z.int().min(0).optional().describe('bytes that its file takes, at most half a minute old; of files alone'),
})

const session = z.object({
  target: z.string().describe('empty in a discovery session that names none'),
  initiator: z.string(),
  tsih: z.int(),
  address: z.string().describe('where it comes from'),
  alias: z.string(),
  auth: z.string().describe('how the initiator has proved who it is: none, chap'),
  digest: z.string().describe('what has CRC32C: none, header, data, header_data'),
  tls: z.boolean(),
})

const seconds = z.number().describe('since 1970')

/** What there is to be counted. */
export const inventoryMethods = {
  inventory: method(routes.inventory, {
    meaning: 'what lunkitd and its LUNs are, which is which, and who is logged in: what exporters tell beside counters',
    input: z.strictObject({}),
    answer: z.object({
      version: z.string(),
      commit: z.string().optional().describe('that it was built from; left out where it is not known'),
      node: z.string().describe('v24.21.0'),
      started: seconds,
      configuration: z.object({
        saved: seconds.nullable().describe('when the file was written last; null: there is none'),
        unsaved: z.boolean(),
        fallbacks: z.int().min(0).describe('starts from what the file was before, since it was damaged'),
      }),
      standstills: z
        .object({ times: z.int().min(0), seconds: z.number().min(0) })
        .describe(
          'how often its protocol thread stood still since it was started, and for how long; those that have ended',
        ),
      calls: z
        .array(z.object({ method: z.string(), result: z.string(), calls: z.int().min(0) }))
        .describe('how often each method that changes something was called, by what came of it'),
      isns: z
        .array(z.object({ server: z.string(), registered: z.boolean(), failures: z.int().min(0) }))
        .default([])
        .describe('iSNS servers of the configuration, whether each has what is served, and attempts that failed'),
      sessions: z.array(session),
      sessionsLeftOut: z.int().min(0).describe('how many more there are'),
      luns: z.array(lun),
      groups: z
        .array(
          z.object({
            target: z.string(),
            tpg: z.int(),
            portals: z.array(z.string()).describe('address and port'),
            initiators: z.int().min(0).describe('how many have an ACL'),
            isOpen: z.boolean().describe('whether others are let in'),
          }),
        )
        .describe('portal groups that are served'),
      mappings: z.array(
        z.object({
          target: z.string(),
          tpg: z.int(),
          number: z.int().min(0),
          lun: z.string().describe('storage object'),
        }),
      ),
    }),
    errors: [],
  }),
} as const
