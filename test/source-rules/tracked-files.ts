import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SourceFile } from './source-file.ts'

/** The repository's directory. */
export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url))

const GENERATED = /\.generated\.ts$/

/** Every TypeScript file of packages, apps and test that git tracks and that a person wrote. */
export function trackedFiles(): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', 'packages/*.ts', 'apps/*.ts', 'test/*.ts'], {
    cwd: REPOSITORY,
    encoding: 'utf8',
  })
  return listed
    .split('\0')
    .filter(path => path !== '' && !GENERATED.test(path) && existsSync(join(REPOSITORY, path)))
    .map(path => new SourceFile(path, readFileSync(join(REPOSITORY, path), 'utf8')))
}
