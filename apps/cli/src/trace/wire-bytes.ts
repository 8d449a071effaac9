import type { ControlPdu } from '@lunkit/control/client'
import { DIGEST_BYTES, paddingOf } from '@lunkit/pdu'
import { crc32c, layout, u32le } from '@lunkit/wire'

/**
 * A traced PDU as it was on the wire, but for what the trace does not show of its data: that is zero. Digests are right for what is
 * here, and wrong where the one that came was wrong.
 */
export function wireBytes({ header, headerDigest, dataLength, data, ...pdu }: ControlPdu): Buffer {
  const head = Buffer.from(header, 'base64')
  const parts = [head, ...(headerDigest ? [digestOf(head)] : [])]
  if (dataLength === 0) return Buffer.concat(parts)
  const segment = Buffer.alloc(dataLength + paddingOf(dataLength))
  Buffer.from(data, 'base64').copy(segment)
  const digest = digestOf(segment, pdu.digestRight)
  return Buffer.concat([...parts, segment, ...(pdu.dataDigest ? [digest] : [])])
}

/** RFC 7143 11.2.3 and RFC 3720 12.1: the least significant byte is first. */
const Digest = layout({ name: 'digest', spec: 'RFC 7143 11.2.3', size: DIGEST_BYTES, fields: { value: u32le(0) } })

/** The digest of bytes, or one that is wrong in its lowest bit. */
function digestOf(bytes: Uint8Array, isRight = true): Uint8Array {
  const crc = crc32c(bytes)
  return Digest.encode({ value: (isRight ? crc : crc ^ 1) >>> 0 })
}
