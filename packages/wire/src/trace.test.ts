import { expect, it } from 'vitest'
import { ascii, bit, bytes, dataView, layout, traceLine, u8, u32, u64 } from './index.ts'

const Kind = { round: 1, square: 2 } as const

const Example = layout({
  name: 'Example',
  spec: 'none',
  size: 64,
  fields: { kind: u8(0, Kind), flag: bit(1, 0), count: u32(4), id: u64(8), name: ascii(16, 8), data: bytes(24, 40) },
})

const line = (values: Parameters<typeof Example.encode>[0]): string =>
  traceLine(Example, dataView(Example.encode(values)))

it('prints every field by name: closed lists by name, flags as bits, identifiers and bytes in hex', () => {
  expect(
    line({ kind: Kind.square, flag: true, count: 7, id: 0x1_0000n, name: 'disk', data: Uint8Array.of(0xab) }),
  ).toBe(`Example kind=square flag=1 count=7 id=0x0000000000010000 name="disk" data=ab${'00'.repeat(31)}...(40)`)
})

it('prints a value that its list does not have as a number with a question mark', () => {
  expect(line({ kind: 9 as 1 })).toContain('kind=9? flag=0')
})
