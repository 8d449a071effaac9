import { readFileSync } from 'node:fs'

/** The number of a group, as group(5) has it; undefined where there is none of that name. */
export function groupId(name: string, file = '/etc/group'): number | undefined {
  const line = groupLines(file).find(each => each.startsWith(`${name}:`))
  const [, , id = ''] = line?.split(':') ?? []
  return /^\d+$/.test(id) ? Number(id) : undefined
}

function groupLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return [] // a system without it has no groups that are known by name
  }
}
