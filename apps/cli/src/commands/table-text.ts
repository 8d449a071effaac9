/** A table as text: each column as wide as what stands in it, the last one as it is. */
export function columns(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const lines = [heads, ...rows]
  const widths = heads.map((_head, at) => Math.max(...lines.map(row => (row[at] ?? '').length)))
  return lines.map(row => row.map((cell, at) => (at < row.length - 1 ? cell.padEnd(widths[at] ?? 0) : cell)).join('  '))
}
