import type { Domain } from '@lunkit/wire'
import { text } from '@lunkit/wire'
import { NAME_BYTES } from './limits.ts'

/** RFC 7143 4.2.7.4 to 4.2.7.6: the three forms of a name, case folded. */
const FORMS = [
  /^iqn\.\d{4}-(?:0[1-9]|1[0-2])\.[^:]+(?::.+)?$/,
  /^eui\.[0-9a-f]{16}$/,
  /^naa\.(?:[0-9a-f]{16}|[0-9a-f]{32})$/,
]
/** RFC 3722 6: of ASCII a name has letters, digits, and these three. */
const ASCII_OF_NAMES = /^(?:[a-z0-9.:-]|[^\p{ASCII}\s])+$/u
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
// oxlint-disable-next-line no-control-regex -- they are what it is about
const NO_NAME = /[\s\u0000-\u001f\u007f,/]/

const hasForm = (name: string): boolean =>
  Buffer.byteLength(name) <= NAME_BYTES && !NO_NAME.test(name) && FORMS.some(form => form.test(name.toLowerCase()))

const FORM_WORDS = `"iqn.2026-11.com.example:disk", "eui." and 16 hex digits, or "naa." and 16 or 32; at most ${NAME_BYTES} bytes`

/** Names of nodes that others have named: the forms of RFC 7143 4.2.7, with characters that are in use beyond its own. */
export const ISCSI_NAME: Domain = text(`an iSCSI name: ${FORM_WORDS}`, hasForm)

/** Names that a node may be given: those of RFC 7143 4.2.7 and RFC 3722. */
export const OWN_ISCSI_NAME: Domain = text(
  `an iSCSI name of letters, digits, "-", "." and ":": ${FORM_WORDS}`,
  name => hasForm(name) && ASCII_OF_NAMES.test(name.toLowerCase()),
)
