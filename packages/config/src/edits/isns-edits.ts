import { isnsAddress, isnsEntity, parseIsnsServer } from '../isns-server.ts'
import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import { listOf } from './draft.ts'
import { edit, optionalFlag, optionalText, someText } from './edit.ts'
import { EditError, EditFault } from './edit-error.ts'
import { SERVER_PATH, setSettings, settingsIn } from './setting-place.ts'

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

/** One server has one name, in whatever letters it is written. */
function placeOf(text: unknown): string | undefined {
  const { host, port } = (typeof text === 'string' && parseIsnsServer(text)) || {}
  return host === undefined ? undefined : `${host.toLowerCase()} ${port}`
}

/** @throws {EditError} */
function checkServer({ server, entity }: GivenServer): void {
  if (placeOf(server) === undefined) throw wrong(`cannot register at ${JSON.stringify(server)}`, isnsAddress.right)
  if (entity === undefined || /^[\w.:-]{1,255}$/.test(entity)) return
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
      const list =
        draft.document['lunkit'] === undefined ? [] : listOf(settingsIn(draft), { key: ISNS, path: SERVER_PATH })
      const isIt = (each: Json): boolean => isJsonObject(each) && placeOf(own(each, 'server')) === placeOf(server)
      const at = list.findIndex(isIt)
      if (remove && at < 0) throw wrong(`is not registered at ${server}`, 'a server that lunkit registers with')
      const others = list.filter(each => !isIt(each))
      const entry: JsonObject = { server, ...(entity !== undefined && { entity }) }
      const after = remove ? others : others.toSpliced(at < 0 ? others.length : at, 0, entry)
      setSettings(draft, { [ISNS]: after.length > 0 ? after : undefined })
    },
  ),
} as const
