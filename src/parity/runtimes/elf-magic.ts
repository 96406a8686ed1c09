const magic = Buffer.from('\x7fELF', 'latin1')

/** Whether a file is a program, as far as it has come; an empty one is none. */
export const elfMagic = () => {
  let seen = 0
  let equal = true
  return {
    feed(bytes: Buffer) {
      for (let at = 0; equal && seen < magic.length && at < bytes.length; at++, seen++)
        equal = bytes[at] === magic[seen]
    },
    get maybe(): boolean {
      return equal && seen > 0
    },
  }
}
