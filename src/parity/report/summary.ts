import type {SideFacts} from '../facts.ts'

/** A line that tells which thing a side is: `linux/amd64, Debian GNU/Linux 12, node 24.1.0, 9 layers`. */
export const summaryOf = ({image, run, web}: SideFacts): string => {
  const ofImage = image
    ? [
        image.platform,
        ...(image.os === undefined ? [] : [image.os.name]),
        ...new Set(image.runtimes.map(({name, version}) => `${name} ${version}`)),
        `${image.layers.length} ${image.layers.length === 1 ? 'layer' : 'layers'}`,
      ]
    : []
  return [
    ...ofImage,
    ...(run === undefined ? [] : [`run as in ${run.source}`]),
    ...(web === undefined ? [] : [`answers ${web.status} over ${web.protocol}`]),
  ].join(', ')
}
