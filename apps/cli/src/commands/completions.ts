import { readdir } from 'node:fs/promises'
import type { ControlClient } from '@lunkit/control/client'
import type { Node } from '../shell/nodes.ts'
import { nodesAt } from '../shell/nodes.ts'

/** Where somebody types. */
interface TypingAt {
  readonly client: ControlClient
  readonly node: Node
}

/** What a value may be, for whoever types it. */
export type Values = (at: TypingAt, typed: string) => Promise<readonly string[]>

async function namesBelow({ client }: TypingAt, path: string): Promise<readonly string[]> {
  const [, ...below] = await nodesAt(client, path, 1)
  return below.map(({ name }) => name)
}

/** The names of what is below the node. */
export const childNames: Values = context => namesBelow(context, context.node.path)

/** The addresses of the portals below the node. */
export const portalAddresses: Values = async context =>
  (await childNames(context, '')).map(name => name.replace(/:[0-9]+$/, ''))
/** The ports of the portals below the node. */
export const portalPorts: Values = async context =>
  (await childNames(context, '')).map(name => name.replace(/^.*:/, ''))

/** The paths of all storage objects. */
export const storagePaths: Values = async ({ client }) =>
  (await nodesAt(client, '/backstores', 2)).filter(({ kind }) => kind === 'storageObject').map(({ path }) => path)

/** The LUNs of the TPG that an ACL is of, and storage objects. */
export const lunsAndStorage: Values = async (context, typed) => {
  const tpg = context.node.path.replace(/\/acls\/.*$/, '')
  return [...(await namesBelow(context, `${tpg}/luns`)), ...(await storagePaths(context, typed))]
}

/** The ids of sessions. */
export const sessionIds: Values = async ({ client }) => (await client.call('sessions')).sessions.map(({ id }) => id)

/** Files of this machine that begin as it was typed; hidden ones where the dot is. */
export const fileNames = async (_context: unknown, typed: string): Promise<readonly string[]> => {
  const directory = typed.slice(0, typed.lastIndexOf('/') + 1)
  const found = await readdir(directory === '' ? '.' : directory, { withFileTypes: true }).catch(() => [])
  const isSeen = (name: string): boolean => !name.startsWith('.') || typed.startsWith(`${directory}.`)
  return found
    .filter(({ name }) => isSeen(name))
    .map(entry => `${directory}${entry.name}${entry.isDirectory() ? '/' : ''}`)
}
