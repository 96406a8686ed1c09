import {editOf} from './edit.ts'
import {look} from './look.ts'
import type {DirectoryNode} from './node.ts'
import type {Steps} from './steps.ts'
import {ancestorsOf} from './tree.ts'
import type {Walk} from './walk.ts'
import {isOut, nodeAt} from './walk.ts'

/** The tree with these paths looked at again, directories with all they hold. */
export function* refresh(walk: Walk, root: DirectoryNode, dirty: Iterable<string>): Steps<DirectoryNode> {
  const edit = editOf(root)
  const looked = new Set<string>()
  // Parents come first: what lies in them is looked at with them.
  for (const path of [...dirty].toSorted()) {
    if (looked.has(path) || [...ancestorsOf(path)].some((ancestor) => looked.has(ancestor))) continue
    if (walk.pace.isOver()) yield
    let names = path.split('/')
    // Of a path in an unknown directory, the directory is what is new.
    for (let depth = 1; depth < names.length; depth++)
      if (edit.get(names.slice(0, depth))?.kind !== 'directory') names = names.slice(0, depth)
    // A directory that was replaced by a link would be looked through.
    let parent = look(walk.place, names.slice(0, -1).join('/'))
    while (names.length > 1 && parent?.kind !== 'directory') {
      names = names.slice(0, -1)
      parent = look(walk.place, names.slice(0, -1).join('/'))
    }
    const file = names.join('/')
    looked.add(file)
    edit.put(names, yield* nodeAt(walk, file, edit.get(names)))
    // The time of a directory changes with the names in it, and there is no event for that. The root's attributes say nothing.
    if (parent?.kind === 'directory' && names.length > 1) edit.describe(names.slice(0, -1), parent)
  }
  return edit.done((directory) => !isOut(walk, directory))
}
