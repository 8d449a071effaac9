import { InitiatorOpcode, TargetOpcode } from '@lunkit/pdu'
import { type Block, type CounterPlace, declare } from '@lunkit/statistics'
import { LoginCause } from './login/login-cause.ts'
import { ConnectionRefusal } from './server/connection-refusal.ts'

const counter = (unit: string, help: string) => ({ kind: 'counter', unit, help }) as const
/** `scsiCommand` as exporters write it: `scsi_command`. */
const snake = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
/** What can be wrong with what peers send, or do not send. */
const PROTOCOL_ERRORS = ['header_digest', 'data_digest', 'format', 'reject', 'timeout'] as const
/** One of them. */
export type ProtocolError = (typeof PROTOCOL_ERRORS)[number]
const UNKNOWN = 'unknown'
const opcodes = (of: object) => ({ label: 'opcode', values: [...Object.keys(of).map(snake), UNKNOWN] }) as const

/** What is counted at each portal: of connections, of what goes over them, and of what is wrong with that. */
export const portalMetrics = declare({
  name: 'portal',
  labels: ['portal'],
  metrics: {
    connections: { kind: 'gauge', unit: 'connections', help: 'connections there are now' },
    connectionsAccepted: counter('connections', 'connections that were accepted'),
    connectionsRefused: {
      ...counter('connections', 'connections that were closed at once, by what there was too much of'),
      by: { label: 'cause', values: Object.values(ConnectionRefusal) },
    },
    logins: counter('logins', 'logins that were accepted'),
    loginsRefused: {
      ...counter('logins', 'logins that were answered with a refusal'),
      by: { label: 'cause', values: Object.values(LoginCause) },
    },
    bytesReceived: counter('bytes', 'bytes received'),
    bytesSent: counter('bytes', 'bytes handed to sockets'),
    pdusReceived: { ...counter('pdus', 'PDUs received'), by: opcodes(InitiatorOpcode) },
    pdusSent: { ...counter('pdus', 'PDUs composed'), by: opcodes(TargetOpcode) },
    protocolErrors: {
      ...counter(
        'errors',
        'digests that were wrong, PDUs that could not be followed, Rejects sent, peers waited for too long',
      ),
      by: { label: 'kind', values: PROTOCOL_ERRORS },
    },
  },
})

/** The memory that portals are counted in. */
export type PortalBlock = Block<'portal', typeof portalMetrics.metrics>

const { at } = portalMetrics
const OPCODES = 64

/** By opcode, where a PDU is counted: looked up once for each PDU. */
function placesOf(opcodes: Readonly<Record<string, number>>, places: Readonly<Record<string, CounterPlace>>) {
  const byOpcode = Array.from({ length: OPCODES }, () => places[UNKNOWN] as CounterPlace)
  for (const [name, opcode] of Object.entries(opcodes)) byOpcode[opcode] = places[snake(name)] as CounterPlace
  return byOpcode as readonly CounterPlace[]
}

/** Where a PDU of an opcode is counted that was received. */
export const receivedPlaces = placesOf(InitiatorOpcode, at.pdusReceived)
/** Where a PDU of an opcode is counted that was composed. */
export const sentPlaces = placesOf(TargetOpcode, at.pdusSent)
