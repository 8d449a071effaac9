import type { Context, Reply } from '../commands/command.ts'
import { Refusal } from '../refusal.ts'
import { dataOf } from './at-target.ts'
import { Progress } from './progress.ts'
import { exactBytesText, rateText } from './quantity.ts'
import { sessionRefusal } from './target-refusal.ts'
import { Comparison } from './transfer/comparison.ts'
import type { Sink, Source } from './transfer/ends.ts'
import type { Moved } from './transfer/transfer.ts'
import { Transfer } from './transfer/transfer.ts'

/** Data that is moved by a command. */
export interface Move {
  readonly source: Source
  readonly sink: Sink
  /** Undefined: all that the source has. */
  readonly lengthBytes: number | undefined
  readonly pieceBytes: number
  readonly signal: AbortSignal
  /** Whether what was written is read back, and compared. */
  readonly verifies: boolean
  /** Standard output has the data. */
  readonly isAside: boolean
}

/** What goes wrong with a file of this machine, too. */
function moveRefusal(error: unknown): unknown {
  const { syscall } = error as NodeJS.ErrnoException
  if (error instanceof Error && syscall !== undefined) return new Refusal(error.message)
  return sessionRefusal(error)
}

function interrupted({ bytes }: Progress, { lengthBytes, sink }: Move): Refusal {
  const of = lengthBytes === undefined ? '' : ` of ${exactBytesText(lengthBytes)}`
  return new Refusal('Interrupted.', { explanation: `${exactBytesText(bytes)}${of} had gone to ${sink.name}.` })
}

/** Does one pass over the data, and shows how far it is. */
async function pass(context: Context, move: Move, sink: Sink): Promise<Moved & { readonly seconds: number }> {
  const { lengthBytes, source, signal, pieceBytes } = move
  const { show } = dataOf(context)
  const { clock } = context
  const progress = new Progress({ totalBytes: lengthBytes, show, nowMs: () => clock.now() })
  try {
    const transfer = new Transfer({ source, sink, lengthBytes, pieceBytes, signal, progress })
    const moved = await transfer.run()
    await sink.flush(signal)
    if (transfer.leftOver !== undefined) throw new Refusal(transfer.leftOver)
    if (lengthBytes !== undefined && moved.bytes < lengthBytes)
      throw new Refusal(`${source.name} ended after ${moved.bytes} of ${lengthBytes} bytes`)
    return { ...moved, seconds: progress.seconds }
  } catch (error) {
    throw signal.aborted ? interrupted(progress, move) : moveRefusal(error)
  } finally {
    progress.end()
  }
}

/** Moves data, makes it durable, and says so. @throws {Refusal} */
export async function moved(context: Context, move: Move): Promise<Reply> {
  const { source, sink, verifies, isAside } = move
  const { readBack } = sink
  const { bytes, zeroBytes, seconds } = await pass(context, move, sink)
  if (verifies && readBack !== undefined) await pass(context, move, new Comparison(sink.name, readBack))
  const bytesPerSecond = Math.round(bytes / seconds)
  const zeroes = zeroBytes === 0 ? '' : `, ${exactBytesText(zeroBytes)} of it zeroes that were not sent`
  const rate = `in ${seconds.toFixed(1)} s, ${rateText(bytesPerSecond)}`
  return {
    lines: [
      `${source.name} to ${sink.name}: ${exactBytesText(bytes)}${zeroes}, ${rate}`,
      ...(verifies ? ['All of it was read back and is right.'] : []),
    ],
    data: { from: source.name, to: sink.name, bytes, zeroBytes, seconds, bytesPerSecond, verified: verifies },
    isAside,
  }
}
