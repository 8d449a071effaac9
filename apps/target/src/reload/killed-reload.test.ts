import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { inspect, isDeepStrictEqual } from 'node:util'
import { replaceFile } from '@lunkit/config'
import fc from 'fast-check'
import { connect } from 'lunkit'
import { expect, it } from 'vitest'
import { lookAtState } from '../state/state-look.ts'
import { openState } from '../state/state-opening.ts'
import { portalOf } from '../testing/client.ts'
import { type LogRecord, Lunkitd } from '../testing/lunkitd.ts'
import { OPEN_TO_ALL } from '../testing/save-config.ts'
import { readOutcome } from './outcome-file.ts'

/** How often lunkitd is killed: LUNKIT_KILLS=500 by hand. */
const KILLS = Number(process.env['LUNKIT_KILLS'] ?? 15)
const SEED = 20_261_129
/** The time of a change is cut into so many parts; one round after the other kills within the next of them, and then as soon as it is acknowledged. */
const PARTS = 10
/** Of how long a change took before: some take longer. */
const LATEST = 1.2
const DISKS = [0, 1, 2, 3]
const silent = { info: () => {}, warn: () => {}, error: () => {} }

/** A configuration: of each target its disks, LUN 0 first. */
type Shape = readonly { readonly target: string; readonly disks: readonly number[] }[]

const SHAPE: fc.Arbitrary<Shape> = fc.subarray(['a', 'b', 'c'], { minLength: 1 }).chain(names =>
  fc.tuple(
    ...names.map(name =>
      fc.record({
        target: fc.constant(`iqn.2026-11.com.example:${name}`),
        disks: fc.shuffledSubarray(DISKS, { minLength: 1 }),
      }),
    ),
  ),
)
const MOST_SHAPES = 3
const ROUND = fc.record({
  shapes: fc.array(SHAPE, { minLength: 1, maxLength: MOST_SHAPES }),
  /** Where within its part it is killed. */
  within: fc.noBias(fc.double({ min: 0, max: 1, noNaN: true })),
})

/** How far a change had come when its lunkitd was killed, as what is left of it tells. */
const Reached = {
  signal: 'before the file was read',
  reading: 'before the state was written',
  state: 'after the state was written',
  outcome: 'after it was acknowledged',
} as const
type Reached = (typeof Reached)[keyof typeof Reached]

/** A directory in which one lunkitd after the other is killed, and what any of them has told. */
class Killed {
  readonly config: string
  readonly state: string
  readonly #directory: string
  /** Serial numbers by disk, relative port identifiers by target. */
  readonly told = new Map<string, string>()
  readonly faults = new Set<string>()
  /** What was not as it had to be. */
  readonly differences: string[] = []
  /** How long changes took, in milliseconds: the first of a lunkitd, the second, the third. */
  readonly #tookMs = Array.from({ length: MOST_SHAPES }, (): number[] => [])
  /** How often it was killed how far into a change. */
  readonly reached = new Map<Reached, number>()
  shape: Shape = [{ target: 'iqn.2026-11.com.example:a', disks: [0] }]
  #made = DISKS.length
  #text = ''

  constructor(directory: string) {
    this.#directory = directory
    this.config = join(directory, 'saveconfig.json')
    this.state = join(directory, 'state')
  }

  /** A configuration with a target and a disk that were never there before: the state gets their numbers. */
  withNew(shape: Shape): Shape {
    const disk = this.#made++
    return [...shape, { target: `iqn.2026-11.com.example:new${disk}`, disks: [disk] }]
  }

