const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** A size as targetcli shows it: `1.0GiB`; under 1 KiB, `512 bytes`. */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${sizeBytes} bytes`
  const power = Math.min(Math.floor(Math.log2(sizeBytes) / 10), UNITS.length)
  return `${(sizeBytes / 1024 ** power).toFixed(1)}${UNITS[power - 1]}`
}
