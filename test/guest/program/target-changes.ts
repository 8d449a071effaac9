import { type ChangeChoice, HOSTS, mostly, type ProgramChange, portalAt, served } from './program-change.ts'
import { type Part, type ProgramDisk, type ProgramTarget, storageOf } from './program-model.ts'

/** What may change of a target that nobody uses. */
const ALL: readonly Part[] = ['luns', 'access', 'openness', 'portals']

/** A target that is served, of which these parts change. */
export function programTarget(
  name: string,
  {
    disks,
    host,
    initiators,
    inUse,
  }: {
    readonly disks: readonly ProgramDisk[]
    readonly host: string
    readonly initiators?: readonly string[] | undefined
    /** Of one that somebody uses: what may change of it. */
    readonly inUse?: readonly Part[]
  },
): ProgramTarget {
  return {
    name,
    isInUse: inUse !== undefined,
    changes: inUse ?? ALL,
    luns: new Map(disks.map((disk, lun) => [lun, { disk, writeProtected: false }])),
    initiators: new Set(initiators),
    isOpen: initiators === undefined,
    hosts: new Set([host]),
    maxBurstLength: 1_048_576,
  }
}

/** One that is not there, mostly; one of its disks may be one that cannot be opened. */
export function addTarget(choice: ChangeChoice): ProgramChange {
  const { random, names, model, server } = choice
  const name = mostly(
    random,
    names.filter(each => !model.targets.has(each)),
    names.filter(each => model.targets.has(each)),
  )
  const host = random.pick(HOSTS)
  const initiators = random.once(2) ? [random.pick(choice.initiators)] : undefined
  const isWrong = random.once(6)
  const disks = [choice.newDisk(), { ...choice.newDisk(), ...(isWrong && { path: NO_FILE }) }]
  const opened = isWrong ? `cannot open ${NO_FILE}` : undefined
  return {
    title: `addTarget ${name} at ${host}`,
    make: () =>
      server.addTarget({ name, portal: portalAt(host), luns: disks.map(storageOf), ...(initiators && { initiators }) }),
    refusal: model.targets.has(name) ? `there is a target ${name} already` : opened,
    follow: () => void model.targets.set(name, programTarget(name, { disks, host, initiators })),
  }
}

/** One that nobody uses; where there is none, one comes. */
export function removeTarget(choice: ChangeChoice): ProgramChange {
  const { model, server, random } = choice
  const unused = [...model.targets.values()].filter(({ isInUse }) => !isInUse)
  if (unused.length === 0) return addTarget(choice)
  const { name } = random.pick(unused)
  return {
    title: `remove ${name}`,
    make: () => served(server, name).remove(),
    refusal: undefined,
    follow: () => void model.targets.delete(name),
  }
}

const NO_FILE = '/nonexistent/disk.img'
