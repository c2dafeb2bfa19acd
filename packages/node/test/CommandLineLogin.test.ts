/** The login on the command line: what is said and where, what may be typed, and where nobody can be asked. */
import { CommandLineLogin } from "@effect-globus/node"
import { LoginFlow } from "@effect-globus/sdk/app"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { execFileSync, spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { hostname } from "node:os"
import { join, resolve } from "node:path"
import { inspect } from "node:util"
import { fuzz } from "../../sdk/test/internal/Fuzz.ts"
import { codePageUri, failureOf, logIn, request, reveal, state, terminal } from "./internal/Login.ts"
import { folder, startProgram } from "./internal/Workplace.ts"

/** Logs in at a terminal on which this is typed. */
const typing = (
  lines: ReadonlyArray<string>,
  parts: Parameters<typeof request>[0] = {},
  at: Parameters<typeof terminal>[1] = {}
) => {
  const { layer, screen } = terminal(lines, at)
  const flow = Layer.effect(LoginFlow, CommandLineLogin.make).pipe(Layer.provide(layer))
  return { login: Effect.provide(logIn(parts), Layer.fresh(flow)), screen }
}

const url = request().authorizeUrl(codePageUri)

describe("what the person is shown", () => {
  it.effect(
    "is the app's name, the address on a line of its own, and a question, all on standard error",
    () =>
      Effect.gen(function* () {
        const { login, screen } = typing(["a-code"])
        yield* login
        const lines = screen.stderr.split("\n")
        assert.include(lines[1], "my app")
        assert.include(lines, url)
        assert.strictEqual(lines.at(-1), "Code: ")
        assert.strictEqual(screen.stdout, "")
      })
  )

  it.effect("is on standard output if that alone is seen", () =>
    Effect.gen(function* () {
      const { login, screen } = typing(["a-code"], {}, { stderr: false })
      yield* login
      assert.include(screen.stdout, url)
      assert.strictEqual(screen.stderr, "")
    })
  )

  it.effect("has what the service wants said, without what would control the terminal", () =>
    Effect.gen(function* () {
      const { login, screen } = typing(["a-code"], {
        appName: "my\u001b[2Japp\n",
        message: Option.some("Use your \u001b]0;title\u0007 second\r\nfactor")
      })
      yield* login
      assert.include(screen.stderr, "my [2Japp")
      assert.include(screen.stderr, "Use your ]0;title second factor")
      assert.notMatch(screen.stderr, /(?!\n)\p{C}/u)
    })
  )

  it.effect("is the address for the app's own redirect URI, if it has one", () =>
    Effect.gen(function* () {
      const own = "https://example.org/back"
      const { login, screen } = typing(["a-code"], { redirectUri: Option.some(own) })
      const response = yield* login
      assert.strictEqual(response.redirectUri, own)
      assert.include(screen.stderr, request().authorizeUrl(own))
    })
  )

  it.effect("comes with the name of the machine, for the consent", () =>
    Effect.gen(function* () {
      const flow = yield* CommandLineLogin.make.pipe(Effect.provide(terminal([]).layer))
      assert.strictEqual(flow.hostName, hostname())
      assert.strictEqual(flow.name, "command-line")
    })
  )
})

describe("what may be typed", () => {
  const plain = { code: "a-code", redirectUri: codePageUri, state: undefined, issuer: undefined }
  const iss = "https://auth.globus.org"

  const cases: ReadonlyArray<readonly [what: string, typed: string, expected: object]> = [
    ["the code", "a-code", plain],
    ["the code among white space", " \t a-code \r", plain],
    ["the code among invisible characters", "\u200ba-code\ufeff", plain],
    ["the code as a terminal marks what is pasted", "\u001b[200~a-code\u001b[201~", plain],
    ["the whole address", `${codePageUri}?code=a-code&state=${state}`, { ...plain, state }],
    [
      "the whole address with its issuer and more",
      ` ${codePageUri}?state=${state}&iss=${encodeURIComponent(iss)}&code=a-code&x=1#top `,
      { ...plain, state, issuer: iss }
    ],
    ["the address's parameters", `?code=a-code&state=${state}`, { ...plain, state }],
    ["some of them", `code=a-code`, plain],
    [
      "an address with another state, for the app to refuse",
      `${codePageUri}?code=a-code&state=other`,
      { ...plain, state: "other" }
    ]
  ]
  for (const [what, typed, expected] of cases) {
    it.effect(`is ${what}`, () =>
      Effect.gen(function* () {
        const response = yield* typing([typed]).login
        assert.deepStrictEqual(reveal(response), { ...plain, ...expected })
      })
    )
  }

  const again: ReadonlyArray<readonly [what: string, typed: string, why: string]> = [
    ["nothing", "", "Nothing was entered."],
    ["white space", " \t ", "Nothing was entered."],
    ["a sentence", "I do not know", "There are spaces in it."],
    ["an address without a code", url, "There is no code in it."],
    ["an address with an empty code", `${codePageUri}?code=`, "There is no code in it."],
    ["an address with two codes", `${codePageUri}?code=a&code=b`, "It holds a parameter twice."],
    ["half an address", "https://", "It is no address."]
  ]
  for (const [what, typed, why] of again) {
    it.effect(`is not ${what}: it is asked for again`, () =>
      Effect.gen(function* () {
        const { login, screen } = typing([typed, typed, "a-code"])
        assert.deepStrictEqual(reveal(yield* login), plain)
        assert.strictEqual(screen.stderr.split(`${why} Please try again.\nCode: `).length, 3)
      })
    )
  }

  it.effect("is the address with an error: the person, or Globus, said no", () =>
    Effect.gen(function* () {
      const { login } = typing([
        `${codePageUri}?error=access_denied&error_description=not%1b[31m+today&state=${state}`
      ])
      const { message, reason } = yield* failureOf(login)
      assert.deepInclude(reason, { _tag: "Denied", error: "access_denied", description: "not [31m today" })
      assert.include(message, "access_denied: not [31m today")
    })
  )

  it.effect.prop(
    "is anything: a code, a refusal, or another question, never a defect",
    [Schema.String],
    ([typed]) =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(typing([typed, `?${typed}`, `https://x.org/?${typed}`]).login)
        assert.isFalse(Exit.hasDies(exit))
      }),
    fuzz
  )
})

