import type { JsonObject } from '@lunkit/config'
import { isIscsiName, tpgParameters } from '@lunkit/config'
import type { Directive } from './conf-text.ts'
import { isLunOption } from './disk-options.ts'
import type { Leavings } from './left-out.ts'
import type { TgtTarget } from './tgt-target.ts'

/** Whom a target of tgt lets in, as far as lunkit can say it. */
export interface Access {
  /** Initiators by name; undefined: nothing restricts them by name. */
  readonly initiators: readonly string[] | undefined
  /** CHAP is demanded. */
  readonly authenticates: boolean
  /** Users and passwords, in the words of a TPG or an ACL. */
  readonly credentials: JsonObject
  /** Why the target may be open to nobody: what restricts it cannot be said; undefined: nothing is. */
  readonly closed: string | undefined
  readonly isOffline: boolean
  readonly parameters: JsonObject
}

type Draft = {
  -readonly [K in keyof Access]: Access[K] extends readonly string[] | undefined ? string[] | undefined : Access[K]
}

const EVERYBODY = 'ALL'
/** What `tgt-admin --dump` has in the place of every password. */
const NO_PASSWORD = 'PLEASE_CORRECT_THE_PASSWORD'
/** A line that nobody knows, and that may have been meant to keep somebody out. */
const MAY_RESTRICT = /initiator|user|auth|chap|acl|allow|deny|bind/i

type Line = (directive: Directive, draft: Draft, leavings: Leavings) => void

function user(
  directive: Directive,
  { draft, leavings, prefix }: { readonly draft: Draft; readonly leavings: Leavings; readonly prefix: string },
): void {
  const [name = '', password = ''] = directive.value.split(/\s+/)
  const [userKey, passwordKey] = [`chap_${prefix}userid`, `chap_${prefix}password`]
  if (draft.credentials[userKey] !== undefined)
    return leavings.add(directive, 'an ACL, and a TPG, has one user of each kind: the first holds')
  draft.credentials = { ...draft.credentials, [userKey]: name, [passwordKey]: password }
  if (password === NO_PASSWORD)
    leavings.add(directive, 'a dump of tgt has no passwords: right is the password, in the file or by "set auth"')
}

/** What may be said of a target, in tgt's words. */
const LINES: Readonly<Record<string, Line>> = {
  'initiator-address'(directive, draft, leavings) {
    if (directive.value === EVERYBODY) return
    draft.closed = 'it lets in addresses, and lunkit knows initiators by name'
    leavings.add(directive, 'lunkit has no ACLs by address: the TPG is made disabled, and lets nobody in')
  },
  'initiator-name'(directive, draft, leavings) {
    draft.initiators ??= []
    if (isIscsiName(directive.value)) draft.initiators.push(directive.value)
    else leavings.add(directive, 'it is no iSCSI name, so that there is no ACL for it')
  },
  incominguser(directive, draft, leavings) {
    draft.authenticates = true
    user(directive, { draft, leavings, prefix: '' })
  },
  outgoinguser(directive, draft, leavings) {
    user(directive, { draft, leavings, prefix: 'mutual_' })
  },
  controller_tid() {},
  driver() {},
  state(directive, draft) {
    draft.isOffline = directive.value === 'offline'
  },
}

function otherLine(directive: Directive, draft: Draft, leavings: Leavings): void {
  const { name, value } = directive
  if (Object.hasOwn(tpgParameters, name)) {
    const { allows, values } = tpgParameters[name as keyof typeof tpgParameters]
    if (allows(value)) draft.parameters = { ...draft.parameters, [name]: value }
    else leavings.add(directive, `right is ${values}`)
    return
  }
  if (!MAY_RESTRICT.test(name)) return leavings.add(directive, 'nobody knows what it says of a target')
  draft.closed = `nobody knows whom ${name} keeps out`
  leavings.add(directive, 'nobody knows whom it keeps out: the TPG is made disabled, and lets nobody in')
}

/** Whom a target lets in. What restricts it and cannot be said closes it. */
export function accessOf({ options }: TgtTarget, leavings: Leavings): Access {
  const draft: Draft = {
    ...{ initiators: undefined, authenticates: false, credentials: {}, closed: undefined },
    ...{ isOffline: false, parameters: {} },
  }
  for (const directive of options) {
    if (isLunOption(directive.name)) continue
    const line = Object.hasOwn(LINES, directive.name) ? LINES[directive.name] : undefined
    if (line === undefined) otherLine(directive, draft, leavings)
    else line(directive, draft, leavings)
  }
  return draft
}
