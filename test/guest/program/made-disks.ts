import { randomUUID } from 'node:crypto'
import type { SeededRandom } from '../../harness/seeded-random.ts'
import type { ProgramDisk } from './program-model.ts'

const MIB = 2 ** 20

/** Disks that were never there before. */
export class MadeDisks {
  readonly #random: SeededRandom
  readonly #directory: string
  #made = 0

  /** @param directory where those lie that are files */
  constructor(random: SeededRandom, directory: string) {
    this.#random = random
    this.#directory = directory
  }

  /** One of 1 to 8 MiB, in a file or in memory. */
  next(): ProgramDisk {
    const name = `made${this.#made}`
    this.#made += 1
    const path = this.#random.once(3) ? undefined : `${this.#directory}/${name}.img`
    return programDisk(name, { path, sizeBytes: this.#random.between(1, 8) * MIB })
  }
}

/** A disk with a serial number of its own and LIO's attributes. */
export function programDisk(
  name: string,
  of: { readonly path: string | undefined; readonly sizeBytes: number },
): ProgramDisk {
  const attributes = { emulateCaw: true, emulateFuaWrite: true, emulateTpu: false }
  return { name, serial: randomUUID(), ...of, fileBytes: of.sizeBytes, attributes }
}
