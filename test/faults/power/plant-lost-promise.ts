/** Imported by a program's Node before the program, and by each of its threads: plants the bug that LUNKIT_LOST_PROMISE names. */
import { registerHooks } from 'node:module'
import { lostPromises } from './lost-promises.ts'

const named = Object.entries(lostPromises).find(([name]) => name === process.env['LUNKIT_LOST_PROMISE'])
if (!named) throw new Error(`there is no bug ${process.env['LUNKIT_LOST_PROMISE']}`)
const [, { file, line, instead }] = named

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.endsWith(file)) return loaded
    const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source)
    if (source.split(line).length !== 2) throw new Error(`${file} has not one "${line}" to plant a bug in`)
    return { ...loaded, source: source.replace(line, instead) }
  },
})
