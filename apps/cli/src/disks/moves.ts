import { stat } from 'node:fs/promises'
import type { Context, Reply } from '../commands/command.ts'
import { misused, Refusal } from '../refusal.ts'
import type { LoginGiven } from './at-target.ts'
import { dataOf, loggedIn } from './at-target.ts'
import type { Move } from './move.ts'
import { moved } from './move.ts'
import { exactBytesText } from './quantity.ts'
import { isUrl, saidOf, targetAt, urlOf } from './target-place.ts'
import { interruption, sessionRefusal } from './target-refusal.ts'
import { checkWhole, DiskEnd } from './transfer/disk-end.ts'
import type { Sink, Source } from './transfer/ends.ts'
import { FileEnd } from './transfer/file-end.ts'
import { InputEnd, OutputEnd } from './transfer/stream-end.ts'

/** Standard input or output in the place of a file. */
const STREAM = '-'
/** How much is moved at once where no disk says how much it takes. */
const PIECE_BYTES = 1024 * 1024

/** Where a command is, and who interrupts it. */
interface At {
  readonly context: Context
  readonly given: LoginGiven
  readonly signal: AbortSignal
}

async function diskAt(url: string, offset: number, { context, given, signal }: At): Promise<DiskEnd> {
  const place = targetAt(url, dataOf(context))
  const session = await loggedIn(place, given, signal)
  try {
    return await DiskEnd.open(session, { name: urlOf(place), lun: place.lun ?? 0, offset }, signal)
  } catch (error) {
    await session.close()
    throw signal.aborted ? interruption() : sessionRefusal(error)
  }
}

function streamsOf(context: Context): NonNullable<ReturnType<typeof dataOf>['streams']> {
  const { streams } = dataOf(context)
  if (streams !== undefined) return streams
  throw misused('"-" is no file here: lines come from standard input', 'Right is the path of a file.')
}

function outputOf(context: Context): OutputEnd {
  const { output, isShown } = streamsOf(context)
  if (isShown)
    throw misused('What a disk holds is nothing for a terminal', 'Right is a file, or "-" with a pipe behind it.')
  return new OutputEnd(output)
}

const sourceAt = async (file: string, { context, signal }: At): Promise<Source> =>
  file === STREAM ? new InputEnd(streamsOf(context).input, signal) : FileEnd.toRead(file)

/** Where there is room for all of it. @throws {Refusal} where there is not. */
function checkRoom(lengthBytes: number, { name, sizeBytes, grainBytes }: DiskEnd, from: Source): void {
  if (lengthBytes > sizeBytes)
    throw new Refusal(
      `${from.name} has ${exactBytesText(lengthBytes)}, and ${name} has room for ${exactBytesText(sizeBytes)}`,
      { explanation: 'Nothing was written.' },
    )
  checkWhole('length', lengthBytes, grainBytes)
}

/** Does something with two ends, which are closed whatever comes of it. */
async function between<A extends Source, B extends Sink>(
  first: Promise<A>,
  second: (first: A) => Promise<B>,
  work: (first: A, second: B) => Promise<Reply>,
): Promise<Reply> {
  const source = await first
  try {
    const sink = await second(source)
    try {
      return await work(source, sink)
    } finally {
      await sink.close()
    }
  } finally {
    await source.close()
  }
}

const pieceOf = (...ends: readonly (Source | Sink)[]): number => {
  const disks = ends.filter(end => end instanceof DiskEnd)
  const [least, grain] = [Math.min(PIECE_BYTES, ...disks.map(disk => disk.pieceBytes)), grainOf(disks)]
  return Math.max(Math.floor(least / grain), 1) * grain
}
const grainOf = (disks: readonly DiskEnd[]): number => Math.max(1, ...disks.map(disk => disk.grainBytes))

/** What `read` and `write` are given. */
export interface PartGiven extends LoginGiven {
  readonly url: string
  readonly file?: string
  readonly offset?: number
  readonly length?: number
}

