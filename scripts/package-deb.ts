/** Builds the Debian package: `npm run package:deb -- [--arch amd64|arm64] [--version 0.1.0-1] [--out DIRECTORY] [--compression xz]`. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { buildPackage } from './debian/build-package.ts'

const MANIFEST = new URL('../apps/target/package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string }
const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: process.arch === 'arm64' ? 'arm64' : 'amd64' },
    version: { type: 'string', default: `${version}-1` },
    out: { type: 'string', default: 'dist' },
    compression: { type: 'string', default: 'xz' },
  },
})

const path = await buildPackage({
  architecture: values.arch,
  version: values.version,
  directory: values.out,
  compression: values.compression,
})
process.stdout.write(`${path}\n`)
