/** Where token files are: the official SDK's rules, one by one. */
import { TokenPath } from "@effect-globus/node"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const slug = (appName: string) => Result.getOrThrow(TokenPath.slug(appName))

const refusal = (result: Result.Result<string, Error>) => {
  if (Result.isSuccess(result)) return assert.fail(`accepted: ${result.success}`)
  return result.failure.message
}

const app = {
  clientId: "3f1d1c2a-0000-4000-8000-000000000001",
  appName: "My App",
  environment: "production"
}

describe("the name of an app's folder", () => {
  const cases: ReadonlyArray<readonly [rule: string, appName: string, folder: string]> = [
    ["is in lower case", "MyApp", "myapp"],
    [
      "has + for each character that a file system keeps for itself",
      `a<b>c:d"e/f\\g|h?i*j`,
      "a+b+c+d+e+f+g+h+i+j"
    ],
    ["has - for points and spaces", "a. b", "a--b"],
    ["cannot lead to another folder", "../../etc", "--+--+etc"],
    ["is without control characters", "a\0b\u007f\u009fc\n", "abc"],
    ["is without characters that only format text", "a\u200b\u202eb\ufeff", "ab"],
    ["is without spaces of other kinds", "a\u00a0b\u2003c\u2028", "abc"],
    ["is without halves of characters", "a\ud800b", "ab"],
    ["keeps letters of all scripts, and emoji", "Ärzte Ωmega 語 🚀", "ärzte-ωmega-語-🚀"],
    ["keeps other punctuation", "it's_(me)+you=us!", "it's_(me)+you=us!"],
    ["is that of the app without a name", "Unnamed Globus App", "unnamed-globus-app"],
    ["may begin with a device's name", "console", "console"],
    ["may hold a device's name", "my con", "my-con"]
  ]
  for (const [rule, appName, folder] of cases) {
    it(rule, () => assert.strictEqual(slug(appName), folder))
  }

  for (const appName of ["con", "PRN", "aux", "Nul", "com1", "LPT9", "com0", "c\0on"]) {
    it(`is not ${JSON.stringify(appName)}, which is a device on Windows`, () => {
      const message = refusal(TokenPath.slug(appName))
      assert.include(message, "The setting appName is wrong")
      assert.include(message, "Windows keeps for a device")
      assert.include(message, "Choose another name")
    })
  }

  for (const appName of ["", "\n\t", "\u200b"]) {
    it(`is not made of ${JSON.stringify(appName)}, of which nothing is left`, () =>
      assert.include(refusal(TokenPath.slug(appName)), "nothing that a folder could be named by"))
  }

  it.prop(
    "is one plain folder name, and its own folder name, whatever the app is called",
    [Schema.String],
    ([name]) => {
      const result = TokenPath.slug(name)
      if (Result.isFailure(result)) {
        assert.strictEqual(result.failure.setting, "appName")
        return
      }
      assert.match(result.success, /^[^<>:"/\\|?*. \p{C}\p{Z}]+$/u)
      assert.deepStrictEqual(TokenPath.slug(result.success), result)
    }
  )
})

describe("the folder of all apps", () => {
  it("is in the home folder", () =>
    assert.strictEqual(TokenPath.directory({ platform: "posix", home: "/home/me" }), "/home/me/.globus/app"))

  const windows = { platform: "windows", home: String.raw`C:\Users\me` } as const

  it("is in the local data folder on Windows", () =>
    assert.strictEqual(
      TokenPath.directory({
        ...windows,
        localAppData: String.raw`D:\Local`,
        appData: String.raw`D:\Roaming`
      }),
      String.raw`D:\Local\globus\app`
    ))

  it("is in the roaming data folder on Windows where there is no local one", () =>
    assert.strictEqual(
      TokenPath.directory({ ...windows, appData: String.raw`D:\Roaming` }),
      String.raw`D:\Roaming\globus\app`
    ))

  for (const localAppData of [undefined, ""]) {
    it(`is in the home folder on Windows where %LOCALAPPDATA% is ${JSON.stringify(localAppData)}`, () =>
      assert.strictEqual(
        TokenPath.directory({ ...windows, localAppData }),
        String.raw`C:\Users\me\AppData\Local\globus\app`
      ))
  }
})

describe("the token file", () => {
  const file = (parts: Partial<TokenPath.AppIdentity>, extension?: "db") =>
    TokenPath.tokenFile("/tokens", { ...app, ...parts }, extension)

  it("is in the app's folder, in that of its client", () =>
    assert.deepStrictEqual(file({}), Result.succeed(`/tokens/${app.clientId}/my-app/tokens.json`)))

  it("has the environment before its name, unless that is production", () =>
    assert.deepStrictEqual(
      file({ environment: "sandbox" }),
      Result.succeed(`/tokens/${app.clientId}/my-app/sandbox-tokens.json`)
    ))

  it("has another extension for another storage", () =>
    assert.deepStrictEqual(file({}, "db"), Result.succeed(`/tokens/${app.clientId}/my-app/tokens.db`)))

  it("is nowhere for an app whose name makes no folder", () =>
    assert.include(refusal(file({ appName: "nul" })), "Windows keeps for a device"))

  for (const setting of ["clientId", "environment"] as const) {
    for (const value of ["../x", "a/b", String.raw`a\b`, "", "a\0"]) {
      it(`is nowhere for the ${setting} ${JSON.stringify(value)}`, () =>
        assert.include(refusal(file({ [setting]: value })), `The setting ${setting} is wrong`))
    }
  }

  it.prop(
    "never leaves the folder",
    [Schema.String, Schema.String, Schema.String],
    ([clientId, appName, environment]) => {
      const result = file({ clientId, appName, environment })
      if (Result.isSuccess(result)) assert.match(result.success, /^\/tokens\/[\w-]+\/[^/]+\/[\w-]+\.json$/)
    }
  )
})
