const images = 'name one, as image:REF, archive:FILE, env:main or . for the working tree'
const runs = 'name what runs it, as compose:FILE#service, k8s:FILE#Deployment/name, container:ID or env:main'

const withImages: Readonly<Record<string, string>> = {
  os: 'neither image has a release file of its system, or a database of packages',
  runtimes: 'neither image has Node.js, Python, Ruby, Java or a program of Go',
  dependencies: 'neither image has libraries or lock files that imm can read',
}

const ofKind: Readonly<Record<string, string>> = {
  run: `neither side says how it is run: ${runs}`,
  web: 'neither side is asked for an answer: name URLs, as https://staging.example.org',
  config: `neither side has an image or says how it is run: ${images}`,
}

/** Why an area was not compared that neither side has anything of, and what to name for it. */
export const reasonInNeither = (area: string, haveImages: boolean): string =>
  ofKind[area] ?? (haveImages ? withImages[area] : undefined) ?? `neither side has an image: ${images}`