  /** Saves another configuration, as whoever saves one does it. */
  async save(shape: Shape): Promise<void> {
    const storage_objects = [...new Set(shape.flatMap(({ disks }) => disks))].map(disk => {
      return { plugin: 'fileio', name: `d${disk}`, dev: this.#file(disk), size: 65_536 }
    })
    const targets = shape.map(({ target: wwn, disks }) => {
      const luns = disks.map((disk, index) => ({ index, storage_object: `/backstores/fileio/d${disk}` }))
      const portals = [{ ip_address: '127.0.0.1', port: 0 }]
      return { fabric: 'iscsi', wwn, tpgs: [{ tag: 1, attributes: OPEN_TO_ALL, luns, portals }] }
    })
    this.shape = shape
    this.#text = JSON.stringify({ storage_objects, targets })
    await replaceFile(this.config, this.#text)
  }

  /** Starts one that finds what the one before it has left. */
  async start(): Promise<{ lunkitd: Lunkitd; portal: { host: string; port: number } }> {
    const lunkitd = new Lunkitd(['--config', this.config, '--state', this.state])
    const [url = ''] = await lunkitd.urls(this.shape.reduce((sum, { disks }) => sum + disks.length, 0))
    const temporaries = (await readdir(this.state)).filter(name => name.endsWith('.temp'))
    this.#compare('temporary files', temporaries, [])
    this.#compare('the configuration', await readFile(this.config, 'utf8'), this.#text)
    const faulty = this.shape.some(({ disks }) => disks.some(disk => this.faults.has(this.told.get(`d${disk}`) ?? '')))
    const saysSo = ({ msg }: LogRecord) => msg.includes('nobody has cleared that')
    if (faulty) await lunkitd.logged(saysSo)
    this.#compare('whether a fault is logged', lunkitd.log.some(saysSo), faulty)
    return { lunkitd, portal: portalOf(url) }
  }

  #compare(what: string, found: unknown, expected: unknown): void {
    if (!isDeepStrictEqual(found, expected))
      this.differences.push(`${what}: ${inspect(found)}, not ${inspect(expected)}`)
  }

  /** What was told once is told for ever. */
  #tell(what: string, value: string): void {
    if (!this.told.has(what)) this.told.set(what, value)
    this.#compare(what, value, this.told.get(what))
  }

  /** That what the configuration says is served, by those who were told before. */
  async check(lunkitd: Lunkitd, portal: { host: string; port: number }): Promise<void> {
    this.hear(lunkitd)
    for (const { target, disks } of this.shape) {
      await using session = await connect({ ...portal, target })
      this.#compare(
        `the LUNs of ${target}`,
        await session.lun(0).reportLuns(),
        disks.map((_, lun) => lun),
      )
      for (const [lun, disk] of disks.entries()) {
        const unit = session.lun(lun)
        await unit.ready()
        const serial = Buffer.from((await unit.vitalProductData(0x80)).body).toString('latin1')
        this.#tell(`d${disk}`, serial.replaceAll('\0', ''))
        this.#tell(target, relativePort(Buffer.from((await unit.vitalProductData(0x83)).body)))
      }
    }
  }

  /** Has one change to a configuration, and notes how long that took. */
  async change(lunkitd: Lunkitd, shape: Shape, done: number): Promise<void> {
    await this.save(shape)
    const startedMs = performance.now()
    lunkitd.kill('SIGHUP')
    await lunkitd.logged(() => outcomes(lunkitd).length > done)
    this.#tookMs[done]?.push(performance.now() - startedMs)
  }

  /** Kills one within a change, after a part of the time that such a change takes; undefined: when it is acknowledged. */
  async kill(
    lunkitd: Lunkitd,
    shape: Shape,
    { done, part }: { done: number; part: number | undefined },
  ): Promise<void> {
    const before = await this.#stateText()
    await this.save(shape)
    lunkitd.kill('SIGHUP')
    if (part === undefined) await lunkitd.logged(() => outcomes(lunkitd).length > done)
    else await delay(part * median(this.#tookMs[done] ?? []))
    lunkitd.kill('SIGKILL')
    this.#compare('how it ended', (await lunkitd.ended()).signal, 'SIGKILL')
    this.#compare('what was not applied', outcomes(lunkitd).includes('the configuration was not applied'), false)
    const reached = await this.#reachedBy(lunkitd, { done, before })
    this.reached.set(reached, (this.reached.get(reached) ?? 0) + 1)
    this.hear(lunkitd)
    await this.#checkKept(reached === Reached.outcome)
  }

  async #reachedBy(lunkitd: Lunkitd, { done, before }: { done: number; before: string }): Promise<Reached> {
    const outcome = await readOutcome(this.state)
    const isTold = outcome?.pid === lunkitd.pid && outcome.times > done
    this.#compare('whether what was told was applied', isTold ? outcome.applied : true, true)
    if (isTold || outcomes(lunkitd).length > done) return Reached.outcome
    if ((await this.#stateText()) !== before) return Reached.state
    // The first is that of its start.
    const read = lunkitd.log.filter(({ msg }) => msg.startsWith('configuration ')).length - 1
    return read > done ? Reached.reading : Reached.signal
  }

  #stateText(): Promise<string> {
    return readFile(join(this.state, 'state.json'), 'utf8')
  }

  /** What the state has stays so; of a change that was acknowledged it has all. */
  async #checkKept(isAcknowledged: boolean): Promise<void> {
    const { state } = await lookAtState(this.state, this.config)
    for (const { target, disks } of this.shape) {
      this.#kept(target, state.ports.find({ target, tag: 1 }), isAcknowledged)
      for (const disk of disks) {
        const of = { disk: `fileio/d${disk}`, file: this.#file(disk), configuration: this.config }
        this.#kept(`d${disk}`, state.serials.find(of), isAcknowledged)
      }
    }
  }

  #kept(what: string, value: string | number | undefined, isAcknowledged: boolean): void {
    if (value !== undefined) this.#tell(what, `${value}`)
    else this.#compare(`whether ${what} is kept`, false, isAcknowledged)
  }

  #file(disk: number): string {
    return join(this.#directory, `d${disk}.img`)
  }

  /** The serial numbers that one has logged: they are kept by then. */
  hear(lunkitd: Lunkitd): void {
    for (const { disk, serial } of lunkitd.log)
      if (typeof disk === 'string' && typeof serial === 'string') this.#tell(disk.replace('fileio/', ''), serial)
  }

  /** That all faults are there; now and then another one, and one fewer. */
  async checkFaults(round: number): Promise<void> {
    const { state } = await lookAtState(this.state, this.config)
    this.#compare('faults', new Set(state.faults.all.map(({ serial }) => serial)), this.faults)
    // In the other rounds nobody but lunkitd removes what was left.
    if (round % 3 !== 0) return
    const place = { path: this.state, named: true, configuration: this.config }
    const open = await openState(place, silent as never)
    const serials = [`f${round}`, this.told.get(`d${round % DISKS.length}`) ?? `e${round}`]
    for (const serial of serials) {
      await open.state.faults.note(serial, { at: new Date(0), fault: 'flushFailed' })
      this.faults.add(serial)
    }
    const [first = ''] = this.faults
    if (this.faults.size > 4 && (await open.state.faults.clear(first))) this.faults.delete(first)
    await open.release()
  }
}

