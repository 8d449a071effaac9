import type { Session } from '@lunkit/initiator'
import type { Context, Reply } from '../../commands/command.ts'
import { misused, Refusal } from '../../refusal.ts'
import type { LoginGiven } from '../at-target.ts'
import { atTarget, dataOf, loggedIn } from '../at-target.ts'
import { bytesText, clockText, durationText, exactBytesText, rateText } from '../quantity.ts'
import { saidOf, targetAt } from '../target-place.ts'
import { sessionRefusal } from '../target-refusal.ts'
import { checkWhole } from '../transfer/disk-end.ts'
import { unitFacts } from '../unit-facts.ts'
import { Load } from './load.ts'

/** What `bench` is given. */
export interface BenchGiven extends LoginGiven {
  readonly url: string
  readonly operation?: 'read' | 'write'
  readonly pattern?: 'random' | 'sequential'
  readonly block_size?: number
  readonly depth?: number
  readonly seconds?: number
  readonly destroys_data?: boolean
}

type Asked = Required<Omit<BenchGiven, 'initiator_name' | 'destroys_data'>>

/** @throws {Refusal} for what would destroy what nobody has given up. */
function askedOf(given: BenchGiven): Asked {
  const { url, operation = 'read', pattern = 'random', block_size = 4096, depth = 32, seconds = 10 } = given
  if (operation === 'write' && given.destroys_data !== true)
    throw misused(`Writing destroys what is on ${saidOf(url)}`, 'Right is --destroys-data, where that may go.')
  if (depth < 1 || seconds < 1 || block_size < 1)
    throw misused('depth, seconds and block_size are at least 1', 'Right is depth=32 seconds=10 block_size=4k.')
  return { url: saidOf(url), operation, pattern, block_size, depth, seconds }
}

/** Which place is next. */
function placesBy(pattern: Asked['pattern']): (places: number) => number {
  let at = 0
  return pattern === 'random' ? places => Math.floor(Math.random() * places) : places => at++ % places
}

/** A load for a LUN. @throws {Refusal} where there is no disk that has room for it. */
async function begun(
  session: Session,
  lun: number,
  asked: Asked,
  context: Context,
  signal: AbortSignal,
): Promise<Load> {
  const { block_size, depth, operation, pattern, url } = asked
  const unit = session.lun(lun)
  const facts = await unitFacts(unit, { signal })
  if (facts.capacity === undefined) throw new Refusal(`${url} is no disk`)
  const { blocks, blockSizeBytes } = facts.capacity
  checkWhole('block_size', block_size, blockSizeBytes)
  const [most, blocksAtOnce] = [facts.limits?.maxTransferBlocks || blocks, block_size / blockSizeBytes]
  if (blocksAtOnce > Math.min(most, blocks))
    throw new Refusal(`block_size=${block_size} is more than the disk takes at once`, {
      explanation: `Right is ${exactBytesText(Math.min(most, blocks) * blockSizeBytes)} at the most.`,
    })
  const nowMs = (): number => context.clock.now()
  const load = { unit, blocks, blocksAtOnce, blockSizeBytes, depth, writes: operation === 'write', nowMs }
  return new Load({ ...load, next: placesBy(pattern) })
}

/** How often it is shown how far it is. */
const EVERY_MS = 250

/** Lets it go on for its time, or until somebody interrupts it. */
async function waited(load: Load, seconds: number, context: Context, signal: AbortSignal): Promise<void> {
  const { show } = dataOf(context)
  for (let leftMs = seconds * 1000; leftMs > 0 && !signal.aborted && !load.isEnding; leftMs -= EVERY_MS) {
    const goneS = seconds - leftMs / 1000
    show?.(
      `${load.operations} operations, ${rateOf(load.operations, goneS)} a second, ${clockText(leftMs / 1000)} left`,
    )
    await context.clock.pause(Math.min(EVERY_MS, leftMs), signal)
  }
  show?.('')
}

const rateOf = (count: number, seconds: number): number => (seconds <= 0 ? 0 : Math.round(count / seconds))

/** What came of it. */
function resultOf(load: Load, seconds: number, asked: Asked): { lines: string[]; data: Record<string, unknown> } {
  const { operation, pattern, block_size, depth } = asked
  const { latencies, operations } = load
  const iops = rateOf(operations, seconds)
  const bytesPerSecond = iops * block_size
  const [p50, p99, p999] = operations === 0 ? [0, 0, 0] : [50, 99, 99.9].map(part => latencies.percentile(part))
  const percentiles = { p50: p50 ?? 0, p99: p99 ?? 0, p999: p999 ?? 0 }
  const what = `${pattern} ${operation}s of ${bytesText(block_size)}, ${depth} at a time, ${seconds.toFixed(1)} s`
  const words = Object.entries({ p50: 'p50', p99: 'p99', p999: 'p99.9' } as const)
  return {
    lines: [
      what,
      `${iops} IOPS, ${rateText(bytesPerSecond)}`,
      words.map(([key, word]) => `${word} ${durationText(percentiles[key as 'p50'])}`).join(', '),
    ],
    data: { ...asked, seconds, operations, iops, bytesPerSecond, latencyNs: percentiles },
  }
}

/** `bench`: how many commands a second a LUN does, and how long each takes. It reads, unless it is told what writing destroys. */
export async function benched(context: Context, given: BenchGiven): Promise<Reply> {
  const asked = askedOf(given)
  const around = dataOf(context)
  const place = targetAt(given.url, around)
  const signal = around.interrupted()
  return atTarget(await loggedIn(place, given, signal), signal, async session => {
    const load = await begun(session, place.lun ?? 0, asked, context, signal)
    const begunMs = context.clock.now()
    await waited(load, asked.seconds, context, signal)
    const seconds = (context.clock.now() - begunMs) / 1000
    await load.end().catch((error: unknown) => {
      throw sessionRefusal(error)
    })
    const { lines, data } = resultOf(load, seconds, asked)
    if (signal.aborted) throw new Refusal('Interrupted.', { explanation: lines.join('\n') })
    return { lines, data }
  })
}
