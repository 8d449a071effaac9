import type { JsonObject } from '@lunkit/config'
import type { Directive } from './conf-text.ts'
import type { Leavings } from './left-out.ts'

const ISNS = /^isns/i
const ISNS_PORT = '3205'

/** Whether a line is about iSNS. */
export const isOfIsns = ({ name }: Directive): boolean => ISNS.test(name)

/** What is wrong with each line that can be carried over in part only. */
const NOT_HERE: Readonly<Record<string, (value: string) => string | undefined>> = {
  isnsaccesscontrol: value =>
    value.toLowerCase() === 'on' ? 'lunkit lets in who an ACL names, whatever an iSNS server says' : undefined,
}
const KNOWN: readonly string[] = ['isns', 'isnsserverip', 'isnsserverport', ...Object.keys(NOT_HERE)]

/** An entry of `lunkit.isns`. */
export type IsnsEntry = JsonObject & { readonly server: string }

/** The iSNS server that tgtd registers with, as an entry of `lunkit.isns`; undefined: none, or one that nobody names. */
export function isnsServerOf(directives: readonly Directive[], leavings: Leavings): IsnsEntry | undefined {
  const own = directives.filter(isOfIsns)
  const valueOf = (name: string) => own.findLast(each => each.name.toLowerCase() === name)?.value
  const [host, port = ISNS_PORT] = [valueOf('isnsserverip'), valueOf('isnsserverport')]
  const isOn = valueOf('isns')?.toLowerCase() === 'on'
  for (const directive of own) {
    const name = directive.name.toLowerCase()
    const reason = KNOWN.includes(name) ? NOT_HERE[name]?.(directive.value) : 'nobody knows what it says'
    const isIdle = name === 'isns' ? isOn && host === undefined : name === 'isnsserverip' && !isOn
    if (reason !== undefined) leavings.add(directive, reason)
    else if (isIdle) leavings.add(directive, isOn ? 'no iSNSServerIP says where' : 'iSNS is not on')
  }
  if (!isOn || host === undefined) return undefined
  const place = host.includes(':') ? `[${host}]` : host
  return { server: port === ISNS_PORT ? place : `${place}:${port}` }
}
