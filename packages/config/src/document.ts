import { readFile } from 'node:fs/promises'
import { JsonSyntaxError, readJson } from './json/reader.ts'
import type { Json } from './json/value.ts'
import { writeJson } from './json/writer.ts'
import type { Configuration } from './saveconfig.ts'
import { asJson, configurationKind } from './saveconfig.ts'
import { ConfigError, Problems } from './schema/problem.ts'

/**
 * Reads the text of a saveconfig.json.
 * @throws {ConfigError} when nothing of it can be served: see checkConfiguration().
 */
export function parseConfiguration(text: string): Configuration {
  return checkConfiguration(parseJson(text))
}

/**
 * Checks a document that came from elsewhere, or that was changed. What is wrong with one object of LIO's decides over
 * that object alone, and only where it is served: planServing() says so.
 * @throws {ConfigError} when it is not an object, its lists are none, or what is lunkit's own in it is wrong.
 */
export function checkConfiguration(document: Json): Configuration {
  const problems = new Problems()
  configurationKind.read(document, { path: [], notes: problems })
  if (problems.any) throw new ConfigError(problems.found)
  return document as unknown as Configuration
}

/**
 * Reads a saveconfig.json.
 * @throws {ConfigError} as parseConfiguration(); the file system's own error when the file cannot be read.
 */
export async function readConfiguration(path: string): Promise<Configuration> {
  return parseConfiguration(await readFile(path, 'utf8'))
}

/** The text of a saveconfig.json, byte for byte as LIO would write it. */
export function formatConfiguration(configuration: Configuration): string {
  return writeJson(asJson(configuration))
}

function parseJson(text: string): Json {
  try {
    return readJson(text)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    const { path, line, column, message } = error
    const wrong = `is not JSON: ${message.slice(message.indexOf(path) + path.length + 2)}`
    throw new ConfigError([{ path: `${path} (line ${line}, column ${column})`, wrong, right: 'JSON (RFC 8259)' }])
  }
}
