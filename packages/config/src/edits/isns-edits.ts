import { isnsAddress, isnsEntity, isnsServerKey, parseIsnsServer } from '../isns-server.ts'
import type { Json } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { meaningOf } from '../schema/kind.ts'
import { textIn } from '../schema/lenient.ts'
import { edit, optionalFlag, optionalText, someText } from './edit.ts'
import { EditError, EditFault } from './edit-error.ts'
import { ownListIn, putInOwnList } from './own-lists.ts'
import { SERVER_PATH } from './setting-place.ts'

const ISNS = 'isns'

/** A server, and as what targets are registered there. */
export interface GivenServer {
  readonly server: string
  readonly entity?: string
  readonly remove?: boolean
}

function wrong(what: string, right: string): EditError {
  return new EditError(EditFault.invalid, { path: SERVER_PATH, wrong: what, right })
}

function placeOf(text: string | undefined): string | undefined {
  const place = parseIsnsServer(text ?? '')
  return place && isnsServerKey(place)
}

/** @throws {EditError} */
function checkServer({ server, entity }: GivenServer): void {
  if (placeOf(server) === undefined) throw wrong(`cannot register at ${JSON.stringify(server)}`, isnsAddress.right)
  if (entity === undefined || meaningOf(isnsEntity, entity) !== undefined) return
  throw wrong(`cannot register as ${JSON.stringify(entity)}`, isnsEntity.right)
}

/** The changes of where targets are registered. */
export const isnsEdits = {
  setIsnsServer: edit<GivenServer>(
    'registers targets with an iSNS server, by a name of its own or the entity identifier that is given; remove takes that back',
    { server: someText, entity: optionalText, remove: optionalFlag },
    (draft, given) => {
      checkServer(given)
      const { server, entity, remove = false } = given
      const isIt = (each: Json): boolean => isJsonObject(each) && placeOf(textIn(each, 'server')) === placeOf(server)
      if (remove && !ownListIn(draft, ISNS).some(isIt))
        throw wrong(`is not registered at ${server}`, 'a server that lunkit registers with')
      const member = remove ? undefined : { server, ...(entity !== undefined && { entity }) }
      putInOwnList(draft, ISNS, { isIt, member })
    },
  ),
} as const
