/** Opening the person's browser. */
import * as Config from "effect/Config"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { platform } from "node:process"

/** No browser could be opened. */
export class NoBrowser extends Data.TaggedError("NoBrowser")<{
  /** Why, as a part of a sentence. */
  readonly why: string
}> {}

/** They would take over the terminal, and cannot show Globus' pages. */
const textBrowsers = new Set(["lynx", "links", "links2", "elinks", "w3m", "www-browser"])

const set = (name: string) => Config.option(Config.NonEmptyString(name))

const environment = Config.all({
  sshTty: set("SSH_TTY"),
  sshConnection: set("SSH_CONNECTION"),
  browser: set("BROWSER"),
  display: set("DISPLAY"),
  wayland: set("WAYLAND_DISPLAY"),
  wsl: set("WSL_DISTRO_NAME")
})

/** `lynx` of `/usr/bin/lynx %s:firefox`. */
const nameOf = (browser: string): string =>
  browser.split(":")[0]?.trim().split(/\s/)[0]?.split("/").at(-1) ?? ""

/** Fails if a browser on this machine would not be the person's, or could not show itself. */
export const check: Effect.Effect<void, NoBrowser> = Effect.gen(function* () {
  const { browser, display, sshConnection, sshTty, wayland, wsl } = yield* environment
  if (Option.isSome(sshTty) || Option.isSome(sshConnection)) {
    return yield* new NoBrowser({
      why: "this is an SSH session, so a browser would open on the wrong machine"
    })
  }
  if (Option.isSome(browser)) {
    const name = nameOf(browser.value)
    if (textBrowsers.has(name)) return yield* new NoBrowser({ why: `the browser ${name} shows only text` })
    return
  }
  const needsDisplay = platform !== "darwin" && platform !== "win32" && Option.isNone(wsl)
  if (needsDisplay && Option.isNone(display) && Option.isNone(wayland)) {
    return yield* new NoBrowser({ why: "there is no display that a browser could show itself on" })
  }
}).pipe(Effect.catchTag("ConfigError", ({ message }) => new NoBrowser({ why: message })))

/** Opens an address in the default browser. Fails if that is found out not to work within a few seconds. */
export const open = Effect.fnUntraced(function* (url: string) {
  yield* check
  const child = yield* Effect.tryPromise({
    try: () => import("open").then(({ default: open }) => open(url)),
    catch: (error) =>
      new NoBrowser({
        why: `none could be started (${error instanceof Error ? error.message : "unknown error"})`
      })
  })
  const ended = Effect.callback<number | null>((resume) => {
    if (child.exitCode !== null) return resume(Effect.succeed(child.exitCode))
    const onExit = (code: number | null) => resume(Effect.succeed(code))
    child.once("exit", onExit)
    return Effect.sync(() => child.off("exit", onExit))
  })
  const code = yield* Effect.timeoutOption(ended, "3 seconds")
  if (Option.isSome(code) && code.value !== 0 && code.value !== null) {
    return yield* new NoBrowser({ why: `what should start it ended with code ${code.value}` })
  }
})
