import { BasicHeader, paddingOf } from '@lunkit/pdu'
import { crc32c, dataView, layout, u32le } from '@lunkit/wire'
import type { PduStep } from './case.ts'

const Digest = layout({ name: 'digest', spec: 'RFC 7143 11.2.3', size: 4, fields: { value: u32le(0) } })

/** A digest over bytes, or one that is surely another. */
function digestOf(bytes: Uint8Array, wrong: boolean): Uint8Array {
  const right = crc32c(bytes)
  return Digest.encode({ value: wrong ? (right ^ 0x0100_0001) >>> 0 : right })
}

/** Data that differs from place to place, and from task to task. */
export function patternData(lengthBytes: number, tag: number, offset = 0): Buffer {
  const bytes = Buffer.allocUnsafe(lengthBytes)
  for (let i = 0; i < lengthBytes; i++)
    bytes[i] = Math.imul(offset + i + 1, 0x2545) + Math.imul(tag, 0x61) + ((offset + i) >> 9)
  return bytes
}

/** The data segment of a step. */
export function dataOf(step: PduStep): Buffer {
  if (step.data !== undefined) return Buffer.from(step.data, 'hex')
  return patternData(step.patternBytes ?? 0, BasicHeader.fields.initiatorTaskTag.get(dataView(headerOf(step)), 0))
}

/** The basic header of a step in memory of its own. */
export const headerOf = (step: PduStep): Buffer => Buffer.from(step.header, 'hex')

/** Which digests a connection has. */
export interface Digests {
  readonly headerDigest: boolean
  readonly dataDigest: boolean
}

/** Puts a PDU together; the header's own numbers are as they stand. */
export function assemble(step: PduStep, header: Buffer, { headerDigest, dataDigest }: Digests): Buffer {
  const ahs = Buffer.from(step.ahs ?? '', 'hex')
  const data = dataOf(step)
  const view = dataView(header)
  BasicHeader.fields.totalAhsWords.set(view, 0, (step.saysAhsWords ?? ahs.length / 4) & 0xff)
  BasicHeader.fields.dataSegmentLength.set(view, 0, (step.saysDataBytes ?? data.length) & 0xff_ffff)
  const parts: Uint8Array[] = [header, ahs]
  if (headerDigest) parts.push(digestOf(Buffer.concat([header, ahs]), step.wrongDigest === 'header'))
  if (data.length > 0) {
    const padded = Buffer.concat([data, Buffer.alloc(paddingOf(data.length))])
    parts.push(padded)
    if (dataDigest) parts.push(digestOf(padded, step.wrongDigest === 'data'))
  }
  return Buffer.concat(parts)
}
