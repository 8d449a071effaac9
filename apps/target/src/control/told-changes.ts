import type { DocumentChange, PlanStep } from '@lunkit/config'
import type { AnswerOf } from '@lunkit/control'

type ToldChange = AnswerOf<'plan'>['changes'][number]

/** The settings of the whole server, and of storage objects, which stand in no node of their own. */
const ROOT = '/'

/** The node that a step is about: a disk, a target, a portal group, or the whole server. */
function nodeOf(step: PlanStep): string {
  if ('disk' in step && !('target' in step)) return `/backstores/${step.disk}`
  if (!('target' in step)) return ROOT
  return 'tag' in step ? `/iscsi/${step.target}/tpg${step.tag}` : `/iscsi/${step.target}`
}

/** The node that steps of a change of the document are about; undefined: nothing comes of it. */
function ownerOf(path: string): string | undefined {
  const [, disk] = /^(\/backstores\/[^/]+\/[^/]+)$/.exec(path) ?? []
  const [, group] = /^(\/iscsi\/[^/]+(?:\/tpg\d+)?)(?:\/|$)/.exec(path) ?? []
  if (disk !== undefined || group !== undefined) return disk ?? group
  return path === ROOT || path === '/iscsi' ? ROOT : undefined
}

/**
 * Where a document is another one than what is served has, each place with whether initiators may notice: whether steps are about
 * the node that it is of. Settings of storage objects are told of the root.
 */
export function toldChanges(changes: readonly DocumentChange[], steps: readonly PlanStep[]): ToldChange[] {
  const nodes = new Set(steps.map(nodeOf))
  const isOfDisks = [...nodes].some(node => node.startsWith('/backstores/'))
  return changes.map(({ kind, path, keys }) => {
    const owner = ownerOf(path)
    const isTouched = owner !== undefined && (nodes.has(owner) || [...nodes].some(node => node.startsWith(`${owner}/`)))
    return { kind, path, keys: [...keys], noticed: path === ROOT ? nodes.has(ROOT) || isOfDisks : isTouched }
  })
}