/** SPC-5, 7.7.6.8: the relative target port identifier of the Device Identification VPD page. */
function relativePort(designators: Buffer): string {
  for (let at = 0; at < designators.length; at += 4 + (designators[at + 3] ?? 0))
    if (((designators[at + 1] ?? 0) & 0x0f) === 4) return `${designators.readUInt16BE(at + 6)}`
  return 'none'
}

/** What one has said of changes. */
const outcomes = ({ log }: Lunkitd): string[] =>
  log.flatMap(({ msg }) => /^the configuration was (?:not )?applied/.exec(msg)?.[0] ?? [])

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0

/** Of each change how long it takes, so that it can be killed within that time. */
async function measure(killed: Killed): Promise<void> {
  const { lunkitd, portal } = await killed.start()
  await killed.check(lunkitd, portal)
  for (const [done, shape] of fc.sample(SHAPE, { numRuns: MOST_SHAPES, seed: SEED }).entries())
    await killed.change(lunkitd, killed.withNew(shape), done)
  await killed.check(lunkitd, portal)
  lunkitd.kill('SIGTERM')
  await lunkitd.ended()
}

it(
  `has, ${KILLS} times killed at random instants while its configuration changes, all that it told before`,
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lunkitd-killed-reload-'))
    const killed = new Killed(directory)
    await killed.save(killed.shape)
    await measure(killed)
    for (const [round, { shapes, within }] of fc.sample(ROUND, { numRuns: KILLS, seed: SEED }).entries()) {
      const { lunkitd, portal } = await killed.start()
      await killed.check(lunkitd, portal)
      for (const [done, shape] of shapes.slice(1).entries()) {
        await killed.change(lunkitd, killed.withNew(shape), done)
        await killed.check(lunkitd, portal)
      }
      const at = round % (PARTS + 1)
      const part = at === PARTS ? undefined : ((at + within) / PARTS) * LATEST
      await killed.kill(lunkitd, killed.withNew(shapes[0] as Shape), { done: shapes.length - 1, part })
      await killed.checkFaults(round)
      expect(killed.differences).toEqual([])
    }
    const { lunkitd, portal } = await killed.start()
    await killed.check(lunkitd, portal)
    expect(killed.differences).toEqual([])
    lunkitd.kill('SIGTERM')
    await lunkitd.ended()
    const { reached } = killed
    console.log(
      `killed ${Object.values(Reached)
        .map(each => `${each}: ${reached.get(each) ?? 0}`)
        .join(', ')}`,
    )
    const acknowledged = reached.get(Reached.outcome) ?? 0
    expect(acknowledged).toBeGreaterThan(0)
    expect(acknowledged).toBeLessThan(KILLS)
    await rm(directory, { recursive: true })
  },
  20_000 * (KILLS + 1),
)
