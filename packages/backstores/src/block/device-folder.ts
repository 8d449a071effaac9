import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { DeviceNumber } from './device-number.ts'

/** Where the kernel shows its devices. */
const SYSFS = '/sys'

/** The folder of one block device in sysfs, as the kernel shows it under its number. */
export class DeviceFolder {
  /** Its path without symbolic links: `/sys/devices/virtual/block/loop0`. */
  readonly path: string
  /** That of the disk which the device is a partition of; of a whole disk, its own. */
  readonly diskPath: string

  /** @throws the system's error where there is no such device. */
  constructor(number: DeviceNumber, sysfs: string = SYSFS) {
    this.path = realpathSync(join(sysfs, 'dev/block', number))
    this.diskPath = existsSync(join(this.path, 'partition')) ? join(this.path, '..') : this.path
  }

  /** What the kernel calls the device: `loop0`. */
  get kernelName(): string {
    return basename(this.path)
  }

  get isPartition(): boolean {
    return this.diskPath !== this.path
  }

  /** What a file of the device says; undefined where it is not there, or says nothing. */
  text(name: string): string | undefined {
    return textOf(join(this.path, name))
  }

  /** What a file of its disk says. */
  diskText(name: string): string | undefined {
    return textOf(join(this.diskPath, name))
  }

  /** What a file of its disk says that is no text; undefined where it is not there. */
  diskBytes(name: string): Buffer | undefined {
    return bytesOf(join(this.diskPath, name))
  }

  /** The name of what a link of its disk leads to; undefined where there is none. */
  diskTarget(name: string): string | undefined {
    try {
      return basename(realpathSync(join(this.diskPath, name)))
    } catch {
      return undefined
    }
  }

  /** A number that a file of its disk says; 0 where it says none. */
  diskNumber(name: string): number {
    return Number(this.diskText(name) ?? 0) || 0
  }

  /** The names in a folder of the device; none where it is not there. */
  names(folder: string): readonly string[] {
    try {
      return readdirSync(join(this.path, folder))
    } catch {
      return []
    }
  }

  /** The kernel's names of the device's partitions. */
  get partitions(): readonly string[] {
    return this.names('.').filter(name => existsSync(join(this.path, name, 'partition')))
  }
}

const textOf = (path: string): string | undefined => bytesOf(path)?.toString('utf8').trim() || undefined

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}
