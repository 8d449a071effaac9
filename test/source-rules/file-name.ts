import type { Rule } from './rule.ts'

const VAGUE = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'managers', 'misc', 'shared'])
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

/** A file is named for the noun that it holds. */
export const fileName: Rule = {
  name: 'a file is named for the noun that it holds',
  check: file => {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1)
    const words = name.split('.').slice(0, -1)
    const vague = words.flatMap(word => word.split('-')).find(word => VAGUE.has(word))
    if (vague !== undefined) return [{ path: file.path, line: 1, message: `${vague} says nothing: name the noun` }]
    if (words.every(word => KEBAB.test(word))) return []
    return [{ path: file.path, line: 1, message: `${name}: write file names in kebab-case` }]
  },
}
