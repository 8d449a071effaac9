import { readFileSync } from 'node:fs'

const read = (name: string): string => readFileSync(new URL(`../../assets/${name}`, import.meta.url), 'utf8')

/** A file that the page loads. */
export interface PageFile {
  readonly type: string
  readonly body: string
}

/** The files that the page loads, by where they are: its style, its scripts and its icon. There are no others. */
export const readPageFiles = (): Readonly<Record<string, PageFile>> => ({
  '/status.css': { type: 'text/css; charset=utf-8', body: read('status.css') },
  '/status.js': { type: 'text/javascript; charset=utf-8', body: read('status.js') },
  '/pointed.js': { type: 'text/javascript; charset=utf-8', body: read('pointed.js') },
  '/status.svg': { type: 'image/svg+xml', body: read('status.svg') },
})
