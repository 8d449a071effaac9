import { readFile } from 'node:fs/promises'
import { checkArgument } from '@lunkit/wire'
import { checkJson } from './json/check.ts'
import { withKnownParts } from './json/known-parts.ts'
import { JsonSyntaxError, readJson } from './json/reader.ts'
import type { Json, JsonObject } from './json/value.ts'
import { writeJson } from './json/writer.ts'
import type { Configuration } from './saveconfig.ts'
import { asJson, configurationKind } from './saveconfig.ts'
import { ConfigError, Problems } from './schema/problem.ts'
import { FILE_PATH, TEXT } from './text-domains.ts'

/**
 * Reads the text of a saveconfig.json.
 * @throws {ConfigError} when nothing of it can be served: see checkConfiguration(). {TypeError} for what is no text.
 */
export function parseConfiguration(text: string): Configuration {
  checkArgument('parseConfiguration: text', text, TEXT)
  return checked(parseJson(text))
}

/**
 * Checks a document that came from elsewhere, or that was changed. What is wrong with one object of LIO's decides over
 * that object alone, and only where it is served: planServing() says so.
 * @throws {ConfigError} when it is not an object, its lists are none, or what is lunkit's own in it is wrong. {TypeError}
 * where something in it is not JSON.
 */
export function checkConfiguration(document: Json): Configuration {
  checkJson('the configuration', document)
  return checked(document)
}

/** Documents that were found right. */
const found = new WeakSet<object>()

/**
 * The same for those who rely on it that a document is never changed in place: none is looked at twice.
 * @throws as checkConfiguration().
 */
export function checkOnce(document: Json): Configuration {
  const isKnown = typeof document === 'object' && document !== null && found.has(document)
  return isKnown ? (document as unknown as Configuration) : checkConfiguration(document)
}

/** A document that was made of one that was found right, so that it is right too. */
export function knownRight(document: JsonObject): Configuration {
  found.add(document)
  return document as unknown as Configuration
}

/**
 * The same configuration, with the objects of another one wherever both say the same: a file that was read again is planned by one
 * Planner at the cost of what has changed in it. Neither of the two is changed.
 * @throws {ConfigError} or {TypeError} as checkConfiguration().
 */
export function withPartsOf(configuration: Configuration, before: Configuration): Configuration {
  const [now, then] = [checkOnce(asJson(configuration)), checkOnce(asJson(before))]
  return knownRight(withKnownParts(asJson(now), asJson(then)) as JsonObject)
}

function checked(document: Json): Configuration {
  const problems = new Problems()
  configurationKind.read(document, { path: [], notes: problems })
  if (problems.any) throw new ConfigError(problems.found)
  found.add(document as object)
  return document as unknown as Configuration
}

/**
 * Reads a saveconfig.json.
 * @throws {ConfigError} as parseConfiguration(); the file system's own error when the file cannot be read. {TypeError} or
 * {RangeError} for what is no path.
 */
export async function readConfiguration(path: string): Promise<Configuration> {
  checkArgument('readConfiguration: path', path, FILE_PATH)
  return parseConfiguration(await readFile(path, 'utf8'))
}

/**
 * The text of a saveconfig.json, byte for byte as LIO would write it.
 * @throws {ConfigError} or {TypeError} as checkConfiguration(): what could not be read again is not written.
 */
export function formatConfiguration(configuration: Configuration): string {
  checkConfiguration(asJson(configuration))
  return writeJson(asJson(configuration))
}

function parseJson(text: string): Json {
  try {
    return readJson(text)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    const { path, line, column, message } = error
    const wrong = `is not JSON: ${message.slice(message.indexOf(path) + path.length + 2)}`
    const at = `${path} (line ${line}, column ${column})`
    throw new ConfigError([{ path: at, wrong, right: 'JSON (RFC 8259)' }], true)
  }
}
