import type { KindOfNode, Node } from '../shell/nodes.ts'
import type { Command } from './command.ts'
import { command } from './command.ts'
import { daemonStatus } from './daemon-status.ts'
import { documentCommands } from './document-commands.ts'
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

/** lunkit's own `status` of the root: targetcli's says nothing there. */
const rootStatus = command('status', 'how the daemon is, and what is wrong', { run: daemonStatus })

/** Every command of a node, by name. */
export function commandsOf(
  { kind, name }: Pick<Node, 'kind' | 'name'>,
  personality: 'lunkit' | 'targetcli',
): ReadonlyMap<string, Command> {
  const own = kind === 'plugin' ? pluginCommands(name) : (OF_KIND[kind] ?? [])
  const status = kind === 'root' && personality === 'lunkit' ? [rootStatus] : []
  return new Map([...nodeCommands, ...valueCommands, ...own, ...status].map(each => [each.name, each]))
}
