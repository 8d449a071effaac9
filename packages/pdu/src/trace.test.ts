import { dataView } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { tracePdu } from './index.ts'

/** A header of this opcode, with additional header segments behind it. */
function traced(opcode: number, ahs: readonly number[] = [], data?: Uint8Array): string {
  const bytes = new Uint8Array(48 + ahs.length)
  bytes[0] = opcode
  bytes[4] = ahs.length / 4
  bytes.set(ahs, 48)
  return tracePdu(dataView(bytes), 0, data)
}

describe('a traced PDU that breaks rules', () => {
  it('says what is wrong with its additional header segments', () => {
    expect(traced(0x01, [0, 9, 1, 0])).toMatch(/ ahs=\?\(AHS of type 1 claims 9 bytes, 1 are left\)$/)
  })

  it('shows segments of a type that nobody knows as they are', () => {
    expect(traced(0x01, [0, 2, 9, 0xab, 0xcd, 0, 0, 0])).toMatch(/ ahs9=abcd$/)
  })

  it('shows a text that is none as its bytes, and one that is as its pairs', () => {
    expect(traced(0x04, [], Buffer.from('Nonsense\0'))).toMatch(/ text=\{4e6f6e73656e736500\}$/)
    expect(traced(0x04, [], Buffer.from('A=1\0B=2\0'))).toMatch(/ text=\{A=1 B=2\}$/)
  })

  it('shows 48 bytes of a Reject as the header that was refused, and 47 as bytes', () => {
    expect(traced(0x3f, [], new Uint8Array(48))).toContain(' refused={NOP-Out ')
    expect(traced(0x3f, [], new Uint8Array(47))).toContain(' data(47)=')
  })
})
