/** What counting costs: `node --conditions=source packages/statistics/bench/statistics.ts`, in nanoseconds, best of some rounds. */
import { Block, Clock, declare } from '@lunkit/statistics'

const ROUNDS = 15
const TIMES = 2_000_000

const unit = declare({
  name: 'unit',
  labels: ['unit'],
  metrics: {
    commands: { kind: 'counter', unit: 'commands', help: 'commands that have ended' },
    waiting: { kind: 'gauge', unit: 'commands', help: 'commands that wait' },
    duration: { kind: 'histogram', unit: 'seconds', help: 'how long commands took' },
  },
})
const rows = Array.from({ length: 64 }, (_, at) => new Block(unit).row({ unit: String(at) }))
const durations = Float64Array.from({ length: 4096 }, () => 0.004 * 2 ** (Math.random() * 24))

/** `run` does it so many times in a loop of its own. By the time that this thread had the processor: others may want it too. */
function measure(name: string, run: (times: number) => number): void {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.threadCpuUsage()
    run(TIMES)
    const { user, system } = process.threadCpuUsage(before)
    best = Math.min(best, ((user + system) * 1000) / TIMES)
  }
  process.stdout.write(`${name.padEnd(48)} ${best.toFixed(1).padStart(6)} ns\n`)
}

const row = rows[0] as (typeof rows)[number]
const clock = new Clock()

measure('a loop that reads a duration', times => {
  let sum = 0
  for (let i = 0; i < times; i++) sum += durations[i & 4095] as number
  return sum
})
measure('a counter', times => {
  for (let i = 0; i < times; i++) row.add(unit.at.commands)
  return 0
})
measure('a histogram', times => {
  for (let i = 0; i < times; i++) row.observe(unit.at.duration, durations[i & 4095] as number)
  return 0
})
measure('a histogram, one of 64 rows', times => {
  for (let i = 0; i < times; i++) (rows[i & 63] as typeof row).observe(unit.at.duration, durations[i & 4095] as number)
  return 0
})
measure('Clock.now', times => {
  let sum = 0
  for (let i = 0; i < times; i++) sum += clock.now()
  return sum
})
measure('Clock.read', times => {
  let sum = 0
  for (let i = 0; i < times; i++) sum += clock.read()
  return sum
})
measure('performance.now', times => {
  let sum = 0
  for (let i = 0; i < times; i++) sum += performance.now()
  return sum
})
measure('process.hrtime.bigint, as a number', times => {
  let sum = 0
  for (let i = 0; i < times; i++) sum += Number(process.hrtime.bigint())
  return sum
})