/** `read`: a disk, or a part of it, into a file or to standard output. */
export async function read(context: Context, given: PartGiven): Promise<Reply> {
  const { url, file = STREAM, offset = 0, length } = given
  const signal = dataOf(context).interrupted()
  const isAside = file === STREAM
  const output = isAside ? outputOf(context) : undefined
  return between(
    diskAt(url, offset, { context, given, signal }),
    async disk => output ?? (await FileEnd.toWrite(file, partOf(disk, length))),
    (source, sink) => {
      const move = { source, sink, lengthBytes: partOf(source, length), pieceBytes: pieceOf(source), signal }
      return moved(context, { ...move, verifies: false, isAside })
    },
  )
}

/** How much of a disk is read. @throws {Refusal} where it does not have so much. */
function partOf({ name, sizeBytes, grainBytes }: DiskEnd, length = sizeBytes): number {
  checkWhole('length', length, grainBytes)
  if (length <= sizeBytes) return length
  throw new Refusal(`length=${length} is more than ${name} has from there on: ${exactBytesText(sizeBytes)}`)
}

/** `write`: a file, or standard input, onto a disk. */
export async function write(context: Context, given: PartGiven & { readonly verify?: boolean }): Promise<Reply> {
  const { url, file = STREAM, offset = 0, length, verify = false } = given
  checkVerify(verify, file, url)
  const signal = dataOf(context).interrupted()
  const at = { context, given, signal }
  return between(
    sourceAt(file, at),
    async source => toDisk(url, offset, { source, lengthBytes: length ?? source.sizeBytes, at }),
    (source, sink) =>
      moved(context, {
        ...{ source, sink, signal, lengthBytes: length ?? source.sizeBytes, pieceBytes: pieceOf(sink) },
        ...{ verifies: verify, isAside: false },
      }),
  )
}

/** What comes or goes once only cannot be compared. @throws {Refusal} */
function checkVerify(verify: boolean, source: string, destination: string): void {
  if (!verify || (source !== STREAM && destination !== STREAM)) return
  const [name, can] = source === STREAM ? ['Standard input', 'read again'] : ['Standard output', 'read back']
  throw misused(`${name} cannot be ${can} to compare it`, 'Right is a file, or no --verify.')
}

/** A disk that has room for what comes. */
async function toDisk(
  url: string,
  offset: number,
  { source, lengthBytes, at }: Pick<Move, 'source' | 'lengthBytes'> & { readonly at: At },
): Promise<DiskEnd> {
  const { sizeBytes = Number.POSITIVE_INFINITY, name } = source
  if (lengthBytes !== undefined && lengthBytes > sizeBytes)
    throw new Refusal(`length=${lengthBytes} is more than ${name} has: ${exactBytesText(sizeBytes)}`)
  const disk = await diskAt(url, offset, at)
  try {
    if (lengthBytes !== undefined) checkRoom(lengthBytes, disk, source)
    return disk
  } catch (error) {
    await disk.close()
    throw error
  }
}

/** What `copy` is given. */
export interface CopyGiven extends LoginGiven {
  readonly source: string
  readonly destination: string
  readonly verify?: boolean
}

/** Two paths of one file would empty it before it is read. @throws {Refusal} */
async function checkDifferent({ source, destination }: CopyGiven): Promise<void> {
  const [from, to] = await Promise.all([source, destination].map(path => stat(path).catch(() => undefined)))
  const isSame = from && to ? from.dev === to.dev && from.ino === to.ino : source === destination
  if (isSame)
    throw misused(`${saidOf(source)} and ${saidOf(destination)} are the same`, 'Right is another destination.')
}

/** `copy`: from a disk or a file to another, checked for room first and made durable at the end. */
export async function copy(context: Context, given: CopyGiven): Promise<Reply> {
  const { source, destination, verify = false } = given
  checkVerify(verify, source, destination)
  await checkDifferent(given)
  const signal = dataOf(context).interrupted()
  const at = { context, given, signal }
  const isAside = destination === STREAM
  const output = isAside ? outputOf(context) : undefined
  return between<Source, Sink>(
    isUrl(source) ? diskAt(source, 0, at) : sourceAt(source, at),
    async from => {
      if (output) return output
      if (isUrl(destination)) return toDisk(destination, 0, { source: from, lengthBytes: from.sizeBytes, at })
      return FileEnd.toWrite(destination, from.sizeBytes)
    },
    (from, sink) =>
      moved(context, {
        ...{ source: from, sink, signal, lengthBytes: from.sizeBytes, pieceBytes: pieceOf(from, sink) },
        ...{ verifies: verify, isAside },
      }),
  )
}
