import { checkOptions, flag, type OptionDomains } from '@lunkit/wire'
import type { Json } from '../json/value.ts'
import type { Configuration } from '../saveconfig.ts'
import { textOf } from '../schema/lenient.ts'
import { HIDDEN, isSecret } from './secrets.ts'
import { branchAt } from './tree.ts'

/** How `info` is told. */
export interface InfoOptions {
  /** Passwords are shown as they are; left out: as asterisks. */
  readonly showsSecrets?: boolean
}

const OPTIONS: OptionDomains = { showsSecrets: flag }
/** What targetcli shows elsewhere, and what has more than one value. */
const ELSEWHERE: readonly string[] = ['attributes', 'parameters']

/** A single value as Python writes it, which targetcli is written in; undefined for what is none. */
function wordOf(value: Json): string | undefined {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return textOf(value)
}

/**
 * What `info` says of a node, line by line, in targetcli's words; undefined where targetcli has no such command.
 * @throws as treeNode().
 */
export function infoLines(
  configuration: Configuration,
  path: string,
  options: InfoOptions = {},
): readonly string[] | undefined {
  checkOptions('infoLines: options', options, OPTIONS)
  const info = branchAt(configuration, path, 'infoLines').branch.info?.()
  if (info === undefined || Array.isArray(info)) return info as readonly string[] | undefined
  const values = Object.entries(info as Readonly<Record<string, Json | undefined>>).sort(byName)
  const lines = values.flatMap(([name, value]): string[] => {
    const word = value === undefined || ELSEWHERE.includes(name) ? undefined : wordOf(value)
    if (word === undefined) return []
    return [`${name}: ${isSecret(name) && options.showsSecrets !== true ? HIDDEN : word}`]
  })
  return [...lines, ...membersOf((info as { readonly wwns?: Json }).wwns)]
}

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1

/** The initiators of an ACL come last, below each other. */
function membersOf(wwns: Json | undefined): readonly string[] {
  return Array.isArray(wwns) ? ['wwns:', ...(wwns as readonly string[])] : []
}
