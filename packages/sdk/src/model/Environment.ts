/**
 * Where Globus is: the addresses of the services in each of its environments, of which everybody but Globus' own
 * developers uses `production` (and `preview`, to try what is coming). Use this module to reach another environment, or
 * to send the requests for some services elsewhere, such as to a simulator on this machine.
 *
 * ```ts
 * import { Environment } from "@effect-globus/sdk/model"
 * import { Effect } from "effect"
 *
 * Environment.production.urls.transfer // "https://transfer.api.globus.org/"
 *
 * // With GLOBUS_SDK_SERVICE_URL_TRANSFER=http://localhost:8080/transfer
 * const program = Effect.gen(function* () {
 *   const environment = yield* Environment.config
 *   return environment.urls.transfer // "http://localhost:8080/transfer/"
 * })
 * ```
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The name of an environment. */
export const Name = Schema.Literals(["production", "sandbox", "integration", "test", "preview", "staging"])
export type Name = typeof Name.Type

/** What has an address of its own: the services, and the web app. */
export const Service = Schema.Literals([
  "auth",
  "transfer",
  "flows",
  "groups",
  "search",
  "timer",
  "compute",
  "webapp"
])
export type Service = typeof Service.Type

/** The address of each service: absolute, `http` or `https`, ending in a slash. */
export type ServiceUrls = Readonly<Record<Service, string>>

/** An environment: its name, and where its services are. */
export interface Environment {
  readonly name: Name
  readonly urls: ServiceUrls
}

const make = (name: Name, domain: string, automate: string): Environment => ({
  name,
  urls: {
    auth: `https://auth.${domain}/`,
    transfer: `https://transfer.api.${domain}/`,
    flows: `https://${automate}flows.automate.globus.org/`,
    groups: `https://groups.api.${domain}/`,
    search: `https://search.api.${domain}/`,
    timer: `https://${automate}timer.automate.globus.org/`,
    compute: `https://compute.api.${domain}/`,
    webapp: `https://app.${domain}/`
  }
})

/** The environment that everybody uses. */
export const production: Environment = make("production", "globus.org", "")

