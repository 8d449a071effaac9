import { realpath, stat } from 'node:fs/promises'
import { checkArgument } from '@lunkit/wire'
import { FILE_PATH } from '../file-path.ts'

/**
 * What tells a file from all others of its machine, the same at every start: its path without symbolic links, and its inode
 * number. Programs that see different files under one path (containers, private directories for temporary files) often see them
 * on one machine of one name.
 * @throws the file system's error. {TypeError} or {RangeError} for what is no path.
 */
export async function fileOrigin(path: string): Promise<readonly string[]> {
  checkArgument('fileOrigin: path', path, FILE_PATH)
  const [real, { ino }] = await Promise.all([realpath(path), stat(path, { bigint: true })])
  return [real, String(ino)]
}
