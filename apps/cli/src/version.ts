import { readFileSync } from 'node:fs'

/** The version of lunkit, as its package has it. */
export function lunkitVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}

/** The targetcli whose words and manners those of the personality are. */
export const TARGETCLI_VERSION = '2.1.53'