describe("where nobody can be asked", () => {
  const places: ReadonlyArray<readonly [where: string, at: Parameters<typeof terminal>[1], why: string]> = [
    ["there is no terminal to type on", { stdin: false }, "Standard input is no terminal"],
    ["nobody would see the question", { stdout: false, stderr: false }, "nobody would see the question"],
    ["the input has ended", {}, "The input ended before a code was entered."]
  ]
  for (const [where, at, why] of places) {
    it.effect(`because ${where}, the login fails and says what to do`, () =>
      Effect.gen(function* () {
        const { message, reason } = yield* failureOf(typing([], {}, at).login)
        assert.strictEqual(reason._tag, "NotInteractive")
        assert.include(message, why)
        assert.include(message, "Run the program once in a terminal, or use a ClientApp")
      })
    )
  }

  it.live("as in a pipe, nothing is waited for", () =>
    Effect.gen(function* () {
      const program = yield* startProgram("login", ["command-line"])
      const { code, stderr, stdout } = yield* program.end
      assert.strictEqual(code, 0)
      assert.include(stdout, "Standard input is no terminal")
      assert.strictEqual(stderr, "")
    })
  )
})

describe("the code", () => {
  it.effect("is shown by nothing that the flow gives or says", () =>
    Effect.gen(function* () {
      const { login, screen } = typing(["canary-code"])
      const response = yield* login
      assert.notInclude(inspect(response, { depth: 10, showHidden: true }), "canary-code")
      assert.notInclude(JSON.stringify(response), "canary-code")
      assert.notInclude(screen.stderr, "canary-code")
    })
  )

  it.effect("need not be typed: an interrupted login ends", () =>
    Effect.gen(function* () {
      const { login } = typing([], {}, { isOpen: true })
      const fiber = yield* Effect.forkChild(login)
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
    })
  )
})

