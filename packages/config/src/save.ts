import { randomBytes } from 'node:crypto'
import * as fileSystem from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { checkArgument, type Domain, object } from '@lunkit/wire'
import { formatConfiguration } from './document.ts'
import type { Configuration } from './saveconfig.ts'
import { FILE_PATH, TEXT } from './text-domains.ts'

/** Readable by its owner alone: it may hold CHAP secrets. LIO gives its own file the same mode. */
const MODE = 0o600
const RANDOM_BYTES = 6
const TEMPORARY_END = new RegExp(`^[0-9a-f]{${2 * RANDOM_BYTES}}\\.temp$`)

/** What is done with an open file, or directory. */
export interface OpenFile extends AsyncDisposable {
  chmod(mode: number): Promise<void>
  writeFile(content: string | Uint8Array): Promise<void>
  sync(): Promise<void>
}

/** The calls of the file system that files are replaced with: those of node:fs/promises, or others in a test. */
export interface FileCalls {
  open(path: string, flags: string, mode?: number): Promise<OpenFile>
  readdir(path: string): Promise<string[]>
  rename(from: string, to: string): Promise<void>
  rm(path: string, options?: { readonly force?: boolean }): Promise<void>
}

const BYTES: Domain = object('a text, or bytes', content => content instanceof Uint8Array)

const FILE_CALLS: Domain = object('the calls of node:fs/promises: { open, readdir, rename, rm }', calls =>
  ['open', 'readdir', 'rename', 'rm'].every(
    name => typeof (calls as Readonly<Record<string, unknown>>)[name] === 'function',
  ),
)

/**
 * Writes a saveconfig.json so that, whenever power fails, either the old file or the new one is there in full: a
 * temporary file beside it is written and flushed, takes its name, and the directory is flushed.
 * @throws {TypeError}, {RangeError} or {ConfigError} for what is no path or no configuration, or the file system's error, as
 * `replaceFile` does.
 */
export async function saveConfiguration(path: string, configuration: Configuration): Promise<void> {
  checkArgument('saveConfiguration: path', path, FILE_PATH)
  const content = formatConfiguration(configuration)
  await replaceFile(await linkTarget(path), content)
}

/**
 * Writes a file, readable by its owner alone, so that whenever power fails either the old one or the new one is there in
 * full.
 * @throws {TypeError} or {RangeError} for what is no path, no text or no file system. The file system's error: until it was asked to
 * rename, the old file is as it was; after that either may be there.
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  files: FileCalls = fileSystem,
): Promise<void> {
  checkArgument('replaceFile: path', path, FILE_PATH)
  checkArgument('replaceFile: content', content, typeof content === 'string' ? TEXT : BYTES)
  checkArgument('replaceFile: files', files, FILE_CALLS)
  const directory = dirname(path)
  const temporary = join(directory, `.${basename(path)}.${randomBytes(RANDOM_BYTES).toString('hex')}.temp`)
  try {
    await writeDurably(temporary, content, files)
    await files.rename(temporary, path)
  } catch (error) {
    // What cannot be removed is in nobody's way: what is told is why the file could not be written.
    await files.rm(temporary, { force: true }).catch(() => {})
    throw error
  }
  await flushDirectory(directory, files)
}

/**
 * Removes the temporary files that a crash left of a file that was being replaced. It is for whoever alone replaces that file: what
 * another one writes just now is taken away too.
 * @throws {TypeError} or {RangeError} for what is no path or no file system, or the file system's error.
 */
export async function removeTemporaries(path: string, files: FileCalls = fileSystem): Promise<void> {
  checkArgument('removeTemporaries: path', path, FILE_PATH)
  checkArgument('removeTemporaries: files', files, FILE_CALLS)
  const directory = dirname(path)
  const before = `.${basename(path)}.`
  for (const name of await files.readdir(directory))
    if (name.startsWith(before) && TEMPORARY_END.test(name.slice(before.length))) await files.rm(join(directory, name))
}

async function writeDurably(path: string, content: string | Uint8Array, files: FileCalls): Promise<void> {
  await using file = await files.open(path, 'wx', MODE)
  await file.chmod(MODE)
  await file.writeFile(content)
  await file.sync()
}

async function flushDirectory(path: string, files: FileCalls): Promise<void> {
  await using directory = await files.open(path, 'r')
  await directory.sync()
}

/** The file behind a symbolic link, which is to stay a link; a file that is not there yet is its own. */
async function linkTarget(path: string): Promise<string> {
  try {
    return await fileSystem.realpath(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return path
    throw error
  }
}
