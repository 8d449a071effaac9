import {
  DataOut,
  LogoutRequest,
  NopOut,
  ScsiCommand,
  SnackRequest,
  TaskManagementRequest,
  TextRequest,
} from '@lunkit/pdu'
import { commandComplete, commandHeader } from './command-arrival.ts'
import { dataOutComplete, dataOutHeader } from './data-out-arrival.ts'
import { serveLogout } from './logout.ts'
import type { PduRow } from './pdu-row.ts'
import { serveNopOut } from './ping.ts'
import { requestRow } from './request.ts'
import { serveSnack } from './snack.ts'

/** Every PDU that a target takes in the full feature phase, RFC 7143 11. */
const targetPdus: readonly PduRow[] = [
  {
    pdu: ScsiCommand,
    inDiscovery: false,
    numbered: true,
    seesRejected: false,
    header: commandHeader,
    complete: commandComplete,
  },
  {
    pdu: DataOut,
    inDiscovery: false,
    numbered: false,
    seesRejected: true,
    header: dataOutHeader,
    complete: dataOutComplete,
  },
  requestRow({ pdu: NopOut, inDiscovery: true, numbered: true, takesData: true, tagged: false, serve: serveNopOut }),
  requestRow({
    pdu: TaskManagementRequest,
    inDiscovery: false,
    numbered: true,
    takesData: false,
    tagged: true,
    serve: (home, view) => {
      home.session.management.serve(view, home)
      return undefined
    },
  }),
  requestRow({
    pdu: TextRequest,
    inDiscovery: true,
    numbered: true,
    takesData: true,
    tagged: true,
    serve: (home, view, { data }) => home.text.serve(view, data),
  }),
  requestRow({
    pdu: LogoutRequest,
    inDiscovery: true,
    numbered: true,
    takesData: false,
    tagged: true,
    serve: serveLogout,
  }),
  requestRow({
    pdu: SnackRequest,
    inDiscovery: false,
    numbered: false,
    takesData: false,
    tagged: false,
    serve: serveSnack,
  }),
]

const OPCODES = 64
const byOpcode: (PduRow | undefined)[] = Array.from({ length: OPCODES }, (_, opcode) =>
  targetPdus.find(({ pdu }) => pdu.opcode === opcode),
)

/** The row of an opcode; undefined for what a target does not take in the full feature phase. */
export const rowOf = (opcode: number): PduRow | undefined => byOpcode[opcode]
