import { describe, expect, it } from 'vitest'
import { Decoder, DROP, decodeText, splitText, TextAssembler, TextError, TextLimitError } from './index.ts'

const text = (value: string): Buffer => Buffer.from(value, 'utf8')

/** What the attempt threw, by the name of its class; "taken" where it did not. */
function outcome(run: () => unknown): string {
  try {
    run()
    return 'taken'
  } catch (error) {
    return (error as Error).constructor.name
  }
}

/** A text of exactly so many bytes, of keys with values that are short enough. */
function textOf(lengthBytes: number): Buffer {
  const pair = `A=${'1'.repeat(1021)}\0`
  const rest = lengthBytes % 1024
  return text(pair.repeat(Math.floor(lengthBytes / 1024)) + (rest === 0 ? '' : `B=${'2'.repeat(rest - 3)}\0`))
}

describe('the limit, and one beyond it:', () => {
  it.each([
    ['63 bytes of a key', `${'K'.repeat(63)}=1\0`, 'taken'],
    ['64 bytes of a key', `${'K'.repeat(64)}=1\0`, TextError.name],
    ['8192 characters of a value', `K=${'1'.repeat(8192)}\0`, 'taken'],
    ['8193 characters of a value', `K=${'1'.repeat(8193)}\0`, TextError.name],
    ['64 keys of a text', 'K=1\0'.repeat(64), 'taken'],
    ['65 keys of a text', 'K=1\0'.repeat(65), TextLimitError.name],
  ])('%s', (_what, whole, expected) => {
    expect(outcome(() => decodeText(text(whole)))).toBe(expected)
  })

  it('16384 bytes of a text, and 16385, whole and in parts', () => {
    const [most, more] = [textOf(16_384), Buffer.concat([textOf(16_384), Buffer.alloc(1)])]
    expect([most.length, more.length]).toEqual([16_384, 16_385])
    expect([outcome(() => decodeText(most)), outcome(() => decodeText(more))]).toEqual(['taken', TextLimitError.name])
    const inParts = (bytes: Buffer) => () => {
      const assembler = new TextAssembler()
      assembler.add(bytes.subarray(0, 8192), true)
      assembler.add(bytes.subarray(8192), false)
    }
    expect([outcome(inParts(most)), outcome(inParts(more))]).toEqual(['taken', TextLimitError.name])
  })

  it('a text of exactly one segment is one part, one byte more makes two, and none makes one', () => {
    const lengths = (bytes: number) => splitText(Buffer.alloc(bytes), 8192).map(part => part.length)
    expect(lengths(8192)).toEqual([8192])
    expect(lengths(8193)).toEqual([8192, 1])
    expect(lengths(8191)).toEqual([8191])
    expect(lengths(0)).toEqual([0])
  })

  it('a text that has ended counts for nothing in the next one', () => {
    const assembler = new TextAssembler({ textBytes: 8, keys: 2 })
    for (let round = 0; round < 3; round++) {
      expect(assembler.add(text('A=1\0'), true)).toBeUndefined()
      expect(assembler.add(text('B=2\0'), false)).toHaveLength(2)
    }
  })

  it('1020 bytes of additional header segments, which is all that a header can tell, and a word more where less is taken', () => {
    expect(outcome(() => pushAhs(1020))).toBe('taken')
    const limited = { ahsBytes: 16 }
    expect([outcome(() => pushAhs(16, limited)), outcome(() => pushAhs(20, limited))]).toEqual(['taken', 'PduError'])
  })

  it('1024 PDUs of one chunk: what is beyond is left for the next turn', () => {
    const seen: number[] = []
    const decoder = new Decoder({ header: () => DROP, complete: ({ opcode }) => seen.push(opcode) })
    const chunk = Buffer.concat(Array.from({ length: 1025 }, () => nopOut(0)))
    expect(decoder.push(chunk)).toBe(1024 * 48)
    expect(seen).toHaveLength(1024)
    expect(decoder.push(chunk.subarray(1024 * 48))).toBe(48)
    expect(seen).toHaveLength(1025)
  })
})

/** A NOP-Out with additional header segments of so many bytes (RFC 7143 11.2.1.5: counted in words). */
function nopOut(ahsBytes: number): Buffer {
  const bytes = Buffer.alloc(48 + ahsBytes)
  bytes.set([0x40, 0x80, 0, 0, ahsBytes / 4])
  return bytes
}

/** Takes such a PDU; where it was taken, it was taken whole. */
function pushAhs(ahsBytes: number, limits: { ahsBytes?: number } = {}): void {
  const seen: number[] = []
  const decoder = new Decoder({ header: () => DROP, complete: ({ ahsBytes: taken }) => seen.push(taken) }, limits)
  decoder.push(nopOut(ahsBytes))
  expect(seen).toEqual([ahsBytes])
}
