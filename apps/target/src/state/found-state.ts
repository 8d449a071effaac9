import { join } from 'node:path'
import { type MountsFile, readMountsFile } from './mounts-file.ts'
import { EMPTY_DOCUMENT, parseDocument, type ReadDocument, StateDamaged, type StateDocument } from './state-document.ts'
import { readText, STATE_FILE, type StateCalls } from './state-files.ts'

/** What is found in a state directory. */
export interface FoundState extends ReadDocument {
  /** Whether nothing of what stands in place of the state can be used; why is the damage. */
  readonly isUnusable: boolean
  /** Of an earlier lunkitd, whose state had no mounts. */
  readonly mountsFile: MountsFile | undefined
}

/**
 * Reads a state directory, and changes nothing.
 * @throws the file system's error when the state cannot be read.
 */
export async function findState(directory: string, files: Pick<StateCalls, 'readFile'>): Promise<FoundState> {
  const text = await readText(join(directory, STATE_FILE), files)
  return { ...parse(text), mountsFile: await readMountsFile(directory, files) }
}

function parse(text: string | undefined): ReadDocument & Pick<FoundState, 'isUnusable'> {
  const nothing = { document: EMPTY_DOCUMENT, isOld: false, damages: [], isUnusable: false }
  if (text === undefined) return nothing
  try {
    return { ...parseDocument(text), isUnusable: false }
  } catch (error) {
    if (!(error instanceof StateDamaged)) throw error
    return { ...nothing, damages: [error.message], isUnusable: true }
  }
}

/** What is said of a state that may not be whom it is opened for. */
export interface OpenedFor {
  readonly directory: string
  readonly configuration: string
  readonly machine: string | undefined
}

/** What is odd about whose a state is, in words: it is used all the same. */
export function foreignness(
  { machine, configurations }: StateDocument,
  { directory, configuration, machine: own }: OpenedFor,
): readonly string[] {
  const others = Object.keys(configurations)
  const words: string[] = []
  if (machine !== undefined && own !== undefined && machine !== own)
    words.push(
      `${directory} was made on another machine: while that one serves these disks too, both have one identity, and initiators take \
them for one; right is a directory of its own`,
    )
  if (others.length > 0 && !others.includes(configuration))
    words.push(
      `${directory} has the state of ${listed(others)}, and none of ${configuration}: what is there stays there, and what is kept \
by configuration (relative port identifiers, serial numbers of disks in memory) begins anew; if the file was moved, right is its \
old place`,
    )
  return words
}

const SHOWN = 3

const listed = (paths: readonly string[]): string =>
  paths.slice(0, SHOWN).join(', ') + (paths.length > SHOWN ? ` and ${paths.length - SHOWN} others` : '')
