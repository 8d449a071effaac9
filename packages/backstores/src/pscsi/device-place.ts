import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { DeviceNumber } from '../block/device-number.ts'

/** Where the kernel shows its devices. */
const SYSFS = '/sys'
const ADDRESS = /^\d+:\d+:\d+:\d+$/

/** What opens a device: a block device for itself alone, or the driver for all devices. */
export interface DeviceNodes {
  /** `sg3`; undefined where that driver (sg) is not there. */
  readonly generic: string | undefined
  /** `sdb`, `sr0`; undefined for what is no disk and no CD. */
  readonly block: string | undefined
}

/** Whether a text is the address of a SCSI device: host, channel, target and LUN, `2:0:0:1`. */
export const isAddress = (text: string): boolean => ADDRESS.test(text)

/** A SCSI device as sysfs shows it. */
export class DevicePlace {
  /** Its folder without symbolic links, whose name is its address. */
  readonly folder: string

  /** @internal see `placeOf` and `placeAt` */
  constructor(folder: string) {
    this.folder = folder
  }

  /** Host, channel, target and LUN: `2:0:0:1`. */
  get address(): string {
    return basename(this.folder)
  }

  /** What a file of the device says; undefined where it is not there, or says nothing. */
  text(name: string): string | undefined {
    try {
      return readFileSync(join(this.folder, name), 'utf8').trim() || undefined
    } catch {
      return undefined
    }
  }

  /** A number that a file says; 0 where it says none. */
  number(name: string): number {
    return Number(this.text(name) ?? 0) || 0
  }

  get nodes(): DeviceNodes {
    return { generic: this.#first('scsi_generic'), block: this.#first('block') }
  }

  #first(folder: string): string | undefined {
    try {
      return readdirSync(join(this.folder, folder))[0]
    } catch {
      return undefined
    }
  }
}

/** The device behind a device node; undefined for what is no SCSI device, or a part of one. */
export function placeOf(kind: 'block' | 'char', number: DeviceNumber, sysfs: string = SYSFS): DevicePlace | undefined {
  return placeIn(join(sysfs, 'dev', kind, number, 'device'))
}

/** The device with an address; undefined where there is none. */
export function placeAt(address: string, sysfs: string = SYSFS): DevicePlace | undefined {
  return placeIn(join(sysfs, 'class/scsi_device', address, 'device'))
}

function placeIn(path: string): DevicePlace | undefined {
  try {
    const place = new DevicePlace(realpathSync(path))
    return isAddress(place.address) && place.text('type') !== undefined ? place : undefined
  } catch {
    return undefined
  }
}
