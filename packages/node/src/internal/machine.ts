/** What this machine says about the person who runs the program. */
import { InvalidConfiguration } from "@effect-globus/sdk/model"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { homedir } from "node:os"
import { platform } from "node:process"
import type { Machine } from "../TokenPath.ts"

export const isWindows: boolean = platform === "win32"

/** Where this person's files are. */
export const current: Effect.Effect<Machine, InvalidConfiguration> = Effect.gen(function* () {
  const home = yield* Effect.try({
    try: () => homedir(),
    catch: () =>
      new InvalidConfiguration({
        setting: "HOME",
        detail: "it is not set, and this machine knows no home folder of yours. Set it to an absolute path."
      })
  })
  if (!isWindows) return { platform: "posix", home } satisfies Machine
  const localAppData = yield* Config.option(Config.String("LOCALAPPDATA"))
  const appData = yield* Config.option(Config.String("APPDATA"))
  return {
    platform: "windows",
    home,
    localAppData: Option.getOrUndefined(localAppData),
    appData: Option.getOrUndefined(appData)
  } satisfies Machine
}).pipe(
  Effect.catchTag(
    "ConfigError",
    (error) => new InvalidConfiguration({ setting: "LOCALAPPDATA", detail: error.message })
  )
)
