import { randomBytes } from 'node:crypto'
import { arch, hostname } from 'node:os'
import {
  byteArray,
  callback,
  checkArgument,
  checkOptions,
  type OptionDomains,
  object,
  required,
  text,
} from '@lunkit/wire'

/** What edits take from outside, so that a test can give it. */
export interface EditSources {
  /** So many random bytes, for serial numbers, names and aliases. */
  readonly randomBytes: (length: number) => Uint8Array
  /** What a target's name is made of where none is given. */
  readonly machine: { readonly host: string; readonly architecture: string }
}

/** The machine's words for what Node calls otherwise. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' }

/** Those of this machine. */
export const systemSources: EditSources = {
  randomBytes,
  machine: { host: hostname(), architecture: ARCHITECTURES[arch()] ?? arch() },
}

const SOURCES: OptionDomains = { randomBytes: required(callback), machine: required(object()) }
const MACHINE: OptionDomains = { host: required(text()), architecture: required(text()) }

/** @throws {TypeError} for what gives nothing. */
export function checkSources(name: string, sources: EditSources): void {
  checkOptions(name, sources, SOURCES)
  checkOptions(`${name}: machine`, sources.machine, MACHINE)
}

/** @throws {TypeError} or {RangeError} where the source gives something else. */
function bytesOf({ randomBytes: random }: EditSources, length: number): Uint8Array {
  const bytes: unknown = random(length)
  checkArgument('what randomBytes returned', bytes, byteArray(length, length))
  return bytes as Uint8Array
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** A random UUID (RFC 9562 5.4), as LIO gives it to a storage object. */
export function newUuid(sources: EditSources): string {
  const bytes = Uint8Array.from(bytesOf(sources, 16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** What LIO calls the link from a LUN to what is behind it: five random bytes. */
export function newAlias(sources: EditSources): string {
  return hex(bytesOf(sources, 5))
}

/** A target's name as LIO makes it: of the machine, and six random bytes. */
export function newTargetName(sources: EditSources): string {
  const { machine } = sources
  const [host = ''] = machine.host
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]/g, '')
    .split('.')
  const architecture = machine.architecture.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return `iqn.2003-01.org.linux-iscsi.${host || 'localhost'}.${architecture}:sn.${hex(bytesOf(sources, 6))}`
}
