const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
const KILO = 1024

/** A size in targetcli's words: `512 bytes`, `64.0MiB`. Halves of a tenth go to the even one, as there. */
export function sizeWords(bytes: number): string {
  if (bytes < KILO) return `${bytes} bytes`
  const power = UNITS.findIndex((_unit, at) => bytes < KILO ** (at + 2))
  const unit = BigInt(KILO) ** BigInt(power + 1)
  const tenfold = BigInt(bytes) * 10n
  const [tenths, rest] = [tenfold / unit, (tenfold % unit) * 2n]
  const rounded = tenths + (rest > unit || (rest === unit && tenths % 2n === 1n) ? 1n : 0n)
  return `${rounded / 10n}.${rounded % 10n}${UNITS[power]}`
}
