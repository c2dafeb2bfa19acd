/** The login that suits the place: which one it is, where, and that it says why. */
import { AutomaticLogin } from "@effect-globus/node"
import { LoginFlow } from "@effect-globus/sdk/app"
import { Denied, FlowUnavailable, LoginFailed } from "@effect-globus/sdk/model"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { chmodSync, writeFileSync } from "node:fs"
import { get } from "node:http"
import { join, resolve } from "node:path"
import { codePageUri, failureOf, logIn, type request, reveal, terminal } from "./internal/Login.ts"
import { folder, startProgram } from "./internal/Workplace.ts"

const run = (
  options: Parameters<typeof AutomaticLogin.make>[0],
  typed: ReadonlyArray<string>,
  parts: Parameters<typeof request>[0] = {},
  env: Record<string, string> = {}
) => {
  const { layer, screen } = terminal(typed)
  const flow = Layer.effect(LoginFlow, AutomaticLogin.make(options)).pipe(Layer.provide(layer))
  const environment = ConfigProvider.layer(ConfigProvider.fromUnknown(env))
  const login = Effect.provide(logIn(parts), Layer.fresh(flow).pipe(Layer.provideMerge(environment)))
  return { login, screen }
}

/** Comes back from Globus as a browser would. */
const browse = (authorizeUrl: string) =>
  Effect.sync(() => {
    const url = new URL(authorizeUrl)
    const back = new URL(url.searchParams.get("redirect_uri") ?? "")
    back.search = new URLSearchParams({
      code: "from-the-browser",
      state: url.searchParams.get("state") ?? ""
    }).toString()
    get(back, (response) => response.resume())
  })

describe("the automatic login", () => {
  it.live("is in the browser where one opens", () =>
    Effect.gen(function* () {
      const { login, screen } = run({ openBrowser: browse }, [])
      assert.deepInclude(reveal(yield* login), { code: "from-the-browser" })
      assert.notInclude(screen.stderr, "Code:")
    })
  )

  it.live("is on the command line where none opens, and says why", () =>
    Effect.gen(function* () {
      const none = new LoginFailed({ reason: new FlowUnavailable({ detail: "No browser is installed." }) })
      const { login, screen } = run({ openBrowser: () => Effect.fail(none) }, ["typed"])
      assert.deepInclude(reveal(yield* login), { code: "typed", redirectUri: codePageUri })
      assert.include(screen.stderr, "No browser is installed. This login is on the command line instead.\n")
      assert.include(screen.stderr, "Code: ")
    })
  )

  it.live("is on the command line in an SSH session, and says why", () =>
    Effect.gen(function* () {
      const { login, screen } = run({}, ["typed"], {}, { SSH_TTY: "/dev/pts/1", DISPLAY: ":0" })
      assert.deepInclude(reveal(yield* login), { code: "typed" })
      assert.include(screen.stderr, "this is an SSH session")
      assert.notInclude(screen.stderr, "works everywhere")
    })
  )

  it.live("is on the command line for a redirect URI that does not lead here", () =>
    Effect.gen(function* () {
      const own = "https://example.org/back"
      const { login } = run({ openBrowser: browse }, ["typed"], { redirectUri: Option.some(own) })
      assert.deepInclude(reveal(yield* login), { code: "typed", redirectUri: own })
    })
  )

  it.live("asks one person at a time", () =>
    Effect.gen(function* () {
      const none = new LoginFailed({ reason: new FlowUnavailable({ detail: "No browser is installed." }) })
      const { layer, screen } = terminal(["first", "second"])
      const flow = yield* Effect.provide(AutomaticLogin.make({ openBrowser: () => Effect.fail(none) }), layer)
      const login = Effect.provideService(logIn(), LoginFlow, flow)
      const answers = yield* Effect.all([login, login], { concurrency: 2 })
      assert.sameMembers(
        answers.map((answer) => reveal(answer).code),
        ["first", "second"]
      )
      // Nothing of the second is said before the first has its answer.
      assert.deepStrictEqual(
        screen.stderr.split("Code: ").map((part) => part.split("No browser is installed.").length - 1),
        [1, 1, 0]
      )
    })
  )

  it.live("does not ask once more when the person said no in the browser", () =>
    Effect.gen(function* () {
      const denied = new LoginFailed({ reason: new Denied({ error: "access_denied" }) })
      const { login } = run({ openBrowser: () => Effect.fail(denied) }, ["typed"])
      const { error } = yield* failureOf(login)
      assert.strictEqual(error, denied)
    })
  )
})

if (process.platform === "linux") {
  describe("the person's own browser", () => {
    /** A command that starts the browser beside these tests. */
    const browser = Effect.map(folder, (directory) => {
      const path = join(directory, "browser")
      const program = resolve(import.meta.dirname, "programs/browser.ts")
      writeFileSync(
        path,
        `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(program)} "$1"\n`
      )
      chmodSync(path, 0o755)
      return path
    })
    const place = { SSH_TTY: "", SSH_CONNECTION: "", DISPLAY: "", WAYLAND_DISPLAY: "" }

    it.live(
      "is opened, and the program ends by itself after the login",
      () =>
        Effect.gen(function* () {
          const program = yield* startProgram("login", ["automatic"], { ...place, BROWSER: yield* browser })
          const { code, stderr, stdout } = yield* program.end
          assert.deepStrictEqual({ code, stdout }, { code: 0, stdout: "code the-code\n" }, stderr)
        }),
      20_000
    )

    it.live(
      "that does not start is noticed",
      () =>
        Effect.gen(function* () {
          const env = { ...place, BROWSER: yield* browser, FAKE_BROWSER_FAILS: "1" }
          const program = yield* startProgram("login", ["automatic"], env)
          const { code, stderr, stdout } = yield* program.end
          assert.strictEqual(code, 0)
          assert.match(stderr, /No browser can be opened: what should start it ended with code \d+\./)
          // There is no terminal to go on with.
          assert.include(stdout, "Standard input is no terminal")
        }),
      20_000
    )
  })
}
