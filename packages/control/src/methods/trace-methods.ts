import * as z from 'zod'
import { FaultKind } from '../control-fault.ts'
import { method } from './method.ts'
import { routes } from './routes.ts'

/** Bytes of data that a trace shows of a PDU at most, and when nobody says how many. */
const DATA_BYTES = { most: 65_536, usual: 16 } as const

const pdu = z.object({
  at: z.string().describe('nanoseconds since 1970, decimal'),
  from: z.enum(['initiator', 'target']),
  initiator: z.string().describe('the address and port of the connection at its side'),
  target: z.string().describe('the address and port at ours'),
  header: z.string().describe('basic and additional header segments, in base64'),
  dataLength: z.int().min(0).describe('of the data segment in bytes, without padding'),
  data: z.string().describe('as much of it as is shown, in base64; secrets of a text are stars'),
  headerDigest: z.boolean().describe('whether one follows the header'),
  dataDigest: z.boolean().describe('whether one follows the data segment'),
  digestRight: z.boolean(),
  offset: z
    .int()
    .min(0)
    .describe('bytes of traced PDUs in this direction of the connection before it, lost ones included'),
})

/** What initiators and targets say to each other. */
export const traceMethods = {
  trace: method(routes.trace, {
    meaning: 'each PDU of iSCSI from now on, as server-sent events; of one initiator, session or LUN',
    input: z.strictObject({
      initiator: z.string().optional().describe('only connections of this initiator, their logins included'),
      session: z.string().optional().describe('only this one, by its id'),
      lun: z
        .string()
        .optional()
        .describe('only PDUs about this LUN: the path of a storage object, of a LUN or of a mapped LUN'),
      data: z
        .int()
        .min(0)
        .max(DATA_BYTES.most)
        .default(DATA_BYTES.usual)
        .describe('bytes shown of what is read and written, a PDU; what describes a disk is shown whole'),
    }),
    answer: z.object({
      lost: z
        .int()
        .min(0)
        .describe('PDUs that were left out since the last were told, because they came faster than they were taken'),
      pdus: z.array(pdu),
    }),
    errors: [FaultKind.notFound],
  }),
} as const
