import type { Field } from '@lunkit/wire'
import type { SeededRandom } from '../../harness/seeded-random.ts'

type AnyField = Pick<Field<unknown>, 'byte' | 'mask'>

const ones = (mask: number): number => mask.toString(2).replaceAll('0', '').length

/** How many bits a field has. */
export const widthOf = ({ mask }: AnyField): number => mask.reduce((sum, each) => sum + ones(each), 0)

/** The bits of a field as a number. */
export function bitsOf(bytes: Uint8Array, { byte, mask }: AnyField): bigint {
  let value = 0n
  mask.forEach((each, i) => {
    for (let bit = 7; bit >= 0; bit--) {
      if (((each >> bit) & 1) === 0) continue
      value = value * 2n + BigInt(((bytes[byte + i] as number) >> bit) & 1)
    }
  })
  return value
}

/** Sets the bits of a field, whatever they mean. */
export function setBits(bytes: Uint8Array, { byte, mask }: AnyField, value: bigint): void {
  let rest = value
  for (let i = mask.length - 1; i >= 0; i--) {
    for (let bit = 0; bit < 8; bit++) {
      if ((((mask[i] as number) >> bit) & 1) === 0) continue
      const at = byte + i
      const old = bytes[at] as number
      bytes[at] = rest % 2n === 1n ? old | (2 ** bit) : old & ~(2 ** bit)
      rest /= 2n
    }
  }
}

const SMALL = [0n, 1n, 2n, 3n, 4n, 7n, 8n]
const ROUND = [16n, 512n, 1024n, 4096n, 8192n, 65_536n, 131_072n, 262_144n, 524_288n]

/** A value for a field of this many bits: at its bounds, near what it had, a round one, or any. */
export function boundaryValue(random: SeededRandom, bits: number, current: bigint): bigint {
  const max = 2n ** BigInt(bits) - 1n
  const value = pickValue(random, { bits, max, current })
  return value < 0n ? max : value > max ? value % (max + 1n) : value
}

function pickValue(
  random: SeededRandom,
  { bits, max, current }: { bits: number; max: bigint; current: bigint },
): bigint {
  switch (random.below(8)) {
    case 0:
      return random.pick([0n, max, max - 1n, max / 2n, max / 2n + 1n])
    case 1:
      return current + 1n
    case 2:
      return current - 1n
    case 3:
      return random.pick(ROUND) + BigInt(random.between(-1, 1))
    case 4:
      // One bit flipped.
      return current ^ (2n ** BigInt(random.below(bits)))
    case 5:
      return BigInt(random.next()) * BigInt(random.next())
    default:
      return random.pick(SMALL)
  }
}

/** Logical unit numbers in every form: units there are, others, well-known ones, deeper levels, forms of no meaning. */
export const LUN_FIELDS: readonly bigint[] = [
  0n,
  0n,
  0n,
  0x0001_0000_0000_0000n,
  0x0001_0000_0000_0000n,
  0x0002_0000_0000_0000n,
  0x0007_0000_0000_0000n,
  0x412c_0000_0000_0000n,
  0x4000_0000_0000_0000n,
  0xd200_012c_0000_0000n,
  0xc101_0000_0000_0000n,
  0xc102_0000_0000_0000n,
  0x0100_0000_0000_0000n,
  0x8000_0000_0000_0000n,
  0x0000_0001_0000_0000n,
  0xffff_ffff_ffff_ffffn,
]
