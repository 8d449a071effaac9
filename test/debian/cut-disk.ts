import { readFile, truncate, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { DurableLedger } from '../faults/power/durable-ledger.ts'
import type { GuestDrive } from '../guest/guest.ts'
import type { StorageObject } from '../harness/save-config.ts'

const shape = { blockBytes: 512, blocks: 384 }
const sizeBytes = shape.blockBytes * shape.blocks

/** Where the guest mounts the file system that has the files. */
const filesAt = '/srv/cuts'
/** The loop device of the guest whose file is one of them. */
const loop = '/dev/loop7'

/** A disk of a guest whose power fails, in one of the ways in which disks are served. */
export type CutDisk = {
  readonly name: string
  /** Whether what it acknowledges is durable, whatever the command says. */
  readonly isThrough: boolean
  /** Of a disk in a file system of the guest, the file's name there; others have a drive of their own. */
  readonly file?: string
  readonly ledger: DurableLedger
  /** What lunkitd is given. */
  readonly store: StorageObject
}

const attributes = { unmap_zeroes_data: 1 }
type Way = { readonly name: string; readonly isThrough?: boolean; readonly file?: string; readonly store: Medium }
type Medium =
  | { readonly plugin: 'fileio'; readonly path: string; readonly writeBack: boolean; readonly settings?: Settings }
  | { readonly plugin: 'block'; readonly path: string; readonly settings?: Settings }
type Settings = { readonly direct: boolean }

const fileOf = (name: string): string => `${filesAt}/${name}`

/** QEMU gives drives the names that come after those of its own and of the package, and of that of the files. */
const ways: readonly Way[] = [
  { name: 'back', file: 'back', store: { plugin: 'fileio', path: fileOf('back'), writeBack: true } },
  {
    name: 'through',
    isThrough: true,
    file: 'through',
    store: { plugin: 'fileio', path: fileOf('through'), writeBack: false },
  },
  { name: 'loop', file: 'loop', store: { plugin: 'block', path: loop } },
  { name: 'drive', store: { plugin: 'block', path: '/dev/vdd' } },
  { name: 'cached', store: { plugin: 'block', path: '/dev/vde', settings: { direct: false } } },
]

/** Disks in all ways, of which nothing was written yet. */
export function cutDisks(): readonly CutDisk[] {
  return ways.map(({ name, isThrough = false, file, store }, unit) => ({
    name,
    isThrough,
    ...(file !== undefined && { file }),
    ledger: new DurableLedger(unit, shape),
    store: { ...store, name, sizeBytes, attributes },
  }))
}

/** Makes the image of each disk that has a drive of its own; `imageOf` says where. */
export async function makeDrives(disks: readonly CutDisk[], imageOf: (name: string) => string): Promise<GuestDrive[]> {
  const drives = disks.filter(({ file }) => file === undefined).map(({ name }) => imageOf(name))
  for (const path of drives) await makeEmpty(path)
  return drives.map(path => ({ path, device: 'virtio-blk-pci', serial: basename(path, '.img') }))
}

/** A file of as many zeroes as a disk has. */
export async function makeEmpty(path: string): Promise<void> {
  await writeFile(path, '')
  await truncate(path, sizeBytes)
}

/** Script: mounts the file system, and makes the loop device of a file of it. */
export const mountFiles = `modprobe loop; mkdir -p ${filesAt}; mount /dev/vdc ${filesAt}
  [ -e ${loop} ] || mknod ${loop} b 7 7; losetup ${loop} ${fileOf('loop')}`

/** How a disk after a cut differs from what was promised; it goes on from what is there. */
export async function judge({ name, ledger }: CutDisk, path: string, cutAt: number): Promise<string[]> {
  const medium = await readFile(path)
  const findings = ledger.findings(medium, cutAt)
  ledger.settle(medium)
  return findings.map(finding => `${name}: ${finding}`)
}
