import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { normalizeIscsiName } from '../names.ts'
import { meaningOf, own } from '../schema/kind.ts'
import { textIn } from '../schema/lenient.ts'
import { formatSecretReference, secretReference } from '../secret-reference.ts'
import type { TpgPlace } from './tpg-place.ts'

/** What stands in a list of lunkit's own settings of a TPG. */
function settingsOf({ document, at }: TpgPlace, key: string): readonly JsonObject[] {
  const lunkit = own(document, 'lunkit')
  const list = isJsonObject(lunkit) ? own(lunkit, key) : undefined
  const members = Array.isArray(list) ? (list as readonly Json[]) : []
  return members.filter(
    (each): each is JsonObject =>
      isJsonObject(each) &&
      normalizeIscsiName(textIn(each, 'target') ?? '') === at.target &&
      textIn(each, 'tag') === String(at.tag),
  )
}

/** The access rules of a TPG. */
export const rulesOf = (place: TpgPlace): readonly JsonObject[] => settingsOf(place, 'access_rules')

/** Its portals that are for discovery alone. */
export const discoveryPortalsOf = (place: TpgPlace): readonly JsonObject[] => settingsOf(place, 'discovery_portals')

/** A rule in a line: whom it lets in, to what, by what. */
export const ruleLine = (rule: JsonObject): string => `${ruleName(rule)}: ${ruleWords(rule)}`

/** Whom a rule lets in, as it is written. */
export const ruleName = (rule: JsonObject): string => textIn(rule, 'initiators') ?? ''

/** To what, and by what. */
export function ruleWords(rule: JsonObject): string {
  const mapped = own(rule, 'mapped_luns')
  const luns = Array.isArray(mapped) ? `LUNs ${mapped.map(lunWords).join(', ')}` : 'the LUNs of the TPG'
  const words = [
    own(rule, 'write_protect') === true && 'ro',
    textIn(rule, 'authentication') !== undefined && `authentication=${textIn(rule, 'authentication')}`,
    textIn(rule, 'chap_userid') !== undefined && `CHAP${placeWords(own(rule, 'password'))}`,
    textIn(rule, 'chap_mutual_userid') !== undefined && `mutual CHAP${placeWords(own(rule, 'mutual_password'))}`,
  ]
  return [luns, ...words.filter(word => word !== false)].join(', ')
}

/** Where a password stands that is in no configuration. */
function placeWords(given: Json | undefined): string {
  const reference = given === undefined ? undefined : meaningOf(secretReference, given)
  return reference === undefined ? '' : ` by ${formatSecretReference(reference)}`
}

function lunWords(mapped: Json): string {
  const [index, lun] = isJsonObject(mapped) ? [textIn(mapped, 'index'), textIn(mapped, 'tpg_lun')] : []
  const isProtected = isJsonObject(mapped) && own(mapped, 'write_protect') === true
  return `${index}=lun${lun}${isProtected ? ':ro' : ''}`
}
