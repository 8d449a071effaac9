import type { EditCall } from '@lunkit/config'
import { Refusal } from '../refusal.ts'
import { resolvePath } from '../shell/nodes.ts'
import type { Context } from './command.ts'

/** What a LUN is to be made of. */
interface StorageOfPath {
  readonly storage_object: string
  /** The edit that makes it first, of a file or a device of this machine; undefined: it is there. */
  readonly first?: EditCall
}

/** The name that targetcli gives a storage object which it makes of a path: `srv-lunkit-disk0.img`. */
const nameOf = (path: string): string => path.split('/').filter(Boolean).join('-')

/**
 * The storage object that somebody names by its path in the tree, or by that of a file or a device, of which targetcli makes one.
 * @throws {Refusal} with targetcli's words for what is neither.
 */
export async function storageOfPath(context: Context, named: string, words: string): Promise<StorageOfPath> {
  if (!named.startsWith('/') || /^\/backstores(?:\/|$)/.test(resolvePath('/', named))) return { storage_object: named }
  const found = await context.found(named)
  // Where we may not look the daemon has the last word.
  if (found === undefined) return { storage_object: named }
  if (!found.existed)
    throw new Refusal(words, {
      explanation: `${named} is no storage object, and no file that is there; right is one, such as /backstores/fileio/disk0.`,
    })
  if (found.isOther === true)
    throw new Refusal(words, { explanation: `${named} is no file and no block device; right is the path of one.` })
  const name = nameOf(named)
  if (found.isBlockDevice === true) {
    const given = { name, dev: named, ...(found.isWriteProtected === true && { readonly: true }) }
    return { storage_object: `/backstores/block/${name}`, first: { name: 'createBlock', given } }
  }
  // As targetcli's library makes it: what is written is on the disk when it is answered.
  const given = { name, file_or_dev: named, size: found.sizeBytes, write_back: false }
  return { storage_object: `/backstores/fileio/${name}`, first: { name: 'createFileio', given } }
}
