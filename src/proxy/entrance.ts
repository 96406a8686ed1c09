import type {Server} from 'node:net'

import {createPortServer} from './accept.ts'
import type {PortServer} from './accept.ts'
import {tellUnrouted} from './access-log.ts'
import {answerRefused, answerUnrouted} from './answers.ts'
import type {Connections} from './connections.ts'
import {dedicatedPorts} from './dedicated.ts'
import type {DedicatedPorts} from './dedicated.ts'
import {createDoors} from './doors/doors.ts'
import type {Doors} from './doors/doors.ts'
import type {Doorway} from './doors/doorway.ts'
import {createTcpServer} from './doors/tcp.ts'
import {isWelcome} from './doors/visitors.ts'
import type {ExchangeContext} from './exchange-context.ts'
import {beginExchange} from './exchange.ts'
import {isCarried} from './fast/carried.ts'
import {plainRoutes} from './fast/plain-routes.ts'
import type {RouteOf} from './fast/port.ts'
import type {FrontHandler} from './front.ts'
import type {Place} from './handover/messages.ts'
import {canRelay} from './handover/relay.ts'
import {isLoopbackAddress} from './hosts.ts'
import type {LinkPorts} from './links.ts'
import type {Guard} from './login/guard.ts'
import {openMain} from './main-port.ts'
import type {RequestIn} from './message.ts'
import type {ProxyOptions} from './proxy-options.ts'
import {addressesOf} from './route-state.ts'
import {knowsHost, liveLane, placeOf} from './routes.ts'
import type {Route, RouteTable} from './routes.ts'
import {withHttpsPort} from './tls/https-port.ts'
import type {SharedPorts} from './tls/https-port.ts'
import type {Https} from './tls/https.ts'
import {isUpgrade} from './upgrade.ts'
import type {Upstream} from './upstream.ts'

/** Where requests come in. */
export interface Entrance {
  readonly main: SharedPorts
  /** ports of one app each; opened later */
  readonly dedicated: DedicatedPorts
  /** addresses of one app each; opened later */
  readonly doors: Doors
  /** what listens there, to be handed over */
  listener(place: Place): Server | undefined
}

export interface EntranceOptions extends Pick<ProxyOptions, 'port' | 'httpsPort' | 'log' | 'inherit' | 'plainHttp1'> {
  /** the main port of the process before; 0: none */
  savedPort: number
  table: RouteTable<Upstream>
  context: ExchangeContext
  connections: Connections
  https: Https
  guard: Guard
  /** of the ports that lead to all routes */
  addresses: readonly string[]
}

/** Opens the ports that lead to all routes. */
export const openEntrance = async (options: EntranceOptions): Promise<Entrance> => {
  const {table, context, connections, https, guard, addresses, savedPort, log, inherit} = options
  // Its first address takes requests before the second listens.
  let links = (): LinkPorts => ({http: options.port || savedPort, https: undefined})
  const begin = (
    route: Route<Upstream>,
    request: RequestIn,
    answer: Parameters<FrontHandler>[1],
    strip: string,
  ): void => guard.enter(route, request, answer, () => beginExchange(context, route, request, answer, strip))
  const onMain: FrontHandler = (request, answer) => {
    if (context.relay !== undefined && goesToSuccessor(request)) return context.relay(request, answer)
    const place = placeOf(table, request.headers.host ?? '', request.url ?? '')
    if (place !== undefined) return begin(place.route, request, answer, place.strip)
    const response = isUpgrade(answer) ? answer.response : answer
    if (context.access.isOn) tellUnrouted(context.access, request, response)
    if (guard.isOutside(request)) return guard.refuse(request, answer)
    answerUnrouted(request, response, knowsHost(table, request.headers.host ?? ''), () =>
      [...table.byId.values()]
        .map((each) => ({id: each.id, ...addressesOf(each, links()), release: liveLane(each)?.target.release}))
        .filter(({url}) => url !== ''),
    )
  }
  const onDedicated =
    (port: number): FrontHandler =>
    (request, answer) => {
      const route = table.byPort.get(port)
      if (route === undefined || (context.relay !== undefined && goesToSuccessor(request))) onMain(request, answer)
      else begin(route, request, answer, '')
    }
  const leadsTo = (way: Doorway): Route<Upstream> | undefined => {
    const route = table.byId.get(way.route.id)
    return route === way.route ? route : undefined
  }
  const onDoor =
    (way: Doorway): FrontHandler =>
    (request, answer) => {
      if (context.relay !== undefined && goesToSuccessor(request)) return context.relay(request, answer)
      const route = leadsTo(way)
      // A published port is for people; a network's door is for the environment's own containers, which have no browser to log in with.
      if (route !== undefined && isLoopbackAddress(way.door.host)) return begin(route, request, answer, '')
      if (route !== undefined) return beginExchange(context, route, request, answer, '')
      // Never on to other routes, as on a port of the proxy's own: it is for one app alone.
      answerRefused(request, isUpgrade(answer) ? answer.response : answer, 421, 'misdirected request')
    }
  const plain = plainRoutes(table, context, guard, options.plainHttp1 !== 'node')
  const serve = (handler: FrontHandler, routeOf: RouteOf) => () =>
    createPortServer(handler, routeOf, connections, https)
  const main = await withHttpsPort(
    await openMain(options.port, savedPort, serve(onMain, plain.onMain), log, inherit, addresses),
    options.httpsPort ?? 0,
    serve(onMain, plain.onMain),
    https,
    inherit,
    addresses,
  )
  links = () => main.links()
  const dedicated = dedicatedPorts((port) => serve(onDedicated(port), plain.onPort(port)), inherit)
  const serveDoor = (way: Doorway): PortServer => {
    const admit: Connections['admit'] = (socket, speaksHttp) => {
      if (isWelcome(way, socket, log)) return connections.admit(socket, speaksHttp)
      socket.destroy()
      return false
    }
    const visitors = {...connections, admit}
    return way.door.kind === 'tcp'
      ? createTcpServer(context, way, visitors)
      : createPortServer(
          onDoor(way),
          plain.onDoor(() => leadsTo(way)),
          visitors,
          https,
        )
  }
  const doors = createDoors({table, serve: serveDoor, log, inherit})
  return {
    main,
    dedicated,
    doors,
    listener: (place) =>
      main.listenerAt(place) ?? dedicated.port(place.port)?.listener(place.host) ?? doors.listener(place),
  }
}

/** Where the ports are another process's: what this one has not sent to an application yet. */
const goesToSuccessor = (request: RequestIn): boolean => canRelay(request) && !isCarried(request.socket)
