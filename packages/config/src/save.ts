import { randomBytes } from 'node:crypto'
import { open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { checkArgument } from '@lunkit/wire'
import { formatConfiguration } from './document.ts'
import type { Configuration } from './saveconfig.ts'
import { FILE_PATH, TEXT } from './text-domains.ts'

/** Readable by its owner alone: it may hold CHAP secrets. LIO gives its own file the same mode. */
const MODE = 0o600

/**
 * Writes a saveconfig.json so that, whenever power fails, either the old file or the new one is there in full: a
 * temporary file beside it is written and flushed, takes its name, and the directory is flushed.
 * @throws {TypeError}, {RangeError} or {ConfigError} for what is no path or no configuration, or the file system's error;
 * the old file is then as it was.
 */
export async function saveConfiguration(path: string, configuration: Configuration): Promise<void> {
  checkArgument('saveConfiguration: path', path, FILE_PATH)
  const content = formatConfiguration(configuration)
  await replaceFile(await linkTarget(path), content)
}

/**
 * Writes a file, readable by its owner alone, so that whenever power fails either the old one or the new one is there in
 * full.
 * @throws {TypeError} or {RangeError} for what is no path or no text, or the file system's error; the old file is then as it was.
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  checkArgument('replaceFile: path', path, FILE_PATH)
  checkArgument('replaceFile: content', content, TEXT)
  const directory = dirname(path)
  const temporary = join(directory, `.${basename(path)}.${randomBytes(6).toString('hex')}.temp`)
  try {
    await writeDurably(temporary, content)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await flushDirectory(directory)
}

async function writeDurably(path: string, content: string): Promise<void> {
  await using file = await open(path, 'wx', MODE)
  await file.chmod(MODE)
  await file.writeFile(content)
  await file.sync()
}

async function flushDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r')
  await directory.sync()
}

/** The file behind a symbolic link, which is to stay a link; a file that is not there yet is its own. */
async function linkTarget(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return path
    throw error
  }
}
