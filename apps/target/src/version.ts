import { readFileSync } from 'node:fs'

/** The version of the package that this file is in, built or not. */
export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}
