import { stat } from 'node:fs/promises'
import { checkArgument } from '@lunkit/wire'
import { type DeviceLook, lookAtDevice } from '../block/device-look.ts'
import { FILE_PATH } from '../file-path.ts'
import { openedNode, placeOfNode } from './device-opening.ts'
import { type DevicePlace, isAddress, placeAt } from './device-place.ts'

/** What the kernel tells of a SCSI device that nobody opens. */
export interface ScsiLook {
  /** Host, channel, target and LUN, `2:0:0:1`: two nodes that have one lead to one device. */
  readonly address: string
  /** PERIPHERAL DEVICE TYPE of its INQUIRY data. */
  readonly deviceType: number
  /** What its INQUIRY data names, without blanks at the ends. */
  readonly vendor: string
  readonly model: string
  /** What is opened to pass commands through to it; undefined: no driver has a node that takes them. */
  readonly node: string | undefined
  /** Of a disk or a CD. */
  readonly block?: DeviceLook
}

/**
 * Looks at a SCSI device, by a node of it or by its address, without opening it; undefined for what is none, and for an address that none has.
 * @throws the system's error where there is no such node, or it cannot be seen. {TypeError} or {RangeError} for what is no path.
 */
export async function lookAtScsiDevice(path: string): Promise<ScsiLook | undefined> {
  checkArgument('lookAtScsiDevice: path', path, FILE_PATH)
  return lookIn(path)
}

/** The same, where the kernel shows devices elsewhere than in /sys. */
export async function lookIn(path: string, sysfs?: string): Promise<ScsiLook | undefined> {
  const place = isAddress(path) ? placeAt(path, sysfs) : placeOfNode(await stat(path, { bigint: true }), sysfs)
  return place && lookOf(place)
}

async function lookOf(place: DevicePlace): Promise<ScsiLook> {
  const node = openedNode(place)
  const block = place.nodes.block === undefined ? undefined : await blockOf(node)
  return {
    address: place.address,
    deviceType: place.number('type'),
    vendor: place.text('vendor') ?? '',
    model: place.text('model') ?? '',
    node,
    ...(block && { block }),
  }
}

/** Its node may be gone in this moment, or never have been made. */
const blockOf = async (node = ''): Promise<DeviceLook | undefined> => lookAtDevice(node).catch(() => undefined)
