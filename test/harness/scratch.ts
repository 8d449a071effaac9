import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory of a suite's own, gone with all its files when the suite ends. */
export class Scratch {
  readonly directory: string

  private constructor(directory: string) {
    this.directory = directory
  }

  /** Makes an empty directory, below `parent`; `name` tells whose it is. */
  static async create(name: string, parent = tmpdir()): Promise<Scratch> {
    return new Scratch(await mkdtemp(join(parent, `lunkit-${name}-`)))
  }

  path(name: string): string {
    return join(this.directory, name)
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true })
  }
}
