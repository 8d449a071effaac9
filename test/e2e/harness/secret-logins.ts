import { once } from 'node:events'
import { connect } from 'node:net'
import { encodeText, LoginRequest, LoginStage, PduWriter } from '@lunkit/pdu'
import type { TargetAddress } from '../../harness/target-address.ts'
import type { PlantedSecrets } from './planted-secrets.ts'

const NAMES = { InitiatorName: 'iqn.2026-11.com.example:secretive', SessionType: 'Discovery', AuthMethod: 'CHAP' }

/** Login Requests, one or two a login, that say secrets wherever an initiator may; the last ones in two PDUs, at each place where they can be cut. */
export function secretLogins(secrets: PlantedSecrets): Buffer[] {
  const proof = { CHAP_N: 'host', CHAP_R: secrets.next(), CHAP_C: secrets.next() }
  const whole = encodeText(
    Object.entries({ ...NAMES, ...proof, 'X-com.example.secret': secrets.next(), SRP_M: secrets.next() }),
  )
  const cut = encodeText(Object.entries({ ...NAMES, CHAP_R: secrets.next() }))
  const from = cut.length - 60
  return [
    requests([whole]),
    requests([Buffer.from(`CHAP_R=${secrets.next()}`)]),
    ...Array.from({ length: 60 }, (_, at) => requests([cut.subarray(0, from + at), cut.subarray(from + at)])),
  ]
}

/** The requests of a login whose text comes in these parts. */
function requests(parts: readonly Uint8Array[]): Buffer {
  const writer = new PduWriter()
  for (const [at, part] of parts.entries()) {
    const out = writer.compose(LoginRequest)
    out.continues = at < parts.length - 1
    out.currentStage = LoginStage.securityNegotiation
    out.isid = 0x8000_0000_0001
    writer.endWith(part)
  }
  return Buffer.concat(writer.take()?.buffers ?? [])
}

/** Sends bytes to a target, and waits until it has closed the connection, or has answered. */
export async function sendTo({ host, port }: TargetAddress, bytes: Uint8Array): Promise<void> {
  const socket = connect({ host, port })
  socket.write(bytes)
  await Promise.race([once(socket, 'data'), once(socket, 'close')])
  socket.destroy()
}