/** Whether util-linux's `script` is there, which runs a command on a terminal of its own. */
const hasScript = (() => {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8", stdio: "pipe" }).includes("util-linux")
  } catch {
    return false
  }
})()

if (hasScript) {
  describe("on a terminal", () => {
    const program = resolve(import.meta.dirname, "programs/login.ts")

    /** Runs a command of the shell on a terminal; types when it asks. Gives all that is on the screen. */
    const onTerminal = (command: string, type: string) =>
      Effect.acquireUseRelease(
        Effect.sync(() => spawn("script", ["-qec", command, "/dev/null"], { stdio: "pipe" })),
        (child) =>
          Effect.callback<string>((resume) => {
            let screen = ""
            let isTyped = false
            child.stdout.on("data", (data: Buffer) => {
              screen += data.toString()
              if (isTyped || !screen.includes("Code: ")) return
              isTyped = true
              child.stdin.write(type)
            })
            child.once("close", () => resume(Effect.succeed(screen.replaceAll("\r\n", "\n"))))
          }),
        (child) => Effect.sync(() => child.kill("SIGKILL"))
      )

    const node = JSON.stringify(process.execPath)
    const run = `${node} ${JSON.stringify(program)} command-line`
    /** Shows how the terminal is set before and after, and how the program ended. A signal may also reach the shell. */
    const watched = `trap : INT; stty -g; ${run}; echo "exit $?"; stty -g`
    const settings = (screen: string) => screen.match(/^[0-9a-f]+(:[0-9a-f]+){10,}$/gm) ?? []

    it.live(
      "the code is read, and the program ends by itself",
      () =>
        Effect.gen(function* () {
          const screen = yield* onTerminal(watched, "\n  the-code  \n")
          assert.include(screen, `\n${url}\n`)
          assert.include(screen, "Nothing was entered. Please try again.\n")
          assert.include(screen, "code the-code\nexit 0\n")
          const [before, after] = settings(screen)
          assert.strictEqual(after, before)
        }),
      20_000
    )

    it.live(
      "a long address can be pasted",
      () =>
        Effect.gen(function* () {
          const long = `${codePageUri}?code=the-code&state=${state}&x=${"y".repeat(900)}`
          assert.include(yield* onTerminal(run, `${long}\n`), "code the-code\n")
        }),
      20_000
    )

    it.live(
      "Ctrl-C ends the program and leaves the terminal as it was",
      () =>
        Effect.gen(function* () {
          const screen = yield* onTerminal(watched, "half a co\u0003")
          assert.include(screen, "\nexit 130\n")
          assert.notInclude(screen, "The login failed")
          const [before, after] = settings(screen)
          assert.isDefined(before)
          assert.strictEqual(after, before)
        }),
      20_000
    )

    it.live(
      "the end of input ends the login, and says what to do",
      () =>
        Effect.gen(function* () {
          const screen = yield* onTerminal(watched, "\u0004")
          assert.include(
            screen,
            "The input ended before a code was entered. Run the program once in a terminal"
          )
          assert.include(screen, "\nexit 0\n")
        }),
      20_000
    )

    it.live(
      "standard output holds only what the program prints",
      () =>
        Effect.gen(function* () {
          const out = join(yield* folder, "out.txt")
          const screen = yield* onTerminal(`${run} > ${JSON.stringify(out)}`, "the-code\n")
          assert.include(screen, url)
          assert.strictEqual(readFileSync(out, "utf8"), "code the-code\n")
        }),
      20_000
    )
  })
} else {
  describe("on a terminal", () => {
    it("can be tried", ({ skip }) => skip("there is no `script` of util-linux to make a terminal"))
  })
}
