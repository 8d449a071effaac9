import { readFile } from 'node:fs/promises'
import { findContradictions } from './contradictions.ts'
import { JsonSyntaxError, readJson } from './json/reader.ts'
import type { Json } from './json/value.ts'
import { writeJson } from './json/writer.ts'
import type { Configuration } from './saveconfig.ts'
import { asJson, configurationKind } from './saveconfig.ts'
import { ConfigError, Problems } from './schema/problem.ts'

/**
 * Reads the text of a saveconfig.json.
 * @throws {ConfigError} when it is not JSON, does not have the shape of a saveconfig.json, or contradicts itself.
 */
export function parseConfiguration(text: string): Configuration {
  return checkConfiguration(parseJson(text))
}

/**
 * Checks a document that came from elsewhere, or that was changed.
 * @throws {ConfigError}
 */
export function checkConfiguration(document: Json): Configuration {
  const problems = new Problems()
  configurationKind.check(document, [], problems)
  if (!problems.any) findContradictions(document as unknown as Configuration, problems)
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
