import { type ControlClient, ControlFault, FaultKind } from '@lunkit/control/client'
import { nearest } from '@lunkit/wire'
import { nodesAt } from '../shell/nodes.ts'

const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')))

/** The nearest node beside one that is not there. */
async function nearestNode(client: ControlClient, path: string): Promise<string | null> {
  const parent = parentOf(path)
  const [, ...beside] = await nodesAt(client, parent, 1).catch(() => [])
  const name = nearest(
    path.slice(path.lastIndexOf('/') + 1),
    beside.map(each => each.name),
  )
  return beside.find(each => each.name === name)?.path ?? null
}

/** The nearest of the names that would be right: `has no bogus` of `one of a, b`. */
function nearestName({ what, right }: ControlFault): string | null {
  const [, wrong] = /^has no ([^ "]+)$/.exec(what) ?? []
  const [, names] = /^one of (.+)$/.exec(right) ?? []
  return wrong === undefined || names === undefined ? null : nearest(wrong, names.split(/, | and /))
}

/** The storage object whose name is nearest to what was given for its path. */
async function nearestStorage(client: ControlClient, { what }: ControlFault): Promise<string | null> {
  const [, wrong] = /^has no "(.+)"$/.exec(what) ?? []
  if (wrong === undefined) return null
  const objects = (await nodesAt(client, '/backstores', 2)).filter(({ kind }) => kind === 'storageObject')
  const names = objects.map(({ name }) => name)
  const name = names.includes(wrong) ? wrong : nearest(wrong, names)
  return objects.find(each => each.name === name)?.path ?? null
}

/** A fault with the nearest thing that there is, which the daemon need not have said. */
export async function withNearest(client: ControlClient, error: unknown): Promise<unknown> {
  if (!(error instanceof ControlFault) || error.nearest !== null) return error
  const { kind, what, where, right } = error
  const isPath = kind === FaultKind.notFound && where.startsWith('/')
  const isStorage = where === '/backstores' && kind === FaultKind.refused
  const near = isPath
    ? await nearestNode(client, where)
    : isStorage
      ? await nearestStorage(client, error)
      : nearestName(error)
  return near === null ? error : new ControlFault(kind, { what, where, right, nearest: near })
}
