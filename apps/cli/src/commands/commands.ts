import type { KindOfNode, Node } from '../shell/nodes.ts'
import type { Command } from './command.ts'
import { command } from './command.ts'
import { daemonStatus } from './daemon-status.ts'
import { diskCommands } from './disk-commands.ts'
import { documentCommands } from './document-commands.ts'
import { importCommands } from './import-commands.ts'
import { nodeCommands } from './node-commands.ts'
import { serverCommands } from './server-commands.ts'
import { aluaCommands, pluginCommands, storageCommands } from './storage-commands.ts'
import {
  aclCommands,
  aclsCommands,
  fabricCommands,
  lunsCommands,
  mappedLunCommands,
  portalCommands,
  portalsCommands,
  targetCommands,
  tpgCommands,
} from './target-commands.ts'
import { tokenCommand } from './token-command.ts'
import { valueCommands } from './value-commands.ts'

/** The commands that nodes have by their kind. */
const OF_KIND: Readonly<Partial<Record<KindOfNode, readonly Command[]>>> = {
  root: [...documentCommands, ...serverCommands],
  storageObject: storageCommands,
  aluaGroups: aluaCommands,
  fabric: fabricCommands,
  target: targetCommands,
  tpg: tpgCommands,
  acls: aclsCommands,
  acl: aclCommands,
  mappedLun: mappedLunCommands,
  luns: lunsCommands,
  portals: portalsCommands,
  portal: portalCommands,
}

/** What targetcli's root does not have. Its `status` says nothing there. */
const ownRoot: readonly Command[] = [
  command('status', 'how the daemon is, and what is wrong', { run: daemonStatus }),
  ...diskCommands,
  ...importCommands,
  tokenCommand,
]

/** Every command of a node, by name. */
export function commandsOf(
  { kind, name }: Pick<Node, 'kind' | 'name'>,
  personality: 'lunkit' | 'targetcli',
): ReadonlyMap<string, Command> {
  const own = kind === 'plugin' ? pluginCommands(name) : (OF_KIND[kind] ?? [])
  const more = kind === 'root' && personality === 'lunkit' ? ownRoot : []
  return new Map([...nodeCommands, ...valueCommands, ...own, ...more].map(each => [each.name, each]))
}
