import type { ResultOf } from '@lunkit/control/client'
import type { Context, Reply } from '../commands/command.ts'
import { SILENT } from '../commands/command.ts'
import { misused } from '../refusal.ts'
import type { Loads } from './load.ts'
import { loadsBetween } from './load.ts'
import { FIRST_ORDER, ordered, tableOf, totalOf } from './load-table.ts'
import { type Reading, readNexuses } from './nexus-reading.ts'
import { TopScreen } from './top-screen.ts'

/** How often is looked, and how many times. */
export interface TopOptions {
  readonly intervalSeconds: number
  /** Undefined: until whoever looks has seen enough; without a terminal once. */
  readonly count: number | undefined
}

type Status = Pick<ResultOf<'status'>, 'version' | 'health' | 'troubles'>

/** What was seen at a time. */
interface Sample {
  readonly at: Date
  readonly status: Status
  readonly loads: Loads
}

function titleOf({ at, status: { version, health, troubles } }: Omit<Sample, 'loads'>): string {
  const count = troubles.length
  const wrong = count === 0 ? '' : ` (status tells ${count} trouble${count === 1 ? '' : 's'})`
  return `lunkitd ${version}: ${health}${wrong}; ${at.toISOString()}`
}

/** Looks, and looks again after each interval, so often or until it is aborted. */
async function* samples(
  { client, clock }: Context,
  { intervalSeconds, count = Number.POSITIVE_INFINITY }: TopOptions,
  signal: AbortSignal,
): AsyncGenerator<Sample, void> {
  let before: Reading = await readNexuses(client, clock)
  for (let taken = 0; taken < count; taken++) {
    await clock.pause(intervalSeconds * 1000, signal)
    if (signal.aborted) return
    const [now, status] = await Promise.all([readNexuses(client, clock), client.call('status')])
    yield { at: clock.today(), status, loads: loadsBetween(before, now) }
    before = now
  }
}

function replyOf({ at, status, loads }: Sample, columns: number): Reply {
  const nexuses = ordered(loads.nexuses, FIRST_ORDER)
  return {
    lines: [titleOf({ at, status }), totalOf(loads), ...tableOf(nexuses, columns)],
    data: { at: at.toISOString(), health: status.health, ...loads, nexuses },
  }
}

/** Prints a table an interval; the last is the answer. */
async function printed(context: Context, options: TopOptions): Promise<Reply> {
  const { print, signal, columns } = context
  const { count = 1 } = options
  if (print === undefined && count > 1) throw misused('top prints more than one answer', 'Right is lunkit top.')
  let last = SILENT
  for await (const sample of samples(context, { ...options, count }, signal)) {
    if (last !== SILENT) print?.(last.lines, last.data)
    last = replyOf(sample, columns)
  }
  return last
}

/** Has the terminal for itself until whoever looks has seen enough, or the daemon is gone. */
async function looked(context: Context, options: TopOptions): Promise<Reply> {
  const { client, clock, signal, device } = context
  if (device === undefined) return SILENT
  const quitting = new AbortController()
  const ends = AbortSignal.any([signal, quitting.signal])
  // Before the terminal is taken: where no daemon answers, that is all that is said.
  const status = await client.call('status')
  const screen = new TopScreen(device, titleOf({ at: clock.today(), status }), () => quitting.abort())
  try {
    for await (const sample of samples(context, options, ends)) screen.show(titleOf(sample), sample.loads)
  } finally {
    screen.close()
  }
  return SILENT
}

/** What initiators do at units: on a terminal for as long as somebody looks, elsewhere so many times. */
export function top(context: Context, options: TopOptions): Promise<Reply> {
  return context.device === undefined ? printed(context, options) : looked(context, options)
}
