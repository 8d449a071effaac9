import { readFileSync } from 'node:fs'

/** The version of lunkit-exporter, as its package has it. */
export function exporterVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}