/** Every environment by its name. */
export const environments: Readonly<Record<Name, Environment>> = {
  production,
  sandbox: make("sandbox", "sandbox.globuscs.info", "sandbox."),
  integration: make("integration", "integration.globuscs.info", "integration."),
  test: make("test", "test.globuscs.info", "test."),
  preview: make("preview", "preview.globus.org", "preview."),
  staging: make("staging", "staging.globuscs.info", "staging.")
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const isName = Schema.is(Name)

/** The environment of this name. Fails, naming the valid names, if there is none. */
export const fromName = (name: string): Result.Result<Environment, EnvironmentError> =>
  isName(name)
    ? Result.succeed(environments[name])
    : Result.fail(
        new EnvironmentError({
          subject: "environment",
          value: name,
          detail: `is not known: use one of ${Name.literals.join(", ")}`
        })
      )

/** The variable that chooses the environment. */
export const environmentVariable = "GLOBUS_SDK_ENVIRONMENT"

/** The variable that overrides the address of each service. */
export const serviceUrlVariables: Readonly<Record<Service, string>> = {
  auth: "GLOBUS_SDK_SERVICE_URL_AUTH",
  transfer: "GLOBUS_SDK_SERVICE_URL_TRANSFER",
  flows: "GLOBUS_SDK_SERVICE_URL_FLOWS",
  groups: "GLOBUS_SDK_SERVICE_URL_GROUPS",
  search: "GLOBUS_SDK_SERVICE_URL_SEARCH",
  timer: "GLOBUS_SDK_SERVICE_URL_TIMER",
  compute: "GLOBUS_SDK_SERVICE_URL_COMPUTE",
  // The official SDKs call the web app so.
  webapp: "GLOBUS_SDK_SERVICE_URL_APP"
}

const decoded = <A>(
  decode: (text: string) => Result.Result<A, EnvironmentError>,
  encode: (value: A) => string
) =>
  SchemaTransformation.transformEffect({
    decode: (text: string) =>
      Effect.mapErrorEager(
        Effect.fromResult(decode(text)),
        (error) => new SchemaIssue.InvalidValue({ message: error.message })
      ),
    encode: (value: A) => Effect.succeed(encode(value))
  })

const nameConfig = Config.schema(
  Schema.String.pipe(
    Schema.decodeTo(
      Name,
      decoded(
        (text) => Result.map(fromName(text), ({ name }) => name),
        (name) => name
      )
    )
  ),
  environmentVariable
).pipe(Config.withDefault("production"))

const urlConfig = (variable: string, service: Service) =>
  Config.schema(
    Schema.String.pipe(
      Schema.decodeTo(
        Schema.String,
        decoded(
          (text) => parseUrl(service, text),
          (url) => url
        )
      )
    ),
    variable
  ).pipe(Config.option)

/**
 * The environment that the user chose: `GLOBUS_SDK_ENVIRONMENT` names it (production if unset), and
 * `GLOBUS_SDK_SERVICE_URL_AUTH`, `…_TRANSFER`, `…_FLOWS`, `…_GROUPS`, `…_SEARCH`, `…_TIMER`, `…_COMPUTE` and `…_APP`
 * override single addresses. Fails if a variable is set to something that cannot be right, naming the variable, its
 * value and what would be right.
 */
export const config: Config.Config<Environment> = Config.all({
  name: nameConfig,
  overrides: Config.all(Record.map(serviceUrlVariables, urlConfig))
}).pipe(
  Config.map(({ name, overrides }) => ({
    name,
    urls: Record.map(environments[name].urls, (url, service) =>
      Option.getOrElse(overrides[service], () => url)
    )
  }))
)

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/**
 * The environment with other addresses for some services. Fails if one is not an absolute `http` or `https` URL, or has
 * a user name, a query or a fragment.
 */
export const withOverrides: {
  (overrides: Partial<ServiceUrls>): (self: Environment) => Result.Result<Environment, EnvironmentError>
  (self: Environment, overrides: Partial<ServiceUrls>): Result.Result<Environment, EnvironmentError>
} = dual(
  2,
  (self: Environment, overrides: Partial<ServiceUrls>): Result.Result<Environment, EnvironmentError> =>
    Result.map(
      Result.all(
        Record.map(self.urls, (url, service) => {
          const override = overrides[service]
          return override === undefined ? Result.succeed(url) : parseUrl(service, override)
        })
      ),
      (urls) => ({ name: self.name, urls })
    )
)

/** What the names of an environment's token files begin with: nothing for production, `<name>-` for the others. */
export const tokenFilePrefix = ({ name }: Environment): string => (name === "production" ? "" : `${name}-`)

const parseUrl = (service: Service, text: string): Result.Result<string, EnvironmentError> => {
  const fail = (detail: string) =>
    Result.fail(
      new EnvironmentError({
        subject: service,
        // Somebody's password may be in it.
        value: text.replace(/[^/\\]+@/, "…@"),
        detail: `cannot be used: ${detail}`
      })
    )
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    return fail(
      "it must be an absolute URL that begins with http:// or https://, such as http://localhost:8080/"
    )
  }
  const url = new URL(text)
  if (url.username !== "" || url.password !== "") return fail("leave out the user name and the password")
  if (url.search !== "" || url.hash !== "") return fail("leave out what follows the path")
  return Result.succeed(url.href.endsWith("/") ? url.href : `${url.href}/`)
}

// -----------------------------------------------------------------------------
// errors
// -----------------------------------------------------------------------------

/** No environment of Globus, or no address of a service. */
export class EnvironmentError extends Schema.TaggedError<EnvironmentError>()("EnvironmentError", {
  /** What is wrong: the name of the environment, or the address of a service. */
  subject: Schema.Union([Schema.Literal("environment"), Service]),
  /** What was given. */
  value: Schema.String,
  /** Why it cannot be used, and what would be right. */
  detail: Schema.String
}) {
  override get message() {
    const what = this.subject === "environment" ? "environment" : `address of ${this.subject},`
    return `The ${what} ${JSON.stringify(this.value)}${this.subject === "environment" ? "" : ","} ${this.detail}.`
  }
}
