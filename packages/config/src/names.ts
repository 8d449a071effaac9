import { comparedName, NAME_BYTES } from '@lunkit/pdu'
import { checkArgument } from '@lunkit/wire'
import type { Json } from './json/value.ts'
import type { Kind } from './schema/kind.ts'
import { nameLike, textOf } from './schema/lenient.ts'
import { TEXT } from './text-domains.ts'

const IQN = /^iqn\.[0-9]{4}-[01][0-9]\.[^ _]*\.[^ _]*$/
const NAA = /^naa\.(?:[125c-f][0-9a-f]{15}|6[0-9a-f]{31})$/
const EUI = /^eui\.[0-9a-f]{16}$/

const IQN_PREFIX = 'iqn.'
/** An naa. or eui. name as LIO takes it too: without its prefix, with 0x before it, with colons or dashes between. */
const WWN = /^(?:(?<type>naa|eui)\.)?(?:0x)?(?<digits>[0-9a-f:-]+)$/

/**
 * An iSCSI name in the one form in which names are compared: as RFC 3722 folds it, without outer white space, and an
 * naa. or eui. name without what LIO takes off it ("0x5001405-d14f2e64a" is "naa.5001405d14f2e64a").
 * @throws {TypeError} for what is no text.
 */
export function normalizeIscsiName(name: string): string {
  checkArgument('normalizeIscsiName: name', name, TEXT)
  const folded = comparedName(name.trim())
  if (folded.startsWith(IQN_PREFIX)) return folded
  const { type, digits } = WWN.exec(folded)?.groups ?? {}
  if (digits === undefined) return folded
  const bare = digits.replaceAll(/[:-]/g, '')
  if (type !== undefined) return `${type}.${bare}`
  // As LIO tries them: what is no naa may be an eui.
  return [`naa.${bare}`, `eui.${bare}`].find(isNumberedName) ?? folded
}

const isNumberedName = (name: string): boolean => NAA.test(name) || EUI.test(name)

/**
 * True for a name that LIO takes: iqn without space and underscore, naa or eui; at most 223 bytes (RFC 7143 §4.2.7).
 * @throws {TypeError} for what is no text.
 */
export function isIscsiName(name: string): boolean {
  checkArgument('isIscsiName: name', name, TEXT)
  const normal = normalizeIscsiName(name)
  if (Buffer.byteLength(normal) > NAME_BYTES) return false
  return IQN.test(normal) || isNumberedName(normal)
}

/** The kind of a target's name. */
export const iscsiName = nameLike(
  'an iSCSI name without spaces and underscores: "iqn.2026-11.com.example:disk", "naa." and 16 hex digits ' +
    '(the first of them 1, 2, 5 or c to f) or 32 (the first of them 6), or "eui." and 16 hex digits',
  isIscsiName,
)

/** It is the name of a directory in LIO. */
const STORAGE_NAME_BYTES = 255

/** The kind of a storage object's name. */
export const storageObjectName = nameLike(
  `a name without "/", space, tab and line feed, of at most ${STORAGE_NAME_BYTES} bytes`,
  name => name !== '' && Buffer.byteLength(name) <= STORAGE_NAME_BYTES && !/[/ \t\n]/.test(name),
)

const LONGEST_SERIAL = 253

/** The kind of a unit serial number, `wwn` of a storage object. */
export const unitSerial = nameLike(
  `1 to ${LONGEST_SERIAL} printable ASCII characters, such as "8a03168b-c389-4413-81ae-bc4e4543953d"`,
  // Spaces alone are none: initiators take them away at both ends.
  serial => serial.length <= LONGEST_SERIAL && /^[ -~]+$/.test(serial) && serial.trim() !== '',
)

const isAbsolute = (path: string): boolean => path.startsWith('/') && !path.includes('\0')

/** The kind of a path that does not depend on where a program was started. */
export const absolutePath = nameLike('a path that starts with "/"', isAbsolute)

/** Host, channel, target and LUN. */
const SCSI_ADDRESS = /^\d+:\d+:\d+:\d+$/

/** The kind of what names a SCSI device: a node of it, or its address. */
export const scsiDevice = nameLike(
  'a path that starts with "/", or an address such as "2:0:0:1" (host, channel, target, LUN)',
  name => SCSI_ADDRESS.test(name) || isAbsolute(name),
)

/** What LIO takes for no user ID and no password: nothing at all, or this word. */
const NO_CREDENTIAL = 'NULL'

/**
 * A user ID or a password: empty where none is given. No message may show it: what is wrong with it is said without it.
 */
export const secret: Kind<string> = {
  right: 'a text in double quotes',
  read(value: Json, { path, notes, so }) {
    const read = textOf(value)
    if (read === undefined) notes.wrong(path, { wrong: 'is not a text', right: this.right, so })
    return read === NO_CREDENTIAL ? '' : read
  },
}
