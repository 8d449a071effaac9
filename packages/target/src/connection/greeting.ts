import type { ConnectionEnd } from '../server/events.ts'
import { ConnectionState } from '../states/connection-states.ts'

/** What a connection began with, as far as its first bytes tell. */
export const Greeting = {
  none: 'none',
  iscsi: 'iscsi',
  http: 'http',
  tls: 'tls',
  ssh: 'ssh',
  proxy: 'proxy',
  other: 'other',
} as const
export type Greeting = (typeof Greeting)[keyof typeof Greeting]

const HTTP = /^(GET|HEAD|POST|PUT|DELETE|OPTIONS|CONNECT|TRACE|PATCH|PRI) /
/** RFC 8446 5.1: a record of the type handshake, of a version that begins with 3. */
const TLS_HANDSHAKE = [0x16, 0x03] as const
/** RFC 7143 11.12: the opcode of a Login Request, below the I bit. */
const LOGIN_OPCODE = 0x03
const OPCODE_MASK = 0x3f
const LONGEST_LOOK_BYTES = 8

/** What the first bytes of a connection are. */
export function greetingOf(bytes: Uint8Array): Greeting {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, LONGEST_LOOK_BYTES)).toString(
    'latin1',
  )
  if (text.length === 0) return Greeting.none
  if (HTTP.test(text)) return Greeting.http
  if (text.startsWith('SSH-')) return Greeting.ssh
  if (text.startsWith('PROXY ') || text.startsWith('\r\n\r\n\0\r\nQ')) return Greeting.proxy
  if (bytes[0] === TLS_HANDSHAKE[0] && bytes[1] === TLS_HANDSHAKE[1]) return Greeting.tls
  return ((bytes[0] as number) & OPCODE_MASK) === LOGIN_OPCODE ? Greeting.iscsi : Greeting.other
}

const SPEAKS: Readonly<Partial<Record<Greeting, string>>> = {
  http: 'it speaks HTTP, not iSCSI',
  tls: 'it begins with TLS, which iSCSI does not have here',
  ssh: 'it speaks SSH, not iSCSI',
  proxy: 'it begins with the PROXY protocol, which is not understood',
}

const HOW: Readonly<Partial<Record<ConnectionEnd, string>>> = {
  peerClosed: 'the peer closed it',
  loginTimedOut: 'the time for a login was over',
  displaced: 'it gave its place to another connection',
}

/** How a connection ended that had not logged in, as a person should know it. */
export function explainGreeting(
  greeting: Greeting,
  {
    why,
    state,
    detail,
  }: { readonly why: ConnectionEnd; readonly state: ConnectionState; readonly detail: string | undefined },
): string | undefined {
  const how = detail ?? HOW[why]
  if (how === undefined) return undefined
  return `${SPEAKS[greeting] ?? soFar(greeting, state)}; ${how}`
}

function soFar(greeting: Greeting, state: ConnectionState): string {
  if (state === ConnectionState.inLogin) return 'its login was not at its end'
  if (greeting === Greeting.none) return 'it sent nothing'
  return greeting === Greeting.iscsi ? 'it sent no whole Login Request' : 'what it sent is no iSCSI login'
}
