import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { truncate, writeFile } from 'node:fs/promises'
import type { Scratch } from '../../harness/scratch.ts'
import { LoopDevice } from '../loop-device.ts'
import { DurableLedger } from './durable-ledger.ts'
import type { MediumShape } from './medium.ts'
import { type PowerMode, sidecarOf } from './modes.ts'

const blocks = 384
/** Of a disk of so many blocks: a header, marks, and the checksums of one region. */
const sidecarShape: MediumShape = { blockBytes: 512, blocks: 24 }

/** Where disks can be made. */
export type PowerPlace = {
  readonly scratch: Scratch
  /** What its data is marked with. */
  readonly unit: number
}

/** A disk whose power fails again and again, and what its initiator was promised of it. */
export class PowerDisk implements Disposable {
  readonly mode: PowerMode
  /** The file or the device. */
  readonly path: string
  readonly shape: MediumShape
  readonly ledger: DurableLedger
  /** What it held when its power was there again. */
  image: Uint8Array
  /** Its checksums, where it has some. */
  readonly sidecar: { readonly path: string; readonly shape: MediumShape; image: Uint8Array } | undefined
  readonly #device: LoopDevice | undefined

  private constructor(mode: PowerMode, unit: number, { path, device }: { path: string; device?: LoopDevice }) {
    const { blockBytes } = mode
    this.mode = mode
    this.path = path
    this.#device = device
    this.shape = { blockBytes, blocks }
    this.ledger = new DurableLedger(unit, this.shape)
    this.image = new Uint8Array(blocks * blockBytes)
    const image = new Uint8Array(sidecarShape.blockBytes * sidecarShape.blocks)
    this.sidecar = mode.isVerified ? { path: sidecarOf(path), shape: sidecarShape, image } : undefined
  }

  static async make(mode: PowerMode, { scratch, unit }: PowerPlace): Promise<PowerDisk> {
    const { name, plugin, blockBytes } = mode
    const sizeBytes = blocks * blockBytes
    if (plugin === 'block') {
      const device = await LoopDevice.make(scratch, `${name}.medium`, { sizeBytes, blockBytes })
      return new PowerDisk(mode, unit, { path: device.path, device })
    }
    const path = scratch.path(`${name}.img`)
    await makeFile(path, sizeBytes)
    if (mode.isVerified) await makeFile(sidecarOf(path), sidecarShape.blockBytes * sidecarShape.blocks)
    return new PowerDisk(mode, unit, { path })
  }

  /** What it holds now, to whoever reads it. */
  read(): Uint8Array {
    const content = new Uint8Array(this.image.length)
    const fd = openSync(this.path, 'r')
    readSync(fd, content, 0, content.length, 0)
    closeSync(fd)
    return content
  }

  /** Its power is there again: it holds what the cut has left, which is all that there is from now on. */
  restore(image: Uint8Array): void {
    rewrite(this.path, image)
    this.image = image
    this.ledger.settle(image)
  }

  /** The same of what is beside it. */
  restoreSidecar(image: Uint8Array): void {
    if (!this.sidecar) return
    rewrite(this.sidecar.path, image)
    this.sidecar.image = image
  }

  [Symbol.dispose](): void {
    this.#device?.[Symbol.dispose]()
  }
}

async function makeFile(path: string, sizeBytes: number): Promise<void> {
  await writeFile(path, '')
  await truncate(path, sizeBytes)
}

function rewrite(path: string, image: Uint8Array): void {
  const fd = openSync(path, 'r+')
  writeSync(fd, image, 0, image.length, 0)
  fsyncSync(fd)
  closeSync(fd)
}
