/** What the simulated Globus costs: the tests that use it, the memory that it needs, and the requests that it answers. */
import { World } from "@effect-globus/simulator"
import { execFileSync, fork } from "node:child_process"
import { once } from "node:events"
import * as Path from "node:path"
import * as Undici from "undici"

const script = (name: string) => Path.join(import.meta.dirname, name)

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

/** What a script prints as JSON in its last line. */
const said = <A>(name: string, args: ReadonlyArray<string> = []): A =>
  JSON.parse(
    execFileSync(process.execPath, [...args, script(name)], { encoding: "utf8" })
      .trim()
      .split("\n")
      .at(-1) ?? ""
  ) as A

interface Timed {
  readonly start: number
  readonly run: number
}

const requestsPerSecond = async (): Promise<number> => {
  const server = fork(script("simulatedServer.ts"), { stdio: ["ignore", "inherit", "inherit", "ipc"] })
  try {
    const [url] = (await once(server, "message")) as [string]
    const granted = await fetch(`${url}auth/v2/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: World.confidentialClientId,
        client_secret: World.confidentialClientSecret,
        scope: "urn:globus:auth:scope:transfer.api.globus.org:all"
      })
    })
    const { access_token } = (await granted.json()) as { readonly access_token: string }
    const [collection] = World.defaultWorld.collections
    const target = `${url}transfer/v0.10/endpoint/${collection?.id}`
    const headers = { authorization: `Bearer ${access_token}` }

    const ask = async (count: number) => {
      let left = count
      const worker = async () => {
        while (left-- > 0) {
          const { body, statusCode } = await Undici.request(target, { headers })
          await body.json()
          if (statusCode !== 200) throw new Error(`getEndpoint was answered ${statusCode}`)
        }
      }
      await Promise.all(Array.from({ length: 32 }, worker))
    }
    /** Seconds that the server has kept its core busy. */
    const busy = async (): Promise<number> => {
      server.send("busy")
      const [{ system, user }] = (await once(server, "message")) as [NodeJS.CpuUsage]
      return (system + user) / 1e6
    }

    await ask(2_000)
    const before = await busy()
    await ask(8_000)
    return 8_000 / ((await busy()) - before)
  } finally {
    server.kill()
  }
}

/** What is promised, and what was measured. */
export interface Figure {
  readonly what: string
  readonly measured: string
  readonly goal: string
}

export const figures = async (): Promise<ReadonlyArray<Figure>> => {
  const { first, others } = said<{ readonly first: Timed; readonly others: ReadonlyArray<Timed> }>(
    "simulatedTest.ts"
  )
  // Without a limit, a process takes what memory there is before it looks for what it could do without.
  const heap = 128
  const { resident } = said<{ readonly resident: number }>("simulatedLoad.ts", [
    `--max-old-space-size=${heap}`
  ])
  const milliseconds = (value: number) => `${value.toFixed(1)} ms`
  return [
    {
      what: "a test starts, as the first of its process",
      measured: milliseconds(first.start),
      goal: "50 ms"
    },
    {
      what: "a further test starts",
      measured: milliseconds(median(others.map(({ start }) => start))),
      goal: "50 ms"
    },
    {
      what: "login, transfer and its completion, in the first test of a process",
      measured: milliseconds(first.run),
      goal: ""
    },
    {
      what: "login, transfer and its completion, in a further test",
      measured: milliseconds(median(others.map(({ run }) => run))),
      goal: "20 ms"
    },
    {
      what: `1 000 tasks that have copied 100 000 files, held to a heap of ${heap} MiB`,
      measured: `${resident.toFixed(0)} MiB resident`,
      goal: "300 MiB"
    },
    {
      what: "`getEndpoint` on a port, in each second that the server keeps one core busy",
      measured: `${(await requestsPerSecond()).toFixed(0)} requests`,
      goal: "at least 3 000"
    }
  ]
}
