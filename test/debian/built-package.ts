import { mkdir } from 'node:fs/promises'
import type { TestProject } from 'vitest/node'
import { buildPackage } from '../../scripts/debian/build-package.ts'
import { packAll, type Tarball } from '../../scripts/tarballs.ts'
import { Scratch } from '../harness/scratch.ts'
import { type BuiltImage, buildImage } from './built-image.ts'

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
    readonly builtImage: BuiltImage
  }
}

/** Builds the Debian package once for all tests of this directory, without compression, which takes a minute; and the image of it. */
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
  project.provide('builtImage', await buildImage(path, scratch))
  return () => scratch.remove()
}
