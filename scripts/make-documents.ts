/** Writes the documents that are made from the tables of the sources: man pages, the chapter of docs/api.md about methods, and dashboards. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { documents, placeOf } from './documents/documents.ts'

for (const { path, text } of documents) {
  mkdirSync(dirname(placeOf(path)), { recursive: true })
  writeFileSync(placeOf(path), text())
}
