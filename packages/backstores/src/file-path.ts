import { text } from '@lunkit/wire'

/** Paths that the system can be asked for. */
export const FILE_PATH = text('a path', path => path !== '' && !path.includes('\0'))
