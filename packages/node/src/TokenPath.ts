/**
 * Where an app's tokens lie on disk, by the rules of the official Python SDK, so that both find the same file:
 * `~/.globus/app/<client id>/<app name>/tokens.json`, on Windows under `%LOCALAPPDATA%\globus\app`. Use this module to
 * find that file, or to find out early whether an app's name can name a folder.
 *
 * ```ts
 * import { TokenPath } from "@effect-globus/node"
 * import { Result } from "effect"
 *
 * const account = {
 *   clientId: "3f1d1c2a-0000-4000-8000-000000000001",
 *   appName: "My App: v2.0",
 *   environment: "production"
 * }
 *
 * TokenPath.tokenFile("/home/me/.globus/app", account)
 * // Result.succeed("/home/me/.globus/app/3f1d1c2a-0000-4000-8000-000000000001/my-app+-v2-0/tokens.json")
 *
 * Result.isFailure(TokenPath.slug("con")) // true: Windows has no file of that name
 * ```
 */
import { InvalidConfiguration } from "@effect-globus/sdk/model"
import * as Result from "effect/Result"
import * as Path from "node:path"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What the path of an app's tokens depends on. */
export interface AppIdentity {
  /** The client's id, as the app was given it: its letter case counts. */
  readonly clientId: string
  readonly appName: string
  /** The Globus environment, such as `production`. */
  readonly environment: string
}

/** What the default folder depends on. */
export interface Machine {
  readonly platform: "posix" | "windows"
  /** The person's home folder. */
  readonly home: string
  /** `%LOCALAPPDATA%`, where set. Only Windows knows it. */
  readonly localAppData?: string | undefined
  /** `%APPDATA%`, where set. Only Windows knows it. */
  readonly appData?: string | undefined
}

/** What a file of tokens ends in: `json`, `db` for SQLite, or `encrypted`. */
export type Extension = "json" | "db" | "encrypted"

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** The folder of all apps on this machine: `~/.globus/app`, or `…\globus\app` in the person's data folder on Windows. */
export const directory = (machine: Machine): string => {
  if (machine.platform === "posix") return Path.posix.join(machine.home, ".globus", "app")
  // An empty %LOCALAPPDATA% counts as set, so that %APPDATA% is not asked: the official SDK has it so.
  const data = machine.localAppData ?? machine.appData ?? ""
  const folder = data === "" ? Path.win32.join(machine.home, "AppData", "Local") : data
  return Path.win32.join(folder, "globus", "app")
}

/**
 * The name of an app's folder: each of `<>:"/\|?*` becomes `+`, points and spaces become `-`, what cannot be printed is
 * left out, and the rest is in lower case. Fails if nothing is left, or if Windows keeps the name for a device.
 */
export const slug = (appName: string): Result.Result<string, InvalidConfiguration> => {
  const name = appName
    .replace(/[<>:"/\\|?*]/g, "+")
    .replace(/[. ]/g, "-")
    .replace(/[\p{C}\p{Z}]/gu, "")
    .toLowerCase()
  if (name === "") {
    return invalidName(appName, "has nothing that a folder could be named by: use letters or digits")
  }
  if (/^(con|prn|aux|nul|(com|lpt)\p{Nd})$/u.test(name)) {
    return invalidName(appName, `would make a folder named "${name}", which Windows keeps for a device`)
  }
  return Result.succeed(name)
}

const invalidName = (appName: string, why: string) =>
  Result.fail(
    new InvalidConfiguration({
      setting: "appName",
      detail: `${JSON.stringify(appName)} ${why}. Choose another name; tokens are kept under it.`
    })
  )

/** One folder or file name, whatever the caller passed: a path separator would lead elsewhere. */
const nameOf = (
  setting: "clientId" | "environment",
  value: string
): Result.Result<string, InvalidConfiguration> =>
  /^[\w-]+$/.test(value)
    ? Result.succeed(value)
    : Result.fail(
        new InvalidConfiguration({
          setting,
          detail: `${JSON.stringify(value)} cannot be part of a path; it may have letters, digits, - and _`
        })
      )

/**
 * The file of an app's tokens in `folder`. Fails if the app's name makes no folder name.
 *
 * @param extension of the file. Default: `json`.
 */
export const tokenFile = (
  folder: string,
  app: AppIdentity,
  extension: Extension = "json"
): Result.Result<string, InvalidConfiguration> =>
  Result.map(
    Result.all([nameOf("clientId", app.clientId), slug(app.appName), nameOf("environment", app.environment)]),
    ([clientId, name, environment]) =>
      Path.join(
        folder,
        clientId,
        name,
        `${environment === "production" ? "" : `${environment}-`}tokens.${extension}`
      )
  )
