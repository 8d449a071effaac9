import type { KindOfNode, Node } from '../shell/nodes.ts'
import { accessCommands } from './access-commands.ts'
import type { Command } from './command.ts'
import { command } from './command.ts'
import { daemonStatus } from './daemon-status.ts'
import { diskCommands } from './disk-commands.ts'
import { documentCommands } from './document-commands.ts'
import { drainCommands } from './drain-commands.ts'
import { importCommands } from './import-commands.ts'
import { isnsCommand } from './isns-command.ts'
import { nodeCommands } from './node-commands.ts'
import { serverCommands } from './server-commands.ts'
import { aluaCommands, creatingPlugins, pluginCommands, storageCommands } from './storage-commands.ts'
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
import { traceCommand } from './trace-command.ts'
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
  ...drainCommands,
  isnsCommand,
  ...accessCommands,
  ...diskCommands,
  ...importCommands,
  tokenCommand,
  traceCommand,
]

/** Where the nodes of a kind are, for who reads of them. */
const PLACES: Readonly<Partial<Record<KindOfNode, string>>> = {
  root: 'At /',
  storageObject: 'At a storage object, /backstores/PLUGIN/NAME',
  aluaGroups: 'At its ALUA groups, /backstores/PLUGIN/NAME/alua',
  fabric: 'At /iscsi',
  target: 'At a target, /iscsi/IQN',
  tpg: 'At a target portal group, /iscsi/IQN/tpgN',
  acls: 'At its ACLs, /iscsi/IQN/tpgN/acls',
  acl: 'At an ACL, /iscsi/IQN/tpgN/acls/IQN',
  mappedLun: 'At a mapped LUN, /iscsi/IQN/tpgN/acls/IQN/mapped_lunN',
  luns: 'At its LUNs, /iscsi/IQN/tpgN/luns',
  portals: 'At its portals, /iscsi/IQN/tpgN/portals',
  portal: 'At a portal, /iscsi/IQN/tpgN/portals/ADDRESS:PORT',
}

/** Every command, by where it is. */
export const commandPlaces: readonly { readonly place: string; readonly commands: readonly Command[] }[] = [
  { place: 'At every node', commands: [...nodeCommands, ...valueCommands] },
  ...creatingPlugins.map(plugin => ({ place: `At /backstores/${plugin}`, commands: pluginCommands(plugin) })),
  ...(Object.entries(OF_KIND) as [KindOfNode, readonly Command[]][]).map(([kind, commands]) => ({
    place: PLACES[kind] ?? kind,
    commands: kind === 'root' ? [...commands, ...ownRoot] : commands,
  })),
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
