import { isJsonObject, type Json, type JsonObject } from '@lunkit/config'

const FORMAT = 'lunkit-state'
const VERSION = 2

/** What is wrong with a file that was found in the place of the state; it says what is found there, in words. */
export class StateDamaged extends Error {
  override readonly name = 'StateDamaged'
}

/** The state as it is kept in one text. Sections are by name, as they are kept; those that are not known here stay as they are. */
export interface StateDocument {
  /** The mark of the machine that wrote it. */
  readonly machine?: string
  /** What belongs to whoever uses the directory. */
  readonly sections: JsonObject
  /** What belongs to a configuration file, by its absolute path. */
  readonly configurations: Readonly<Record<string, JsonObject>>
  /** What else stands there. */
  readonly unknown: JsonObject
}

/** A state that was read. */
export interface ReadDocument {
  readonly document: StateDocument
  /** Whether it is of an earlier version. */
  readonly isOld: boolean
  /** What parts of it are not what they must be, in words: they are left out. */
  readonly damages: readonly string[]
}

/** A state in which nothing is. */
export const EMPTY_DOCUMENT: StateDocument = { sections: {}, configurations: {}, unknown: {} }

/** Makes a state of one version into one of the next. */
const UPGRADES: Readonly<Record<number, (state: JsonObject) => JsonObject>> = { 1: fromVersion1 }

/** @throws {StateDamaged} for what is no state, or one of a later version. */
export function parseDocument(text: string): ReadDocument {
  const found = parseState(text)
  let state = found
  for (let version = versionOf(found); version !== VERSION; version++) {
    const upgrade = UPGRADES[version]
    if (upgrade === undefined)
      throw new StateDamaged(
        `it is of version ${JSON.stringify(found.version)}; this lunkitd knows version ${VERSION} and earlier ones`,
      )
    state = upgrade(state)
  }
  return { ...readParts(state), isOld: state !== found }
}

/** The text of a state. */
export function formatDocument({ machine, sections, configurations, unknown }: StateDocument): string {
  const state = {
    format: FORMAT,
    version: VERSION,
    ...(machine !== undefined && { machine }),
    sections,
    configurations,
  }
  return `${JSON.stringify({ ...state, ...unknown }, undefined, 2)}\n`
}

function parseState(text: string): JsonObject {
  let state: Json
  try {
    state = JSON.parse(text) as Json
  } catch (cause) {
    throw new StateDamaged('it is not JSON', { cause })
  }
  if (!isJsonObject(state) || state.format !== FORMAT) throw new StateDamaged('it is not a state of lunkit')
  return state
}

const versionOf = ({ version }: JsonObject): number => (typeof version === 'number' ? version : Number.NaN)

function readParts(state: JsonObject): Omit<ReadDocument, 'isOld'> {
  const { format: _, version: __, machine, sections, configurations, ...unknown } = state
  const damages: string[] = []
  const objectOr = (value: Json | undefined, what: string): JsonObject => {
    if (isJsonObject(value)) return value
    if (value !== undefined) damages.push(`${what} cannot be read`)
    return {}
  }
  const known = Object.entries(objectOr(configurations, 'what it has of configurations'))
  const document: StateDocument = {
    ...(typeof machine === 'string' && { machine }),
    sections: objectOr(sections, 'its sections'),
    configurations: Object.fromEntries(known.map(([path, each]) => [path, objectOr(each, `what it has of ${path}`)])),
    unknown,
  }
  return { document, damages }
}

/** Version 1 had the serial numbers alone; each says of which configuration it is. */
function fromVersion1(state: JsonObject): JsonObject {
  const { serials, ...rest } = state
  const entries = Array.isArray(serials) ? (serials as readonly Json[]) : []
  const paths = entries.flatMap(entry =>
    isJsonObject(entry) && typeof entry.configuration === 'string' ? [entry.configuration] : [],
  )
  return {
    ...rest,
    version: VERSION,
    sections: serials === undefined ? {} : { serials: { version: 1, entries: serials } },
    configurations: Object.fromEntries(paths.map(path => [path, {}])),
  }
}
