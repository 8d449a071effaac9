const LINE = 120

/** JSON in which whatever fits into a line of 120 characters has one. */
export function foldedJson(value: unknown, indent = ''): string {
  const line = JSON.stringify(value)
  if (indent.length + line.length <= LINE || typeof value !== 'object' || value === null) return line
  const inner = `${indent}  `
  const isList = Array.isArray(value)
  const parts = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => `${inner}${isList ? '' : `${JSON.stringify(name)}: `}${foldedJson(each, inner)}`)
  const [open, close] = isList ? '[]' : '{}'
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`
}
