import type { InitiatorAccess, Step, StepKind, StepOf } from 'lunkit'
import { SeededRandom } from '../harness/seeded-random.ts'
import type { DiskSpec, PlantedDisks, PlantedFault } from './planted-disks.ts'
import { APART, HOSTS, type PortalPlaces } from './portal-places.ts'
import { TreePlan } from './tree-plan.ts'
import { Contradiction, perform } from './tree-rules.ts'
import { type GroupState, TreeState } from './tree-state.ts'

/** Initiators that steps are about. */
export const INITIATORS = ['iqn.2026-11.com.example:one', 'iqn.2026-11.com.example:two'] as const
/** Targets that steps are about. */
export const TARGETS = ['iqn.2026-11.com.example:x', 'iqn.2026-11.com.example:y'] as const
const KEYS = ['a', 'b', 'c', 'd'] as const
const TAGS = [1, 2] as const
const LUNS = [0, 1, 7] as const
const SIZES = [32_768, 65_536, 131_072] as const
const SERIALS = ['s0', 's1', 's2', 's3', 's4', 's5'] as const
const FILES = ['f0', 'f1', 'f2'] as const
const FAULTS: readonly (PlantedFault | undefined)[] = [...Array(20).fill(undefined), 'open', 'once', 'resize', 'resize']
const ACCESS: readonly Partial<InitiatorAccess>[] = [{}, {}, {}, { commandDepth: 8 }, { authenticationRequired: true }]
/** Each as often as it is to be chosen. */
const KINDS: readonly StepKind[] = [
  ...Array<StepKind>(6).fill('mapLun'),
  ...Array<StepKind>(4).fill('openDisk'),
  ...Array<StepKind>(3).fill('replaceDisk'),
  ...Array<StepKind>(3).fill('changeDisk'),
  ...Array<StepKind>(3).fill('openPortal'),
  ...Array<StepKind>(3).fill('setDemoMode'),
  ...([
    'addTarget',
    'addTarget',
    'addGroup',
    'addGroup',
    'addGroup',
    'addAcl',
    'addAcl',
    'unmapLun',
    'unmapLun',
  ] as const),
  ...(['closeDisk', 'changeTarget', 'removeTarget', 'changeGroup', 'removeGroup', 'closePortal'] as const),
  ...(['changeAcl', 'removeAcl', 'changeServer', 'clearFault'] as const),
]
/** How often a step is thought up that is to be done, before the transaction ends without it. */
const ATTEMPTS = 30

/** What a step is chosen by. */
interface Choice {
  readonly state: TreeState
  readonly plan: TreePlan
  readonly random: SeededRandom
  readonly disks: PlantedDisks
  readonly places: PortalPlaces
}

/** A transaction, and with `wrong` a step that cannot be done, at some place of it. */
export interface ChosenSteps {
  readonly steps: readonly Step[]
  readonly wrong: { readonly at: number; readonly step: Step } | undefined
}

/** Chooses steps that fit the tree, mostly; what goes wrong when disks and portals are opened may be among them. */
export class StepChooser {
  readonly #disks: PlantedDisks
  readonly #takenPort: number

  readonly #places: PortalPlaces

  constructor(disks: PlantedDisks, takenPort: number, places: PortalPlaces = APART) {
    this.#places = places
    this.#disks = disks
    this.#takenPort = takenPort
  }

