import type {Header} from 'tar-stream'

import type {ImageEntry} from '../../../lifecycle/ports.ts'

export const entryOf = ({type, mode, uid, gid, mtime}: Header): ImageEntry => ({
  kind: kindOf(type),
  mode: mode & 0o7777,
  uid,
  gid,
  mtimeMs: mtime.getTime(),
})

const kindOf = (type: Header['type']): ImageEntry['kind'] => kinds[type] ?? 'other'

const kinds: Partial<Record<Header['type'], ImageEntry['kind']>> = {
  file: 'file',
  'contiguous-file': 'file',
  // A second name of a file is as good as the first.
  link: 'file',
  directory: 'directory',
  symlink: 'link',
}
