import { type Domain, object, text } from '@lunkit/wire'

/** Any text. */
export const TEXT: Domain = text()
/** Paths that the system can be asked for. */
export const FILE_PATH: Domain = text('a path', path => path !== '' && !path.includes('\0'))
/** Maps from texts to texts. */
export const TEXT_MAP: Domain = object(
  'a Map of texts by texts',
  map => map instanceof Map && [...(map as Map<unknown, unknown>)].flat().every(each => typeof each === 'string'),
)
