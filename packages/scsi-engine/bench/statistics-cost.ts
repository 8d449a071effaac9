/**
 * What statistics cost a command: the device server with them, and with all counting and all looks at the clock taken out, in two
 * processes that take turns. Run: node --conditions=source packages/scsi-engine/bench/statistics-cost.ts
 */
import { spawnSync } from 'node:child_process'
import { Block, Clock, declare, RowPair } from '@lunkit/statistics'

const PAIRS = 12
const COMMANDS = 300_000

/** Nothing is counted in this process: what V8 compiles is empty. */
function takeOut(): void {
  const metrics = { nothing: { kind: 'counter', unit: 'nothing', help: 'nothing' } } as const
  const row = new Block(declare({ name: 'nothing', labels: [], metrics })).row({})
  const nothing = (): void => {}
  Object.assign(Object.getPrototypeOf(row), { add: nothing, observe: nothing, set: nothing })
  Object.assign(RowPair.prototype, { add: nothing, observe: nothing })
  Object.assign(Clock.prototype, { now: () => 0, read: () => 0, readSince: () => 0 })
}

interface Costs {
  readonly [what: string]: number
}

async function measure(): Promise<Costs> {
  const { atDepth, inPlace } = await import('./idle-device.ts')
  const once = (): Costs => ({
    'READ in place': inPlace('read', COMMANDS),
    'WRITE in place': inPlace('write', COMMANDS),
    'READ, 32 under way': atDepth('read', COMMANDS, 32),
    'WRITE, 32 under way': atDepth('write', COMMANDS, 32),
  })
  once()
  return once()
}

function run(how: string): Costs {
  const { stdout } = spawnSync(process.execPath, ['--conditions=source', import.meta.filename, how])
  return JSON.parse(stdout.toString()) as Costs
}

const least = (values: readonly number[]): number => Math.min(...values)
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number

function compare(): void {
  const pairs = Array.from({ length: PAIRS }, (_, pair) => {
    const order = pair % 2 === 0 ? (['with', 'without'] as const) : (['without', 'with'] as const)
    return Object.fromEntries(order.map(how => [how, run(how)])) as Record<'with' | 'without', Costs>
  })
  for (const what of Object.keys(pairs[0]?.with ?? {})) {
    const cost = pairs.map(pair => (pair.with[what] as number) - (pair.without[what] as number))
    const without = median(pairs.map(pair => pair.without[what] as number))
    const best =
      least(pairs.map(pair => pair.with[what] as number)) - least(pairs.map(pair => pair.without[what] as number))
    process.stdout.write(
      `${what.padEnd(24)} ${without.toFixed(0)} ns, statistics ${median(cost).toFixed(0)} ns more, by the best runs ${best.toFixed(0)}\n`,
    )
  }
}

const how = process.argv[2]
if (how === undefined) compare()
else {
  if (how === 'without') takeOut()
  process.stdout.write(JSON.stringify(await measure()))
}
