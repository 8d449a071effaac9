/** A number as a person reads it in a table: three digits that count, thousands apart. */
export function readable(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en-US')
  if (value >= 100) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** Bytes a second, in the decimal units of network and disk. */
export function readableRate(bytesPerSecond: number): string {
  return bytesPerSecond >= 1e9
    ? `${(bytesPerSecond / 1e9).toFixed(2)} GB/s`
    : `${Math.round(bytesPerSecond / 1e6)} MB/s`
}