  choose(before: TreeState, { seed, count, wrong }: { seed: number; count: number; wrong: boolean }): ChosenSteps {
    const random = new SeededRandom(seed)
    const choice = { state: before.copy(), plan: new TreePlan(), random, disks: this.#disks, places: this.#places }
    const steps: Step[] = []
    const at = random.below(count + 1)
    let step: Step | undefined
    for (let number = 0; number <= count; number++) {
      if (wrong && number === at) step = this.#wrong(choice)
      const right = number < count && attempt(() => fitting(choice))
      if (right) steps.push(right)
    }
    return { steps, wrong: step && { at: Math.min(at, steps.length), step } }
  }

  /** A tree with something of everything, and mostly most of it. */
  first(seed: number): Step[] {
    const random = new SeededRandom(seed)
    const choice = { state: new TreeState(), plan: new TreePlan(), random, disks: this.#disks, places: this.#places }
    const storage = (serial: string, file?: string) =>
      this.#disks.storage({ ...newDisk(choice), serial, file, fault: random.is(0.1) ? 'resize' : undefined })
    const disks: Step[] = [
      { kind: 'openDisk', disk: 'a', storage: storage('s0') },
      { kind: 'openDisk', disk: 'b', storage: storage('s1', 'f0') },
    ]
    const groups = TARGETS.flatMap(target => TAGS.map(tag => ({ target, tag }))).filter(() => random.is(0.6))
    const targets = TARGETS.filter(name => groups.some(({ target }) => target === name))
    const added = targets.map((target): Step => ({ kind: 'addTarget', target }))
    return [...disks, ...added, ...groups.flatMap(of => firstOf(of, choice))]
  }

  /** Something that cannot be done where the choice stands. */
  #wrong(choice: Choice): Step {
    const { random, state } = choice
    const [key] = [...state.disks.keys()]
    const group = anyGroup(choice)
    const ways: readonly (() => Step | undefined)[] = [
      () => attempt(() => contradicting(choice)),
      () => ({ kind: 'openDisk', disk: 'wrong', storage: this.#disks.storage({ ...newDisk(choice), fault: 'open' }) }),
      () => (key === undefined ? undefined : this.#wrongReplacement(choice, key)),
      () => (key === undefined ? undefined : wrongChange(choice, key)),
      () => group && { kind: 'openPortal', ...group, portal: { host: HOSTS[0], port: this.#takenPort } },
    ]
    return random.pick(ways)() ?? { kind: 'closeDisk', disk: 'none' }
  }

  #wrongReplacement(choice: Choice, key: string): Step {
    const storage = this.#disks.storage({ ...newDisk(choice), fault: 'open' })
    return { kind: 'replaceDisk', disk: choice.random.is(0.5) ? key : 'wrong', replaces: key, storage }
  }
}

/** A group with a portal, which lets somebody in. */
function firstOf(of: { readonly target: string; readonly tag: number }, { random, places }: Choice): Step[] {
  const [initiator] = INITIATORS
  const steps: Step[] = [
    { kind: 'addGroup', ...of, settings: {} },
    { kind: 'openPortal', ...of, portal: { host: random.pick(places.hosts), port: places.port } },
    { kind: 'mapLun', ...of, initiator: undefined, lun: 0, disk: random.pick(['a', 'b']) },
    { kind: 'mapLun', ...of, initiator: undefined, lun: 1, disk: random.pick(['a', 'b']) },
  ]
  if (random.is(0.7)) steps.push({ kind: 'setDemoMode', ...of, access: {} })
  const lun = { ...of, initiator, lun: 0, disk: random.pick(['a', 'b']), writeProtected: random.is(0.3) }
  if (random.is(0.7)) steps.push({ kind: 'addAcl', ...of, initiator }, { kind: 'mapLun', ...lun })
  return steps
}

function attempt(act: () => Step | undefined): Step | undefined {
  for (let left = ATTEMPTS; left > 0; left--) {
    const step = act()
    if (step) return step
  }
  return undefined
}

/** A step that is done to the state of the choice. */
function fitting(choice: Choice): Step | undefined {
  const step = anyStep(choice)
  return step && fits(choice, step) ? step : undefined
}

function contradicting(choice: Choice): Step | undefined {
  const step = anyStep(choice)
  const copy = { ...choice, state: choice.state.copy(), plan: new TreePlan() }
  return step && !fits(copy, step) ? step : undefined
}

function fits({ state, plan, disks }: Choice, step: Step): boolean {
  try {
    perform({ state, plan, at: 0, specOf: storage => disks.specOf(storage) }, step)
    return true
  } catch (error) {
    if (error instanceof Contradiction) return false
    throw error
  }
}

/** A block size that the disk does not have, or a size that a full store cannot have. */
function wrongChange({ state, disks }: Choice, key: string): Step | undefined {
  const open = state.disks.get(key)?.open
  if (!open) return undefined
  const { spec, sizeBytes: from } = open
  const blockBytes = spec.blockBytes === 512 ? 4096 : 512
  const wrong = spec.fault === 'resize' ? { ...spec, sizeBytes: from * 2 } : { ...spec, blockBytes }
  return { kind: 'changeDisk', disk: key, storage: disks.storage(wrong), resize: { from, to: wrong.sizeBytes } }
}

type Chooser = (choice: Choice) => Step | undefined

const anyStep = (choice: Choice): Step | undefined => choosers[choice.random.pick(KINDS)](choice)

const anyTarget = ({ random, state }: Choice): { readonly target: string } => {
  const target = random.pick(state.targets.size > 0 && random.is(0.9) ? [...state.targets.keys()] : TARGETS)
  return { target: random.is(0.1) ? target.toUpperCase().replace('IQN', 'iqn') : target }
}

function anyGroup(choice: Choice): { readonly target: string; readonly tag: number } | undefined {
  const groups = [...choice.state.targets].flatMap(([target, { groups }]) =>
    [...groups.keys()].map(tag => ({ target, tag })),
  )
  return groups.length > 0 ? choice.random.pick(groups) : undefined
}

const initiator = ({ random }: Choice): string => {
  const name = random.pick(INITIATORS)
  return random.is(0.1) ? `iqn.2026-11.com.example:${(name.split(':')[1] as string).toUpperCase()}` : name
}

const anyKey = ({ random, state }: Choice): string =>
  random.pick(state.disks.size > 0 && random.is(0.9) ? [...state.disks.keys()] : KEYS)

const free = <T>({ random }: Choice, all: readonly T[], taken: ReadonlySet<T | undefined>): T => {
  const left = all.filter(each => !taken.has(each))
  return random.pick(left.length > 0 && random.is(0.95) ? left : all)
}

function newDisk(choice: Choice): Omit<DiskSpec, 'id'> {
  const { random, state } = choice
  const specs = [...state.disks.values()].map(({ spec }) => spec)
  const file = random.is(0.3) ? free(choice, FILES, new Set(specs.map(each => each.file))) : undefined
  return {
    serial: free(choice, SERIALS, new Set(specs.map(({ serial }) => serial))),
    sizeBytes: random.pick(SIZES),
    blockBytes: random.is(0.9) ? 512 : 4096,
    removable: random.pick([undefined, undefined, true, false]),
    file,
    fault: random.pick(FAULTS),
  }
}

const ofGroup = (step: (of: { target: string; tag: number }, choice: Choice) => Step): Chooser => {
  return choice => {
    const group = choice.random.is(0.9) ? anyGroup(choice) : { ...anyTarget(choice), tag: choice.random.pick(TAGS) }
    return group && step(group, choice)
  }
}

const settings = ({ random }: Choice): GroupState['settings'] => ({
  ...(random.is(0.3) && { demoModeDiscovery: random.is(0.5) }),
  ...(random.is(0.15) && { accessDefaults: { authenticationRequired: true } }),
  ...(random.is(0.2) && { parameters: { MaxBurstLength: 65_536 } }),
})

const whose = (choice: Choice): { initiator: string | undefined } => ({
  initiator: choice.random.is(0.6) ? undefined : initiator(choice),
})

const portal = ({ random, places }: Choice): { readonly portal: { host: string; port: number } } => ({
  portal: { host: random.pick(places.hosts), port: places.port },
})

const choosers: { readonly [K in StepKind]: (choice: Choice) => StepOf<K> | Step | undefined } = {
  openDisk: choice => ({
    kind: 'openDisk',
    disk: choice.random.pick(KEYS),
    storage: choice.disks.storage(newDisk(choice)),
  }),
  replaceDisk(choice) {
    const { random, state, disks } = choice
    const replaces = anyKey(choice)
    const { serial, file } = state.disks.get(replaces)?.spec ?? newDisk(choice)
    const spec = { ...newDisk(choice), ...(random.is(0.7) && { serial, file }) }
    const disk = random.is(0.5) ? replaces : random.pick(KEYS)
    return { kind: 'replaceDisk', disk, replaces, storage: disks.storage(spec) }
  },
  changeDisk(choice) {
    const { random, state, disks } = choice
    const disk = anyKey(choice)
    const { spec } = state.disks.get(disk) ?? {}
    if (!spec) return undefined
    // Its size by the steps before this one: what a storage says is what the disk is opened with another time.
    const from = spec.sizeBytes
    const sizeBytes = random.is(0.6) ? random.pick(SIZES) : from
    const storage = disks.storage({ ...spec, sizeBytes, removable: random.pick([undefined, true, false]) })
    return { kind: 'changeDisk', disk, storage, ...(from !== sizeBytes && { resize: { from, to: sizeBytes } }) }
  },
  clearFault: choice => ({ kind: 'clearFault', disk: anyKey(choice) }),
  closeDisk: choice => ({ kind: 'closeDisk', disk: anyKey(choice) }),
  addTarget: ({ random }) => ({
    kind: 'addTarget',
    target: random.pick(TARGETS),
    alias: random.pick([undefined, 'one']),
  }),
  changeTarget: choice => ({
    kind: 'changeTarget',
    ...anyTarget(choice),
    alias: choice.random.pick([undefined, '', 'two']),
  }),
  removeTarget: choice => ({ kind: 'removeTarget', ...anyTarget(choice) }),
  addGroup: choice => ({
    kind: 'addGroup',
    ...anyTarget(choice),
    tag: choice.random.pick(TAGS),
    settings: settings(choice),
    ...(choice.random.is(0.4) && { relativePortId: choice.random.pick([1, 2, 3, 4]) }),
  }),
  changeGroup: ofGroup((of, choice) => ({ kind: 'changeGroup', ...of, settings: settings(choice) })),
  removeGroup: ofGroup(of => ({ kind: 'removeGroup', ...of })),
  openPortal: ofGroup((of, choice) => ({ kind: 'openPortal', ...of, ...portal(choice) })),
  closePortal: ofGroup((of, choice) => ({ kind: 'closePortal', ...of, ...portal(choice) })),
  addAcl: ofGroup((of, choice) => ({
    kind: 'addAcl',
    ...of,
    initiator: initiator(choice),
    access: choice.random.pick(ACCESS),
  })),
  changeAcl: ofGroup((of, choice) => ({
    kind: 'changeAcl',
    ...of,
    initiator: initiator(choice),
    access: choice.random.pick(ACCESS),
  })),
  removeAcl: ofGroup((of, choice) => ({ kind: 'removeAcl', ...of, initiator: initiator(choice) })),
  setDemoMode: ofGroup((of, { random }) => ({
    kind: 'setDemoMode',
    ...of,
    access: random.is(0.75) ? random.pick(ACCESS) : undefined,
  })),
  mapLun: ofGroup((of, choice) => ({
    kind: 'mapLun',
    ...of,
    ...whose(choice),
    lun: choice.random.pick(LUNS),
    disk: anyKey(choice),
    writeProtected: choice.random.is(0.3),
  })),
  unmapLun: ofGroup((of, choice) => ({ kind: 'unmapLun', ...of, ...whose(choice), lun: choice.random.pick(LUNS) })),
  changeServer: ({ random }) => ({
    kind: 'changeServer',
    limits: {},
    pollUs: 0,
    discovery: { authenticationRequired: random.is(0.3) },
  }),
}
