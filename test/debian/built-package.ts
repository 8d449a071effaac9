import { mkdir } from 'node:fs/promises'
import type { TestProject } from 'vitest/node'
import { buildPackage } from '../../scripts/debian/build-package.ts'
import { packAll, type Tarball } from '../../scripts/tarballs.ts'
import { Scratch } from '../harness/scratch.ts'

/** A package that was built for the tests. */
export interface BuiltPackage {
  /** The file. */
  readonly path: string
  /** What `npm pack` made of the packages that it has. */
  readonly tarballs: readonly Tarball[]
}

declare module 'vitest' {
  /** What the tests are given of it. */
  export interface ProvidedContext {
    readonly builtPackage: BuiltPackage
  }
}

/** Builds the Debian package once for all tests of this directory; without compression, which takes a minute. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scratch = await Scratch.create('debian-package')
  await mkdir(scratch.path('packed'))
  const tarballs = await packAll(scratch.path('packed'))
  const path = await buildPackage({
    version: '0.1.0-1',
    architecture: 'amd64',
    compression: 'none',
    directory: scratch.directory,
    tarballs,
  })
  project.provide('builtPackage', { path, tarballs })
  return () => scratch.remove()
}
