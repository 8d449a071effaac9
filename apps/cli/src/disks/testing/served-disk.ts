import type { LunkitTarget, Storage } from 'lunkit'
import { createTarget, ramdisk } from 'lunkit'
import { CliBench } from '../../testing/cli-bench.ts'

/** The name of the target of a test. */
export const TARGET = 'iqn.2026-11.com.example:disks'
/** How large its disk is. */
export const SIZE = 4 * 1024 * 1024

/** The program beside a target of ours in this process, which no daemon serves. */
export class ServedDisk {
  readonly bench: CliBench
  readonly target: LunkitTarget

  private constructor(bench: CliBench, target: LunkitTarget) {
    this.bench = bench
    this.target = target
  }

  static async open(luns: readonly Storage[] = [ramdisk({ sizeBytes: SIZE })]): Promise<ServedDisk> {
    return new ServedDisk(await CliBench.open(), await createTarget({ name: TARGET, luns }))
  }

  /** Where it listens. */
  get portal(): string {
    return `127.0.0.1:${this.target.address.port}`
  }

  /** The URL of a LUN. */
  url(lun = 0): string {
    return `iscsi://${this.portal}/${TARGET}/${lun}`
  }

  async close(): Promise<void> {
    await this.target.close()
    await this.bench.close()
  }
}
