import { appendFile, readdir, readFile, rm } from 'node:fs/promises'
import { connect, discover, type Session } from '@lunkit/initiator'
import { DesignatorType, decodeDesignators } from '@lunkit/scsi'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import type { ServedConfig, ServedTarget } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import { same } from '../tree/same.ts'
import { Mount } from './mount.ts'
import { until } from './rig.ts'

const SEED = 20_261_129
const CHANGES = 40
const STATE_BYTES = 64 * 1024
const MIB = 2 ** 20
const nameOf = (number: number): string => `iqn.2026-11.io.lunkit.test:full${number}`
const COMING = [1, 2, 3, 4].map(nameOf)
const REFUSED = /^.*not applied, nothing has changed: .*its file system is full \(ENOSPC\).*$/
const isTemporary = (name: string): boolean => name.endsWith('.temp')
const block = Buffer.alloc(512, 0x5a)

/** What stands in the state of the targets that there are, and of those that were there. */
interface Kept {
  readonly configurations: Readonly<Record<string, { readonly ports: { readonly entries: readonly KeptPort[] } }>>
}
interface KeptPort {
  readonly target: string
  readonly removed?: true
}

/** What is served of one target, and of others that come and go. */
const configOf = (others: readonly string[], commandDepth: number): ServedConfig => {
  const target = (iqn: string): ServedTarget => ({
    iqn,
    stores: [{ plugin: 'ramdisk', name: iqn.replace(/.*:/, ''), sizeBytes: MIB }],
    attributes: { default_cmdsn_depth: commandDepth },
  })
  return { ...target(nameOf(0)), others: others.map(target) }
}

/** The state directory of a lunkitd, on a file system that is full now and then, and what is known of what it holds. */
class FullState {
  readonly #filler: string
  readonly #directory: string
  isFull = false
  /** The targets whose numbers it has, those that are known to be no more excepted. */
  present: ReadonlySet<string> = new Set([nameOf(0)])

  constructor(mount: Mount) {
    this.#filler = mount.path('filler')
    this.#directory = mount.directory
  }

  /** What is no more is noted after its change; and a file that is replaced just now gives back the room of the old one. */
  async fill(): Promise<void> {
    await until('the state holds what is served alone', () => this.#isSettled())
    this.isFull = true
    await this.#fillUp()
    await until('nothing is being written', async () => !(await readdir(this.#directory)).some(isTemporary))
    await this.#fillUp()
  }

  async #fillUp(): Promise<void> {
    const filling = appendFile(this.#filler, Buffer.alloc(STATE_BYTES))
    same('filling it up', await filling.catch(({ code }: NodeJS.ErrnoException) => code), 'ENOSPC')
  }

  async empty(): Promise<void> {
    this.isFull = false
    await rm(this.#filler, { force: true })
  }

  async #isSettled(): Promise<boolean> {
    const { configurations } = JSON.parse(await readFile(`${this.#directory}/state.json`, 'utf8')) as Kept
    const kept = Object.values(configurations).flatMap(({ ports }) => ports.entries)
    const present = kept.flatMap(({ target, removed }) => (removed ? [] : [target]))
    return present.length === this.present.size && present.every(target => this.present.has(target))
  }

  /** Whether these can be served: a target that the state does not have gets a number, which must be written. */
  allows(targets: readonly string[]): boolean {
    return !this.isFull || targets.every(each => this.present.has(each))
  }

  /** They are served. */
  served(targets: readonly string[]): void {
    if (!this.isFull) this.present = new Set(targets)
  }
}

/** A lunkitd whose targets come and go, and what is known of them. */
class ChangingTargets {
  readonly #serving: Daemon
  readonly #state: FullState
  readonly #random = new SeededRandom(SEED)
  /** The relative target port identifiers that targets were seen with. */
  readonly #numbers = new Map<string, number>()
  #others: readonly string[] = []
  readonly counts = { applied: 0, appliedWhileFull: 0, refused: 0 }

  constructor(serving: Daemon, state: FullState) {
    this.#serving = serving
    this.#state = state
  }

  /** Has one come or go, with another setting of all; now and then the directory is full from then on, or has room. */
  async change(commandDepth: number): Promise<void> {
    const state = this.#state
    if (this.#random.once(3)) await (state.isFull ? state.empty() : state.fill())
    const wanted = this.#toggled(this.#random.pick(COMING))
    const targets = [nameOf(0), ...wanted]
    const isAllowed = state.allows(targets)
    const outcome = await this.#serving.reload(configOf(wanted, commandDepth)).then(() => 'applied', String)
    same('what becomes of a change', outcome.replace(REFUSED, 'refused'), isAllowed ? 'applied' : 'refused')
    this.counts[isAllowed ? (state.isFull ? 'appliedWhileFull' : 'applied') : 'refused']++
    if (!isAllowed) return
    this.#others = wanted
    state.served(targets)
  }

  /** All that are served are told and let in, each under the number that it had before. */
  async check(serving = this.#serving): Promise<void> {
    const { host, port } = serving.address(0)
    const told = (await discover({ host, port })).map(({ name }) => name)
    same('the targets that are told of', told.toSorted(), [nameOf(0), ...this.#others].toSorted())
    for (const target of told) {
      await using session = await connect({ host, port, target })
      const number = await relativePort(session)
      same(`the number of ${target}`, number, this.#numbers.get(target) ?? number)
      this.#numbers.set(target, number)
    }
  }

  /** Where there is room again, all can be served. */
  async serveAll(): Promise<ServedConfig> {
    await this.#state.empty()
    const all = configOf(COMING, 64)
    await this.#serving.reload(all)
    this.#others = COMING
    return all
  }

  #toggled(target: string): readonly string[] {
    const left = this.#others.filter(each => each !== target)
    return left.length < this.#others.length ? left : [...left, target]
  }
}

let scratch: Scratch
let daemon: Daemon | undefined
beforeEach(async () => {
  scratch = await Scratch.create('full-state')
})
afterEach(async () => {
  await daemon?.stop({ errors: [REFUSED] })
  await scratch.remove()
})

it('changes what needs no state while its state directory is full, refuses the rest whole, and goes on once there is room', async () => {
  await using mount = await Mount.memory(scratch, 'full', STATE_BYTES)
  const environment = { LUNKIT_STATE: mount.directory }
  const serving = await Daemon.start(configOf([], 64), scratch.directory, { environment })
  daemon = serving
  const { host, port } = serving.address(0)
  await using session = await connect({ host, port, target: nameOf(0) })
  await session.lun(0).write(0, block)
  const targets = new ChangingTargets(serving, new FullState(mount))
  for (let change = 0; change < CHANGES; change++) {
    await targets.change(65 + change)
    await targets.check()
    expect(Buffer.compare(await session.lun(0).read(0, 1), block)).toBe(0)
  }
  console.log(`a state directory that is full now and then: ${JSON.stringify(targets.counts)}`)
  expect(Object.values(targets.counts).every(count => count > 0)).toBe(true)
  const all = await targets.serveAll()
  await targets.check()
  await serving.kill([REFUSED])
  daemon = await Daemon.start(all, scratch.directory, { environment })
  await targets.check(daemon)
})

/** SPC-5 7.7.6.8: by which number the target port is known. */
async function relativePort(session: Session): Promise<number> {
  const unit = session.lun(0)
  await unit.ready()
  const { body } = await unit.vitalProductData(0x83)
  const found = decodeDesignators(body).find(({ type }) => type === DesignatorType.relativeTargetPort)
  return Buffer.from(found?.value ?? []).readUInt16BE(2)
}
